"""Writes trajectories.json: optimizer runs on a small network, computed with PyTorch alone.

AdamW is torch.optim.AdamW in 32 bits. BlockLLM is written here from the description of the algorithm, coordinate by coordinate, with dense
tensors and a step count for every coordinate, in double precision, so that no processor's rounding is in it.

    python3 trajectories.py
"""
import json
import math
import pathlib

import torch

torch.manual_seed(7)
torch.set_num_threads(1)

SHAPES = {
    "hidden.weight": (16, 6), "hidden.bias": (16,),
    "middle.weight": (16, 16), "middle.bias": (16,),
    "head.weight": (3, 16), "head.bias": (3,),
}
INPUTS = torch.randn(40, 6)
TARGETS = torch.randint(0, 3, (40,))
INITIAL = {name: torch.randn(shape) * 0.3 for name, shape in SHAPES.items()}
BATCH = 8


def fresh_parameters(dtype=torch.float32):
    return {name: value.to(dtype, copy=True).requires_grad_() for name, value in INITIAL.items()}


def loss_of(p, step):
    """Mean cross-entropy of batch number `step`, the batches taken in turn."""
    start = step * BATCH % len(INPUTS)
    x, y = INPUTS[start:start + BATCH].to(p["head.bias"].dtype), TARGETS[start:start + BATCH]
    h = torch.tanh(x @ p["hidden.weight"].t() + p["hidden.bias"])
    h = torch.tanh(h @ p["middle.weight"].t() + p["middle.bias"])
    return torch.nn.functional.cross_entropy(h @ p["head.weight"].t() + p["head.bias"], y)


def flat(p):
    return {name: value.detach().flatten().tolist() for name, value in p.items()}


def adamw(steps, lr, weight_decay, max_norm=None):
    p = fresh_parameters()
    optimizer = torch.optim.AdamW(p.values(), lr=lr, weight_decay=weight_decay)
    losses = []
    for step in range(steps):
        optimizer.zero_grad()
        loss = loss_of(p, step)
        loss.backward()
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(p.values(), max_norm)
        optimizer.step()
        losses.append(loss.item())
    return {"losses": losses, "weights": flat(p)}


def top(gradients, count):
    """The coordinates of largest magnitude over several tensors; ties by name, then position."""
    entries = [(-abs(g), name, i) for name in gradients for i, g in enumerate(gradients[name].flatten().tolist())]
    mask = {name: torch.zeros_like(gradients[name], dtype=torch.bool) for name in gradients}
    for _, name, i in sorted(entries)[:count]:
        mask[name].view(-1)[i] = True
    return mask


def masked_adamw(steps, lr, weight_decay, sparsity):
    """AdamW on the coordinates with the largest gradients of the first batch."""
    p = fresh_parameters()
    optimizer = torch.optim.AdamW(p.values(), lr=lr, weight_decay=weight_decay)
    total = sum(v.numel() for v in p.values())
    mask, losses = None, []
    for step in range(steps):
        optimizer.zero_grad()
        loss = loss_of(p, step)
        loss.backward()
        if mask is None:
            mask = top({name: v.grad for name, v in p.items()}, math.ceil(round((1 - sparsity) * total, 9)))
        before = {name: v.detach().clone() for name, v in p.items()}
        for name, v in p.items():
            v.grad.mul_(mask[name])
        optimizer.step()
        with torch.no_grad():
            for name, v in p.items():
                v.copy_(torch.where(mask[name], v, before[name]))
        losses.append(loss.item())
    return {"losses": losses, "weights": flat(p), "budget": math.ceil(round((1 - sparsity) * total, 9))}


def block_llm(steps, lr, weight_decay, sparsity, take_factor, patience, always, carry, max_norm, warmup=0):
    p = fresh_parameters(torch.float64)
    b1, b2, eps = 0.9, 0.999, 1e-8
    candidates = sorted(name for name in p if name not in always)
    blocks = sorted({name.rsplit(".", 1)[0] for name in candidates})
    members = {b: [name for name in candidates if name.rsplit(".", 1)[0] == b] for b in blocks}
    budget = math.ceil(round((1 - sparsity) * sum(p[name].numel() for name in candidates), 9))
    visits = dict.fromkeys(blocks, 0)
    m = {name: torch.zeros_like(v) for name, v in p.items()}
    v = {name: torch.zeros_like(w) for name, w in p.items()}
    age = {name: torch.zeros_like(w, dtype=torch.long) for name, w in p.items()}
    active = {name: torch.full_like(w, name in always, dtype=torch.bool) for name, w in p.items()}
    history, select, losses, selections, actives = [], True, [], [], []

    for step in range(steps):
        for w in p.values():
            w.grad = None
        loss = loss_of(p, step)
        loss.backward()
        g = {name: w.grad for name, w in p.items()}

        if select:
            shares = {b: (visits[b] + 1) / (sum(visits.values()) + len(blocks)) for b in blocks}
            norms = {b: math.sqrt(sum(g[name].double().square().sum().item() for name in members[b])) for b in blocks}
            taken, size = [], 0
            for b in sorted(blocks, key=lambda b: (-norms[b] / shares[b], b)):
                taken.append(b)
                size += sum(p[name].numel() for name in members[b])
                if size >= take_factor * budget:
                    break
            mask = top({name: g[name] for b in taken for name in members[b]}, budget)
            for name in candidates:
                chosen = mask.get(name, torch.zeros_like(active[name]))
                kept = chosen & active[name] & carry
                # Coordinates that stay get the count of the oldest among them, and moments that are corrected by it to what they were.
                oldest = int(age[name][kept].max()) if kept.any() else 0
                for moment, beta in ((m[name], b1), (v[name], b2)):
                    for i in range(moment.numel()):
                        if kept.view(-1)[i]:
                            k = int(age[name].view(-1)[i])
                            moment.view(-1)[i] *= (1 - beta ** oldest) / (1 - beta ** k)
                        else:
                            moment.view(-1)[i] = 0
                age[name] = torch.where(kept, torch.full_like(age[name], oldest), torch.zeros_like(age[name]))
                active[name] = chosen
            for b in taken:
                visits[b] += 1
            selections.append({"step": step, "taken": sorted(taken)})

        norm = math.sqrt(sum(g[name][active[name]].double().square().sum().item() for name in p))
        scale = min(1.0, max_norm / (norm + 1e-6))
        with torch.no_grad():
            for name, w in p.items():
                on, t = active[name], age[name] + 1
                grad = g[name] * scale
                new_m, new_v = b1 * m[name] + (1 - b1) * grad, b2 * v[name] + (1 - b2) * grad * grad
                rate = lr * (t / warmup).clamp(max=1).double() if warmup and name not in always else lr
                new_w = w * (1 - rate * weight_decay) - rate * (new_m / (1 - b1 ** t.double())) / ((new_v / (1 - b2 ** t.double())).sqrt() + eps)
                m[name], v[name] = torch.where(on, new_m, m[name]), torch.where(on, new_v, v[name])
                w.copy_(torch.where(on, new_w, w))
                age[name] = torch.where(on, t, age[name])

        losses.append(loss.item())
        actives.append(sum(int(active[name].sum()) for name in candidates))
        select = len(history) >= patience and loss.item() >= sum(history[-patience:]) / patience
        history = [] if select else history + [loss.item()]

    return {"losses": losses, "weights": flat(p), "selections": selections, "active": actives, "visits": visits, "budget": budget}


GOLDEN = {
    "inputs": INPUTS.flatten().tolist(), "targets": TARGETS.tolist(), "initial": flat(INITIAL),
    "shapes": {name: list(shape) for name, shape in SHAPES.items()},
    "adamw": adamw(100, lr=0.01, weight_decay=0.1),
    "adamw_clipped": adamw(100, lr=0.01, weight_decay=0.1, max_norm=0.25),
    "masked_adamw": masked_adamw(40, lr=0.01, weight_decay=0.1, sparsity=0.9),
    "block_llm": block_llm(55, lr=0.02, weight_decay=0.1, sparsity=0.8, take_factor=2, patience=8, always=("head.bias",), carry=True, max_norm=0.5),
    "block_llm_reset": block_llm(60, lr=0.02, weight_decay=0.1, sparsity=0.8, take_factor=2, patience=8, always=("head.bias",), carry=False, max_norm=0.5),
    "block_llm_warmup": block_llm(60, lr=0.02, weight_decay=0.1, sparsity=0.8, take_factor=2, patience=8, always=("head.bias",), carry=True, max_norm=0.5, warmup=5),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(GOLDEN) + "\n")
for key in ("block_llm", "block_llm_reset", "block_llm_warmup"):
    print(key, GOLDEN[key]["selections"], GOLDEN[key]["visits"], GOLDEN[key]["budget"])
