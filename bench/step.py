"""One training step of the USE-lite classifier (batch 32 x 64 tokens): this library against the same step in PyTorch.

    python3 bench/step.py [--rounds 11] [--steps 12] [--model DIRECTORY]

Every measurement is a fresh process with two threads; the processes of a round follow one another, so that a slow
spell of the machine meets all of them. Printed is the median over the rounds of each process's median step, the median
of its ratios to the peer's step of the same round, and the ratio of the fastest rounds: on a shared machine a process may
run a fifth slower than the next from first to last, and the fastest rounds are those that met the least of it.
"""
import os
import statistics

from arguments import parser
from program import HERE, PYTHON, build, model_directory, run

PROJECT = os.path.join(HERE, "step", "StepBenchmark.csproj")
PROGRAM = os.path.join(HERE, "step", "bin", "Release", "net10.0", "StepBenchmark.dll")
PARTS = ["step", "forward", "backward", "optimizer"]


def main():
    arguments = parser(__doc__, rounds=11, steps=12, model=model_directory()).parse_args()

    build(PROJECT)
    tail = [arguments.model, str(arguments.steps)]
    commands = {
        "PyTorch AdamW": [PYTHON, os.path.join(HERE, "step", "peer.py"), *tail],
        "AdamW": ["dotnet", PROGRAM, "adamw", *tail],
        "BlockLLM s=0.95": ["dotnet", PROGRAM, "blockllm", *tail],
    }
    rounds = [{name: run(command) for name, command in commands.items()} for _ in range(arguments.rounds)]

    print(f"{'median of ' + str(arguments.rounds) + ' rounds':20}" + "".join(f"{part:>11}" for part in PARTS) + f"{'ratio':>9}{'fastest':>10}")
    for name in commands:
        parts = "".join(f"{statistics.median(r[name][part] for r in rounds):>8.1f} ms" for part in PARTS)
        ratio = statistics.median(r[name]["step"] / r["PyTorch AdamW"]["step"] for r in rounds)
        fastest = min(r[name]["step"] for r in rounds) / min(r["PyTorch AdamW"]["step"] for r in rounds)
        print(f"{name:20}{parts}{ratio:>9.2f}{fastest:>10.2f}")


if __name__ == "__main__":
    main()
