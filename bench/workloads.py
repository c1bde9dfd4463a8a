"""Training steps of three workloads, ours beside peers in PyTorch: time, its parts, memory.

    python3 bench/workloads.py [--workload A B C] [--rounds 3] [--steps 5] [--threads 2] [--add]

Every measurement is a fresh process; the methods of a workload follow one another, round after round, and each is compared with PyTorch's AdamW of the same round. A step of BlockLLM costs more the deeper its
layer lies, so its rows select after every other step, as often as the model has layers, and tell the mean of the steps between; what a selection takes more than such a step is told as a share of the time when
one in a hundred steps selects. Rounds go to docs/benchmarks/workloads.json, each with its commit, and the table to docs/benchmarks.md; workloads that are left out keep what they had, and --add keeps earlier
rounds too. On a machine with other work on it, take one thread and compare processor time.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from page import commit, environment, write_between
from step import HERE, PYTHON, model_directory, run

PROJECT = os.path.join(HERE, "workloads", "WorkloadsBenchmark.csproj")
PROGRAM = os.path.join(HERE, "workloads", "bin", "Release", "net10.0", "WorkloadsBenchmark.dll")
PEER = os.path.join(HERE, "workloads", "peer.py")
RAW = os.path.join(HERE, "..", "docs", "benchmarks", "workloads.json")
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


def measure(method, workload, steps, threads):
    side, name = METHODS[method]
    model, batch, tokens, layers, _ = WORKLOADS[workload]
    selects = name.startswith("blockllm")
    arguments = [name, model, str(batch), str(tokens), str(2 * layers if selects else steps), str(threads)]
    return run([PYTHON, PEER, *arguments] if side == "peer" else ["dotnet", PROGRAM, *arguments, model_directory(), *(["2"] if selects else [])])


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--add", action="store_true", help="keep the rounds that there are, and add these")
    parser.add_argument("--no-build", action="store_true", help="run what was built before")
    arguments = parser.parse_args()

    if not arguments.no_build:
        subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    with open(RAW, encoding="utf-8") as file:
        raw = json.load(file)
    for workload in arguments.workload:
        rounds = raw.get(workload, []) if arguments.add else []
        for _ in range(arguments.rounds):
            methods = {}
            for method in METHODS:
                methods[method] = measure(method, workload, arguments.steps, arguments.threads)
                print(f"{workload}, {method}: {typical(methods[method], 'step'):.0f} ms", file=sys.stderr, flush=True)
            rounds.append({"commit": commit(), "environment": environment(), "threads": arguments.threads, "methods": methods})
        raw[workload] = rounds
        with open(RAW, "w", encoding="utf-8") as file:
            json.dump(raw, file, indent=1)
            file.write("\n")
    write_between("workloads-goals", goals(raw))
    write_between("workloads", table(raw))


if __name__ == "__main__":
    main()
