"""The memory plan against measured memory, for several models and options.

    python3 bench/memory.py [--model DIRECTORY]

Every line is a fresh process with two threads. Measured is the peak resident set of three steps, two of them selecting, minus the
resident set after loading; libtorch and the runtime have warmed up on a tiny model before.
"""
import argparse
import json
import os
import subprocess
import sys

from step import HERE, model_directory

PROJECT = os.path.join(HERE, "memory", "MemoryBenchmark.csproj")
PROGRAM = os.path.join(HERE, "memory", "bin", "Release", "net10.0", "MemoryBenchmark.dll")
CASES = [
    ("use-lite", "adamw", 32, 64, "none"),
    ("use-lite", "blockllm", 64, 128, "none"),
    ("use-lite", "blockllm", 64, 128, "all"),
    ("llama", "adamw", 4, 256, "none"),
    ("llama", "adamw", 4, 256, "all"),
    ("llama", "blockllm", 4, 256, "none"),
    ("llama", "blockllm", 8, 256, "all"),
]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default=model_directory())
    arguments = parser.parse_args()

    subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    print(f"{'model':10}{'method':10}{'batch':>6}{'tokens':>7}{'recompute':>10}{'weights':>10}{'planned':>10}{'measured':>10}{'plan off':>9}  peak")
    for family, method, batch, length, recompute in CASES:
        command = ["dotnet", PROGRAM, family, method, str(batch), str(length), recompute, arguments.model]
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ, OMP_NUM_THREADS="2")).stdout
        result = json.loads(output.splitlines()[-1])
        mib = {key: result[key] / 2**20 for key in ("weights", "planned", "measured")}
        print(f"{family:10}{method:10}{batch:>6}{length:>7}{recompute:>10}" + "".join(f"{value:>6.0f} MiB" for value in mib.values())
              + f"{mib['planned'] / mib['measured'] - 1:>+9.1%}  {result['moment']}", flush=True)


if __name__ == "__main__":
    main()
