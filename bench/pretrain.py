"""Pretrains a byte-level LLaMA on TinyStories: full AdamW against BlockLLM at four sparsities, each with its ablations.

    python3 bench/pretrain.py [--steps 100] [--jobs 1] [--only large|small|times|tables] [--bfloat16] [--program COMMIT] [--data FILE] [--out FOLDER]

The large model has dimension 384, 8 layers, 6 heads and a feed-forward width of 1024; the small one dimension 192, 4 layers, 6 heads and a width of 512, and takes 1.5 times the steps. Batches are 8 pieces of 256
bytes; the last 64 pieces of the text are held out.

Every run is made once, with one thread, --jobs of them at a time. AdamW's learning rate and that of the first BlockLLM row are the best of a few whole runs; the other rows take the latter, unless they have a search of
their own. AdamW makes --steps updates, BlockLLM so many more that they last as long. Losses do not depend on how busy the machine is and times do, so that these come from runs of ten updates afterwards, while nothing
else should run but --jobs of them: the median of plain updates, and that of selecting ones. Seconds are so many updates of either kind, times these. "--only tables" makes the tables of the runs that there are, and leaves out the rest.

Each run is a fresh process. Its raw result goes to a file in FOLDER/COMMIT, where COMMIT is the last one that changed the program, and to docs/benchmarks/pretrain.json; a
run that is in either is not made again, so the command goes on where it was stopped (with --program, of the program built
then). The tables go into docs/benchmarks.md, each between its markers; one without runs stays as it is.
"""
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from arguments import parser
from page import write_between
from program import DATA, HERE, ROOT, publish

PROJECT = os.path.join(HERE, "pretrain", "PretrainBenchmark.csproj")
RAW = os.path.join(ROOT, "docs", "benchmarks", "pretrain.json")
SOURCES = ["bench/pretrain", "src/Microsoft.ML.BlockLlm.Optimizers", "src/Microsoft.ML.BlockLlm.Models", "src/Microsoft.ML.BlockLlm.Training", "eng/standins"]
# Of a run's result; the rest follows from its name, or is of no table.
KEPT = ("steps", "selections", "active_share", "step_seconds", "selecting_step_seconds", "peak_memory", "held_out")
LARGE = {"dim": 384, "layers": 8, "heads": 6, "ffn": 1024}
SMALL = {"dim": 192, "layers": 4, "heads": 6, "ffn": 512}
# What both models have in common, chosen on a smaller one still: see docs/algorithm.md.
TUNED = {"adamw": {"beta2": 0.99}, "blockllm": {"beta2": 0.99, "take": 4, "warmup": 25}}
RATES = {"adamw": (1e-3, 3e-3), "blockllm": (3e-3, 1e-2)}
# Each differs in this alone from the first row of its sparsity.
ABLATIONS = {
    "random selection": {"sampling": "Random"},
    "published re-selection rule, m = 100": {"rule": "patience", "m": 100},
    "no visit share": {"visits": "no"},
    "whole blocks, no mask": {"mask": "no"},
    "moments reset": {"carry": "no"},
    "embedding a candidate": {"embeddings": "candidate"},
    "embedding a candidate, depth-aware": {"embeddings": "candidate", "depth": "yes"},
}
# All blocks are taken, once, and the active weights drawn at random. Their moves are larger in proportion to how few they are, so that rates have a search of their own.
DRAWN = {"take": 20, "maskby": "Random", "m": 500, "warmup": 0, "rates": (0.006, 0.01), "factor": 1.1}
# All blocks are taken, and weights outside the mask move by the sign of their gradients, at AdamW's best rate.
SIGNED = {"take": 20, "sign": 0.33, "factor": 1.1}
OTHERS = {"all blocks taken, weights at random": DRAWN, "all blocks taken, sign steps": SIGNED}
# On processors with instructions for it; others take much longer in it.
BFLOAT16 = {
    ("AdamW, bfloat16", 0): {"method": "adamw", "dtype": "BFloat16", "rates": (0.001,), "factor": 1.9},
    ("all blocks taken, weights at random, bfloat16", 0.9): {"sparsity": 0.9, **DRAWN, "dtype": "BFloat16", "rates": (0.01,), "factor": 2.6},
}
# The sparsities, and how many times AdamW's updates BlockLLM makes there. The first one's rate is searched.
FACTORS = {"large": {0.9: 1.2, 0.95: 1.3, 0.8: 1.1, 0.5: 1.05}, "small": dict.fromkeys((0.9, 0.95, 0.8, 0.5), 1.3)}
# How many more they are where updates are faster, on the large model.
MORE = {"whole blocks, no mask": 0.1, "embedding a candidate, depth-aware": 0.3}


class Runner:
    """Makes runs of one built program, each once."""

    def __init__(self, folder, data, commit, makes_runs=True):
        self.folder, self.data, self.makes_runs = folder, data, makes_runs
        if commit is None:
            commit = subprocess.run(["git", "log", "-1", "--format=%h", "--", *SOURCES], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()
            program = os.path.join(folder, commit, "program")
            publish(PROJECT, program)
        self.results = os.path.join(folder, commit)
        self.commit = commit
        self.kept = self.read().get(commit, {})
        self.writing = threading.Lock()

    @staticmethod
    def read():
        """What was kept, by program and run."""
        if not os.path.exists(RAW):
            return {}
        with open(RAW, encoding="utf-8") as file:
            return json.load(file)

    def keep(self, name, result):
        """Keeps of a run what the tables are made of, beside what other calls have kept meanwhile."""
        self.kept[name] = {key: result[key] for key in KEPT}
        with self.writing:
            kept = self.read()
            kept.setdefault(self.commit, {})[name] = self.kept[name]
            with open(RAW, "w", encoding="utf-8") as file:
                json.dump(kept, file, indent=1)
                file.write("\n")
        return self.kept[name]

    def run(self, method, settings):
        """The result of one run; None where it was not made and none is to be."""
        settings = {**settings, "threads": 1}
        name = ",".join([method, *(f"{key}={value}" for key, value in sorted(settings.items()))])
        path = os.path.join(self.results, name + ".json")
        if not os.path.exists(path):
            if name in self.kept or not self.makes_runs:
                return self.kept.get(name)
            command = ["dotnet", os.path.join(self.results, "program", "PretrainBenchmark.dll"), method, self.data]
            output = subprocess.run(
                command + [f"{key}={value}" for key, value in settings.items()],
                check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS="1")).stdout
            with open(path + ".part", "w", encoding="utf-8") as file:
                file.write(output.splitlines()[-1])
            os.replace(path + ".part", path)
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        loss = f"held-out loss {result['held_out'][-1]['loss']:.4f}" if result["held_out"] else f"{result['step_seconds']:.2f} s a step"
        print(f"{name}: {loss}", file=sys.stderr, flush=True)
        return self.keep(name, result)


def rows_of(size):
    """The rows of all sparsities. Where every block is taken, as at 0.5, their order says nothing, and the rows that change it alone are left out."""
    rows = {}
    for sparsity, factor in FACTORS[size].items():
        has_order = TUNED["blockllm"]["take"] * (1 - sparsity) < 1
        for name, changed in {"BlockLLM": {}, **ABLATIONS, **(OTHERS if size == "large" and sparsity >= 0.9 else {})}.items():
            if has_order or not {"sampling", "visits", "depth"} & changed.keys():
                more = MORE.get(name, 0) if size == "large" else 0
                rows[name, sparsity] = {"sparsity": sparsity, "factor": factor + more, **changed}
    return rows


class Table:
    """AdamW and rows of BlockLLM on one model. A row is known by its name and its sparsity."""

    # What a row says to this script: the method, learning rates of its own to search, and how many times AdamW's updates it makes.
    OWN = ("method", "rates", "factor")
    ADAMW, FIRST = ("AdamW", 0), ("BlockLLM", 0.9)

    def __init__(self, runner, pool, model, steps, interval, rows):
        self.runner, self.pool, self.model, self.steps, self.interval = runner, pool, model, steps, interval
        self.rows = {self.ADAMW: {"method": "adamw", "factor": 1, "rates": RATES["adamw"]}, **rows}
        self.rows[self.FIRST] = {**self.rows[self.FIRST], "rates": RATES["blockllm"]}
        self.runs, self.times, self.rates = {}, {}, {}

    def make(self):
        """First the rows that search a rate, since the others take that of the first of BlockLLM."""
        searching = [name for name, row in self.rows.items() if "rates" in row]
        self.finish({name: self.start(name, self.rows[name]["rates"]) for name in searching})
        if self.FIRST in self.rates:
            self.finish({name: self.start(name, [self.rates[self.FIRST][0]]) for name in self.rows if name not in searching})

    def start(self, name, rates):
        limits = {"steps": round(self.rows[name]["factor"] * self.steps), "interval": self.interval}
        return {rate: self.pool.submit(self.run, self.rows[name], {**limits, "rate": rate}) for rate in rates}

    def run(self, row, limits):
        method = row.get("method", "blockllm")
        return self.runner.run(method, {**self.model, **TUNED[method], **{key: value for key, value in row.items() if key not in self.OWN}, **limits})

    def finish(self, started):
        """Of each row the run whose rate has the lowest last loss."""
        for name, futures in started.items():
            runs = {rate: future.result() for rate, future in futures.items() if future.result()}
            if runs:
                losses = {rate: run["held_out"][-1]["loss"] for rate, run in runs.items()}
                best = min(losses, key=losses.get)
                self.rates[name], self.runs[name] = (best, losses), runs[best]

    def make_times(self):
        """Short runs, which select often so that there are several selections to measure. AdamW and BlockLLM have further ones that compute activations again; the losses are the same ones."""
        again = {("recompute", sparsity): {**self.rows[name, sparsity], "recompute": "All"} for name, sparsity in self.runs if name in ("AdamW", "BlockLLM")}
        rows = {**{name: self.rows[name] for name in self.runs}, **again}
        # Rows of which only the rule differs are one run, which is made once.
        settings = {name: {**row, "rule": "period", "m": 4} for name, row in rows.items()}
        futures = {str(row): self.pool.submit(self.run, row, {"steps": 10}) for row in {str(row): row for row in settings.values()}.values()}
        self.times.update((name, futures[str(row)].result()) for name, row in settings.items() if futures[str(row)].result())

    def step_seconds(self, name):
        """Mean over the longer run, of plain steps and of those that selected."""
        plain, selecting = self.times[name]["step_seconds"], self.times[name]["selecting_step_seconds"]
        longer = self.runs.get(name) or self.runs["AdamW" if name[1] == 0 else "BlockLLM", name[1]]
        return plain + longer["selections"] / longer["steps"] * (selecting - plain) if selecting else plain

    def loss_at(self, name, step):
        """The held-out loss, linear between two evaluations."""
        points = [(point["step"], point["loss"]) for point in self.runs[name]["held_out"]]
        for (before, first), (after, second) in zip(points, points[1:]):
            if before <= step <= after:
                return first + (second - first) * (step - before) / (after - before)
        raise ValueError(f"The run {name} has no loss at {step}.")

    def losses_and_times(self):
        """After as many updates as AdamW makes, and after as many seconds; where a run ended before, what it had then."""
        lines = [f"| | held-out loss after {self.steps} updates | in AdamW's time (updates) | mean step, of AdamW's | between selections | training memory, of AdamW's |", "|---|---|---|---|---|---|"]
        for group in (0, *FACTORS["large"]):
            for name in [name for name in self.times if name[1] == group]:
                run, cells = self.runs.get(name), ["", ""]
                if run:
                    fitting = self.steps * self.step_seconds(self.ADAMW) / self.step_seconds(name)
                    updates = min(fitting, run["steps"])
                    when = f"{updates:.0f}" if round(fitting) <= run["steps"] else f"{updates} of {fitting:.0f}"
                    cells = [f"{self.loss_at(name, self.steps):.3f}", f"{self.loss_at(name, updates):.3f} ({when})"]
                cells.append(f"{self.step_seconds(name) / self.step_seconds(self.ADAMW):.2f}")
                cells += [f"{self.times[name][key] / self.times[self.ADAMW][key]:.2f}" for key in ("step_seconds", "peak_memory")]
                label = f"**BlockLLM, s = {group}**" if name[0] == "BlockLLM" else name[0]
                lines.append(f"| {label} | " + " | ".join(cells) + " |")
        memory = self.times[self.ADAMW]["peak_memory"] / 2**20
        return "\n".join([*lines, "", f"AdamW: {self.step_seconds(self.ADAMW):.2f} s a step, {memory:.0f} MiB. {self.rate_trials()}"])

    def last_losses(self):
        """Losses after the last update, ablations down and sparsities across."""
        sparsities = list(FACTORS["small"])
        lines = ["| | " + " | ".join(f"s = {sparsity}" for sparsity in sparsities) + " |", "|---" * (1 + len(sparsities)) + "|"]
        for name in dict.fromkeys(name for name, _ in self.rows):
            runs = [self.runs.get((name, sparsity)) for sparsity in sparsities]
            if any(runs):
                lines.append(f"| {name} | " + " | ".join(f"{run['held_out'][-1]['loss']:.3f}" if run else "" for run in runs) + " |")
        return "\n".join([*lines, "", self.rate_trials()])

    def rate_trials(self):
        searched = {name: trials for name, trials in self.rates.items() if "rates" in self.rows[name]}
        rates = "; ".join(
            f"{row}{f', s = {sparsity}' if sparsity else ''} {best:g} (" + ", ".join(f"{rate:g}: {loss:.3f}" for rate, loss in losses.items()) + ")"
            for (row, sparsity), (best, losses) in searched.items())
        return f"Learning rates, and the last losses, which chose them: {rates}."


@contextmanager
def pool_of(jobs):
    """Threads that make no further run once one has failed, or the script is interrupted."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def main():
    options = parser(__doc__, steps=100, jobs=1, data=os.path.join(DATA, "lm", "tinystories_sample_2MiB.txt"), out=os.path.join(ROOT, "artifacts", "pretrain"))
    options.add_argument("--only", choices=["large", "small", "times", "tables"], help="make the runs of one part alone, and no table; or the tables alone")
    options.add_argument("--bfloat16", action="store_true", help="rows in bfloat16 too, for a processor with instructions for it")
    options.add_argument("--program", metavar="COMMIT", help="take the program built from this commit before")
    arguments = options.parse_args()

    runner = Runner(arguments.out, arguments.data, arguments.program, makes_runs=arguments.only != "tables")
    with pool_of(arguments.jobs) as pool:
        large = Table(runner, pool, LARGE, arguments.steps, arguments.steps // 5, {**rows_of("large"), **(BFLOAT16 if arguments.bfloat16 else {})})
        small = Table(runner, pool, SMALL, int(1.5 * arguments.steps), int(0.15 * arguments.steps), rows_of("small"))
        if arguments.only != "small":
            large.make()
        if arguments.only in (None, "small", "tables"):
            small.make()
        if arguments.only in (None, "times", "tables"):
            large.make_times()
    if arguments.only in (None, "tables"):
        for mark, text in {"pretrain": large.times and large.losses_and_times(), "pretrain-small": small.runs and small.last_losses()}.items():
            if text:
                print(text)
                write_between(mark, text)


if __name__ == "__main__":
    main()
