"""The peers of the workloads in plain PyTorch.

    python3 peer.py METHOD MODEL BATCH LENGTH STEPS THREADS

Methods: adamw; lora (Hu et al., arXiv 2106.09685: rank 8, α = 16, on the projections to queries and values, the rest frozen); released (the rule of BlockLLM's published code at
s = 0.95: tensors in falling order of their gradients' norm until they hold the budget, Adam on these alone, with gradients below a threshold set to 0); forward, without a graph. With "-bf16" behind it,
weights, activations, gradients and moments are bfloat16, without masters of 32 bits. 0 threads: as many as PyTorch takes by itself.
Prints the milliseconds of each step and bytes as a line of JSON.
"""
import json
import math
import sys
import time

import torch
import torch.nn as nn
import torch.nn.functional as F

WARM_UP, CLASSES, SPARSITY, RANK, ALPHA, DROPOUT = 1, 6, 0.95, 8, 16, 0.1
SHAPES = {
    "llama": dict(vocabulary=256, size=384, layers=8, feed_forward=1024, heads=6),
    "llama-134m": dict(vocabulary=32000, size=768, layers=12, feed_forward=2048, heads=12),
    "bert-base": dict(vocabulary=30522, size=768, layers=12, feed_forward=3072, heads=12),
}


def attend(query, key, value, heads, causal, dropout=0.0):
    batch, tokens, size = query.shape
    query, key, value = (x.view(batch, tokens, heads, -1).transpose(1, 2) for x in (query, key, value))
    scores = query @ key.transpose(-2, -1) / math.sqrt(size // heads)
    if causal:
        scores = scores + torch.full((tokens, tokens), -math.inf, dtype=scores.dtype).triu(1)
    return (F.dropout(F.softmax(scores, -1), dropout) @ value).transpose(1, 2).reshape(batch, tokens, size)


class RmsNorm(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))

    def forward(self, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6) * self.weight


class LlamaLayer(nn.Module):
    def __init__(self, size, feed_forward, heads, **_):
        super().__init__()
        self.heads = heads
        self.input_norm, self.output_norm = RmsNorm(size), RmsNorm(size)
        self.query, self.key, self.value, self.output = (nn.Linear(size, size, bias=False) for _ in range(4))
        self.gate, self.up, self.down = (nn.Linear(*pair, bias=False) for pair in ((size, feed_forward), (size, feed_forward), (feed_forward, size)))

    def forward(self, x, cos, sin):
        def turn(y):
            y = y.view(*y.shape[:2], self.heads, -1)
            first, second = y.chunk(2, -1)
            return (y * cos + torch.cat([-second, first], -1) * sin).flatten(2)

        normed = self.input_norm(x)
        x = x + self.output(attend(turn(self.query(normed)), turn(self.key(normed)), self.value(normed), self.heads, causal=True))
        normed = self.output_norm(x)
        return x + self.down(F.silu(self.gate(normed)) * self.up(normed))


class Llama(nn.Module):
    def __init__(self, vocabulary, size, layers, heads, **rest):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, size)
        self.layers = nn.ModuleList(LlamaLayer(size=size, heads=heads, **rest) for _ in range(layers))
        self.norm = RmsNorm(size)
        self.head = nn.Linear(size, vocabulary, bias=False)
        angles = torch.outer(torch.arange(512.0), 10000 ** (-torch.arange(0, size // heads, 2) / (size // heads)))
        self.register_buffer("cos", angles.cos().repeat(1, 2).unsqueeze(1))
        self.register_buffer("sin", angles.sin().repeat(1, 2).unsqueeze(1))

    def forward(self, ids):
        x, length = self.embedding(ids), ids.shape[1]
        for layer in self.layers:
            x = layer(x, self.cos[:length], self.sin[:length])
        return self.head(self.norm(x))


class BertLayer(nn.Module):
    def __init__(self, size, feed_forward, heads, **_):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.output = (nn.Linear(size, size) for _ in range(4))
        self.up, self.down = nn.Linear(size, feed_forward), nn.Linear(feed_forward, size)
        self.first_norm, self.second_norm = nn.LayerNorm(size, 1e-12), nn.LayerNorm(size, 1e-12)

    def forward(self, x):
        x = self.first_norm(x + F.dropout(self.output(attend(self.query(x), self.key(x), self.value(x), self.heads, causal=False, dropout=DROPOUT)), DROPOUT))
        return self.second_norm(x + F.dropout(self.down(F.gelu(self.up(x))), DROPOUT))


class Bert(nn.Module):
    def __init__(self, vocabulary, size, layers, **rest):
        super().__init__()
        self.embedding, self.positions, self.segments = nn.Embedding(vocabulary, size), nn.Embedding(512, size), nn.Embedding(2, size)
        self.norm = nn.LayerNorm(size, 1e-12)
        self.layers = nn.ModuleList(BertLayer(size=size, **rest) for _ in range(layers))
        self.pooler, self.head = nn.Linear(size, size), nn.Linear(size, CLASSES)

    def forward(self, ids):
        x = F.dropout(self.norm(self.embedding(ids) + self.positions.weight[:ids.shape[1]] + self.segments.weight[0]), DROPOUT)
        for layer in self.layers:
            x = layer(x)
        return self.head(F.dropout(torch.tanh(self.pooler(x[:, 0])), DROPOUT))


class LoraLinear(nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner
        dtype = inner.weight.dtype
        self.down = nn.Parameter((torch.randn(RANK, inner.in_features) / math.sqrt(inner.in_features)).to(dtype))
        self.up = nn.Parameter(torch.zeros(inner.out_features, RANK, dtype=dtype))

    def forward(self, x):
        return self.inner(x) + F.linear(F.linear(x, self.down), self.up) * (ALPHA / RANK)


class ReleasedBlockLlm:
    """Adam on the tensors with the largest gradients; entries of a gradient under a threshold of its own are set to 0, state is kept for the whole tensor."""

    def __init__(self, model):
        frozen = [parameter for name, parameter in model.named_parameters() if name.split(".")[0] in ("embedding", "positions", "segments")]
        for parameter in frozen:
            parameter.requires_grad_(False)
        self.parameters = [parameter for parameter in model.parameters() if parameter.requires_grad]
        self.adam = None

    def step(self):
        if self.adam is None:
            self.select()
        for parameter, share in self.taken:
            threshold = parameter.grad.abs().flatten().float().kthvalue(max(1, int((1 - share) * parameter.numel()))).values if share < 1 else 0
            parameter.grad.mul_(parameter.grad.abs() >= threshold)
        self.adam.step()

    def select(self):
        budget = (1 - SPARSITY) * sum(parameter.numel() for parameter in self.parameters)
        self.taken = []
        for parameter in sorted(self.parameters, key=lambda parameter: -parameter.grad.norm().item()):
            if budget <= 0:
                break
            self.taken.append((parameter, min(1, budget / parameter.numel())))
            budget -= parameter.numel()
        chosen = {id(parameter) for parameter, _ in self.taken}
        for parameter in self.parameters:
            if id(parameter) not in chosen:
                parameter.requires_grad_(False)
                parameter.grad = None
        self.adam = torch.optim.Adam([parameter for parameter, _ in self.taken], lr=1e-5)

    def zero_grad(self, set_to_none):
        self.adam.zero_grad(set_to_none=set_to_none)


def with_lora(model):
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for layer in model.layers:
        layer.query, layer.value = LoraLinear(layer.query), LoraLinear(layer.value)
    if isinstance(model, Bert):
        for parameter in model.head.parameters():
            parameter.requires_grad_(True)
    return torch.optim.AdamW([parameter for parameter in model.parameters() if parameter.requires_grad], lr=1e-5)


def memory(field):
    with open("/proc/self/status") as status:
        return next(1024 * int(line.split()[1]) for line in status if line.startswith(field))


def main():
    method, name, batch, length, steps, threads = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:7])
    if threads:
        torch.set_num_threads(threads)
    torch.manual_seed(1)
    shape = SHAPES[name]
    model = (Bert if name.startswith("bert") else Llama)(**shape).train()
    if method.endswith("-bf16"):
        model, method = model.to(torch.bfloat16), method.removesuffix("-bf16")
    weights = sum(parameter.numel() for parameter in model.parameters())
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")
    loaded = memory("VmRSS")
    optimizer = {"adamw": lambda: torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0), "lora": lambda: with_lora(model),
                 "released": lambda: ReleasedBlockLlm(model), "forward": lambda: None}[method]()
    torch.set_grad_enabled(optimizer is not None)
    times = []
    for _ in range(WARM_UP + steps):
        ids = torch.randint(6, 256, (batch, length))
        targets = torch.randint(shape["vocabulary"], (batch * length,)) if isinstance(model, Llama) else torch.randint(CLASSES, (batch,))
        started, cpu = time.perf_counter(), time.process_time()
        loss = F.cross_entropy(model(ids).view(len(targets), -1).float(), targets)
        loss.item()
        forward = time.perf_counter()
        backward = ended = forward
        if optimizer is not None:
            loss.backward()
            backward = time.perf_counter()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            ended = time.perf_counter()
        times.append({"step": 1000 * (ended - started), "cpu": 1000 * (time.process_time() - cpu), "forward": 1000 * (forward - started), "backward": 1000 * (backward - forward), "optimizer": 1000 * (ended - backward)})
    print(json.dumps({"steps": times[WARM_UP:], "loaded": loaded, "training": memory("VmHWM") - loaded, "weights": weights}))


if __name__ == "__main__":
    main()
