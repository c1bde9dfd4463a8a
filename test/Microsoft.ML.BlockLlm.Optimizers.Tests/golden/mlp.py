"""The network, data and first weights of trajectories.py, read back from trajectories.json, for the scripts of single methods."""
import json
import pathlib

import torch

HERE = pathlib.Path(__file__).parent
GOLDEN = json.loads((HERE / "trajectories.json").read_text())
SHAPES = {name: tuple(shape) for name, shape in GOLDEN["shapes"].items()}
INPUTS = torch.tensor(GOLDEN["inputs"]).view(-1, 6)
TARGETS = torch.tensor(GOLDEN["targets"])
BATCH = 8
STEPS = 20

torch.set_num_threads(1)


def fresh_parameters():
    return {name: torch.tensor(GOLDEN["initial"][name]).view(shape).requires_grad_() for name, shape in SHAPES.items()}


def loss_of(p, step):
    """Mean cross-entropy of batch number `step`, the batches taken in turn."""
    start = step * BATCH % len(INPUTS)
    x, y = INPUTS[start:start + BATCH], TARGETS[start:start + BATCH]
    h = torch.tanh(x @ p["hidden.weight"].t() + p["hidden.bias"])
    h = torch.tanh(h @ p["middle.weight"].t() + p["middle.bias"])
    return torch.nn.functional.cross_entropy(h @ p["head.weight"].t() + p["head.bias"], y)


def run(update, max_norm=None, gradient_scale=1.0):
    """The weights after STEPS updates; update(name, weights, gradient, step) changes the weights of one parameter."""
    p, losses = fresh_parameters(), []
    for step in range(STEPS):
        for w in p.values():
            w.grad = None
        loss = loss_of(p, step)
        (gradient_scale * loss).backward()
        if max_norm is not None:
            torch.nn.utils.clip_grad_norm_(p.values(), max_norm)
        with torch.no_grad():
            for name, w in p.items():
                update(name, w, w.grad, step)
        losses.append(loss.item())
    return {"losses": losses, "weights": {name: w.detach().flatten().tolist() for name, w in p.items()}}


def require_visible(golden, others):
    """Fails if a run with another constant cannot be told from the golden one by its last weights, so that no test would notice it."""
    for constant, other in others.items():
        largest = max(abs(a - b) / (1e-5 * abs(a) + 1e-7) for name, values in golden["weights"].items() for a, b in zip(values, other["weights"][name]))
        assert largest > 5, f"the run does not show another {constant}"
    return golden


class Adam:
    """Adam's direction m̂ / (√v̂ + ε) for gradients of one shape."""

    def __init__(self, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self.m = self.v = 0
        self.t = 0

    def direction(self, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g * g
        return (self.m / (1 - self.beta1 ** self.t)) / ((self.v / (1 - self.beta2 ** self.t)).sqrt() + self.epsilon)


def write(script, runs):
    pathlib.Path(script).with_suffix(".json").write_text(json.dumps(runs) + "\n")
    for name, result in runs.items():
        print(name, result["losses"][0], result["losses"][-1])
