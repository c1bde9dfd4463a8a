"""All methods behind the same door: quality and memory of each on the same tasks, by `blockllm compare`.

    python3 bench/rivals.py [--tasks tinystories,trec,sst2,cola,mrpc] [--seeds 1,2,3] [--threads 1] [--out FOLDER] [--only-tables]

tinystories pretrains a LLaMA with a byte-level vocabulary from new weights; the others fine-tune the USE-lite classifier on a few hundred of a task's training rows, drawn once. Every method, at the
settings that its paper or its own defaults give, tries four learning rates for half of the updates with the first seed, and trains with the best of them and every seed. Rates are chosen by a part of the
training data that is held out for it, by the figure that the table tells, and the table's figures are of the test data, which nothing was chosen by. A rate at the edge of those tried is marked. Every training is a fresh process. Memory is the peak above the loaded model of the training with the first seed, with freed memory returned to the system; the others keep it, which
changes no figure and saves up to half of the time. What is there already in FOLDER is not made again, so the command goes on where it was stopped. Raw results go to docs/benchmarks/rivals.json, where rows of earlier calls stay, tables
to docs/benchmarks.md, and a picture for each task to docs/images.
"""
import json
import math
import os
import random
import statistics
import subprocess

from arguments import parser
from chart import scatter
from page import write_between
from program import DATA, ROOT, model_directory, publish

PROJECT = os.path.join(ROOT, "src", "blockllm", "blockllm.csproj")
RAW, IMAGES = (os.path.join(ROOT, "docs", *place) for place in (("benchmarks", "rivals.json"), ("images",)))

# Rates of Adam's kind; of steps in low rank, which are scaled by a quarter, and of adapters; of a random tenth of the weights, which move further; and of plain gradients.
ADAM, LOW_RANK, FEW, PLAIN = (3e-4, 1e-3, 3e-3, 1e-2), (1e-3, 3e-3, 1e-2, 3e-2), (1e-3, 3e-3, 1e-2, 3e-2), (0.01, 0.03, 0.1, 0.3)
DRAWN = {"take-factor": 20, "mask-by": "random", "reselection": "fixed-period", "patience": 500}
FAST = {"granularity": "layer", "take-factor": 1, "mask-by": "random", "depth-aware": "true"}
METHODS = {
    "AdamW": ("adamw", ADAM, {}),
    "BlockLLM, s = 0.95": ("blockllm", FEW, {"patience": 10}),
    "BlockLLM, s = 0.95, drawn": ("blockllm", FEW, DRAWN),
    "BlockLLM, s = 0.95, fast": ("blockllm", FEW, {"patience": 10, **FAST}),
    "LoRA, r = 8": ("lora", LOW_RANK, {}),  # not of a new model, whose frozen weights would be noise: the tool refuses it
    "GaLore": ("galore", LOW_RANK, {}),
    "BAdam": ("badam", ADAM, {}),
    "LISA": ("lisa", ADAM, {}),
    "MISA": ("misa", ADAM, {}),
    "SGD": ("sgd", PLAIN, {"momentum": 0.9}),
    "Fira": ("fira", LOW_RANK, {}),
    "APOLLO": ("apollo", LOW_RANK, {}),
    "APOLLO-Mini": ("apollo-mini", LOW_RANK, {}),
    "FRUGAL": ("frugal", ADAM, {}),
}
# Blocks are trained for as many updates as fit several times into a short run, as is BlockLLM's patience; with the published periods a run would train one or two of them.
PERIODS = {"badam": 10, "lisa": 10, "misa": 10, "galore": 50, "fira": 50, "apollo": 50, "apollo-mini": 50, "frugal": 50}
SHAPE = {"model_type": "llama", "vocab_size": 260, "hidden_size": 192, "num_hidden_layers": 4, "intermediate_size": 512, "num_attention_heads": 6, "num_key_value_heads": 6, "max_position_embeddings": 256,
         "rms_norm_eps": 1e-5, "rope_theta": 10000.0, "tie_word_embeddings": False}
RANKS = {"galore": 48, "fira": 48, "apollo": 48}


def lines(*path, encoding="utf-8"):
    with open(os.path.join(DATA, *path), encoding=encoding) as file:
        return [line.rstrip("\n") for line in file]


def trec(name):
    return [(line.split(":")[0], "", line.split(" ", 1)[1]) for line in lines("trec", name, encoding="latin-1")]


def sst2(name):
    return [(line[0], "", line[2:]) for line in lines("sst2-sentences", name)]


def cola(*names):
    return [(fields[1], "", fields[3]) for name in names for fields in (line.split("\t") for line in lines("cola", name))]


def mrpc(name):
    return [(fields[0], fields[4], fields[3]) for fields in (line.split("\t") for line in lines("mrpc", name, encoding="utf-8-sig"))]


# Training rows and test rows, the figure, and how many rows to train on, fewer where texts are long.
CLASSIFY = {
    "trec": (lambda: trec("TREC.train"), lambda: trec("TREC.test"), "accuracy", 800),
    "sst2": (lambda: sst2("stsa.binary.train"), lambda: sst2("stsa.binary.dev"), "accuracy", 480),
    "cola": (lambda: cola("train_part1.tsv", "train_part2.tsv"), lambda: cola("dev.tsv"), "Matthews", 640),
    "mrpc": (lambda: mrpc("msr_paraphrase_train.txt"), lambda: mrpc("msr_paraphrase_test.txt")[:600], "F1", 320),
}
EPOCHS, BATCH, STEPS, HELD_ROWS, HELD_STORIES = 2, 16, 100, 200, 25


def write_tsv(path, rows, pairs):
    with open(path, "w", encoding="utf-8") as file:
        file.write("Label\tText" + ("\tSecond\n" if pairs else "\n"))
        file.writelines(f"{label}\t{text}" + (f"\t{second}\n" if pairs else "\n") for label, second, text in rows)


def prepare(task, folder, held=HELD_ROWS, epochs=EPOCHS):
    """Writes the data of a task; gives the command that compares methods on it, but for the data to validate by, and how many updates it makes."""
    os.makedirs(folder, exist_ok=True)
    if task == "tinystories":
        stories = [story.strip() + "\n" for story in "\n".join(lines("lm", "tinystories_sample_2MiB.txt")).split("<|endoftext|>")]
        parts = {"train": stories[:-2 * HELD_STORIES], "held": stories[-2 * HELD_STORIES:-HELD_STORIES], "test": stories[-HELD_STORIES:]}
        for name, part in parts.items():
            with open(os.path.join(folder, f"{name}.txt"), "w", encoding="utf-8") as file:
                file.write("".join(part))
        with open(os.path.join(folder, "config.json"), "w", encoding="utf-8") as file:
            json.dump(SHAPE, file)
        return ["lm", os.path.join(folder, "train.txt"), "--new-model", os.path.join(folder, "config.json"), "--sequence-length", "128"], STEPS
    train, test, _, count = CLASSIFY[task]
    rows = random.Random(1).sample(train(), count + held)
    for name, part in (("train", rows[:count]), ("held", rows[count:]), ("test", test())):
        write_tsv(os.path.join(folder, f"{name}.tsv"), part, task == "mrpc")
    command = ["classify", os.path.join(folder, "train.tsv"), "--model", model_directory(), "--epochs", str(epochs), "--batch-size", str(BATCH)]
    return [*command, *(["--second-text-column", "Second", "--max-tokens", "64"] if task == "mrpc" else [])], epochs * math.ceil(count / BATCH)


def publish_tool(out):
    folder = os.path.join(out, "tool")
    publish(PROJECT, folder)
    return os.path.join(folder, "blockllm.dll")


def settings_of(task, method, own):
    settings = dict(own)
    if method in PERIODS:
        settings["period"] = PERIODS[method]
    if task == "tinystories" and method in RANKS:
        settings["rank"] = RANKS[method]
    if task == "tinystories" and method != "sgd":
        settings["beta2"] = 0.99
    return settings


def quality_of(task, validation):
    """Perplexity; accuracy; for CoLA the correlation of Matthews, for MRPC F1 of paraphrases."""
    if task == "tinystories":
        return validation["perplexity"]
    kind = CLASSIFY[task][2]
    if kind == "accuracy":
        return validation["accuracy"]
    positive = validation["labels"].index("1")
    confusion = validation["confusion"]
    (tp, fn), (fp, tn) = [[confusion[actual][predicted] for predicted in (positive, 1 - positive)] for actual in (positive, 1 - positive)]
    if kind == "F1":
        return 2 * tp / max(1, 2 * tp + fp + fn)
    return (tp * tn - fp * fn) / (math.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)) or 1)


def train(tool, command, data, steps, method, settings, rate, seeds, threads, folder, freed="kept"):
    """Trains by a method with every seed, and evaluates on data at the end; what is there in the folder is not made again, and what fails leaves a message and no result."""
    settings = [part for key, value in settings.items() for part in (f"--{key}", str(value))]
    subprocess.run(["dotnet", tool, "compare", *command, "--validation", data, "--max-steps", str(steps), "--evaluation-interval", str(steps), "--output", folder, "--methods", method,
                    "--learning-rates", str(rate), "--seeds", seeds, "--freed-memory", freed, "--restore-best", "false", "--threads", str(threads), *settings],
                   stdout=subprocess.DEVNULL, env=dict(os.environ, OMP_NUM_THREADS=str(threads)))


def run(tool, task, name, seeds, threads, out):
    """Tries the rates of a method, and trains with the best."""
    method, rates, own = METHODS[name]
    command, steps = prepare(task, os.path.join(out, task))
    settings = settings_of(task, method, own)

    def train_on(data, steps, rate, seeds, folder, freed="kept"):
        data = os.path.join(out, task, data + (".txt" if task == "tinystories" else ".tsv"))
        train(tool, command, data, steps, method, settings, rate, seeds, threads, folder, freed)

    folder, (first, _, others) = folder_of(out, task, name), seeds.partition(",")
    for rate in rates:
        train_on("held", steps // 2, rate, first, trial_of(folder, rate))
    tried = trials_of(task, method, folder, rates)
    if tried:
        rate = best_of(task, tried)
        train_on("test", steps, rate, first, os.path.join(folder, "first"), "returned")
        if others:
            train_on("test", steps, rate, others, os.path.join(folder, "others"))


def trial_of(folder, rate):
    return os.path.join(folder, f"trial-{rate:g}")


def trials_of(task, method, folder, rates):
    """Quality and loss of each rate on the held-out data; a training that failed is left out."""
    tried = {rate: results_of(method, trial_of(folder, rate)) for rate in rates}
    figures = {rate: (quality_of(task, results[0]["validation"]), results[0]["validation"].get("log_loss", 0)) for rate, (_, results) in tried.items() if results}
    return {rate: pair for rate, pair in figures.items() if all(map(is_number, pair))}


def is_number(value):
    """What a training that diverged came to is written as null."""
    return value is not None and math.isfinite(value)


def best_of(task, tried):
    """By quality, and among equals by loss: after few updates a model may still give all texts the same class."""
    return min(tried, key=lambda rate: (tried[rate][0] if task == "tinystories" else -tried[rate][0], tried[rate][1]))


def folder_of(out, task, name):
    return os.path.join(out, task, name.replace(" ", "").replace("=", "-").replace(",", "-"))


def rows_of(out, task, seeds):
    """The rows of a task: of each method the rate and, over the seeds, quality, memory and plan."""
    rows = {name: row_of(task, method, folder_of(out, task, name), rates, len(seeds.split(","))) for name, (method, rates, _) in METHODS.items()}
    return {name: row for name, row in rows.items() if row}


def results_of(method, folder):
    """The rate and the results of a comparison, by seeds; no results if there is none, or a training of it is missing."""
    try:
        with open(os.path.join(folder, "compare.json"), encoding="utf-8") as file:
            compared = json.load(file)
    except OSError:
        return None, []
    if compared["missing"] or not compared["runs"]:
        return None, []
    results = []
    for one in compared["runs"]:
        run = os.path.join(folder, f"{method}-rate-{one['learning_rate']:g}-seed-{one['seed']}")
        with open(os.path.join(run, "result.json"), encoding="utf-8") as file:
            result = json.load(file)
        with open(os.path.join(run, "metrics.jsonl"), encoding="utf-8") as file:
            result["selections"] = sum(json.loads(line).get("reselected", False) for line in file)
        results.append(result)
    return compared["runs"][0]["learning_rate"], results


def row_of(task, method, folder, rates, seeds):
    """What a method came to; None if it is not there with every seed."""
    rate, results = results_of(method, os.path.join(folder, "first"))
    other_rate, others = results_of(method, os.path.join(folder, "others"))
    results = results + (others if other_rate == rate else [])
    qualities = [quality_of(task, result["validation"]) for result in results]
    if len(results) != seeds or not all(map(is_number, qualities)):
        return None
    measured = results[0]["memory"]
    return {"rate": rate, "edge": rate in (rates[0], rates[-1]), "tried": trials_of(task, method, folder, rates), "qualities": qualities, "quality": statistics.mean(qualities),
            "spread": statistics.stdev(qualities) if len(qualities) > 1 else None,
            "memory": measured["measured"], "planned": measured["planned"],
            "active": statistics.mean(result["active_share"] for result in results)}


def front(rows, lower_is_better):
    """The methods that no other beats in both quality and memory."""
    def beats(a, b):
        better = a["quality"] < b["quality"] if lower_is_better else a["quality"] > b["quality"]
        return better and a["memory"] < b["memory"]
    return {name for name, row in rows.items() if not any(beats(other, row) for other in rows.values())}


def table(task, rows):
    lower = task == "tinystories"
    head = "perplexity" if lower else CLASSIFY[task][2]
    best, full = front(rows, lower), rows.get("AdamW")
    text = [f"| {task} | {head} | learning rate | memory | of AdamW's | planned | active |", "|---|---|---|---|---|---|---|"]
    for name, row in sorted(rows.items(), key=lambda item: item[1]["memory"]):
        number = "{:.2f}" if lower else "{:.3f}"
        quality = number.format(row["quality"]) + (f" ± {number.format(row['spread'])}" if row["spread"] is not None else "")
        ratio = f"{row['memory'] / full['memory']:.2f}" if full else ""
        text.append(f"| {'**' + name + '**' if name in best else name} | {quality} | {row['rate']:g}{'*' if row['edge'] else ''} | {row['memory'] / 2**20:.0f} MiB | {ratio} | {row['planned'] / 2**20:.0f} MiB | {100 * row['active']:.1f} % |")
    return "\n".join(text)


def main():
    arguments = parser(__doc__, "only-tables", "tool", tasks="tinystories,trec,sst2,cola,mrpc", seeds="1,2,3", threads=1, out=os.path.join(ROOT, "artifacts", "rivals")).parse_args()

    tasks = arguments.tasks.split(",")
    if not arguments.only_tables:
        tool = arguments.tool or publish_tool(arguments.out)
        # By methods first, so that what is there when the command is stopped can be compared.
        for name in METHODS:
            for task in tasks:
                if (task, METHODS[name][0]) == ("tinystories", "lora"):
                    continue
                run(tool, task, name, arguments.seeds, arguments.threads, arguments.out)
    results = {}
    if os.path.exists(RAW):
        with open(RAW, encoding="utf-8") as file:
            results = json.load(file)
    # Tasks and rows of earlier calls stay.
    for task in tasks:
        results.setdefault(task, {}).update(rows_of(arguments.out, task, arguments.seeds))
    results = {task: rows for task, rows in results.items() if rows}
    with open(RAW, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    for task, rows in results.items():
        picture = scatter(f"{task}: quality over memory", "MiB above the loaded model", "perplexity" if task == "tinystories" else CLASSIFY[task][2],
                          {name: (row["memory"] / 2**20, row["quality"]) for name, row in rows.items()})
        with open(os.path.join(IMAGES, f"rivals-{task}.svg"), "w", encoding="utf-8") as file:
            file.write(picture)
    tables = "\n\n".join(f"{table(task, rows)}\n\n![{task}: quality over memory](images/rivals-{task}.svg)" for task, rows in results.items())
    write_between("rivals", tables)
    print(tables)


if __name__ == "__main__":
    main()
