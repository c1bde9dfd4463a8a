"""Pretrains a byte-level LLaMA on TinyStories: full AdamW against BlockLLM and its ablations.

    python3 bench/pretrain.py [--steps 100] [--rounds 3] [--only large|small|grid|long|times|tables] [--program COMMIT] [--data FILE] [--out FOLDER]

The first table is of a model of dimension 384 with 8 layers, 6 heads and a feed-forward width of 1024; the second, with the
ablations, of one of dimension 192 with 4 layers, 6 heads and a width of 512, which takes 1.5 times the steps; the third follows the
second's model over 6 times the steps; a grid has ablations at every sparsity. Batches are 8 pieces of 256 bytes; the last 64 pieces of the text are held out.

Losses do not depend on how busy the machine is, so they are measured apart from times:
1. curves: every run once, with one thread. AdamW's learning rate and that of the first BlockLLM row are the best of a few whole
   runs; the other rows take the latter, unless they have a search of their own. AdamW makes --steps updates, BlockLLM 1.3 times as many, enough for equal seconds.
2. times: step time and peak memory of the first table's rows, with one thread as well, in short runs that take turns, --rounds
   of them; the core should do nothing else. The fastest round counts, since other work only lengthens.
The first table joins the two: seconds are steps, plain ones and selecting ones, times their seconds. The others have losses alone.
"--only tables" makes the tables of the runs that there are, and leaves out the rest.

Each run is a fresh process. Its raw result goes to a file in FOLDER/COMMIT, where COMMIT is the last one that changed the program, and to docs/benchmarks/pretrain.json; a
run that is in either is not made again, so the command goes on where it was stopped (with --program, of the program built
then). The tables go into docs/benchmarks.md, each between its markers; one without runs stays as it is.
"""
import json
import os
import subprocess
import sys

from arguments import parser
from page import write_between
from program import DATA, HERE, ROOT, publish

PROJECT = os.path.join(HERE, "pretrain", "PretrainBenchmark.csproj")
RAW = os.path.join(ROOT, "docs", "benchmarks", "pretrain.json")
SOURCES = ["bench/pretrain", "src/Microsoft.ML.BlockLlm.Optimizers", "src/Microsoft.ML.BlockLlm.Models", "src/Microsoft.ML.BlockLlm.Training", "eng/standins"]
FACTOR = 1.3
# Of a run's result; the rest follows from its name, or is of no table.
KEPT = ("steps", "selections", "active_share", "step_seconds", "selecting_step_seconds", "peak_memory", "held_out")
NAMES = {"adamw": "AdamW", "blockllm": "BlockLLM"}
# What both tables have in common, chosen on a smaller model still: see docs/algorithm.md.
TUNED = {"adamw": {"beta2": 0.99}, "blockllm": {"beta2": 0.99, "take": 4, "warmup": 25}}
LARGE = {"dim": 384, "layers": 8, "heads": 6, "ffn": 1024}
SMALL = {"dim": 192, "layers": 4, "heads": 6, "ffn": 512}
LARGE_RATES = {"adamw": (1e-3, 3e-3), "blockllm": (3e-3, 1e-2)}
SMALL_RATES = {"adamw": (1e-3, 3e-3), "blockllm": (3e-3, 1e-2)}
# All blocks are taken, and weights outside the mask move by the sign of their gradients, at AdamW's best rate.
SIGNED = {"take": 20, "sign": 0.33}
# All blocks are taken, once, and the active weights drawn at random. Their moves are larger in proportion to how few they are, so that rates have a search of their own.
DRAWN = {"take": 20, "maskby": "Random", "m": 500, "warmup": 0}
LARGE_ROWS = {
    "BlockLLM, s = 0.9": {"sparsity": 0.9},
    "s = 0.9, all blocks taken, weights at random": {"sparsity": 0.9, **DRAWN, "rates": (0.006, 0.01, 0.02)},
    "s = 0.95, all blocks taken, weights at random": {"sparsity": 0.95, **DRAWN, "rates": (0.01, 0.02)},
    "s = 0.9, all blocks taken, weights at random, bfloat16": {"sparsity": 0.9, **DRAWN, "dtype": "BFloat16", "rates": (0.01,), "factor": 2.6},
    "AdamW, bfloat16": {"method": "adamw", "dtype": "BFloat16", "rates": (0.001,), "factor": 1.9},
    "s = 0.9, all blocks taken, sign steps": {"sparsity": 0.9, **SIGNED},
    "s = 0.95, all blocks taken, sign steps": {"sparsity": 0.95, **SIGNED},
    **{f"s = {s}": {"sparsity": s} for s in (0.95, 0.8, 0.5)},
}
LARGE_TIMES = {
    "AdamW, recompute": ("adamw", {"recompute": "All"}),
    "s = 0.9, recompute": ("blockllm", {"sparsity": 0.9, "recompute": "All"}),
    "s = 0.95, recompute": ("blockllm", {"sparsity": 0.95, "recompute": "All"}),
}
SMALL_ROWS = {
    "BlockLLM, s = 0.9": {},
    "s = 0.95": {"sparsity": 0.95},
    "s = 0.8": {"sparsity": 0.8},
    "no warm-up of newly active weights": {"warmup": 0},
    "all blocks taken, weights at random": {**DRAWN, "rates": (0.01,)},
    "all blocks taken, sign steps": SIGNED,
}
# Each differs in this alone from the rows without it, at every sparsity.
ABLATIONS = {
    "random selection": {"sampling": "Random"},
    "published re-selection rule, m = 100": {"rule": "patience", "m": 100},
    "no visit share": {"visits": "no"},
    "whole blocks, no mask": {"mask": "no"},
    "moments reset": {"carry": "no"},
    "blocks taken up to twice the budget": {"take": 2},
    "embedding a candidate": {"embeddings": "candidate"},
    "embedding a candidate, depth-aware": {"embeddings": "candidate", "depth": "yes"},
}
# 0.9, which needs no setting, is the one whose rate is searched.
SPARSITIES = (0.9, 0.95, 0.8, 0.5)
GRID_ROWS = {(name, sparsity): settings if sparsity == SPARSITIES[0] else {**settings, "sparsity": sparsity} for name, settings in {"BlockLLM": {}, **ABLATIONS}.items() for sparsity in SPARSITIES}
LONG_ROWS = {"BlockLLM, s = 0.9": {}, "all blocks taken, sign steps": SIGNED, "s = 0.95, blocks taken up to 8 times the budget": {"sparsity": 0.95, "take": 8}}


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
        kept = self.read()
        kept.setdefault(self.commit, {})[name] = self.kept[name]
        with open(RAW, "w", encoding="utf-8") as file:
            json.dump(kept, file, indent=1)
            file.write("\n")
        return self.kept[name]

    def run(self, method, settings, threads, attempt=""):
        settings = {**settings, "threads": threads}
        name = ",".join([method, *(f"{key}={value}" for key, value in sorted(settings.items()))]) + attempt
        path = os.path.join(self.results, name + ".json")
        if not os.path.exists(path):
            if name in self.kept or not self.makes_runs:
                return self.kept.get(name)
            command = ["dotnet", os.path.join(self.results, "program", "PretrainBenchmark.dll"), method, self.data]
            output = subprocess.run(
                command + [f"{key}={value}" for key, value in settings.items()],
                check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS=str(threads))).stdout
            with open(path + ".part", "w", encoding="utf-8") as file:
                file.write(output.splitlines()[-1])
            os.replace(path + ".part", path)
        with open(path, encoding="utf-8") as file:
            result = json.load(file)
        loss = f"held-out loss {result['held_out'][-1]['loss']:.4f}" if result["held_out"] else f"{result['step_seconds']:.2f} s a step"
        print(f"{name}: {loss}", file=sys.stderr, flush=True)
        return self.keep(name, result)


def of_program(settings):
    """The settings of a row without those that are for this script: the method, rates of its own to search, and how many times AdamW's updates it makes."""
    return {key: value for key, value in settings.items() if key not in ("method", "rates", "factor")}


class Table:
    """AdamW and rows of BlockLLM on one model, and rows of which times and memory alone are measured."""

    def __init__(self, runner, model, steps, rates, rows, timed=None):
        self.runner, self.model, self.steps, self.tried_rates, self.timed = runner, model, steps, rates, timed or {}
        self.rows = {"AdamW": ("adamw", {}), **{name: (settings.get("method", "blockllm"), settings) for name, settings in rows.items()}}
        self.curves, self.times, self.rates = {}, {}, {}

    def run_curves(self):
        for name, (method, settings) in self.rows.items():
            settings, own_rates, factor = of_program(settings), settings.get("rates"), settings.get("factor", FACTOR)
            steps = self.steps if name == "AdamW" else int(factor * self.steps)
            limits = {"steps": steps, "interval": self.steps // 10}
            rates = own_rates or ([self.rates[method][0]] if method in self.rates else self.tried_rates[method])
            runs = {rate: self.runner.run(method, {**self.model, **TUNED[method], **settings, **limits, "rate": rate}, 1) for rate in rates}
            losses = {rate: run["held_out"][-1]["loss"] for rate, run in runs.items() if run}
            if not losses:
                continue
            best = min(losses, key=losses.get)
            self.rates.setdefault(name if own_rates else method, (best, losses))
            self.curves[name] = runs[best]

    def run_times(self, round_number):
        for name, (method, settings) in {**self.rows, **self.timed}.items():
            # Selecting often, so that a short run has several selections to measure.
            often = {"m": 4, "rule": "period"} if method == "blockllm" else {}
            result = self.runner.run(method, {**self.model, **TUNED[method], **of_program(settings), **often, "steps": 10}, 1, f", round {round_number}")
            if result:
                self.times.setdefault(name, []).append(result)

    def least(self, name, key):
        return min((result[key] for result in self.times[name] if result[key] is not None), default=None)

    def step_seconds(self, name):
        """Mean over the run: plain steps, and those that selected."""
        plain, selecting = self.least(name, "step_seconds"), self.least(name, "selecting_step_seconds")
        if selecting is None:
            return plain
        curve = self.curves.get(name) or self.curves["BlockLLM, s = 0.9"]
        return plain + curve["selections"] / curve["steps"] * (selecting - plain)

    def loss_at(self, name, step):
        """The held-out loss, linear between two evaluations; None beyond the last."""
        points = [(point["step"], point["loss"]) for point in self.curves[name]["held_out"]]
        for (before, first), (after, second) in zip(points, points[1:]):
            if before <= step <= after:
                return first + (second - first) * (step - before) / (after - before)
        return None

    def losses_and_times(self):
        lines = [
            f"| | held-out loss after {self.steps} updates | in AdamW's time (updates) | mean step, of AdamW's | between selections | training memory, of AdamW's |",
            "|---|---|---|---|---|---|",
        ]
        for name in self.times:
            cells = ["", ""]
            if name in self.curves:
                updates = self.steps * self.step_seconds("AdamW") / self.step_seconds(name)
                cells = [f"{self.loss_at(name, self.steps):.3f}", f"{self.loss_at(name, updates) or float('nan'):.3f} ({updates:.0f})"]
            cells += [f"{self.step_seconds(name) / self.step_seconds('AdamW'):.2f}"]
            cells += [f"{self.least(name, key) / self.least('AdamW', key):.2f}" for key in ("step_seconds", "peak_memory")]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
        memory = self.least("AdamW", "peak_memory") / 2**20
        return "\n".join([*lines, "", f"AdamW: {self.step_seconds('AdamW'):.2f} s a step, {memory:.0f} MiB. {self.rate_trials()}"])

    def losses(self):
        last = int(FACTOR * self.steps)
        lines = [f"| | held-out loss after {self.steps} updates | after {last} | selections |", "|---|---|---|---|"]
        for name, curve in self.curves.items():
            later = self.loss_at(name, last)
            lines.append(f"| {name} | {self.loss_at(name, self.steps):.3f} | {f'{later:.3f}' if later else ''} | {curve['selections'] or ''} |")
        return "\n".join([*lines, "", self.rate_trials()])

    def grid(self):
        """Losses after the last update, ablations down and sparsities across."""
        lines = [f"Held-out loss after {int(FACTOR * self.steps)} updates:", "", "| | " + " | ".join(f"s = {sparsity}" for sparsity in SPARSITIES) + " |", "|---" * (1 + len(SPARSITIES)) + "|"]
        for name in {name: None for name, _ in GRID_ROWS}:
            curves = [self.curves.get((name, sparsity)) for sparsity in SPARSITIES]
            if any(curves):
                lines.append(f"| {name} | " + " | ".join(f"{curve['held_out'][-1]['loss']:.3f}" if curve else "" for curve in curves) + " |")
        return "\n".join(lines)

    def rate_trials(self):
        rates = "; ".join(
            f"{NAMES.get(row, row)} {best:g} (" + ", ".join(f"{rate:g}: {loss:.3f}" for rate, loss in losses.items()) + ")" for row, (best, losses) in self.rates.items())
        return f"Learning rates, and the last losses, which chose them: {rates}."


def main():
    options = parser(__doc__, steps=100, rounds=3, data=os.path.join(DATA, "lm", "tinystories_sample_2MiB.txt"), out=os.path.join(ROOT, "artifacts", "pretrain"))
    options.add_argument("--only", choices=["large", "small", "grid", "long", "times", "tables"], help="make the runs of one part alone, and no table; or the tables alone")
    options.add_argument("--program", metavar="COMMIT", help="take the program built from this commit before")
    arguments = options.parse_args()

    runner = Runner(arguments.out, arguments.data, arguments.program, makes_runs=arguments.only != "tables")
    large = Table(runner, LARGE, arguments.steps, LARGE_RATES, LARGE_ROWS, LARGE_TIMES)
    small = Table(runner, SMALL, int(1.5 * arguments.steps), SMALL_RATES, SMALL_ROWS)
    grid = Table(runner, SMALL, int(1.5 * arguments.steps), SMALL_RATES, GRID_ROWS)
    long = Table(runner, SMALL, 6 * arguments.steps, SMALL_RATES, LONG_ROWS)
    for part, table in {"large": large, "small": small, "grid": grid, "long": long}.items():
        if arguments.only in (None, "tables", part):
            table.run_curves()
    if arguments.only in (None, "tables", "times"):
        for round_number in range(1, arguments.rounds + 1):
            large.run_times(round_number)
    if arguments.only in (None, "tables"):
        for mark, text in {"pretrain": large.times and large.curves and large.losses_and_times(), "pretrain-small": small.curves and small.losses(),
                           "pretrain-grid": grid.curves and grid.grid(), "pretrain-long": long.curves and long.losses()}.items():
            if text:
                print(text)
                write_between(mark, text)


if __name__ == "__main__":
    main()
