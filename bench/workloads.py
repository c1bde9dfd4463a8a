"""Training steps of three workloads, ours beside peers in PyTorch: time, its parts, memory.

    python3 bench/workloads.py [--workload A B C] [--rounds 3] [--steps 5] [--threads 2] [--add] [--nothing-set]

Every measurement is a fresh process; the methods of a workload follow one another, round after round, and each is compared with PyTorch's AdamW of the same round. A step of BlockLLM costs more the deeper its
layer lies, so its rows select after every other step, as often as the model has layers, and tell the mean of the steps between; what a selection takes more than such a step is told as a share of the time when
one in a hundred steps selects. Rounds go to docs/benchmarks/workloads.json, each with its commit, and the table to docs/benchmarks.md; workloads that are left out keep what they had, and --add keeps earlier
rounds too. On a machine with other work on it, take one thread and compare processor time.

With --nothing-set, workload B alone, as somebody gets it who sets nothing: no variable of the environment for threads but OpenBLAS's own, no call for the number of threads, neither in PyTorch nor for us; beside PyTorch's
AdamW as the other tables have it. These rounds go to docs/benchmarks/nothing-set.json and have a short table of their own. Two pools of threads that spin against each other make a step of PyTorch take some 17 seconds
on two cores: take few steps.
"""
import json
import os
import statistics
import sys

from arguments import parser
from page import commit, environment, write_between
from program import HERE, PYTHON, build, model_directory, run

PROJECT = os.path.join(HERE, "workloads", "WorkloadsBenchmark.csproj")
PROGRAM = os.path.join(HERE, "workloads", "bin", "Release", "net10.0", "WorkloadsBenchmark.dll")
PEER = os.path.join(HERE, "workloads", "peer.py")
RAW, RAW_NOTHING_SET = (os.path.join(HERE, "..", "docs", "benchmarks", name) for name in ("workloads.json", "nothing-set.json"))
# Model, batch, tokens, layers.
WORKLOADS = {
    "A": ("llama", 8, 256, 8, "byte-level LLaMA, dim 384, 8 layers, 8 × 256 tokens"),
    "B": ("llama-134m", 4, 128, 12, "LLaMA, dim 768, 12 layers, vocabulary 32,000, 4 × 128 tokens"),
    "C": ("bert-base", 16, 128, 12, "BERT-base classifier, 16 × 128 tokens"),
}
# Between selections whose cost is told.
INTERVAL = 100
REFERENCE = "PyTorch AdamW"
METHODS = {
    REFERENCE: ("peer", "adamw"),
    "PyTorch LoRA, r = 8": ("peer", "lora"),
    "PyTorch, released BlockLLM rule, s = 0.95": ("peer", "released"),
    "PyTorch, forward only": ("peer", "forward"),
    "PyTorch AdamW, bfloat16": ("peer", "adamw-bf16"),
    "PyTorch LoRA, r = 8, bfloat16": ("peer", "lora-bf16"),
    "PyTorch, released BlockLLM rule, s = 0.95, bfloat16": ("peer", "released-bf16"),
    "PyTorch, forward only, bfloat16": ("peer", "forward-bf16"),
    "AdamW": ("ours", "adamw"),
    "BlockLLM, s = 0.95": ("ours", "blockllm"),
    "BlockLLM, s = 0.95, lean": ("ours", "blockllm-lean"),
    "forward only": ("ours", "forward"),
    "BlockLLM, s = 0.95, bfloat16": ("ours", "blockllm-bf16"),
    "BlockLLM, s = 0.95, bfloat16, lean": ("ours", "blockllm-bf16-lean"),
    "forward only, bfloat16": ("ours", "forward-bf16"),
}
NOTHING_SET = {
    "PyTorch AdamW, nothing set": ("peer", "adamw"),
    "AdamW, nothing set": ("ours", "adamw"),
    "BlockLLM, s = 0.95, nothing set": ("ours", "blockllm"),
}


def measure(side, name, workload, steps, threads):
    """A process of one method; without a number of threads, with nothing set."""
    model, batch, tokens, layers, _ = WORKLOADS[workload]
    selects = name.startswith("blockllm")
    arguments = [name, model, str(batch), str(tokens), str(2 * layers if selects else steps), str(threads or 0)]
    command = [PYTHON, PEER, *arguments] if side == "peer" else ["dotnet", PROGRAM, *arguments, model_directory(), *(["2"] if selects else [])]
    return run(command, nothing_set=threads is None)


def measure_round(methods, workload, steps, threads):
    results = {}
    for method, (side, name) in methods.items():
        results[method] = measure(side, name, workload, steps, None if method in NOTHING_SET else threads)
        print(f"{workload}, {method}: {typical(results[method], 'step'):.0f} ms", file=sys.stderr, flush=True)
    return {"commit": commit(), "environment": environment(), "threads": threads, "methods": results}


def typical(result, part):
    """The median step; of a method that selects, the mean of those that do not, since each has the cost of its layer."""
    if any(step.get("selected") for step in result["steps"]):
        return statistics.mean(step[part] for step in result["steps"] if not step["selected"])
    return statistics.median(step[part] for step in result["steps"])


def selection_share(result):
    """Of the time, what selections take, one in INTERVAL steps; None where there are none."""
    selecting = [step["step"] for step in result["steps"] if step.get("selected")]
    if not selecting:
        return None
    step = typical(result, "step")
    extra = statistics.mean(selecting) - step
    return extra / (INTERVAL * step + extra)


def spread(values):
    """The median, and from where to where where they differ."""
    low, high = (f"{end:.2f}" for end in (min(values), max(values)))
    return f"{statistics.median(values):.2f}" + (f" ({low}–{high})" if low != high else "")


def row(method, rounds, tokens):
    def median(of):
        return statistics.median(of(one["methods"][method]) for one in rounds)

    def ratios(of):
        return spread([of(one["methods"][method]) / of(one["methods"][REFERENCE]) for one in rounds])

    step, parts = median(lambda result: typical(result, "step")), ", ".join(f"{median(lambda result: typical(result, part)):.0f}" for part in ("forward", "backward", "optimizer"))
    selects = selection_share(rounds[0]["methods"][method]) is not None
    weights = median(lambda result: result["weights"]) * (2 if "bfloat16" in method else 4)
    cells = [method, f"{step:.0f} ms", ratios(lambda result: typical(result, "step")), ratios(lambda result: typical(result, "cpu")), f"{parts} ms", f"{median(selection_share):.1%}" if selects else "",
             f"{1000 * tokens / step:.0f}", f"{median(lambda result: result['training']) / 2**20:.0f} MiB", ratios(lambda result: result["training"]), f"{median(lambda result: result['loaded']) / 2**20:.0f} MiB", f"{weights / 2**20:.0f} MiB"]
    return "| " + " | ".join(cells) + " |"


def table(raw):
    lines = []
    for workload, rounds in sorted(raw.items()):
        _, batch, tokens, _, title = WORKLOADS[workload]
        steps = ", ".join(str(len(one["methods"][REFERENCE]["steps"])) for one in rounds)
        lines += [f"**{workload}**: {title}; threads: {rounds[0]['threads']}, rounds: {len(rounds)}, steps of a median in each: {steps}, commits {', '.join(sorted({one['commit'] for one in rounds}))}; {rounds[-1]['environment']}.", "",
                  "| method | step | of AdamW's | processor time, of AdamW's | forward, backward, optimizer | selections | tokens/s | training memory | of AdamW's | loaded program | weights |",
                  "|---|---|---|---|---|---|---|---|---|---|---|"]
        lines += [*(row(method, rounds, batch * tokens) for method in METHODS), ""]
    return "\n".join(lines).rstrip()


# Of PyTorch AdamW's step and memory, in 32 bits.
GOALS = {"BlockLLM, s = 0.95": (0.28, 0.20), "BlockLLM, s = 0.95, lean": (0.45, 0.10), "BlockLLM, s = 0.95, bfloat16": (0.28, 0.20), "BlockLLM, s = 0.95, bfloat16, lean": (0.45, 0.10)}


def goals(raw):
    """Step and memory of BlockLLM beside the goals, bold where these are reached, and beside AdamW with weights of the same type."""
    workloads = sorted(raw)
    lines = ["| of AdamW's step, memory | goal | " + " | ".join(workloads) + " | " + " | ".join(f"{workload}, of AdamW in bfloat16" for workload in workloads) + " |", "|---" * (2 + 2 * len(workloads)) + "|"]
    for method, goal in GOALS.items():
        def ratios(workload, reference):
            rounds = raw[workload]
            return [statistics.median(of(one["methods"][method]) / of(one["methods"][reference]) for one in rounds) for of in (lambda result: typical(result, "step"), lambda result: result["training"])]

        reached = [", ".join(f"**{ratio:.2f}**" if ratio <= limit else f"{ratio:.2f}" for ratio, limit in zip(ratios(workload, REFERENCE), goal)) for workload in workloads]
        same = [", ".join(f"{ratio:.2f}" for ratio in ratios(workload, REFERENCE + ", bfloat16")) if "bfloat16" in method else "" for workload in workloads]
        lines.append(f"| {method} | {goal[0]:.2f}, {goal[1]:.2f} | " + " | ".join(reached + same) + " |")
    return "\n".join(lines)


def read(path):
    if not os.path.exists(path):
        return {}
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def nothing_set_table(raw):
    lines = []
    for workload, rounds in sorted(raw.items()):
        lines += [f"**{workload}**: {WORKLOADS[workload][-1]}; rounds: {len(rounds)}, steps of a median in each: {', '.join(str(len(one['methods'][REFERENCE]['steps'])) for one in rounds)}, "
                  f"commits {', '.join(sorted({one['commit'] for one in rounds}))}; {rounds[-1]['environment']}.", "",
                  "| method | step | of PyTorch's, all set | of PyTorch's, nothing set | forward, backward, optimizer |", "|---|---|---|---|---|"]
        for method in (REFERENCE, *NOTHING_SET):
            def median(part, method=method):
                return statistics.median(typical(one["methods"][method], part) for one in rounds)

            ratios = (spread([typical(one["methods"][method], "step") / typical(one["methods"][reference], "step") for one in rounds]) for reference in (REFERENCE, next(iter(NOTHING_SET))))
            parts = ", ".join(f"{median(part):.0f}" for part in ("forward", "backward", "optimizer"))
            title = f"{method}, {rounds[-1]['threads']} threads, OpenMP's BLAS" if method == REFERENCE else method
            lines.append(f"| {title} | {median('step'):.0f} ms | {' | '.join(ratios)} | {parts} ms |")
        lines.append("")
    return "\n".join(lines).rstrip()


def main():
    options = parser(__doc__, "no-build", rounds=3, steps=5, threads=2)
    options.add_argument("--workload", nargs="+", choices=WORKLOADS, help="default: all; with nothing set, B")
    options.add_argument("--add", action="store_true", help="keep the rounds that there are, and add these")
    options.add_argument("--nothing-set", action="store_true", help="only compare what a user gets who sets nothing")
    arguments = options.parse_args()

    if not arguments.no_build:
        build(PROJECT)
    methods, workloads, path = METHODS, WORKLOADS, RAW
    if arguments.nothing_set:
        methods, workloads, path = {REFERENCE: METHODS[REFERENCE], **NOTHING_SET}, ["B"], RAW_NOTHING_SET
    raw = read(path)
    for workload in arguments.workload or workloads:
        rounds = raw.get(workload, []) if arguments.add else []
        for _ in range(arguments.rounds):
            rounds.append(measure_round(methods, workload, arguments.steps, arguments.threads))
        raw[workload] = rounds
        with open(path, "w", encoding="utf-8") as file:
            json.dump(raw, file, indent=1)
            file.write("\n")
    if arguments.nothing_set:
        write_between("nothing-set", nothing_set_table(raw))
    else:
        write_between("workloads-goals", goals(raw))
        write_between("workloads", table(raw))


if __name__ == "__main__":
    main()
