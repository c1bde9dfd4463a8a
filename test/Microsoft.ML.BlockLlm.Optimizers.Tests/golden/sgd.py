"""Writes sgd.json: torch.optim.SGD on the network of trajectories.py.

    python3 sgd.py
"""
import torch

import mlp


def sgd(**options):
    p = mlp.fresh_parameters()
    optimizer = torch.optim.SGD(p.values(), lr=0.05, weight_decay=0.1, **options)
    losses = []
    for step in range(mlp.STEPS):
        optimizer.zero_grad()
        loss = mlp.loss_of(p, step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: w.detach().flatten().tolist() for name, w in p.items()}}


mlp.write(__file__, {"plain": sgd(), "momentum": sgd(momentum=0.9), "nesterov": sgd(momentum=0.9, nesterov=True)})
