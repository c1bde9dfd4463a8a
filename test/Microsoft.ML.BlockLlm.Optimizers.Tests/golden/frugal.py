"""Writes frugal.json: FRUGAL (arXiv 2411.07837), written from the paper, coordinate by coordinate with dense masks.

    python3 frugal.py
"""
import math

import torch

import mlp
import splitmix64

RATE, DECAY, PERIOD, SIGN_RATE, SEED = 0.01, 0.1, 6, 0.5, 2
MATRICES = [name for name, shape in mlp.SHAPES.items() if len(shape) == 2 and min(shape) > 1]


def blocks(density, round_):
    """Matrices by their keys, as long as they fit."""
    room, masks, taken = density * sum(math.prod(mlp.SHAPES[name]) for name in MATRICES), {}, 0
    for name in sorted(MATRICES, key=lambda name: splitmix64.key(SEED, name, round_)):
        size = math.prod(mlp.SHAPES[name])
        takes = size <= room or taken == 0
        masks[name] = torch.full(mlp.SHAPES[name], takes)
        taken, room = taken + takes, room - size * takes
    return masks


def columns(density, round_):
    """The columns with the smallest numbers."""
    masks = {}
    for name in MATRICES:
        rows, count = mlp.SHAPES[name]
        key = splitmix64.key(SEED, name, round_)
        order = sorted(range(count), key=lambda column: splitmix64.at(key, column))
        masks[name] = torch.zeros(rows, count, dtype=torch.bool)
        masks[name][:, order[:math.ceil(density * count)]] = True
    return masks


def run(choose, density):
    adams, masks = {name: mlp.Adam() for name in mlp.SHAPES}, {}

    def update(name, w, g, t):
        if t % PERIOD == 0 and name == next(iter(mlp.SHAPES)):
            masks.update(choose(density, t // PERIOD))
            adams.update({matrix: mlp.Adam() for matrix in MATRICES})
        exact, g = w.double() * (1 - RATE * DECAY), g.double()
        direction = adams[name].direction(g)
        if name in MATRICES:
            direction = torch.where(masks[name], direction, SIGN_RATE * g.sign())
        w.copy_(exact - RATE * direction)

    return mlp.run(update)


mlp.write(__file__, {"blocks": run(blocks, density=0.7), "columns": run(columns, density=0.25)})
