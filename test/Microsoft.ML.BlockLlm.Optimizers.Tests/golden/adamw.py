"""Writes adamw.json: torch.optim.AdamW on the network of trajectories.py. Runs with small gradients show what keeps quotients finite, in the step and in clipping.

    python3 adamw.py
"""
import torch

import mlp


def adamw(max_norm=None, gradient_scale=1.0, clip_epsilon=1e-6, lr=0.01, weight_decay=0.1, betas=(0.9, 0.999), eps=1e-8):
    p = mlp.fresh_parameters()
    optimizer = torch.optim.AdamW(p.values(), lr=lr, weight_decay=weight_decay, betas=betas, eps=eps)
    losses = []
    for step in range(mlp.STEPS):
        optimizer.zero_grad()
        loss = mlp.loss_of(p, step)
        (gradient_scale * loss).backward()
        if max_norm is not None:
            # As torch.nn.utils.clip_grad_norm_, whose 1e-6 is no argument.
            norm = torch.stack([w.grad.norm() for w in p.values()]).norm()
            for w in p.values():
                w.grad.mul_((max_norm / (norm + clip_epsilon)).clamp(max=1))
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: w.detach().flatten().tolist() for name, w in p.items()}}


def golden(others, **constants):
    return mlp.require_visible(adamw(**constants), {f"{name} ({value})": adamw(**{**constants, name: value}) for name, value in others})


mlp.write(__file__, {
    "plain": golden([("lr", 0.0101), ("weight_decay", 0.101), ("betas", (0.89, 0.999)), ("betas", (0.9, 0.998))]),
    "clipped": golden([("max_norm", None), ("max_norm", 0.81)], max_norm=0.8),
    "small_gradients": golden([("eps", 9e-9), ("eps", 1.1e-8)], gradient_scale=1e-6),
    "small_gradients_clipped": golden([("clip_epsilon", 0.0), ("clip_epsilon", 1.1e-6)], gradient_scale=1e-6, max_norm=5e-7),
})
