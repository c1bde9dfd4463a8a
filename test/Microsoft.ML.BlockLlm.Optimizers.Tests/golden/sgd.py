"""Writes sgd.json: torch.optim.SGD on the network of trajectories.py.

    python3 sgd.py
"""
import torch

import mlp


def sgd(lr=0.05, weight_decay=0.1, **options):
    p = mlp.fresh_parameters()
    optimizer = torch.optim.SGD(p.values(), lr=lr, weight_decay=weight_decay, **options)
    losses = []
    for step in range(mlp.STEPS):
        optimizer.zero_grad()
        loss = mlp.loss_of(p, step)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: w.detach().flatten().tolist() for name, w in p.items()}}


mlp.write(__file__, {
    "plain": mlp.require_visible(sgd(), {"rate": sgd(lr=0.051), "decay": sgd(weight_decay=0.11)}),
    "momentum": mlp.require_visible(sgd(momentum=0.9), {"momentum": sgd(momentum=0.89), "dampening": sgd(momentum=0.9, dampening=0.01)}),
    "nesterov": mlp.require_visible(sgd(momentum=0.9, nesterov=True), {"way of looking ahead": sgd(momentum=0.9)}),
})
