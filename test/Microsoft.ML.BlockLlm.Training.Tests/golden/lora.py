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
RANK, ALPHA, LEARNING_RATE, WEIGHT_DECAY, EPSILON, STEPS = 3, 6.0, 0.01, 0.1, 1e-6, 20
TARGETS = ("q_proj", "v_proj", "down_proj")

folder = MODELS / "llama-tiny"
config = json.loads((folder / "config.json").read_text())
weights = {name: value.double() for name, value in decoders.read_safetensors(folder / "model.safetensors").items()}
rows = torch.randint(0, decoders.VOCABULARY, (4, 8)).tolist()

adapters = {}
for name, weight in weights.items():
    if any(name.endswith(f"{target}.weight") for target in TARGETS):
        layer = name.removesuffix(".weight")
        bound = weight.shape[1] ** -0.5
        # Rounded to what the library's weights can hold.
        adapters[f"{layer}.lora.A"] = torch.empty(RANK, weight.shape[1]).uniform_(-bound, bound).double().requires_grad_()
        adapters[f"{layer}.lora.B"] = torch.zeros(weight.shape[0], RANK, dtype=torch.float64).requires_grad_()
initial = {name: value.detach().flatten().tolist() for name, value in adapters.items() if name.endswith(".A")}


def merged():
    return {name: weight + ALPHA / RANK * adapters[f"{name[:-7]}.lora.B"] @ adapters[f"{name[:-7]}.lora.A"]
            if f"{name[:-7]}.lora.A" in adapters else weight for name, weight in weights.items()}


optimizer = torch.optim.AdamW(adapters.values(), lr=LEARNING_RATE, weight_decay=WEIGHT_DECAY, eps=EPSILON)
losses = []
for _ in range(STEPS):
    optimizer.zero_grad()
    w = merged()
    logits = torch.cat([decoders.llama(w, config, torch.tensor(ids))[:-1] for ids in rows])
    loss = torch.nn.functional.cross_entropy(logits, torch.tensor([ids[1:] for ids in rows]).flatten())
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

trained = {name: value.detach().flatten().tolist() for name, value in merged().items() if f"{name[:-7]}.lora.A" in adapters}
(HERE / "lora.json").write_text(json.dumps({"rows": rows, "initial": initial, "losses": losses, "weights": trained}))
