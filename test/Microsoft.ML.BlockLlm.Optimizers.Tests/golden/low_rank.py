"""Writes low_rank.json: GaLore (arXiv 2403.03507), Fira (arXiv 2410.01623) and APOLLO (arXiv 2412.05270), written from the papers, in double precision.

Matrices whose smaller dimension exceeds the rank are trained in low rank, the rest by AdamW. A matrix that is not wide is transposed first, so that one
form serves all: P is [k, r], R = Pᵀ G is [r, l], k ≤ l. Runs with small gradients show what keeps a quotient finite.

    python3 low_rank.py
"""
import math
import types

import torch

import mlp
import splitmix64

SEED = 1
CONSTANTS = {
    "rate": 0.02, "decay": 0.1, "rank": 2, "period": 6, "oversampling": 1, "power_iterations": 1, "exact": False, "scale": 1.0, "growth": 1.01,
    "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "channel_epsilon": 1e-8, "per_channel": True, "seed": SEED,
}


def leading_vectors(g, k, c):
    """The first left singular vectors of g [k, l], exactly or by subspace iteration, each with its largest entry positive."""
    if c.exact:
        u = torch.linalg.svd(g, full_matrices=False)[0]
    else:
        q = torch.linalg.qr(g @ splitmix64.gaussian(g.shape[1], min(c.rank + c.oversampling, g.shape[0]), k))[0]
        for _ in range(c.power_iterations):
            q = torch.linalg.qr(g.t() @ q)[0]
            q = torch.linalg.qr(g @ q)[0]
        u = q @ torch.linalg.svd(q.t() @ g, full_matrices=False)[0]
    u = u[:, :c.rank]
    return u * torch.stack([column[column.abs().argmax()].sign() for column in u.t()])


class Limiter:
    def __init__(self, growth):
        self.growth, self.norm = growth, None

    def __call__(self, step):
        norm = step.norm().item()
        allowed = math.inf if self.norm is None else self.growth * self.norm
        self.norm = min(norm, allowed)
        return step * (self.norm / norm)


def galore(c):
    bases = {}

    def step(name, g, adam, limiter, t):
        if t % c.period == 0:
            bases[name] = leading_vectors(g, splitmix64.key(c.seed, name, t // c.period), c)
        return c.scale * bases[name] @ adam.direction(bases[name].t() @ g)
    return step


def fira(c):
    bases = {}

    def step(name, g, adam, limiter, t):
        if t % c.period == 0:
            bases[name] = leading_vectors(g, splitmix64.key(c.seed, name, t // c.period), c)
        p = bases[name]
        r = p.t() @ g
        direction = adam.direction(r)
        residual = (g - p @ r) * (direction.norm(dim=0) / (r.norm(dim=0) + c.channel_epsilon))
        return c.scale * (p @ direction + limiter(residual))
    return step


def apollo(c):
    def step(name, g, adam, limiter, t):
        p = splitmix64.gaussian(g.shape[0], c.rank, splitmix64.key(c.seed, name, t // c.period)) / math.sqrt(c.rank)
        r = p.t() @ g
        direction = adam.direction(r)
        dim = {"dim": 0} if c.per_channel else {}
        return c.scale * limiter(g * (direction.norm(**dim) / (r.norm(**dim) + c.channel_epsilon)))
    return step


def run(method, max_norm=None, gradient_scale=1.0, **changed):
    c = types.SimpleNamespace(**{**CONSTANTS, **changed})
    adams = {name: mlp.Adam(c.beta1, c.beta2, c.epsilon) for name in mlp.SHAPES}
    limiters = {name: Limiter(c.growth) for name in mlp.SHAPES}
    step = method(c)

    def update(name, w, g, t):
        exact, g = w.double(), g.double()
        exact *= 1 - c.rate * c.decay
        if g.dim() < 2 or min(g.shape) <= c.rank:
            change = adams[name].direction(g)
        else:
            is_tall = g.shape[0] >= g.shape[1]
            change = step(name, g.t() if is_tall else g, adams[name], limiters[name], t)
            change = change.t() if is_tall else change
        w.copy_(exact - c.rate * change)

    return mlp.run(update, max_norm, gradient_scale)


def golden(method, others, **constants):
    """A run in which every other value of a constant would be seen."""
    return mlp.require_visible(run(method, **constants), {f"{name} ({value})": run(method, **{**constants, name: value}) for name, value in others})


ALL = [("rate", 0.021), ("decay", 0.11), ("beta1", 0.89), ("beta2", 0.998), ("seed", 2)]
SUBSPACE = [*ALL, ("rank", 1), ("period", 7), ("oversampling", 0), ("power_iterations", 2)]
SMALL = [("epsilon", 9e-9), ("epsilon", 1.1e-8), ("channel_epsilon", 9e-9), ("channel_epsilon", 1.1e-8)]

mlp.write(__file__, {
    "galore": golden(galore, [*SUBSPACE, ("scale", 0.24)], scale=0.25),
    "galore_exact": golden(galore, [("exact", False), ("period", 7)], exact=True, scale=0.25),
    "fira": golden(fira, [*SUBSPACE, ("scale", 0.24), ("growth", 1.011), ("growth", 1.0)], scale=0.25),
    "fira_scaled": golden(fira, [("scale", 0.51), ("max_norm", None), ("max_norm", 0.81)], scale=0.5, max_norm=0.8),
    "fira_small": golden(fira, SMALL, gradient_scale=1e-6, scale=0.25),
    "apollo": golden(apollo, [*ALL, ("rank", 3), ("period", 7), ("scale", 1.01), ("growth", 1.011), ("growth", 1.0), ("per_channel", False)], rate=0.01),
    "apollo_small": golden(apollo, SMALL, gradient_scale=1e-6, rate=0.01),
    "apollo_mini": golden(apollo, [("rank", 2), ("scale", 11.3), ("growth", 1.011), ("per_channel", True), ("seed", 2)], rank=1, per_channel=False, scale=math.sqrt(128)),
})
