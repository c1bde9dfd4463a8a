"""Texts per second of a classifier, by Transform and by a prediction engine, beside the same model in PyTorch.

    python3 bench/scoring.py [--rows 872] [--threads 2] [--rounds 1]

Sentences of the development set of SST-2, cut at 128 tokens, by USE-lite and by a MiniLM shape with new weights. Every measurement is a fresh process, ours and the peer's in turn; the best of three passes
counts. Ours begins with text, the peer with tokens. The figures go to docs/benchmarks/scoring.json, the table to docs/benchmarks.md. On a machine with other work on it take one thread and
compare processor time.
"""
import json
import os
import tempfile

from arguments import parser
from page import commit, environment, write_between
from program import DATA, HERE, PYTHON, build, model_directory, run

PROJECT = os.path.join(HERE, "scoring", "ScoringBenchmark.csproj")
PROGRAM = os.path.join(HERE, "scoring", "bin", "Release", "net10.0", "ScoringBenchmark.dll")
PEER = os.path.join(HERE, "scoring", "peer.py")
RAW = os.path.join(HERE, "..", "docs", "benchmarks", "scoring.json")
MODELS = {"use-lite": "USE-lite, 7.0M weights", "minilm": "MiniLM shape, 6 layers, dim 384"}


def measure(model, rows, threads):
    with tempfile.TemporaryDirectory() as directory:
        sentences = os.path.join(DATA, "sst2-sentences", "stsa.binary.dev")
        ours = run(["dotnet", PROGRAM, model, model_directory(), sentences, str(rows), str(threads), directory])
        return {"ours": ours, "peer": run([PYTHON, PEER, model, directory, str(threads)])}


def table(raw):
    lines = [f"{raw['threads']} thread(s), rounds: {raw['rounds']}, commit {raw['commit']}; {raw['environment']}.", "",
             "| model | | texts/s | of the naive peer's | the same in processor time |", "|---|---|---|---|---|"]
    for model, rounds in raw["models"].items():
        texts, singles = rounds[0]["ours"]["texts"], rounds[0]["ours"]["singleTexts"]
        for title, side, part, count, reference in [
                ("PyTorch, batches of 32 padded to 128 tokens (naive)", "peer", "fixed", texts, "fixed"), ("PyTorch, batches of 32 padded to their longest", "peer", "longest", texts, "fixed"),
                ("`Transform`, text to score", "ours", "transform", texts, "fixed"),
                ("PyTorch, one text padded to 128 tokens (naive)", "peer", "singleFixed", singles, "singleFixed"), ("PyTorch, one text as it is", "peer", "single", singles, "singleFixed"),
                ("`PredictionEngine`, text to score", "ours", "predict", singles, "singleFixed")]:
            def least(of_side, of_part, clock):
                return min(item[of_side][of_part][clock] for item in rounds)
            ratios = " | ".join(f"{least('peer', reference, clock) / least(side, part, clock):.2f}" for clock in ("wall", "cpu"))
            lines.append(f"| {MODELS[model]} | {title} | {count / least(side, part, 'wall'):.0f} | {ratios} |")
    if "use-lite" in raw["models"]:
        ours, peer = (raw["models"]["use-lite"][0][side] for side in ("ours", "peer"))
        lines += ["", f"{ours['texts']} texts of {peer['tokens'] / ours['texts']:.1f} tokens on average. With the same weights, USE-lite's probabilities differ from the peer's by {peer['difference']:.1e} at the most, and those "
                  f"of the prediction engine from `Transform`'s by {ours['difference']:.1e}. Tokenising, of words that were met before, is {100 * ours['tokenize']['cpu'] / ours['transform']['cpu']:.1f} % of `Transform`."]
    return "\n".join(lines)


def main():
    options = parser(__doc__, "no-build", rows=872, threads=2, rounds=1)
    options.add_argument("--models", nargs="+", choices=MODELS, default=list(MODELS))
    arguments = options.parse_args()

    if not arguments.no_build:
        build(PROJECT)
    models = {model: [measure(model, arguments.rows, arguments.threads) for _ in range(arguments.rounds)] for model in arguments.models}
    raw = {"commit": commit(), "environment": environment(), "threads": arguments.threads, "rounds": arguments.rounds, "models": models}
    with open(RAW, "w", encoding="utf-8") as file:
        json.dump(raw, file, indent=1)
    text = table(raw)
    print(text)
    write_between("scoring", text)


if __name__ == "__main__":
    main()
