"""Writes block_methods.json: 20 steps each of BAdam, LISA and MISA on a small network of numbered layers, computed with PyTorch alone.

The updates are torch.optim.AdamW's; which blocks are trained is written here from the papers (arXiv 2404.02827, 2403.17919 and
2511.00056). What is drawn at random is a function of seed, draw and name (SplitMix64), so that both sides draw alike.

    python3 block_methods.py
"""
import json
import math
import pathlib

import torch

torch.manual_seed(11)
torch.set_num_threads(1)

MODULES = [("embed", 6, 12), ("layers.0", 12, 12), ("layers.1", 12, 12), ("layers.2", 12, 12), ("layers.3", 12, 12), ("head", 12, 3)]
SHAPES = {f"{name}.{part}": shape for name, inputs, outputs in MODULES for part, shape in (("weight", (outputs, inputs)), ("bias", (outputs,)))}
INPUTS = torch.randn(40, 6)
TARGETS = torch.randint(0, 3, (40,))
INITIAL = {name: torch.randn(shape) * 0.4 for name, shape in SHAPES.items()}
BATCH, STEPS = 8, 20
# With this seed one block has two periods of BAdam in a row, and a layer two of LISA, which shows what becomes of moments.
LEARNING_RATE, WEIGHT_DECAY, SEED = 0.02, 0.1, 30


def mix(value):
    mask = (1 << 64) - 1
    value = (value + 0x9E3779B97F4A7C15) & mask
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & mask
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & mask
    return value ^ (value >> 31)


def key(name, number):
    result = mix(SEED)
    for character in name:
        result = mix(result ^ ord(character))
    return mix(result ^ number)


def gumbel(name, number):
    result = mix(SEED ^ mix(number))
    for character in name:
        result = mix(result ^ ord(character))
    return -math.log(-math.log(((result >> 11) + 0.5) / (1 << 53)))


def loss_of(p, step):
    start = step * BATCH % len(INPUTS)
    x, y = INPUTS[start:start + BATCH], TARGETS[start:start + BATCH]
    for name, _, _ in MODULES[:-1]:
        x = torch.tanh(x @ p[f"{name}.weight"].t() + p[f"{name}.bias"])
    return torch.nn.functional.cross_entropy(x @ p["head.weight"].t() + p["head.bias"], y)


def coast(optimizer):
    """One more step along Adam's momentum, as far as it would carry the weights without further gradients."""
    (group,) = optimizer.param_groups
    (beta1, beta2), rate = group["betas"], group["lr"]
    for weights, state in optimizer.state.items():
        t = int(state["step"])
        direction = state["exp_avg"].double() / (1 - beta1 ** t) / ((state["exp_avg_sq"].double() / (1 - beta2 ** t)).sqrt() + group["eps"])
        weights.data.sub_((rate * sum(beta1 ** k for k in range(1, 2000)) * direction).float())


def run(always, period, choose, carry, observe=lambda norms: None, steps=STEPS, rate=LEARNING_RATE, ends_coasting=False):
    """choose(selection) names the modules to train next; observe takes each step's gradient norms of those."""
    p = {name: value.clone().requires_grad_() for name, value in INITIAL.items()}
    fresh = lambda module: torch.optim.AdamW([p[f"{module}.weight"], p[f"{module}.bias"]], lr=rate, weight_decay=WEIGHT_DECAY)
    constant = {module: fresh(module) for module in always}
    losses, chosen, active = [], [], {}
    for step in range(steps):
        if step % period == 0:
            names = choose(step // period)
            active = {name: active[name] if carry and name in active else fresh(name) for name in names}
            chosen.append(sorted(names))
        for value in p.values():
            value.grad = None
        loss = loss_of(p, step)
        loss.backward()
        observe({name: math.sqrt(sum(p[f"{name}.{part}"].grad.double().norm().item() ** 2 for part in ("weight", "bias"))) for name in active})
        for optimizer in [*constant.values(), *active.values()]:
            optimizer.step()
        if ends_coasting and step % period == period - 1:
            for optimizer in active.values():
                coast(optimizer)
        losses.append(loss.item())
    return {"losses": losses, "active": chosen, "weights": {name: value.detach().flatten().tolist() for name, value in p.items()}}


def badam(order, period=2, carry=False):
    names = [name for name, _, _ in MODULES]

    def choose(selection):
        turn, cycle = selection % len(names), selection // len(names)
        if order == "ascending":
            return [names[turn]]
        if order == "descending":
            return [names[::-1][turn]]
        return [sorted(names, key=lambda name: key(name, cycle))[turn]]
    return run([], period, choose, carry)


def lisa(layers_at_a_time=2, period=4, carry=True):
    layers = [name for name, _, _ in MODULES if name.startswith("layers.")]
    return run(["embed", "head"], period, lambda selection: sorted(layers, key=lambda name: key(name, selection))[:layers_at_a_time], carry)


def misa(share=0.5, eta=1.0, beta=0.8, power=2, first=0.0, period=4, carry=False, ends_coasting=True, steps=STEPS, rate=LEARNING_RATE):
    candidates = [name for name, _, _ in MODULES if name != "head"]
    sizes = {name: sum(INITIAL[f"{name}.{part}"].numel() for part in ("weight", "bias")) for name in candidates}
    importance, measured = {name: first for name in candidates}, {name: [] for name in candidates}

    def observe(step_norms):
        for name, norm in step_norms.items():
            measured[name].append(norm ** power)

    def choose(selection):
        for name, values in measured.items():
            if values:
                importance[name] = beta * importance[name] + (1 - beta) * sum(values) / len(values)
                values.clear()
        taken, left = [], max(int(share * sum(sizes.values())), max(sizes.values()))
        for name in sorted(candidates, key=lambda name: eta * importance[name] + gumbel(name, selection), reverse=True):
            if sizes[name] <= left:
                taken.append(name)
                left -= sizes[name]
        return taken
    return run(["head"], period, choose, carry, observe, steps, rate, ends_coasting)


def require_visible(constants, method, changes):
    """Fails if a run with another constant cannot be told from the golden one, so that no test would notice it."""
    golden = method(**constants)
    for change in changes:
        other = method(**{**constants, **change})
        largest = max(abs(a - b) for name in SHAPES for a, b in zip(golden["weights"][name], other["weights"][name]))
        assert largest > 1e-4, f"{method.__name__} does not show {change}"
    return golden


# Importance decides more than chance here, and often enough to show every constant.
STEEP = {"share": 0.35, "eta": 6.0, "period": 2, "steps": 120, "rate": 0.0005}
result = {
    "inputs": INPUTS.flatten().tolist(),
    "targets": TARGETS.tolist(),
    "initial": {name: value.flatten().tolist() for name, value in INITIAL.items()},
    "shapes": {name: list(shape) for name, shape in SHAPES.items()},
    "runs": {
        "badam_random": require_visible({"order": "random"}, badam, [{"order": "ascending"}, {"order": "descending"}, {"period": 3}, {"carry": True}]),
        "badam_ascending": require_visible({"order": "ascending"}, badam, [{"order": "random"}, {"order": "descending"}, {"period": 3}]),
        "badam_descending": require_visible({"order": "descending"}, badam, [{"order": "random"}, {"order": "ascending"}, {"period": 3}]),
        "lisa": require_visible({}, lisa, [{"layers_at_a_time": 1}, {"period": 5}, {"carry": False}]),
        "misa": require_visible({"rate": 0.005}, misa, [{"share": 0.3}, {"period": 5}, {"carry": True}, {"ends_coasting": False}]),
        # A budget smaller than a module is that of the largest one.
        "misa_small": require_visible({"share": 0.03, "rate": 0.005}, misa, [{"share": 0.4}]),
        "misa_steep": require_visible(STEEP, misa, [
            {"eta": 5.5}, {"eta": 6.5}, {"power": 1}, {"power": 3}, {"first": 0.1}, {"beta": 0.75}, {"beta": 0.85}, {"carry": True}, {"ends_coasting": False},
        ]),
    },
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(result))
