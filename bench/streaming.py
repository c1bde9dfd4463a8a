"""Trains a language model for 50 updates on a text file of 200 MB and on one of 2 MB: the memory that both take, and how long a step waits for its data.

    python3 bench/streaming.py [--steps 50] [--rounds 3] [--threads 2] [--text FILE]

The files are the text over and over. Every run is a fresh process; runs alternate, and the medians of the rounds are printed. The first step waits until the buffer for shuffling is full, so what the others wait is told by itself.
"""
import json
import os
import statistics
import subprocess
import tempfile

from arguments import parser
from program import DATA, HERE, build

PROJECT = os.path.join(HERE, "streaming", "StreamingBenchmark.csproj")
PROGRAM = os.path.join(HERE, "streaming", "bin", "Release", "net10.0", "StreamingBenchmark.dll")
SIZES = {"2 MB": 2_000_000, "200 MB": 200_000_000}


def write_text(source, path, size):
    with open(source, "rb") as file:
        text = file.read()
    with open(path, "wb") as file:
        while file.tell() < size:
            file.write(text[:size - file.tell()])


def main():
    arguments = parser(__doc__, steps=50, rounds=3, threads=2, text=os.path.join(DATA, "lm", "tinyshakespeare.txt")).parse_args()

    build(PROJECT)
    runs = {name: [] for name in SIZES}
    with tempfile.TemporaryDirectory() as folder:
        for name, size in SIZES.items():
            write_text(arguments.text, os.path.join(folder, name), size)
        for name in list(SIZES) * arguments.rounds:
            command = ["dotnet", PROGRAM, os.path.join(folder, name), str(arguments.steps)]
            output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS=str(arguments.threads))).stdout
            runs[name].append(json.loads(output.splitlines()[-1]))

    medians = {name: {key: statistics.median(run[key] for run in results) for key in results[0]} for name, results in runs.items()}
    print(f"{'file':>8}{'peak memory':>14}{'step':>10}{'of it waiting':>16}{'without the first step':>25}")
    for name, median in medians.items():
        total, waiting, first = (arguments.steps * median["step_seconds"], arguments.steps * median["waiting_seconds"], median["first_waiting_seconds"])
        print(f"{name:>8}{median['peak_memory'] / 2**20:>10.0f} MiB{1000 * total / arguments.steps:>7.0f} ms{waiting / total:>16.1%}{(waiting - first) / (total - first):>25.2%}")
    small, large = (median["peak_memory"] for median in medians.values())
    print(f"peak memory of the large file, of the small one's: {large / small:.3f}")


if __name__ == "__main__":
    main()
