"""What a training step of ours costs beside the arithmetic of forward and backward: calls, the optimizer, selections.

    python3 bench/overhead.py [--workload B C] [--rounds 3] [--steps 7] [--threads 2]

Calls: forward and backward of a model with the same layers, so narrow and with so few tokens that its arithmetic costs next to nothing, as a share of the full step between two selections. It bounds
interop and managed code from above, but for two things: over a large vocabulary the head runs on some tokens at a time, here on all at once; and the calls of the optimizer, which goes by pieces, are in its own share.
A selection: what a step that selects takes more than one that does not, in such steps, and as a share of the time when one in a hundred selects.
Every measurement is a fresh process; those of a round follow one another.
"""
import argparse
import statistics
import subprocess
import sys

from step import model_directory, run
from workloads import PROGRAM, PROJECT, WORKLOADS

METHODS = {"BlockLLM, s = 0.95": "blockllm", "BlockLLM, s = 0.95, bfloat16": "blockllm-bf16"}
THIN_BATCH, THIN_TOKENS = 1, 4
PERIOD, INTERVAL = 3, 100


def measure(method, model, batch, tokens, steps, threads):
    return run(["dotnet", PROGRAM, method, model, str(batch), str(tokens), str(steps), str(threads), model_directory(), str(PERIOD)])["steps"]


def shares(full, thin):
    """Of one round: time of a step between selections, then the shares of calls and optimizer, and what a selection costs, in steps."""
    selecting, between = ([step for step in full if step["selected"] is selected] for selected in (True, False))
    step = middle(between, "step")
    calls = middle([step for step in thin if not step["selected"]], "forward", "backward")
    return step, calls / step, middle(between, "optimizer") / step, middle(selecting, "step") / step - 1


def middle(steps, *parts):
    return statistics.median(sum(step[part] for part in parts) for step in steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workload", nargs="+", choices=["B", "C"], default=["B", "C"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=7)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--no-build", action="store_true", help="run what was built before")
    arguments = parser.parse_args()

    if not arguments.no_build:
        subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    print(f"| {arguments.threads} thread(s), rounds: {arguments.rounds} | step | calls, at most | optimizer | a selection, in steps | one in {INTERVAL} steps |\n|---|---|---|---|---|---|")
    for workload in arguments.workload:
        model, batch, tokens, _, title = WORKLOADS[workload]
        for name, method in METHODS.items():
            rounds = []
            for _ in range(arguments.rounds):
                full = measure(method, model, batch, tokens, arguments.steps, arguments.threads)
                thin = measure(method, f"{model}-thin", THIN_BATCH, THIN_TOKENS, 10 * arguments.steps, arguments.threads)
                rounds.append(shares(full, thin))
            step, calls, optimizer, selection = (statistics.median(values) for values in zip(*rounds))
            print(f"| **{workload}**: {title}; {name} | {step:.0f} ms | {calls:.1%} | {optimizer:.1%} | {selection:.1f} | {selection / (INTERVAL + selection):.1%} |", flush=True)


if __name__ == "__main__":
    main()
