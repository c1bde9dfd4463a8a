"""The defaults of BlockLLM in fine-tuning, one changed at a time: the USE-lite classifier on TREC-6, by `blockllm compare`.

    python3 bench/defaults.py [--rates 0.001,0.003] [--seeds 1,2,3] [--threads 1] [--out FOLDER] [--tool DLL] [--only-tables]

What is varied: when selections are made and how many of them, how blocks are scored, drawn and cut, how much of them is taken, which of their weights the mask keeps, what newly active weights begin with and how
fast they go, sign steps of the others, moments of 8 bits, and the sparsity. Every row is the first one but for what it names, over three epochs of 800 training rows: 150 updates. The first row has the
defaults of the trainers but for the patience, 10 updates instead of 100, so that a run selects often enough for selections to matter. Defaults are chosen by this table, so its figures are of 500 further training
rows, and the test data is not touched. A setting may only look better since it suits a rate, so every row has several.

A training takes some 25 seconds on one core, all of them about 40 minutes at each rate with three seeds; the rates follow one another. Every training is a fresh process, and one that is there already in FOLDER is not
made again, so the command goes on where it was stopped. Memory is that of the first seed, with freed memory returned to the system; the others keep it, which changes no figure. Rows that are not there as a whole are left out.
Raw results go to docs/benchmarks/defaults.json, where rows of earlier calls stay, and the table to docs/benchmarks.md.
"""
import json
import os
import statistics

from arguments import parser
from page import write_between
from program import ROOT
from rivals import is_number, prepare, publish_tool, results_of, train

RAW = os.path.join(ROOT, "docs", "benchmarks", "defaults.json")
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
    "one layer at a time, weights of it at random": {"granularity": "layer", "take-factor": 1, "mask-by": "random"},
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
    first, _, others = seeds.partition(",")
    for part, of_part, freed in (("first", first, "returned"), ("others", others, "kept")):
        if of_part:
            train(tool, command, os.path.join(out, TASK, "held.tsv"), steps, "blockllm", {**BASE, **ROWS[name]}, rate, of_part, threads, os.path.join(folder_of(out, name, rate), part), freed)


def row_of(out, name, rate, seeds):
    """What a row came to at a rate; None if it is not there with every seed."""
    folder = folder_of(out, name, rate)
    first, others = (results_of("blockllm", os.path.join(folder, part))[1] for part in ("first", "others"))
    results = first + others
    if len(results) != seeds or not all(is_number(result["validation"]["log_loss"]) for result in results):
        return None
    return {**{figure: [result["validation"][figure] for result in results] for figure in ("accuracy", "log_loss")},
            "memory": first[0]["memory"]["measured"], "selections": statistics.mean(result["selections"] for result in results)}


def quality(row):
    """Accuracy and loss on the held-out rows."""
    def spread(values):
        return f"{statistics.mean(values):.3f}" + (f" ± {statistics.stdev(values):.3f}" if len(values) > 1 else "")
    return f"{spread(row['accuracy'])}, {spread(row['log_loss'])}" if row else ""


def table(rows):
    """A line for each row, with its quality at each rate; memory is the largest peak, selections are a mean."""
    lines = ["| | " + " | ".join(f"accuracy, loss at {rate}" for rate in rows) + " | memory | selections |", "|---" * (3 + len(rows)) + "|"]
    for name in ROWS:
        of_rates = [of_rate.get(name) for of_rate in rows.values()]
        there = [row for row in of_rates if row]
        if there:
            memory, selections = max(row["memory"] for row in there) / 2**20, statistics.mean(row["selections"] for row in there)
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
    rows = {}
    if os.path.exists(RAW):
        with open(RAW, encoding="utf-8") as file:
            rows = json.load(file)
    for rate in rates:
        rows.setdefault(f"{rate:g}", {}).update({name: row for name in ROWS if (row := row_of(arguments.out, name, rate, len(arguments.seeds.split(","))))})
    rows = {rate: of_rate for rate, of_rate in rows.items() if of_rate}
    with open(RAW, "w", encoding="utf-8") as file:
        json.dump(rows, file, indent=1)
        file.write("\n")
    text = table(rows)
    print(text)
    write_between("defaults", text)


if __name__ == "__main__":
    main()
