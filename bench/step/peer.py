"""The peer of the step benchmark: the same USE-lite classifier, fully fine-tuned by PyTorch's AdamW.

    python3 peer.py MODEL_DIRECTORY STEPS

Prints the median times of a step and its parts in milliseconds, as a line of JSON.
"""
import json
import os
import statistics
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

BATCH, TOKENS, CLASSES, VOCABULARY, HEADS, WARM_UP = 32, 64, 6, 8002, 4, 5


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], np.float32).reshape(entry["shape"])
            for name, entry in header.items()}


class UseLiteClassifier(torch.nn.Module):
    def __init__(self, directory):
        super().__init__()
        self.names = {}
        for name, array in read_safetensors(os.path.join(directory, "model.safetensors")).items():
            tensor = torch.tensor(array)
            attribute = name.replace(".", "_")
            if name.endswith("timescales"):
                self.register_buffer(attribute, tensor)
            else:
                self.register_parameter(attribute, torch.nn.Parameter(tensor))
            self.names[name] = attribute
        self.classifier = torch.nn.Linear(512, CLASSES)

    def take(self, name):
        return getattr(self, self.names[name])

    def linear(self, x, name):
        return F.linear(x, self.take(name + ".weight"), self.take(name + ".bias"))

    def norm(self, x, name):
        return F.layer_norm(x, x.shape[-1:], self.take(name + ".weight"), self.take(name + ".bias"), 1e-6)

    def attention(self, x, name):
        batch, tokens, width = x.shape
        query, key, value = (self.linear(x, f"{name}.{part}").view(batch, tokens, HEADS, width // HEADS).transpose(1, 2)
                             for part in ("query", "key", "value"))
        scores = (query * (width // HEADS) ** -0.5) @ key.transpose(-2, -1)
        mixed = F.softmax(scores, dim=-1) @ value
        return self.linear(mixed.transpose(1, 2).reshape(batch, tokens, width), name + ".output")

    def layer(self, x, name, residual):
        attended = self.attention(self.norm(x, name + ".attention_norm"), name + ".attention")
        hidden = (self.linear(x, name + ".residual") if residual else x) + attended
        activated = F.relu(self.linear(self.norm(hidden, name + ".feed_forward_norm"), name + ".intermediate"))
        return hidden + self.linear(activated, name + ".output")

    def forward(self, ids):
        angles = torch.arange(ids.shape[1], dtype=torch.float32).unsqueeze(1) * self.take("embeddings.timescales")
        x = 2 * F.embedding(ids, self.take("embeddings.word_embeddings.weight")) + torch.cat([angles.sin(), angles.cos()], 1)
        x = self.layer(x, "encoder.layer.0", residual=True)
        x = self.layer(x, "encoder.layer.1", residual=False)
        features = torch.tanh(self.linear(x.mean(1), "pooler.dense"))
        return self.classifier(F.dropout(features, 0.1, self.training))


def main():
    directory, steps = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(2)
    torch.manual_seed(1)
    random = np.random.default_rng(1)
    model = UseLiteClassifier(directory).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0)
    times = []
    for _ in range(WARM_UP + steps):
        started = time.perf_counter()
        ids = torch.from_numpy(random.integers(6, VOCABULARY, (BATCH, TOKENS)))
        labels = torch.from_numpy(random.integers(0, CLASSES, BATCH))
        data = time.perf_counter()
        loss = F.cross_entropy(model(ids), labels)
        loss.item()
        forward = time.perf_counter()
        loss.backward()
        backward = time.perf_counter()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        ended = time.perf_counter()
        times.append((ended - started, forward - data, backward - forward, ended - backward))
    medians = [1000 * statistics.median(part) for part in zip(*times[WARM_UP:])]
    print(json.dumps(dict(zip(("step", "forward", "backward", "optimizer"), medians))))


if __name__ == "__main__":
    main()
