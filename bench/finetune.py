"""Fine-tunes the USE-lite classifier on TREC-6 and SST-2 sentences: full AdamW, AdamW on all but the token embeddings, and
BlockLLM at sparsity 0.95 of the same weights, by the same training loop, each at its own learning rate.

    python3 bench/finetune.py [--seeds 1,2,3] [--model DIRECTORY] [--data DIRECTORY]

Every run is a fresh process with two threads. Memory is the peak resident set of the process minus that after loading
model and data. Printed are the means over the seeds. The accuracy to beat is that of a logistic regression on the frozen
encoder's embeddings: 89.2 % on TREC-6, 74.2 % on SST-2 sentences.
"""
import json
import os
import statistics
import subprocess

from arguments import parser
from program import DATA, HERE, build, model_directory

PROJECT = os.path.join(HERE, "finetune", "FineTuneBenchmark.csproj")
PROGRAM = os.path.join(HERE, "finetune", "bin", "Release", "net10.0", "FineTuneBenchmark.dll")

METHODS = (
    ("AdamW, all weights", "adamw", "embeddings=1"),
    ("AdamW, no embeddings", "adamw"),
    ("BlockLLM, s = 0.95", "blockllm"),
)


def main():
    arguments = parser(__doc__, seeds="1,2,3", model=model_directory(), data=DATA).parse_args()

    build(PROJECT)
    print(f"seeds {arguments.seeds}")
    print(f"{'task':6}{'method':24}{'accuracy':>10}{'memory':>10}{'seconds':>9}{'active':>8}{'selections':>12}")
    for task in ("trec", "sst2"):
        for label, method, *settings in METHODS:
            runs = []
            for seed in arguments.seeds.split(","):
                command = ["dotnet", PROGRAM, task, method, arguments.model, arguments.data, f"seed={seed}", *settings]
                output = subprocess.run(command, check=True, capture_output=True, text=True, env=dict(os.environ, OMP_NUM_THREADS="2"))
                runs.append(json.loads(output.stdout.splitlines()[-1]))
            mean = {key: statistics.mean(run[key] for run in runs) for key in runs[0]}
            print(f"{task:6}{label:24}{mean['accuracy']:>10.1%}{mean['memory'] / 2**20:>6.0f} MiB{mean['seconds']:>9.1f}"
                  f"{mean['active']:>8.1%}{mean['selections']:>12.1f}", flush=True)


if __name__ == "__main__":
    main()
