"""Fine-tunes stories260K on tinyshakespeare: full AdamW against BlockLLM at sparsity 0.9, and compares their perplexity on held-out text
at equal seconds.

    python3 bench/lm.py [--seconds 120] [--threads 2] [--model DIRECTORY] [--text FILE]

The last tenth of the text is held out. Both methods get the best of the same number of learning rates. Every run is a fresh process with --threads
threads; seconds are CPU seconds of the process, all threads together and evaluations left out, so that other work on the machine matters little.
Raw results go to artifacts/lm.json, and the table into docs/benchmarks.md, between its markers.
"""
import argparse
import json
import math
import os
import shutil
import subprocess
import sys
import tempfile

from step import HERE

PROJECT = os.path.join(HERE, "lm", "LanguageModelBenchmark.csproj")
PROGRAM = os.path.join(HERE, "lm", "bin", "Release", "net10.0", "LanguageModelBenchmark.dll")
PAGE = os.path.join(HERE, "..", "docs", "benchmarks.md")
BEGIN, END = "<!-- lm: begin -->", "<!-- lm: end -->"
RATES = (1e-3, 3e-3, 1e-2)
ADAMW = "AdamW, all weights"
METHODS = {
    ADAMW: ("adamw", {}),
    "BlockLLM, s = 0.9, embeddings frozen": ("blockllm", {"embeddings": "frozen"}),
    "BlockLLM, s = 0.9, embeddings always active": ("blockllm", {"embeddings": "active", "take": 10}),
    "the same, with sign steps": ("blockllm", {"embeddings": "active", "take": 10, "sign": 0.3}),
}


def run(method, model, text, settings):
    command = ["dotnet", PROGRAM, method, model, text, *(f"{name}={value}" for name, value in settings.items())]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=dict(os.environ, OMP_NUM_THREADS=str(settings["threads"]))).stdout
    return json.loads(output.splitlines()[-1])


def loss_at(result, seconds):
    """The held-out loss at a time, between the evaluations before and after it."""
    points = result["held_out"]
    after = next(i for i, point in enumerate(points) if point["seconds"] >= seconds)
    if after == 0:
        return points[0]["loss"]
    (first, last) = points[after - 1], points[after]
    share = (seconds - first["seconds"]) / (last["seconds"] - first["seconds"])
    return first["loss"] + share * (last["loss"] - first["loss"])


def prepared(source, folder):
    """The model's folder with its tokenizer under the name that Hugging Face gives it."""
    for name in ("config.json", "model.safetensors"):
        shutil.copy(os.path.join(source, name), folder)
    shutil.copy(os.path.join(source, "tok512.model"), os.path.join(folder, "tokenizer.model"))
    return folder


def write_page(text):
    page = open(PAGE, encoding="utf-8").read()
    if BEGIN not in page:
        page += f"\n## Language modeling\n\n{BEGIN}\n{END}\n"
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def table(results, seconds):
    adamw = loss_at(results[ADAMW], seconds)
    lines = [
        f"stories260K on tinyshakespeare, batches of 8 × 128 tokens, held-out perplexity before: {math.exp(results[ADAMW]['loss_before']):.1f}; after {seconds:.0f} CPU seconds:",
        "",
        "| Method | Rate | Steps | Perplexity | Of AdamW's |",
        "|---|---|---|---|---|",
    ]
    for name, result in results.items():
        loss = loss_at(result, seconds)
        lines.append(f"| {name} | {result['settings']['rate']} | {result['steps']} | {math.exp(loss):.2f} | {math.exp(loss - adamw):.3f} |")
    return "\n".join(lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    data = os.environ.get("BLOCKLLM_DATA") or os.path.join(HERE, "..", "..", "shared", "data")
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--model", default=os.path.join(data, "stories260K"))
    parser.add_argument("--text", default=os.path.join(data, "lm", "tinyshakespeare.txt"))
    arguments = parser.parse_args()

    subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    results, raw = {}, {}
    with tempfile.TemporaryDirectory() as folder:
        model = prepared(arguments.model, folder)
        for name, (method, settings) in METHODS.items():
            raw[name] = [run(method, model, arguments.text, {**settings, "rate": rate, "seconds": arguments.seconds, "threads": arguments.threads}) for rate in RATES]
            results[name] = min(raw[name], key=lambda result: loss_at(result, arguments.seconds))
            print(f"{name}: {[round(math.exp(loss_at(result, arguments.seconds)), 2) for result in raw[name]]}", file=sys.stderr, flush=True)

    artifacts = os.path.join(HERE, "..", "artifacts")
    os.makedirs(artifacts, exist_ok=True)
    with open(os.path.join(artifacts, "lm.json"), "w", encoding="utf-8") as file:
        json.dump(raw, file, indent=1)
    text = table(results, arguments.seconds)
    print(text)
    write_page(text)


if __name__ == "__main__":
    main()
