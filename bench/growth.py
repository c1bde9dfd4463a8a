"""How memory and time of training grow with parameters, sequence length and sparsity, and what 7B and 70B would take.

    python3 bench/growth.py [--measure] [--large] [--threads 1]

Memory comes from the memory plan, which needs no weights. With --measure small shapes are trained for a few steps, each in a fresh process, and their memory and processor time
go to docs/benchmarks/growth.json; what is there already is kept, so remove the file to measure anew. Time beyond
them is extrapolated by the number of operations. Writes the pictures docs/images/growth-*.svg, their table in docs/benchmarks.md and the tables of docs/scaling.md.

With --large too, the shape of TinyLlama, 1.1 billion weights, is trained in bfloat16 by all methods but AdamW, which would take 14 GiB above the loaded model; the others take 1 to 2. The largest need is 4.1 GiB while the weights
are made, in 32 bits. It takes some five minutes of processor time, and gives rows of the table and no dots, since the pictures are of 32 bits.
"""
import json
import math
import os
import statistics
import subprocess
import sys

from arguments import parser
from chart import chart
from page import commit, write_between
from program import HERE, build

PROJECT = os.path.join(HERE, "growth", "GrowthBenchmark.csproj")
PROGRAM = os.path.join(HERE, "growth", "bin", "Release", "net10.0", "GrowthBenchmark.dll")
DOCS = os.path.join(HERE, "..", "docs")
RAW, STREAMED = (os.path.join(DOCS, "benchmarks", name) for name in ("growth.json", "outofcore.json"))
GIB, STEPS = 2**30, 4


def llama(hidden, layers, intermediate, heads, vocabulary, key_value_heads=None):
    return {"vocab_size": vocabulary, "hidden_size": hidden, "num_hidden_layers": layers, "intermediate_size": intermediate, "num_attention_heads": heads,
            "num_key_value_heads": key_value_heads or heads, "max_position_embeddings": 4096}


# The two smallest are byte-level, so that embeddings do not blur the picture; the last four have the shapes of TinyLlama, OpenLLaMA 3B and LLaMA 2.
SHAPES = {"10M": llama(320, 8, 896, 5, 256), "41M": llama(512, 12, 1536, 8, 256), "134M": llama(768, 12, 2048, 12, 32000), "374M": llama(1024, 24, 2816, 16, 32000),
          "1.1B": llama(2048, 22, 5632, 32, 32000, 4), "3.4B": llama(3200, 26, 8640, 32, 32000), "7B": llama(4096, 32, 11008, 32, 32000), "70B": llama(8192, 80, 28672, 64, 32000, 8)}
GROWING = [name for name in SHAPES if name != "70B"]
LENGTHS = [64, 128, 256, 512, 1024, 2048]
SPARSITIES = [0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99]
METHODS = {"BlockLLM, s = 0.95": dict(method="BlockLlm"), "AdamW, all weights": dict(method="AdamW"), "LoRA, r = 8": dict(method="Lora"),
           "BlockLLM, activations again": dict(method="BlockLlm", recompute=True)}
LARGE = {title: dict(shape="1.1B", bfloat16=True, **method) for title, method in METHODS.items() if method["method"] != "AdamW"}
# bfloat16 with sums in 32 bits, from NVIDIA's data sheet of the A100 80 GB, and the part of it that training is taken to reach.
GPU, GPU_FLOPS, GPU_BYTES, GPU_SHARE, GPU_FILL = "A100 80 GB", 312e12, 80e9, 0.4, 0.9


def case(shape, method="BlockLlm", sparsity=0.95, batch=2, length=128, bfloat16=False, recompute=False):
    # Only BlockLLM has a sparsity; one value for the others makes equal cases of equal trainings.
    return {"config": SHAPES[shape], "method": method, "sparsity": sparsity if method == "BlockLlm" else 0, "batch": batch, "length": length, "bFloat16": bfloat16, "recompute": recompute}


def axes():
    """Of each picture: its title, marks, which of them are measured, and the case of a method at a mark."""
    return {
        "parameters": ("weights (2 × 128 tokens)", {weights(SHAPES[name]): name for name in GROWING}, ["10M", "41M", "134M"], lambda mark, method: case(mark, **method)),
        "length": ("tokens of the text (1 text, 41M weights)", {length: length for length in LENGTHS}, [64, 256, 1024], lambda mark, method: case("41M", batch=1, length=mark, **method)),
        "sparsity": ("sparsity (2 × 128 tokens, 41M weights)", {1 / (1 - s): s for s in SPARSITIES}, [0, 0.5, 0.9, 0.99], lambda mark, method: case("41M", sparsity=mark, **method)),
    }


def weights(shape):
    layer, rest = matrices(shape)
    return shape["num_hidden_layers"] * (layer + 2 * shape["hidden_size"]) + 2 * rest + shape["hidden_size"]


def matrices(shape):
    """Weights in the matrices of a layer, and of the head."""
    hidden, key_value = shape["hidden_size"], shape["hidden_size"] * shape["num_key_value_heads"] // shape["num_attention_heads"]
    return 2 * hidden * hidden + 2 * hidden * key_value + 3 * hidden * shape["intermediate_size"], hidden * shape["vocab_size"]


def operations(item):
    """Multiplications and additions of a step between two selections: products with weights, and attention over all pairs of tokens."""
    shape, tokens = item["config"], item["batch"] * item["length"]
    layer, head = matrices(shape)
    layers = shape["num_hidden_layers"]
    attention = 4 * layers * item["length"] * shape["hidden_size"]
    inside, above = tokens * (2 * layers * layer + attention), tokens * 2 * head
    # Gradients of weights: of all; of the blocks that a selection takes, up to twice the budget; of none but small ones.
    trained = {"AdamW": 1, "BlockLlm": min(1, 2 * (1 - item["sparsity"])), "Lora": 0}[item["method"]]
    gradients = trained * tokens * 2 * layers * layer + (above if item["method"] == "AdamW" else 0)
    forward, inputs = inside + above, inside + tokens * attention + above
    return forward + inputs + gradients + (inside if item["recompute"] else 0)


def run(arguments, stdin):
    environment = dict(os.environ, OMP_WAIT_POLICY="PASSIVE")
    output = subprocess.run(["dotnet", PROGRAM, *arguments], input=json.dumps(stdin), check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])


def large_cases():
    return {title: case(**arguments) for title, arguments in LARGE.items()}


def methods_of(picture):
    methods = {title: method for title, method in METHODS.items() if picture == "parameters" or not method.get("recompute")}
    return {title.split(",")[0]: method for title, method in methods.items()} if picture == "sparsity" else methods


def key(item):
    return json.dumps(item, sort_keys=True)


def measure(threads, large):
    wanted = {key(item): item for item in large_cases().values()} if large else {}
    for name, (_, marks, measured, make) in axes().items():
        for mark in measured:
            for method in methods_of(name).values():
                item = make(mark, method)
                wanted[key(item)] = item
    raw = {"commit": commit(), "threads": threads, "results": []}
    if os.path.exists(RAW):
        with open(RAW, encoding="utf-8") as file:
            raw = json.load(file)
    known = {key(result["case"]) for result in raw["results"]}
    for item in (item for of_case, item in wanted.items() if of_case not in known):
        result = run(["measure", str(STEPS), str(threads)], item)
        raw["results"].append({"case": item, "commit": commit(), **result})
        print(f"{item['config']['hidden_size']}, {item['method']}, {item['batch']} × {item['length']}, s = {item['sparsity']}: {result}", file=sys.stderr, flush=True)
        with open(RAW, "w", encoding="utf-8") as file:
            json.dump(raw, file, indent=1)


def plans(items):
    return {key(item): plan for item, plan in zip(items, run(["plan"], items))}


def draw(raw):
    measured = {key(result["case"]): result for result in raw["results"]}
    rows = {}
    for name, (x_title, marks, _, make) in axes().items():
        methods = methods_of(name)
        items = {title: {x: make(mark, method) for x, mark in marks.items()} for title, method in methods.items()}
        planned = plans([item for of_method in items.values() for item in of_method.values()])
        memory, time = [], []
        for title, of_method in items.items():
            # A training that is the same at several marks has one dot.
            dots = {x: measured[of_case] for of_case, x in {key(item): x for x, item in of_method.items()}.items() if of_case in measured}
            memory.append(([(x, planned[key(item)]["training"]) for x, item in of_method.items()], [(x, dot["training"]) for x, dot in dots.items()]))
            for x, dot in dots.items():
                item = of_method[x]
                rows.setdefault(key(item), row(f"{name} {marks[x]}", title, item, planned[key(item)], dot))
            # The line goes at the rate of the measured point with the most work.
            largest = max(dots, key=lambda x: operations(of_method[x]))
            rate = operations(of_method[largest]) / (min(dots[largest]["cpu"]) / 1000)
            time.append(([(x, operations(item) / rate) for x, item in of_method.items()], [(x, min(dot["cpu"]) / 1000) for x, dot in dots.items()]))
        ticks = [(x, str(mark)) for x, mark in marks.items()]
        label = f"Training memory and time of a step over {x_title}"
        with open(os.path.join(DOCS, "images", f"growth-{name}.svg"), "w", encoding="utf-8") as file:
            file.write(chart(label, list(methods), [("Training memory, above the weights", x_title, ticks, memory, size), ("Processor time of a step", x_title, ticks, time, seconds)]))
    large = {title: item for title, item in large_cases().items() if key(item) in measured}
    planned = plans(list(large.values()))
    rows.update({key(item): row("parameters 1.1B, bfloat16", title, item, planned[key(item)], measured[key(item)]) for title, item in large.items()})
    commits = sorted({raw["commit"], *(result["commit"] for result in raw["results"] if "commit" in result)})
    header = f"{raw['threads']} thread(s), commit {', '.join(commits)}.\n\n| | method | memory planned | measured | processor time of a step | with a selection |\n|---|---|---|---|---|---|\n"
    return header + "\n".join(rows.values())


def row(mark, title, item, plan, measured):
    selecting = f"{max(measured['cpu']) / 1000:.1f} s" if item["method"] == "BlockLlm" else ""
    return f"| {mark} | {title} | {plan['training'] / 2**20:.0f} MiB | {measured['training'] / 2**20:.0f} MiB | {min(measured['cpu']) / 1000:.2f} s | {selecting} |"


def size(count):
    return f"{count / 1e9:.0f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def seconds(value):
    return f"{value:.0f} s" if value >= 1 else f"{1000 * value:.0f} ms"


def scaling():
    """The tables of docs/scaling.md, from the memory plan and the updates that bench/outofcore.py measured."""
    with open(STREAMED, encoding="utf-8") as file:
        streamed = json.load(file)
    selecting = statistics.median(update["seconds"] for update in streamed["updates"] if update["probe"] > 0)
    between = statistics.median(update["seconds"] for update in streamed["updates"] if not update["probe"])
    reading = streamed["disk_read_seconds"]
    rows = {"AdamW, all weights": dict(method="AdamW"), "BlockLLM, s = 0.95": dict(), "BlockLLM, s = 0.99": dict(sparsity=0.99), "LoRA, r = 8": dict(method="Lora")}
    columns = [(shape, bfloat16) for shape in ("7B", "70B") for bfloat16 in (False, True)]
    items = {(row, column): case(column[0], batch=1, length=2048, bfloat16=column[1], recompute=True, **method) for row, method in rows.items() for column in columns}
    planned = plans(list(items.values()))
    plan = {place: planned[key(item)] for place, item in items.items()}
    lines = ["| memory, 1 × 2048 tokens, activations again | " + " | ".join(f"{shape}, {'bfloat16' if bfloat16 else 'float32'}" for shape, bfloat16 in columns) + " |", "|---|---|---|---|---|"]
    lines.append("| weights alone | " + " | ".join(f"{plan['LoRA, r = 8', column]['weights'] / GIB:.0f} GiB" for column in columns) + " |")
    for row in rows:
        lines.append(f"| {row} | " + " | ".join(f"{plan[row, column]['peak'] / GIB:.0f} GiB, state {plan[row, column]['state'] / GIB:.1f}" for column in columns) + " |")

    updates = 1e6 / 128
    million = updates * (0.99 * between + 0.01 * selecting) / 3600
    step = case("7B", sparsity=0.999, batch=1, bfloat16=True, recompute=True)
    rate = operations(step) / between
    larger = case("70B", sparsity=0.999, batch=1, bfloat16=True, recompute=True)
    bytes_ratio = weights(SHAPES["70B"]) / weights(SHAPES["7B"])
    lines += ["", "| on this machine's two cores, weights streamed from their file, s = 0.999, 1 × 128 tokens | 7B | 70B, extrapolated |", "|---|---|---|",
              f"| an update between selections | {between:.1f} s | {operations(larger) / rate:.0f} s |", f"| work done meanwhile | {rate / 1e9:.0f} GFLOP/s | the same |",
              f"| reading the file once | {reading:.0f} s | {reading * bytes_ratio:.0f} s |",
              f"| one million tokens, a selection every 100 updates | {million:.0f} h | {million * operations(larger) / operations(step):.0f} h |"]
    lines += ["", f"| hours for one million tokens, bfloat16 | 7B, two cores | 7B, {GPU} | cards for its memory | 70B, {GPU} | cards for its memory |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = [f"{per_million(items[row, ('7B', True)]) / rate / 3600:.0f}"]
        for shape in ("7B", "70B"):
            cells += [f"{per_million(items[row, (shape, True)]) / (GPU_SHARE * GPU_FLOPS) / 3600:.2f}", str(math.ceil(plan[row, (shape, True)]["peak"] / (GPU_FILL * GPU_BYTES)))]
        lines.append(f"| {row} | " + " | ".join(cells) + " |")

    return "\n".join(lines)


def per_million(item):
    return operations(item) / (item["batch"] * item["length"]) * 1e6


def main():
    options = parser(__doc__, "no-build", threads=1)
    options.add_argument("--measure", action="store_true")
    options.add_argument("--large", action="store_true", help="with --measure: a model of 1.1 billion weights too")
    arguments = options.parse_args()

    if not arguments.no_build:
        build(PROJECT)
    if arguments.measure:
        measure(arguments.threads, arguments.large)
    with open(RAW, encoding="utf-8") as file:
        table = draw(json.load(file))
    for name, text in (("benchmarks.md", table), ("scaling.md", scaling())):
        write_between("growth", text, name)
        print(text, end="\n\n")


if __name__ == "__main__":
    main()
