"""Writes frugal.json: FRUGAL (arXiv 2411.07837), written from the paper, coordinate by coordinate with dense masks.

    python3 frugal.py
"""
import math
import types

import torch

import mlp
import splitmix64

CONSTANTS = {"rate": 0.01, "decay": 0.1, "period": 6, "sign_rate": 0.5, "seed": 2, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
MATRICES = [name for name, shape in mlp.SHAPES.items() if len(shape) == 2 and min(shape) > 1]


def blocks(density, seed, round_):
    """Matrices by their keys, as long as they fit."""
    room, masks, taken = density * sum(math.prod(mlp.SHAPES[name]) for name in MATRICES), {}, 0
    for name in sorted(MATRICES, key=lambda name: splitmix64.key(seed, name, round_)):
        size = math.prod(mlp.SHAPES[name])
        takes = size <= room or taken == 0
        masks[name] = torch.full(mlp.SHAPES[name], takes)
        taken, room = taken + takes, room - size * takes
    return masks


def columns(density, seed, round_):
    """The columns with the smallest numbers."""
    masks = {}
    for name in MATRICES:
        rows, count = mlp.SHAPES[name]
        key = splitmix64.key(seed, name, round_)
        order = sorted(range(count), key=lambda column: splitmix64.at(key, column))
        masks[name] = torch.zeros(rows, count, dtype=torch.bool)
        masks[name][:, order[:math.ceil(density * count)]] = True
    return masks


def run(choose, density, gradient_scale=1.0, **changed):
    c = types.SimpleNamespace(**{**CONSTANTS, **changed})

    def new_adam():
        return mlp.Adam(c.beta1, c.beta2, c.epsilon)
    adams, masks = {name: new_adam() for name in mlp.SHAPES}, {}

    def update(name, w, g, t):
        if t % c.period == 0 and name == next(iter(mlp.SHAPES)):
            masks.update(choose(density, c.seed, t // c.period))
            adams.update({matrix: new_adam() for matrix in MATRICES})
        exact, g = w.double() * (1 - c.rate * c.decay), g.double()
        direction = adams[name].direction(g)
        if name in MATRICES:
            direction = torch.where(masks[name], direction, c.sign_rate * g.sign())
        w.copy_(exact - c.rate * direction)

    return mlp.run(update, gradient_scale=gradient_scale)


def golden(choose, density, others, **constants):
    constants["density"] = density
    return mlp.require_visible(run(choose, **constants), {f"{name} ({value})": run(choose, **{**constants, name: value}) for name, value in others})


ALL = [("rate", 0.0101), ("decay", 0.11), ("period", 7), ("sign_rate", 0.51), ("seed", 1), ("beta1", 0.89), ("beta2", 0.998)]

mlp.write(__file__, {
    "blocks": golden(blocks, 0.7, [*ALL, ("density", 0.3)]),
    "columns": golden(columns, 0.25, [*ALL, ("density", 0.35)]),
    # Gradients around 1e-7, where epsilon shows.
    "blocks_small": golden(blocks, 0.7, [("epsilon", 9e-9), ("epsilon", 1.1e-8)], gradient_scale=1e-6),
})
