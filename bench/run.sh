#!/usr/bin/env bash
# Measures training steps and their memory beside the peers in PyTorch, and writes the tables of docs/benchmarks.md. Options go to bench/workloads.py.
set -euo pipefail
exec python3 "$(dirname "${BASH_SOURCE[0]}")/workloads.py" "$@"
