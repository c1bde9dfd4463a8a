"""The peer of the optimizer benchmark: PyTorch's AdamW on the same weights.

    python3 peer.py STEPS THREADS

Prints the median time of a step in milliseconds, of its two implementations the faster one, and the bytes of state, as a line of JSON.
"""
import json
import statistics
import sys
import time

import torch

WIDTH, FEED_FORWARD, LAYERS, WARM_UP = 384, 1024, 4, 5
LAYER = [(WIDTH, WIDTH), (WIDTH,)] * 4 + [(FEED_FORWARD, WIDTH), (FEED_FORWARD, WIDTH), (WIDTH, FEED_FORWARD), (WIDTH,)]


def median_step(steps, foreach):
    parameters = [torch.nn.Parameter(torch.rand(shape)) for _ in range(LAYERS) for shape in LAYER]
    for parameter in parameters:
        parameter.grad = torch.randn_like(parameter)
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=0, foreach=foreach)
    times = []
    for _ in range(WARM_UP + steps):
        started = time.perf_counter()
        optimizer.step()
        times.append(time.perf_counter() - started)
    return 1000 * statistics.median(times[WARM_UP:]), 8 * sum(parameter.numel() for parameter in parameters)


def main():
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(1)
    steps = int(sys.argv[1])
    update, state = min(median_step(steps, foreach) for foreach in (False, True))
    print(json.dumps({"update": update, "selection": 0, "state": state}))


if __name__ == "__main__":
    main()
