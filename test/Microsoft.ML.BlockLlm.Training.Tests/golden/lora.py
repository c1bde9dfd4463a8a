"""Writes lora.json: 20 steps of LoRA on the small LLaMA of the models' tests, in double precision, with PyTorch alone.

The model is that of decoders.py, written from the papers; here a weight W becomes W + (alpha / rank) B A (Hu et al., 2021, arXiv 2106.09685),
and torch.optim.AdamW trains A and B.

    python3 lora.py
"""
import json
import pathlib
import sys

import torch

HERE = pathlib.Path(__file__).parent
MODELS = HERE.parent.parent / "Microsoft.ML.BlockLlm.Models.Tests" / "golden"
sys.path.insert(0, str(MODELS))
import decoders  # noqa: E402

torch.manual_seed(3)
RANK, STEPS = 3, 20
TARGETS = ("q_proj", "v_proj", "down_proj")
# The first gradients of A are 0, since B is; an epsilon of some size keeps round-off in them from becoming whole steps.
CONSTANTS = {"alpha": 6.0, "lr": 0.002, "weight_decay": 0.1, "eps": 1e-3, "betas": (0.9, 0.999)}

folder = MODELS / "llama-tiny"
config = json.loads((folder / "config.json").read_text())
weights = {name: value.double() for name, value in decoders.read_safetensors(folder / "model.safetensors").items()}
rows = torch.randint(0, decoders.VOCABULARY, (4, 8)).tolist()

initial = {}
for name, weight in weights.items():
    if any(name.endswith(f"{target}.weight") for target in TARGETS):
        bound = weight.shape[1] ** -0.5
        # Rounded to what the library's weights can hold.
        initial[f"{name.removesuffix('.weight')}.lora.A"] = torch.empty(RANK, weight.shape[1]).uniform_(-bound, bound)


def run(alpha, gradient_scale=1.0, **options):
    """The losses, and the merged weights of the layers that were adapted."""
    adapters = {}
    for name, value in initial.items():
        layer = name.removesuffix(".lora.A")
        adapters[f"{layer}.lora.A"] = value.double().requires_grad_()
        adapters[f"{layer}.lora.B"] = torch.zeros(weights[f"{layer}.weight"].shape[0], RANK, dtype=torch.float64).requires_grad_()

    def merged():
        return {name: weight + alpha / RANK * adapters[f"{name[:-7]}.lora.B"] @ adapters[f"{name[:-7]}.lora.A"]
                if f"{name[:-7]}.lora.A" in adapters else weight for name, weight in weights.items()}

    optimizer = torch.optim.AdamW(adapters.values(), **options)
    losses = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        w = merged()
        logits = torch.cat([decoders.llama(w, config, torch.tensor(ids))[:-1] for ids in rows])
        loss = torch.nn.functional.cross_entropy(logits, torch.tensor([ids[1:] for ids in rows]).flatten())
        (gradient_scale * loss).backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, {name: value.detach().flatten().tolist() for name, value in merged().items() if f"{name[:-7]}.lora.A" in adapters}


def golden(constants, others):
    """A run in which every other value of a constant would be seen."""
    losses, trained = run(**constants)
    for constant, value in others:
        other = run(**{**constants, constant: value})[1]
        largest = max(abs(a - b) / (1e-5 * abs(a) + 1e-7) for name in trained for a, b in zip(trained[name], other[name]))
        assert largest > 5, f"no test would notice another {constant}"
    return {"losses": losses, "weights": trained}


(HERE / "lora.json").write_text(json.dumps({
    "rows": rows,
    "initial": {name: value.flatten().tolist() for name, value in initial.items()},
    "runs": {
        "large_epsilon": golden(CONSTANTS, [("alpha", 6.1), ("lr", 0.00205), ("weight_decay", 0.11), ("eps", 1.1e-3), ("betas", (0.89, 0.999)), ("betas", (0.9, 0.998))]),
        # The same beside gradients so much smaller, with the default epsilon of AdamW, 1e-8.
        "default_epsilon": golden({"alpha": 6.0, "lr": 0.002, "weight_decay": 0.1, "gradient_scale": 1e-5}, [("eps", 9e-9), ("eps", 1.1e-8)]),
    },
}))
