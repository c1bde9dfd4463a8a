"""The defaults of BlockLLM in fine-tuning, one changed at a time: the USE-lite classifier on TREC-6, by `blockllm compare`.

    python3 bench/defaults.py [--seeds 1,2,3] [--threads 1] [--out FOLDER] [--tool DLL] [--only-tables]

Every row is the first one but for what it names, at one learning rate, over the same three epochs of 800 training rows: 150 updates. The patience is 10 updates instead of 100, so that a run selects
often enough for a selection to matter. Every training is a fresh process, and one that is there already in FOLDER is not made again. The table goes to docs/benchmarks.md.
"""
import argparse
import os
import statistics
import subprocess

from page import write_between
from rivals import BATCH, CLASSIFY, ROOT, prepare, publish_tool, results_of

TASK, EPOCHS, RATE = "trec", 3, 0.003
BASE = {"patience": 10, "sparsity": 0.95}
ROWS = {
    "as said": {},
    "patience 25": {"patience": 25},
    "patience 100, the default": {"patience": 100},
    "a fixed period of 10": {"reselection": "fixed-period"},
    "a plateau of the loss": {"reselection": "loss-plateau"},
    "blocks taken up to the budget": {"take-factor": 1},
    "blocks taken up to 4 times the budget": {"take-factor": 4},
    "all blocks taken": {"take-factor": 20},
    "all blocks taken, weights at random": {"take-factor": 20, "mask-by": "random"},
    "weights at random": {"mask-by": "random"},
    "whole blocks, no mask": {"mask-coordinates": "false"},
    "moments reset": {"carry-moments": "false"},
    "no visit share": {"use-visit-share": "false"},
    "random selection": {"sampling": "random"},
    "depth-aware": {"depth-aware": "true"},
    "one layer at a time, weights of it at random, depth-aware": {"granularity": "layer", "take-factor": 1, "mask-by": "random", "depth-aware": "true"},
    "warm-up of newly active weights over 10 updates": {"warmup-updates": 10},
    "sign steps of a tenth": {"sign-step-rate": 0.1},
    "tensors as blocks": {"granularity": "tensor"},
    "layers as blocks": {"granularity": "layer"},
    "norms over the root of the size": {"score": "size-normalized"},
    "smoothed norms": {"norm-smoothing": 0.8},
    "norms of 2 blocks at each update, no probe": {"norms": "sampled-blocks", "sampled-blocks": 2},
    "moments of 8 bits": {"moments": "eight-bit"},
    "bfloat16, masters": {"weight-type": "bfloat16"},
    "bfloat16, stochastic rounding": {"weight-type": "bfloat16", "low-precision": "stochastic-rounding"},
    "s = 0.5": {"sparsity": 0.5},
    "s = 0.8": {"sparsity": 0.8},
    "s = 0.9": {"sparsity": 0.9},
    "s = 0.99": {"sparsity": 0.99},
}


def folder_of(out, name):
    return os.path.join(out, "rows", name.replace(" ", "-").replace(",", ""))


def run(tool, name, seeds, threads, out):
    command, _ = prepare(TASK, os.path.join(out, TASK))
    steps = EPOCHS * CLASSIFY[TASK][3] // BATCH
    settings = [part for key, value in {**BASE, **ROWS[name]}.items() for part in (f"--{key}", str(value))]
    command[command.index("--epochs") + 1] = str(EPOCHS)
    subprocess.run(["dotnet", tool, "compare", *command, "--validation", os.path.join(out, TASK, "test.tsv"), "--evaluation-interval", str(steps), "--output", folder_of(out, name), "--methods", "blockllm",
                    "--learning-rates", str(RATE), "--seeds", seeds, "--freed-memory", "returned", "--restore-best", "false", "--threads", str(threads), *settings],
                   stdout=subprocess.DEVNULL, env=dict(os.environ, OMP_NUM_THREADS=str(threads)))


def table(out):
    lines = ["| | accuracy | loss | memory | selections |", "|---|---|---|---|---|"]
    for name in ROWS:
        _, results = results_of("blockllm", folder_of(out, name))
        if not results:
            continue
        accuracies, losses = ([result["validation"][figure] for result in results] for figure in ("accuracy", "log_loss"))
        spread = f" ± {statistics.stdev(accuracies):.3f}" if len(accuracies) > 1 else ""
        memory = max(result["memory"]["measured"] for result in results) / 2**20
        lines.append(f"| {name} | {statistics.mean(accuracies):.3f}{spread} | {statistics.mean(losses):.3f} | {memory:.0f} MiB | {statistics.mean(result['selections'] for result in results):.1f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", default="1,2,3")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", default=os.path.join(ROOT, "artifacts", "defaults"))
    parser.add_argument("--tool", help="the blockllm.dll to run; by default it is built")
    parser.add_argument("--only-tables", action="store_true", help="make the table of the trainings that there are")
    arguments = parser.parse_args()
    if not arguments.only_tables:
        tool = arguments.tool or publish_tool(arguments.out)
        for name in ROWS:
            run(tool, name, arguments.seeds, arguments.threads, arguments.out)
    text = table(arguments.out)
    print(text)
    write_between("defaults", text)


if __name__ == "__main__":
    main()
