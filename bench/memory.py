"""The memory plan against measured memory, for several models and options.

    python3 bench/memory.py [--model DIRECTORY] [--freed kept|returned]

Every line is a fresh process with two threads. Measured is the peak resident set of three steps, two of them selecting, minus the
resident set after loading, when every weight has been read and libtorch, the BLAS and the runtime have warmed up on a tiny model.
What tensors leave goes back to the system; with --freed kept the heap keeps it, as is the default in training.
"""
import json
import os
import subprocess

from arguments import parser
from program import HERE, build, model_directory

PROJECT = os.path.join(HERE, "memory", "MemoryBenchmark.csproj")
PROGRAM = os.path.join(HERE, "memory", "bin", "Release", "net10.0", "MemoryBenchmark.dll")
# Model, method, sparsity, batch, tokens, recompute.
CASES = [
    ("llama", "adamw", 0, 8, 256, "none"),
    ("llama", "adamw", 0, 8, 256, "all"),
    ("llama", "blockllm", 0.9, 8, 256, "none"),
    ("llama", "blockllm", 0.9, 8, 256, "all"),
    ("llama", "blockllm", 0.95, 8, 256, "none"),
    ("llama", "blockllm", 0.95, 8, 256, "all"),
    ("use-lite", "adamw", 0, 32, 64, "none"),
    ("use-lite", "blockllm", 0.95, 32, 64, "none"),
    ("use-lite", "blockllm", 0.95, 64, 128, "all"),
    ("minilm", "adamw", 0, 16, 128, "none"),
    ("minilm", "blockllm", 0.95, 16, 128, "all"),
    ("gpt2", "adamw", 0, 2, 256, "none"),
    ("gpt2", "blockllm", 0.95, 2, 256, "none"),
    ("llama-41m", "blockllm", 0, 2, 128, "none"),
    ("llama-41m", "blockllm", 0.5, 2, 128, "none"),
    ("llama-41m", "lora", 0, 1, 64, "none"),
    ("llama-41m", "lora", 0, 2, 128, "none"),
    ("gpt2", "lora", 0, 2, 64, "none"),
]


def main():
    options = parser(__doc__, "no-build", model=model_directory())
    options.add_argument("--freed", choices=["kept", "returned"], default="returned")
    options.add_argument("--only", nargs="+", default=[], help="names of models or methods; default: all cases")
    arguments = options.parse_args()

    if not arguments.no_build:
        build(PROJECT)
    print(f"{'model':11}{'method':10}{'s':>5}{'batch':>6}{'tokens':>7}{'recompute':>10}{'planned':>12}{'measured':>12}{'ratio':>7}")
    for case in (case for case in CASES if set(arguments.only) <= set(case[:2])):
        command = ["dotnet", PROGRAM, *map(str, case), arguments.model, arguments.freed]
        environment = dict(os.environ, OMP_NUM_THREADS="2", OMP_WAIT_POLICY="PASSIVE")
        output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
        result = json.loads(output.splitlines()[-1])
        planned, measured = result["planned"] / 2**20, result["measured"] / 2**20
        model, method, sparsity, batch, tokens, recompute = case
        print(f"{model:11}{method:10}{sparsity if method == 'blockllm' else '':>5}{batch:>6}{tokens:>7}{recompute:>10}{planned:>8.0f} MiB{measured:>8.0f} MiB{planned / measured:>7.2f}", flush=True)


if __name__ == "__main__":
    main()
