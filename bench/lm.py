"""Fine-tunes stories260K on tinyshakespeare: full AdamW against BlockLLM at sparsity 0.9, and compares their perplexity on text that was
neither trained on nor used to choose settings, at equal seconds.

    python3 bench/lm.py [--seconds 40] [--threads 1] [--model DIRECTORY] [--text FILE] [--program FOLDER] [--jobs 1]

Each method gets the best of the same learning rates by the loss on the last tenth of the text, found with the first seed, and runs with two more seeds at that one. The
table tells perplexities on the first tenth, which nothing was chosen by. The eight tenths between are trained on. Every run is a fresh process with --threads
threads; seconds are CPU seconds of the process, all threads together and evaluations left out, so that other work on the machine matters little. --jobs methods
run side by side.
Raw results go to artifacts/lm.json, and the table into docs/benchmarks.md, between its markers.
"""
import concurrent.futures
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

from arguments import parser
from page import write_between
from program import DATA, HERE, build

PROJECT = os.path.join(HERE, "lm", "LanguageModelBenchmark.csproj")
PROGRAM = os.path.join(HERE, "lm", "bin", "Release", "net10.0", "LanguageModelBenchmark.dll")
RATES = (5e-4, 1e-3, 2e-3)
SEEDS = (1, 2, 3)
ADAMW = "AdamW, all weights"
METHODS = {
    ADAMW: ("adamw", {}),
    "BlockLLM, s = 0.9, embeddings frozen": ("blockllm", {"embeddings": "frozen"}),
    "BlockLLM, s = 0.9, embeddings always active, all blocks taken, sign steps": ("blockllm", {"embeddings": "active", "take": 10, "sign": 1, "period": 100}),
}


def run(program, method, model, text, settings):
    command = ["dotnet", program, method, model, text, *(f"{name}={value}" for name, value in settings.items())]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS=str(settings["threads"]))).stdout
    return json.loads(output.splitlines()[-1])


def loss_at(result, seconds, part):
    """The loss on a part of the text, "validation" or "test", at a time, between the evaluations before and after it."""
    points = result["held_out"]
    after = next(i for i, point in enumerate(points) if point["seconds"] >= seconds)
    if after == 0:
        return points[0][part]
    (first, last) = points[after - 1], points[after]
    share = (seconds - first["seconds"]) / (last["seconds"] - first["seconds"])
    return first[part] + share * (last[part] - first[part])


def prepared(source, folder):
    """The model's folder with its tokenizer under the name that Hugging Face gives it."""
    for name in ("config.json", "model.safetensors"):
        shutil.copy(os.path.join(source, name), folder)
    shutil.copy(os.path.join(source, "tok512.model"), os.path.join(folder, "tokenizer.model"))
    return folder


def table(results, seconds):
    """One row for each method: runs at its best rate with every seed; perplexities are the exponentials of mean losses."""
    losses = {name: [loss_at(result, seconds, "test") for result in runs] for name, runs in results.items()}
    adamw = statistics.mean(losses[ADAMW])
    lines = [
        f"stories260K on tinyshakespeare, batches of 8 × 128 tokens, perplexity before: {math.exp(results[ADAMW][0]['test_loss_before']):.1f}; after {seconds:.0f} CPU seconds, {len(SEEDS)} seeds:",
        "",
        "| method | rate | updates | perplexity (lowest to highest) | of AdamW's |",
        "|---|---|---|---|---|",
    ]
    for name in METHODS:
        runs = results[name]
        mean = statistics.mean(losses[name])
        spread = f"{math.exp(mean):.2f} ({math.exp(min(losses[name])):.2f} to {math.exp(max(losses[name])):.2f})"
        lines.append(f"| {name} | {runs[0]['settings']['rate']} | {statistics.mean(run['steps'] for run in runs):.0f} | {spread} | {math.exp(mean - adamw):.3f} |")
    return "\n".join(lines)


def main():
    options = parser(__doc__, seconds=40.0, threads=1, model=os.path.join(DATA, "stories260K"), text=os.path.join(DATA, "lm", "tinyshakespeare.txt"), jobs=1)
    options.add_argument("--program", metavar="FOLDER", help="take the program that was published there")
    arguments = options.parse_args()

    program = os.path.join(arguments.program, os.path.basename(PROGRAM)) if arguments.program else PROGRAM
    if not arguments.program:
        build(PROJECT)
    results, raw = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        model = prepared(arguments.model, folder)

        def measure(name):
            method, settings = METHODS[name]

            def run_at(rate, seed):
                limits = {"rate": rate, "seed": seed, "seconds": arguments.seconds, "threads": arguments.threads}
                result = run(program, method, model, arguments.text, {**settings, **limits})
                print(f"{name}, rate {rate}, seed {seed}: {math.exp(loss_at(result, arguments.seconds, 'validation')):.2f}", file=sys.stderr, flush=True)
                return result

            tried = [run_at(rate, SEEDS[0]) for rate in RATES]
            best = min(tried, key=lambda result: loss_at(result, arguments.seconds, "validation"))
            results[name] = [best, *(run_at(best["settings"]["rate"], seed) for seed in SEEDS[1:])]
            raw[name] = [*tried, *results[name][1:]]

        with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
            list(pool.map(measure, METHODS))

    artifacts = os.path.join(HERE, "..", "artifacts")
    os.makedirs(artifacts, exist_ok=True)
    with open(os.path.join(artifacts, "lm.json"), "w", encoding="utf-8") as file:
        json.dump(raw, file, indent=1)
    text = table(results, arguments.seconds)
    print(text)
    write_between("lm", text)


if __name__ == "__main__":
    main()
