"""Writes carried_moments.json: AdamW on three of eight weights at a time, whose moments are carried over selections, with PyTorch alone and a step count for every weight.

Of the weights that stay, some were brought in by the last selection and others by earlier ones; in the last selection those of the last one alone stay. Those that stay get the count of the
oldest among them, and their moments are rescaled so that they are, corrected by it, what they were.

    python3 carried_moments.py
"""
import json
import pathlib

import torch

torch.manual_seed(11)
torch.set_num_threads(1)

SIZE, PERIOD, LR, B1, B2, EPS = 8, 5, 0.01, 0.9, 0.999, 1e-8
SELECTIONS = [{0, 1, 2}, {1, 2, 3}, {2, 3, 4}, {3, 4, 5}, {5, 6, 7}]


def gradients():
    """Largest where a selection is to find them."""
    rows = []
    for step in range(PERIOD * len(SELECTIONS)):
        row = 0.1 * torch.randn(SIZE)
        chosen = sorted(SELECTIONS[step // PERIOD])
        row[chosen] = torch.sign(torch.randn(len(chosen))) * (1 + torch.rand(len(chosen)))
        rows.append(row)
    return rows


def run(rows, oldest_of):
    w, m, v = (torch.zeros(SIZE, dtype=torch.double) for _ in range(3))
    age, active = [0] * SIZE, set()
    for step, g in enumerate(rows):
        if step % PERIOD == 0:
            chosen = SELECTIONS[step // PERIOD]
            kept = chosen & active
            oldest = max((age[i] for i in oldest_of(kept, active)), default=0)
            for i in range(SIZE):
                if i in kept:
                    m[i] *= (1 - B1 ** oldest) / (1 - B1 ** age[i])
                    v[i] *= (1 - B2 ** oldest) / (1 - B2 ** age[i])
                    age[i] = oldest
                else:
                    m[i] = v[i] = age[i] = 0
            active = chosen
        for i in active:
            age[i] += 1
            m[i] = B1 * m[i] + (1 - B1) * g[i]
            v[i] = B2 * v[i] + (1 - B2) * g[i] ** 2
            w[i] -= LR * (m[i] / (1 - B1 ** age[i])) / ((v[i] / (1 - B2 ** age[i])).sqrt() + EPS)
    return w


rows = gradients()
weights = run(rows, lambda kept, active: kept)
aged_by_others = run(rows, lambda kept, active: active)
assert (weights - aged_by_others).abs().max() > 1e-4, "the run does not show by what the weights that stay are counted"
golden = {"gradients": [row.tolist() for row in rows], "weights": weights.tolist()}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
print(weights, aged_by_others)
