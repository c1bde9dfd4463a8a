"""Writes low_precision.json: AdamW and BlockLLM on bfloat16 weights with master weights in float32, on given gradients, with PyTorch alone.

Masters are dense here: a weight that is not active has its rounded value as master.

    python3 low_precision.py
"""
import json
import math
import pathlib

import torch

torch.manual_seed(5)
torch.set_num_threads(1)

SHAPES = {"a": 30, "b": 12, "c": 50}
STEPS, PERIOD, LR, DECAY, SPARSITY = 24, 5, 5e-4, 0.1, 0.7
START = {name: torch.randn(size).bfloat16() for name, size in SHAPES.items()}
# Gradients that change slowly, so that many coordinates stay active over a selection.
DRIFT = {name: torch.randn(size) for name, size in SHAPES.items()}
GRADIENTS = [{name: (drift + 0.7 * torch.randn(len(drift))).bfloat16() for name, drift in DRIFT.items()} for _ in range(STEPS)]
B1, B2, EPS = 0.9, 0.999, 1e-8


def floats(values):
    return {name: value.float().tolist() for name, value in values.items()}


def adamw():
    masters = {name: value.float().requires_grad_() for name, value in START.items()}
    optimizer = torch.optim.AdamW(masters.values(), lr=LR, weight_decay=DECAY)
    for gradients in GRADIENTS:
        for name, master in masters.items():
            master.grad = gradients[name].float()
        optimizer.step()
    return floats({name: master.detach().bfloat16() for name, master in masters.items()})


def largest(gradients, count):
    entries = sorted((-abs(g), name, i) for name, values in gradients.items() for i, g in enumerate(values.tolist()))
    mask = {name: torch.zeros(size, dtype=torch.bool) for name, size in SHAPES.items()}
    for _, name, i in entries[:count]:
        mask[name][i] = True
    return mask


def block_llm(carry):
    budget = math.ceil(round((1 - SPARSITY) * sum(SHAPES.values()), 9))
    weights = {name: value.clone() for name, value in START.items()}
    masters = {name: value.float() for name, value in START.items()}
    m = {name: torch.zeros(size) for name, size in SHAPES.items()}
    v = {name: torch.zeros(size) for name, size in SHAPES.items()}
    age = {name: torch.zeros(size, dtype=torch.long) for name, size in SHAPES.items()}
    active = {name: torch.zeros(size, dtype=torch.bool) for name, size in SHAPES.items()}
    stayed = 0
    for step, gradients in enumerate(GRADIENTS):
        if step % PERIOD == 0:
            mask = largest(gradients, budget)
            for name in SHAPES:
                stays = mask[name] & active[name]
                stayed += int(stays.sum())
                masters[name] = torch.where(stays, masters[name], weights[name].float())
                kept = stays & carry
                oldest = age[name][kept].max() if kept.any() else torch.tensor(0)
                for moment, beta in ((m[name], B1), (v[name], B2)):
                    rescale = (1 - beta ** oldest.double()) / (1 - beta ** age[name].clamp(min=1).double())
                    moment.copy_(torch.where(kept, moment * rescale, torch.zeros(())).float())
                age[name] = torch.where(kept, oldest, torch.tensor(0))
                active[name] = mask[name]
        for name in SHAPES:
            g, t = gradients[name].float(), age[name] + 1
            new_m, new_v = B1 * m[name] + (1 - B1) * g, B2 * v[name] + (1 - B2) * g * g
            step_size = LR * (new_m / (1 - B1 ** t.double())) / ((new_v / (1 - B2 ** t.double())).sqrt() + EPS)
            on = active[name]
            masters[name] = torch.where(on, (masters[name] * (1 - LR * DECAY) - step_size).float(), masters[name])
            m[name], v[name] = torch.where(on, new_m, m[name]), torch.where(on, new_v, v[name])
            age[name] = torch.where(on, t, age[name])
            weights[name] = torch.where(on, masters[name].bfloat16(), weights[name])
    print("carry" if carry else "reset", "budget", budget, "stayed", stayed)
    return floats(weights)


golden = {
    "start": floats(START), "gradients": [floats(gradients) for gradients in GRADIENTS],
    "adamw": adamw(), "block_llm": block_llm(True), "block_llm_reset": block_llm(False),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
