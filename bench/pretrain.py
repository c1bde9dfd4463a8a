"""Pretrains a byte-level LLaMA on TinyStories: full AdamW against BlockLLM and its ablations.

    python3 bench/pretrain.py [--steps 1000] [--seconds 3600] [--small] [--only NAME] [--data FILE] [--out FOLDER]

The model has dimension 384, 8 layers, 6 heads and a feed-forward width of 1024; batches are 8 pieces of 256 bytes. The last 64 pieces
of the text are held out. Every run is a fresh process with two threads, so runs of all methods should have the machine for themselves.
AdamW's learning rate is the best of three. A run ends after --steps or after --seconds of training, whichever is later met by
AdamW; BlockLLM runs on to --seconds, so that losses can be compared at equal steps and at equal seconds. --small is a model of
dimension 64 with 2 layers for a few steps: it shows that everything works, its numbers mean nothing.

Raw results go to FOLDER/pretrain.json, one entry for each run, and the table into docs/benchmarks.md, between its markers.
"""
import argparse
import json
import os
import subprocess
import sys

from step import HERE

PROJECT = os.path.join(HERE, "pretrain", "PretrainBenchmark.csproj")
PROGRAM = os.path.join(HERE, "pretrain", "bin", "Release", "net10.0", "PretrainBenchmark.dll")
PAGE = os.path.join(HERE, "..", "docs", "benchmarks.md")
BEGIN, END = "<!-- pretrain: begin -->", "<!-- pretrain: end -->"
SMALL = {"dim": 64, "layers": 2, "heads": 2, "ffn": 128, "length": 64, "heldout": 8, "interval": 5}
ADAM_RATES = (3e-4, 1e-3, 3e-3)
RUNS = {
    **{f"BlockLLM s = {s}": {"sparsity": s} for s in (0.5, 0.8, 0.9, 0.95)},
    "s = 0.9, random selection": {"sparsity": 0.9, "sampling": "Random"},
    "s = 0.9, published re-selection rule": {"sparsity": 0.9, "rule": "patience", "m": 100},
    "s = 0.9, period 5": {"sparsity": 0.9, "m": 5},
    "s = 0.9, period 100": {"sparsity": 0.9, "m": 100},
    "s = 0.9, whole blocks instead of the mask": {"sparsity": 0.9, "mask": "no"},
    "s = 0.9, moments reset": {"sparsity": 0.9, "carry": "no"},
}


def run(method, data, settings):
    command = ["dotnet", PROGRAM, method, data, *(f"{name}={value}" for name, value in settings.items())]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS="2")).stdout
    return json.loads(output.splitlines()[-1])


def loss_at(result, key, limit):
    """The held-out loss of the last evaluation within the limit; None before the first."""
    points = [point for point in result["held_out"] if point[key] <= limit]
    return points[-1]["loss"] if points else None


def table(results, baseline):
    steps = baseline["held_out"][-1]["step"]
    seconds = baseline["held_out"][-1]["seconds"]
    lines = [
        f"| Method | Held-out loss at {steps} steps | at equal seconds | Step, of AdamW's | Peak memory, of AdamW's |",
        "|---|---|---|---|---|",
    ]
    for name, result in results.items():
        losses = [loss_at(result, "step", steps), loss_at(result, "seconds", seconds)]
        cells = [f"{loss:.3f}" if loss is not None else "none yet" for loss in losses]
        cells += [f"{result['step_seconds'] / baseline['step_seconds']:.2f}", f"{result['peak_memory'] / baseline['peak_memory']:.2f}"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def write_page(text):
    page = open(PAGE, encoding="utf-8").read() if os.path.exists(PAGE) else f"# Benchmarks\n\n## Pretraining\n\n{BEGIN}\n{END}\n"
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--seconds", type=float, default=3600)
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--only", help="run AdamW and this line of the table alone")
    data = os.environ.get("BLOCKLLM_DATA") or os.path.join(HERE, "..", "..", "shared", "data")
    parser.add_argument("--data", default=os.path.join(data, "lm", "tinystories_sample_2MiB.txt"))
    parser.add_argument("--out", default=os.path.join(HERE, "..", "artifacts"))
    arguments = parser.parse_args()

    subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    common = SMALL if arguments.small else {}
    adams = {f"AdamW, rate {rate:g}": run("adamw", arguments.data, {**common, "steps": arguments.steps, "rate": rate}) for rate in ADAM_RATES}
    best = min(adams, key=lambda name: adams[name]["held_out"][-1]["loss"])
    baseline = adams[best]
    time = min(arguments.seconds, baseline["held_out"][-1]["seconds"])

    results = {best: baseline}
    for name, settings in RUNS.items():
        if arguments.only in (None, name):
            # Twenty times the steps is more than a cheaper step can make of the same time.
            limits = {"steps": 20 * arguments.steps, "seconds": time, "interval": common.get("interval", 50)}
            results[name] = run("blockllm", arguments.data, {**common, **limits, **settings})
            print(f"{name}: held-out loss {results[name]['held_out'][-1]['loss']:.3f}", file=sys.stderr, flush=True)

    os.makedirs(arguments.out, exist_ok=True)
    with open(os.path.join(arguments.out, "pretrain.json"), "w", encoding="utf-8") as file:
        json.dump({**adams, **results}, file, indent=1)
    text = table(results, baseline)
    print(text)
    if not arguments.small and arguments.only is None:
        write_page(text)


if __name__ == "__main__":
    main()
