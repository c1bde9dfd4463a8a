"""Tokens per second of greedy generation with a cache of keys and values: this library against the same LLaMA in PyTorch.

    python3 bench/generation.py [--rounds 5] [--tokens 256] [--only NAME]

Models of three sizes with random weights are made in a temporary folder. Every measurement is a fresh process with two
threads, which first makes 256 tokens that are not counted: .NET compiles while they come. The processes of a round
follow one another, so that a slow spell of the machine meets both. Printed are the median tokens per second over the
rounds, the median of the ratios within a round, and how many tokens were the same.
"""
import os
import statistics
import subprocess
import tempfile

from arguments import parser
from program import HERE, PYTHON, build, run

PROJECT = os.path.join(HERE, "generation", "GenerationBenchmark.csproj")
PROGRAM = os.path.join(HERE, "generation", "bin", "Release", "net10.0", "GenerationBenchmark.dll")
# Width, layers, heads, width of the feed-forward blocks, vocabulary.
SHAPES = {"0.3 M": (64, 5, 8, 172, 512), "15 M": (288, 6, 6, 768, 16000), "110 M": (768, 12, 12, 2048, 16000)}


def main():
    options = parser(__doc__, rounds=5, tokens=256)
    options.add_argument("--only", choices=SHAPES)
    arguments = options.parse_args()

    build(PROJECT)
    print(f"{'weights':10}{'PyTorch':>14}{'this library':>14}{'ratio':>8}{'same tokens':>14}")
    for name, shape in SHAPES.items():
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory() as directory:
                measure(name, shape, directory, arguments)


def measure(name, shape, directory, arguments):
    subprocess.run(["dotnet", PROGRAM, "new", directory, *map(str, shape)], check=True)
    tail = [directory, str(arguments.tokens)]
    peers, ours = [], []
    for _ in range(arguments.rounds):
        peers.append(run([PYTHON, os.path.join(HERE, "generation", "peer.py"), *tail]))
        ours.append(run(["dotnet", PROGRAM, "run", *tail]))
    speeds = [statistics.median(result["tokens_per_second"] for result in results) for results in (peers, ours)]
    ratio = statistics.median(our["tokens_per_second"] / peer["tokens_per_second"] for peer, our in zip(peers, ours))
    same = sum(one == other for one, other in zip(peers[0]["ids"], ours[0]["ids"]))
    print(f"{name:10}{speeds[0]:>12.1f}/s{speeds[1]:>12.1f}/s{ratio:>8.2f}{same:>7} of {arguments.tokens}", flush=True)


if __name__ == "__main__":
    main()
