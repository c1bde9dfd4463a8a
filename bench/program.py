"""The programs that the scripts measure, ours and the peers in PyTorch: where they and their data are, building them, running one in a fresh process."""
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
DATA = os.environ.get("BLOCKLLM_DATA") or os.path.join(ROOT, "..", "shared", "data")
# Debian's PyTorch is in the Python of the system.
PYTHON = "/usr/bin/python3"
# Of the processor's threads, and of which libraries are loaded.
SETTINGS = ("OMP_", "GOMP_", "MKL_", "KMP_", "LD_LIBRARY_PATH")


def model_directory():
    cache = os.environ.get("BLOCKLLM_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "blockllm")
    return os.path.join(cache, "models", "use-lite")


def build(project):
    subprocess.run(["dotnet", "build", project, "-c", "Release", "-v", "q", "--nologo"], check=True, stdout=sys.stderr)


def publish(project, folder):
    subprocess.run(["dotnet", "publish", project, "-c", "Release", "-o", folder, "-v", "q", "--nologo"], check=True, stdout=sys.stderr)


def run(command, nothing_set=False):
    """The line of JSON that a program ends with. With nothing set, a peer too runs as one gets it who installs it and no more, whatever this script's own environment says."""
    environment = {name: value for name, value in os.environ.items() if not (nothing_set and name.startswith(SETTINGS))}
    if command[0] == PYTHON and not nothing_set:
        # The peer gets what the library sets by itself: threads, and the BLAS that shares OpenMP's.
        environment.update(OMP_NUM_THREADS="2", LD_LIBRARY_PATH="/usr/lib/x86_64-linux-gnu/openblas-openmp")
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    return json.loads(output.splitlines()[-1])
