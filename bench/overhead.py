"""What a training step of BlockLLM takes beside the arithmetic of forward and backward: calls, the optimizer, selections.

    python3 bench/overhead.py [--rounds 3] [--threads 2]

Calls: forward and backward of a model with the same layers, so narrow and with so few tokens that its arithmetic costs next to nothing, as a share of the full step between two selections. It bounds
interop and managed code from above, but for two things: over a large vocabulary the head runs on some tokens at a time, here on all at once; and the calls of the optimizer, which goes by pieces, are in its own share.
The full steps, the optimizer's share of them and what selections take are those of bench/workloads.py, which runs first. The table goes to docs/benchmarks.md.
"""
import json
import statistics
import sys

from arguments import parser
from page import commit, environment, write_between
from program import build, model_directory, run
from workloads import INTERVAL, METHODS, PROGRAM, PROJECT, RAW, WORKLOADS, selection_share, typical

NAMES = ["BlockLLM, s = 0.95", "BlockLLM, s = 0.95, bfloat16"]
THIN_BATCH, THIN_TOKENS = 1, 4


def thin(workload, name, threads):
    model, _, _, layers, _ = WORKLOADS[workload]
    result = run(["dotnet", PROGRAM, METHODS[name][1], f"{model}-thin", str(THIN_BATCH), str(THIN_TOKENS), str(10 * layers), str(threads), model_directory(), "2"])
    # The median: some of so short steps meet a compilation or a collection.
    return statistics.median(step["forward"] + step["backward"] for step in result["steps"] if not step["selected"])


def main():
    arguments = parser(__doc__, "no-build", rounds=3, threads=2).parse_args()

    if not arguments.no_build:
        build(PROJECT)
    with open(RAW, encoding="utf-8") as file:
        raw = json.load(file)
    lines = [f"Calls: threads: {arguments.threads}, rounds: {arguments.rounds}, commit {commit()}; {environment()}.", "",
             f"| | step | calls, at most | optimizer | selections, one in {INTERVAL} steps |", "|---|---|---|---|---|"]
    for workload in ("B", "C"):
        for name in NAMES:
            results = [one["methods"][name] for one in raw[workload]]
            step, optimizer = (statistics.median(typical(result, part) for result in results) for part in ("step", "optimizer"))
            calls = statistics.median(thin(workload, name, arguments.threads) for _ in range(arguments.rounds))
            lines.append(f"| {workload}, {name} | {step:.0f} ms | {calls:.1f} ms, {calls / step:.1%} | {optimizer / step:.1%} | {statistics.median(map(selection_share, results)):.1%} |")
            print(lines[-1], file=sys.stderr, flush=True)
    write_between("overhead", "\n".join(lines))


if __name__ == "__main__":
    main()
