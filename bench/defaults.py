"""The defaults of BlockLLM in fine-tuning, one changed at a time: the USE-lite classifier on TREC-6, by `blockllm compare`.

    python3 bench/defaults.py [--rates 0.001,0.003] [--seeds 1,2,3] [--threads 1] [--out FOLDER] [--tool DLL] [--only-tables]

What is varied: when selections are made and how many of them, how blocks are scored, drawn and cut, how much of them is taken, which of their weights the mask keeps, what newly active weights begin with and how
fast they go, sign steps of the others, moments of 8 bits, and the sparsity. Every row is the first one but for what it names, over three epochs of 800 training rows: 150 updates. The first row has the
defaults of the trainers but for the patience, 10 updates instead of 100, so that a run selects often enough for selections to matter. Defaults are chosen by this table, so its figures are of 500 further training
rows, and the test data is not touched. A setting may only look better since it suits a rate, so every row has several.

A training takes some 25 seconds on one core, all of them about 40 minutes at each rate with three seeds; the rates follow one another. Every training is a fresh process, and one that is there already in FOLDER is not
made again, so the command goes on where it was stopped. Rows that are not there as a whole are left out. The table goes to docs/benchmarks.md.
"""
import os
import statistics

from arguments import parser
from page import write_between
from program import ROOT
from rivals import prepare, publish_tool, results_of, train

TASK, HELD, EPOCHS = "trec", 500, 3
BASE = {"sparsity": 0.95, "patience": 10}
ONCE = {"reselection": "fixed-period", "patience": 500}
ROWS = {
    "as it comes, but for a patience of 10": {},
    "patience 25": {"patience": 25},
    "patience 100, the default": {"patience": 100},
    "a fixed period of 10": {"reselection": "fixed-period"},
    "a plateau of the loss over 10": {"reselection": "loss-plateau"},
    "one selection": ONCE,
    "norms over the root of the size": {"score": "size-normalized"},
    "smoothed norms": {"norm-smoothing": 0.8},
    "norms of 2 blocks at each update, no probe": {"norms": "sampled-blocks", "sampled-blocks": 2},
    "no visit share": {"use-visit-share": "false"},
    "random selection": {"sampling": "random"},
    "depth-aware": {"depth-aware": "true"},
    "tensors as blocks": {"granularity": "tensor"},
    "layers as blocks": {"granularity": "layer"},
    "blocks taken up to the budget": {"take-factor": 1},
    "blocks taken up to 4 times the budget": {"take-factor": 4},
    "all blocks taken": {"take-factor": 20},
    "a block at most a tenth of the budget": {"max-block-share": 0.1},
    "whole blocks, no mask": {"mask-coordinates": "false"},
    "weights at random": {"mask-by": "random"},
    "weights at random, one selection": {"mask-by": "random", **ONCE},
    "all blocks taken, weights at random": {"take-factor": 20, "mask-by": "random"},
    "all blocks taken, weights at random, one selection": {"take-factor": 20, "mask-by": "random", **ONCE},
    "one layer at a time, weights of it at random, depth-aware": {"granularity": "layer", "take-factor": 1, "mask-by": "random", "depth-aware": "true"},
    "moments reset": {"carry-moments": "false"},
    "warm-up of newly active weights over 10 updates": {"warmup-updates": 10},
    "sign steps of a tenth": {"sign-step-rate": 0.1},
    "moments of 8 bits": {"moments": "eight-bit"},
    "s = 0.8": {"sparsity": 0.8},
    "s = 0.9": {"sparsity": 0.9},
    "s = 0.99": {"sparsity": 0.99},
}


def folder_of(out, name, rate):
    return os.path.join(out, f"rate-{rate:g}", name.replace(",", "").replace(" = ", "-").replace(" ", "-"))


def run(tool, name, rate, seeds, threads, out):
    command, steps = prepare(TASK, os.path.join(out, TASK), HELD, EPOCHS)
    train(tool, command, os.path.join(out, TASK, "held.tsv"), steps, "blockllm", {**BASE, **ROWS[name]}, rate, seeds, threads, folder_of(out, name, rate))


def spread(values):
    return f"{statistics.mean(values):.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")


def quality(results):
    """Accuracy and loss on the held-out rows."""
    return ", ".join(spread([result["validation"][figure] for result in results]) for figure in ("accuracy", "log_loss")) if results else ""


def table(out, rates):
    """A line for each row, with its quality at each rate; memory is the largest peak, selections are a mean."""
    lines = ["| | " + " | ".join(f"accuracy, loss at {rate:g}" for rate in rates) + " | memory | selections |", "|---" * (3 + len(rates)) + "|"]
    for name in ROWS:
        of_rates = [results_of("blockllm", folder_of(out, name, rate))[1] for rate in rates]
        results = [result for of_rate in of_rates for result in of_rate]
        if results:
            memory = max(result["memory"]["measured"] for result in results) / 2**20
            selections = statistics.mean(result["selections"] for result in results)
            lines.append(f"| {name} | " + " | ".join(map(quality, of_rates)) + f" | {memory:.0f} MiB | {selections:.1f} |")
    return "\n".join(lines)


def main():
    arguments = parser(__doc__, "only-tables", "tool", rates="0.001,0.003", seeds="1,2,3", threads=1, out=os.path.join(ROOT, "artifacts", "defaults")).parse_args()

    rates = [float(rate) for rate in arguments.rates.split(",")]
    if not arguments.only_tables:
        tool = arguments.tool or publish_tool(arguments.out)
        for rate in rates:
            for name in ROWS:
                run(tool, name, rate, arguments.seeds, arguments.threads, arguments.out)
    text = table(arguments.out, rates)
    print(text)
    write_between("defaults", text)


if __name__ == "__main__":
    main()
