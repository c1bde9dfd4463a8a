"""A LLaMA-2-7B shape with random bfloat16 weights, trained by BlockLLM in less memory than its weights take.

    /usr/bin/python3 bench/outofcore.py [--limit 4] [--updates 2] [--period 2] [--layers 32] [--directory DIRECTORY] [--keep]

Writes the model (13.5 GB) if the directory has none, measures a plain sequential read of the file, from the disk and from the file cache, and runs updates in
a process that a cgroup limits to so many GiB, file cache included. The file is dropped from the cache before, so that all that the process reads counts as its own.
Figures go to docs/benchmarks/outofcore.json, their table to docs/benchmarks.md, and bench/growth.py reads them.
Needs numpy, which is in the Python of the system, and root, for the cgroup; --limit 0 runs without one.
"""
import contextlib
import json
import os
import signal
import struct
import subprocess
import sys
import threading
import time

import numpy as np

from arguments import parser
from page import commit, environment, write_between
from program import HERE, build

PROJECT = os.path.join(HERE, "outofcore", "OutOfCoreBenchmark.csproj")
PROGRAM = os.path.join(HERE, "outofcore", "bin", "Release", "net10.0", "OutOfCoreBenchmark.dll")
HIDDEN, INTERMEDIATE, HEADS, VOCABULARY = 4096, 11008, 32, 32000
GIB = 2**30
RAW = os.path.join(HERE, "..", "docs", "benchmarks", "outofcore.json")


def shapes(layers):
    yield "model.embed_tokens.weight", (VOCABULARY, HIDDEN)
    for layer in range(layers):
        prefix = f"model.layers.{layer}."
        for name in ("q_proj", "k_proj", "v_proj", "o_proj"):
            yield f"{prefix}self_attn.{name}.weight", (HIDDEN, HIDDEN)
        yield prefix + "mlp.gate_proj.weight", (INTERMEDIATE, HIDDEN)
        yield prefix + "mlp.up_proj.weight", (INTERMEDIATE, HIDDEN)
        yield prefix + "mlp.down_proj.weight", (HIDDEN, INTERMEDIATE)
        yield prefix + "input_layernorm.weight", (HIDDEN,)
        yield prefix + "post_attention_layernorm.weight", (HIDDEN,)
    yield "model.norm.weight", (HIDDEN,)
    yield "lm_head.weight", (VOCABULARY, HIDDEN)


def write_model(directory, layers):
    """Normal numbers of standard deviation 0.02, cut from one pool at random places; normalisation weights 1."""
    os.makedirs(directory, exist_ok=True)
    with open(os.path.join(directory, "config.json"), "w") as file:
        json.dump({"model_type": "llama", "architectures": ["LlamaForCausalLM"], "vocab_size": VOCABULARY, "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE,
                   "num_hidden_layers": layers, "num_attention_heads": HEADS, "max_position_embeddings": 4096, "rms_norm_eps": 1e-5, "tie_word_embeddings": False,
                   "torch_dtype": "bfloat16"}, file)
    random = np.random.default_rng(1)
    pool = (random.standard_normal(3 * 2**25, np.float32) * np.float32(0.02)).view(np.uint32)
    pool = (pool >> 16).astype(np.uint16)
    one = np.uint16(0x3F80)
    header, end = {}, 0
    for name, shape in shapes(layers):
        header[name] = {"dtype": "BF16", "shape": shape, "data_offsets": [end, end + 2 * int(np.prod(shape))]}
        end = header[name]["data_offsets"][1]
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path = os.path.join(directory, "model.safetensors")
    with open(path + ".tmp", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, shape in shapes(layers):
            left = int(np.prod(shape))
            while left:
                count = min(left, 2**25)
                start = random.integers(len(pool) - count)
                file.write((np.full(count, one) if len(shape) == 1 else pool[start:start + count]).tobytes())
                left -= count
        file.flush()
        os.fsync(file.fileno())
    os.rename(path + ".tmp", path)


def drop_from_cache(path):
    with open(path, "rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def read_seconds(path):
    started = time.perf_counter()
    buffer = bytearray(1 << 24)
    with open(path, "rb", buffering=0) as file:
        while file.readinto(buffer):
            pass
    return time.perf_counter() - started


@contextlib.contextmanager
def memory_limit(size):
    """A cgroup with a limit of so many bytes, of version 1 or 2. Gives its folder, and how its peak is called."""
    if not size:
        yield None, None
        return
    first = os.path.isdir("/sys/fs/cgroup/memory")
    folder = os.path.join("/sys/fs/cgroup/memory" if first else "/sys/fs/cgroup", f"blockllm-bench-{os.getpid()}")
    os.mkdir(folder)
    try:
        with open(os.path.join(folder, "memory.limit_in_bytes" if first else "memory.max"), "w") as file:
            file.write(str(size))
        yield folder, "memory.max_usage_in_bytes" if first else "memory.peak"
    finally:
        os.rmdir(folder)


class AnonymousPeak(threading.Thread):
    """Looks every twentieth of a second how much memory of its own a process has, and keeps the largest."""

    def __init__(self, process):
        super().__init__(daemon=True)
        self.process, self.peak = process, 0

    def run(self):
        while self.process.poll() is None:
            with contextlib.suppress(OSError), open(f"/proc/{self.process.pid}/status") as status:
                for line in status:
                    if line.startswith("RssAnon"):
                        self.peak = max(self.peak, 1024 * int(line.split()[1]))
            time.sleep(0.05)


def main():
    options = parser(__doc__, "no-build", updates=2, sparsity=0.999, tokens=128, layers=32, directory="/tmp/blockllm-7b")
    options.add_argument("--limit", type=float, default=4, help="GiB")
    options.add_argument("--period", type=int, default=2, help="updates between two selections")
    options.add_argument("--keep", action="store_true", help="leave the model there; one that was there before always stays")
    arguments = options.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended by a signal."))

    if not arguments.no_build:
        build(PROJECT)
    path = os.path.join(arguments.directory, "model.safetensors")
    is_ours = not os.path.exists(path)
    if is_ours:
        write_model(arguments.directory, arguments.layers)
    size = os.path.getsize(path)
    drop_from_cache(path)
    results = {"commit": commit(), "environment": environment(), "size": size, "limit": arguments.limit, "tokens": arguments.tokens, "sparsity": arguments.sparsity,
               "disk_read_seconds": read_seconds(path), "cached_read_seconds": read_seconds(path), "updates": []}
    drop_from_cache(path)

    with memory_limit(int(arguments.limit * GIB)) as (folder, peak_name):
        def enter():
            if folder:
                with open(os.path.join(folder, "cgroup.procs"), "w") as file:
                    file.write("0")

        command = ["dotnet", PROGRAM, arguments.directory, *map(str, (arguments.updates, arguments.sparsity, arguments.period, arguments.tokens))]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=enter, env=dict(os.environ, OMP_NUM_THREADS="2", OMP_WAIT_POLICY="PASSIVE"))
        watcher = AnonymousPeak(process)
        watcher.start()
        try:
            for line in process.stdout:
                if line.startswith("{"):
                    results["updates"].append(json.loads(line))
                    print(line.rstrip(), file=sys.stderr, flush=True)
        finally:
            # A cgroup with a process in it cannot be removed.
            if sys.exc_info()[0]:
                process.kill()
            process.wait()
        if process.returncode:
            sys.exit(f"The program ended with {process.returncode}.")
        watcher.join()
        results["own_peak"] = watcher.peak
        if folder:
            with open(os.path.join(folder, peak_name)) as file:
                results["group_peak"] = int(file.read())
    with open(RAW, "w", encoding="utf-8") as file:
        json.dump(results, file, indent=1)
        file.write("\n")
    text = table(results)
    print(text)
    write_between("outofcore", text)
    # Only what this run has written: a directory that was given may hold a user's model.
    if is_ours and not arguments.keep:
        for name in ("model.safetensors", "config.json"):
            os.remove(os.path.join(arguments.directory, name))
        if not os.listdir(arguments.directory):
            os.rmdir(arguments.directory)


def table(results):
    updates, read = results["updates"], results["disk_read_seconds"]
    lines = [f"{results['size'] / 1e9:.2f} GB, limit {results['limit']:g} GiB, commit {results['commit']}; {results['environment']}.", "",
             "| | " + " | ".join(f"update {update['update']}" + (", with a selection" if update["probe"] > 0 else "") for update in updates) + " |", "|---" * (1 + len(updates)) + "|"]
    for title, cell in {
        "time": lambda update: f"{update['seconds']:.1f} s",
        "of a plain read of the file": lambda update: f"{update['seconds'] / read:.1f} ×",
        "of it probe, forward, backward, optimizer": lambda update: f"{update['probe']:.1f}, {update['forward']:.1f}, {update['backward']:.1f}, {update['optimizer']:.1f} s",
        "read from the disk": lambda update: f"{update['read'] / 1e9:.1f} GB, {update['read'] / 1e6 / update['seconds']:.0f} MB/s",
        "active weights, their state": lambda update: f"{update['active']:,}, {update['state'] / 2**20:.0f} MiB",
        "weights that differ from the file, memory for them": lambda update: f"{update['changed']:,}, {update['changes'] / 2**20:.0f} MiB",
        "memory of its own after the update": lambda update: f"{update['anonymous'] / GIB:.2f} GiB",
    }.items():
        lines.append(f"| {title} | " + " | ".join(map(cell, updates)) + " |")
    group = f", of the cgroup with its file cache {results['group_peak'] / GIB:.2f} GiB" if "group_peak" in results else ""
    lines += ["", f"A plain read of the file, in the same run: {read:.1f} s from the disk, {size_rate(results, 'disk_read_seconds')}, and {results['cached_read_seconds']:.1f} s right after, from the file cache as far as it fits. "
              f"The largest memory of its own at any time, looked at twenty times a second: **{results['own_peak'] / GIB:.2f} GiB**{group}."]
    return "\n".join(lines)


def size_rate(results, seconds):
    return f"{results['size'] / 1e6 / results[seconds]:.0f} MB/s"


if __name__ == "__main__":
    main()
