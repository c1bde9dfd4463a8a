"""One update of 7.1 million weights with gradients that are there already: this library against PyTorch's AdamW.

    python3 bench/optimizer.py [--rounds 7] [--steps 40] [--threads 2]

Every measurement is a fresh process; the processes of a round follow one another, so that a slow
spell of the machine meets all of them. Printed is the median over the rounds of each process's median, and the median of
its ratios to the peer's update of the same round. Where other programs compete for the processors, one thread gives the
truer ratio: two wait for each other hundreds of times an update. An update takes in the gradients; one in ten selects anew and has a column of its own.
"""
import json
import os
import statistics
import subprocess

from arguments import parser
from program import HERE, PYTHON, build

PROJECT = os.path.join(HERE, "optimizer", "OptimizerBenchmark.csproj")
PROGRAM = os.path.join(HERE, "optimizer", "bin", "Release", "net10.0", "OptimizerBenchmark.dll")
PEER = "PyTorch AdamW"


def run(command, threads):
    # The peer gets the BLAS that shares OpenMP's threads, as the library takes by itself.
    environment = dict(os.environ, OMP_NUM_THREADS=str(threads), LD_LIBRARY_PATH="/usr/lib/x86_64-linux-gnu/openblas-openmp")
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def main():
    arguments = parser(__doc__, rounds=7, steps=40, threads=2).parse_args()

    build(PROJECT)
    methods = {
        "AdamW": "adamw",
        "AdamW, bfloat16": "adamw-bf16",
        "BlockLLM s=0.95": "blockllm",
        "BlockLLM, 8-bit moments": "blockllm-8bit",
        "BlockLLM, bfloat16, masters": "blockllm-bf16",
        "BlockLLM, bfloat16, rounding": "blockllm-bf16-rounding",
    }
    tail = [str(arguments.steps), str(arguments.threads)]
    commands = {PEER: [PYTHON, os.path.join(HERE, "optimizer", "peer.py"), *tail]}
    commands |= {name: ["dotnet", PROGRAM, method, *tail] for name, method in methods.items()}
    rounds = [{name: run(command, arguments.threads) for name, command in commands.items()} for _ in range(arguments.rounds)]

    print(f"{'median of ' + str(arguments.rounds) + ' rounds':30}{'update':>11}{'selection':>11}{'ratio':>8}{'state, MB':>11}")
    for name in commands:
        update, selection = (statistics.median(r[name][part] for r in rounds) for part in ("update", "selection"))
        ratio = statistics.median(r[name]["update"] / r[PEER]["update"] for r in rounds)
        print(f"{name:30}{update:>8.2f} ms" + (f"{selection:>8.1f} ms" if selection else " " * 11) + f"{ratio:>8.2f}{rounds[0][name]['state'] / 1e6:>11.2f}")


if __name__ == "__main__":
    main()
