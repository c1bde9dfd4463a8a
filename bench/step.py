"""One training step of the USE-lite classifier (batch 32 x 64 tokens): this library against the same step in PyTorch.

    python3 bench/step.py [--rounds 11] [--steps 12] [--model DIRECTORY]

Every measurement is a fresh process with two threads; the processes of a round follow one another, so that a slow
spell of the machine meets all of them. Printed is the median over the rounds of each process's median step, the median
of its ratios to the peer's step of the same round, and the ratio of the fastest rounds: on a shared machine a process may
run a fifth slower than the next from first to last, and the fastest rounds are those that met the least of it.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.join(HERE, "step", "StepBenchmark.csproj")
PROGRAM = os.path.join(HERE, "step", "bin", "Release", "net10.0", "StepBenchmark.dll")
# Debian's PyTorch is in the Python of the system.
PYTHON = "/usr/bin/python3"
PARTS = ["step", "forward", "backward", "optimizer"]


def model_directory():
    cache = os.environ.get("BLOCKLLM_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "blockllm")
    return os.path.join(cache, "models", "use-lite")


def run(command):
    environment = dict(os.environ)
    if command[0] == PYTHON:
        # The peer gets what the library sets by itself: threads, and the BLAS that shares OpenMP's.
        environment.update(OMP_NUM_THREADS="2", LD_LIBRARY_PATH="/usr/lib/x86_64-linux-gnu/openblas-openmp")
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11)
    parser.add_argument("--steps", type=int, default=12)
    parser.add_argument("--model", default=model_directory())
    arguments = parser.parse_args()

    subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
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
