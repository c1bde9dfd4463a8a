"""Writes low_rank.json: GaLore (arXiv 2403.03507), Fira (arXiv 2410.01623) and APOLLO (arXiv 2412.05270), written from the papers, in double precision.

Matrices whose smaller dimension exceeds the rank are trained in low rank, the rest by AdamW. A matrix that is not wide is transposed first, so that one
form serves all: P is [k, r], R = Pᵀ G is [r, l], k ≤ l.

    python3 low_rank.py
"""
import math

import torch

import mlp
import splitmix64

RATE, DECAY, RANK, PERIOD, GROWTH, SEED = 0.02, 0.1, 2, 6, 1.01, 1
OVERSAMPLING, POWER_ITERATIONS = 1, 1


def leading_vectors(g, exact, k):
    """The first RANK left singular vectors of g [k, l], exactly or by subspace iteration, each with its largest entry positive."""
    if exact:
        u = torch.linalg.svd(g, full_matrices=False)[0]
    else:
        q = torch.linalg.qr(g @ splitmix64.gaussian(g.shape[1], min(RANK + OVERSAMPLING, g.shape[0]), k))[0]
        for _ in range(POWER_ITERATIONS):
            q = torch.linalg.qr(g.t() @ q)[0]
            q = torch.linalg.qr(g @ q)[0]
        u = q @ torch.linalg.svd(q.t() @ g, full_matrices=False)[0]
    u = u[:, :RANK]
    return u * torch.stack([column[column.abs().argmax()].sign() for column in u.t()])


class Limiter:
    def __init__(self):
        self.norm = None

    def __call__(self, step):
        norm = step.norm().item()
        allowed = math.inf if self.norm is None else GROWTH * self.norm
        self.norm = min(norm, allowed)
        return step * (self.norm / norm)


def galore(exact):
    bases = {}

    def step(name, g, adam, limiter, t):
        if t % PERIOD == 0:
            bases[name] = leading_vectors(g, exact, splitmix64.key(SEED, name, t // PERIOD))
        return 0.25 * bases[name] @ adam.direction(bases[name].t() @ g)
    return step


def fira():
    bases = {}

    def step(name, g, adam, limiter, t):
        if t % PERIOD == 0:
            bases[name] = leading_vectors(g, False, splitmix64.key(SEED, name, t // PERIOD))
        p = bases[name]
        r = p.t() @ g
        direction = adam.direction(r)
        residual = (g - p @ r) * (direction.norm(dim=0) / (r.norm(dim=0) + 1e-8))
        return p @ direction + limiter(residual)
    return step


def apollo(rank, per_channel, scale):
    def step(name, g, adam, limiter, t):
        p = splitmix64.gaussian(g.shape[0], rank, splitmix64.key(SEED, name, t // PERIOD)) / math.sqrt(rank)
        r = p.t() @ g
        direction = adam.direction(r)
        dim = {"dim": 0} if per_channel else {}
        return scale * limiter(g * (direction.norm(**dim) / (r.norm(**dim) + 1e-8)))
    return step


def run(step, rank=RANK, max_norm=None):
    adams = {name: mlp.Adam() for name in mlp.SHAPES}
    limiters = {name: Limiter() for name in mlp.SHAPES}

    def update(name, w, g, t):
        exact, g = w.double(), g.double()
        exact *= 1 - RATE * DECAY
        if g.dim() < 2 or min(g.shape) <= rank:
            change = adams[name].direction(g)
        else:
            is_tall = g.shape[0] >= g.shape[1]
            change = step(name, g.t() if is_tall else g, adams[name], limiters[name], t)
            change = change.t() if is_tall else change
        w.copy_(exact - RATE * change)

    return mlp.run(update, max_norm)


mlp.write(__file__, {
    "galore": run(galore(exact=False)),
    "galore_exact": run(galore(exact=True)),
    "fira": run(fira()),
    "fira_clipped": run(fira(), max_norm=0.5),
    "apollo": run(apollo(rank=RANK, per_channel=True, scale=1)),
    "apollo_mini": run(apollo(rank=1, per_channel=False, scale=math.sqrt(128)), rank=1),
})
