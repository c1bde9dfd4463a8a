"""Training steps of three workloads, ours beside peers in PyTorch: time, its parts, memory.

    python3 bench/workloads.py [--workload A B C] [--rounds 1] [--steps 5] [--threads 2] [--add]

Every measurement is a fresh process; the methods of a workload follow one another, round after round. A step of BlockLLM costs more the deeper its layer lies, so its rows select after every other step,
as often as the model has layers, and tell the mean of the steps between; what a selection takes more than such a step is told as a share of the time when one in a hundred steps selects. Raw figures go to docs/benchmarks/workloads.json, the table to
docs/benchmarks.md; workloads that are left out keep the figures that they had. On a machine with other work on it, take one thread and compare processor time.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys

from step import HERE, PYTHON, model_directory, run

PROJECT = os.path.join(HERE, "workloads", "WorkloadsBenchmark.csproj")
PROGRAM = os.path.join(HERE, "workloads", "bin", "Release", "net10.0", "WorkloadsBenchmark.dll")
PEER = os.path.join(HERE, "workloads", "peer.py")
PAGE = os.path.join(HERE, "..", "docs", "benchmarks.md")
RAW = os.path.join(HERE, "..", "docs", "benchmarks", "workloads.json")
BEGIN, END = "<!-- workloads: begin -->", "<!-- workloads: end -->"
# Model, batch, tokens, layers.
WORKLOADS = {
    "A": ("llama", 8, 256, 8, "byte-level LLaMA, dim 384, 8 layers, 8 × 256 tokens"),
    "B": ("llama-134m", 4, 128, 12, "LLaMA, dim 768, 12 layers, vocabulary 32,000, 4 × 128 tokens"),
    "C": ("bert-base", 16, 128, 12, "BERT-base classifier, 16 × 128 tokens"),
}
# Between selections whose cost is told.
INTERVAL = 100
REFERENCE = "PyTorch AdamW"
METHODS = {
    REFERENCE: ("peer", "adamw"),
    "PyTorch LoRA, r = 8": ("peer", "lora"),
    "PyTorch, released BlockLLM rule, s = 0.95": ("peer", "released"),
    "PyTorch, forward only": ("peer", "forward"),
    "PyTorch AdamW, bfloat16": ("peer", "adamw-bf16"),
    "PyTorch LoRA, r = 8, bfloat16": ("peer", "lora-bf16"),
    "PyTorch, released BlockLLM rule, s = 0.95, bfloat16": ("peer", "released-bf16"),
    "PyTorch, forward only, bfloat16": ("peer", "forward-bf16"),
    "AdamW": ("ours", "adamw"),
    "BlockLLM, s = 0.95": ("ours", "blockllm"),
    "BlockLLM, s = 0.95, lean": ("ours", "blockllm-lean"),
    "forward only": ("ours", "forward"),
    "BlockLLM, s = 0.95, bfloat16": ("ours", "blockllm-bf16"),
    "BlockLLM, s = 0.95, bfloat16, lean": ("ours", "blockllm-bf16-lean"),
    "forward only, bfloat16": ("ours", "forward-bf16"),
}


def measure(method, workload, steps, threads):
    side, name = METHODS[method]
    model, batch, tokens, layers, _ = WORKLOADS[workload]
    selects = name.startswith("blockllm")
    arguments = [name, model, str(batch), str(tokens), str(2 * layers if selects else steps), str(threads)]
    return run([PYTHON, PEER, *arguments] if side == "peer" else ["dotnet", PROGRAM, *arguments, model_directory(), *(["2"] if selects else [])])


def typical(rounds, part):
    """The median step; of a method that selects, the mean of those that do not, since each has the cost of its layer."""
    steps = [step for result in rounds for step in result["steps"]]
    if any(step.get("selected") for step in steps):
        return statistics.mean(step[part] for step in steps if not step["selected"])
    return statistics.median(step[part] for step in steps)


def selection_share(rounds):
    """Of the time, what selections take, one in INTERVAL steps; nothing where there are none."""
    selecting = [step["step"] for result in rounds for step in result["steps"] if step.get("selected")]
    if not selecting:
        return ""
    step = typical(rounds, "step")
    extra = statistics.mean(selecting) - step
    return f"{extra / (INTERVAL * step + extra):.1%}"


def table(raw):
    lines = []
    for workload, entry in sorted(raw.items()):
        _, batch, tokens, _, title = WORKLOADS[workload]
        rounds, reference = entry["methods"], entry["methods"][REFERENCE]
        lines += [f"**{workload}**: {title}; {entry['threads']} thread(s), rounds: {len(reference)}, steps: {len(reference[0]['steps'])}, commit {entry['commit']}.", "",
                  "| method | step | of AdamW's | processor time, of AdamW's | forward, backward, optimizer | selections | tokens/s | training memory | of AdamW's | loaded |",
                  "|---|---|---|---|---|---|---|---|---|---|"]
        for method, results in rounds.items():
            step, memory = typical(results, "step"), statistics.median(result["training"] for result in results)
            parts = ", ".join(f"{typical(results, part):.0f}" for part in ("forward", "backward", "optimizer"))
            share = memory / statistics.median(result["training"] for result in reference)
            loaded = statistics.median(result["loaded"] for result in results)
            cpu = typical(results, "cpu") / typical(reference, "cpu")
            lines.append(f"| {method} | {step:.0f} ms | {step / typical(reference, 'step'):.2f} | {cpu:.2f} | {parts} ms | {selection_share(results)} | {1000 * batch * tokens / step:.0f} | "
                         f"{memory / 2**20:.0f} MiB | {share:.2f} | {loaded / 2**20:.0f} MiB |")
        lines.append("")
    return "\n".join(lines).rstrip()


def write_page(text):
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    if BEGIN not in page:
        page += f"\n## Three workloads\n\n{BEGIN}\n{END}\n"
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    with open(PAGE, "w", encoding="utf-8") as file:
        file.write(f"{before}{BEGIN}\n{text}\n{END}{after}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--workload", nargs="+", choices=WORKLOADS, default=list(WORKLOADS))
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--add", action="store_true", help="add the rounds to those that are there already; for the program that made these")
    parser.add_argument("--no-build", action="store_true", help="run what was built before")
    arguments = parser.parse_args()

    if not arguments.no_build:
        subprocess.run(["dotnet", "build", PROJECT, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)
    commit = subprocess.run(["git", "-C", HERE, "rev-parse", "--short", "HEAD"], check=True, capture_output=True, text=True).stdout.strip()
    os.makedirs(os.path.dirname(RAW), exist_ok=True)
    raw = {}
    if os.path.exists(RAW):
        with open(RAW, encoding="utf-8") as file:
            raw = json.load(file)
    for workload in arguments.workload:
        methods = raw[workload]["methods"] if arguments.add and workload in raw else {method: [] for method in METHODS}
        for _ in range(arguments.rounds):
            for method, results in methods.items():
                results.append(measure(method, workload, arguments.steps, arguments.threads))
                print(f"{workload}, {method}: {typical(results, 'step'):.0f} ms", file=sys.stderr, flush=True)
        raw[workload] = {"commit": commit, "threads": arguments.threads, "methods": methods}
        with open(RAW, "w", encoding="utf-8") as file:
            json.dump(raw, file, indent=1)
    text = table(raw)
    print(text)
    write_page(text)


if __name__ == "__main__":
    main()
