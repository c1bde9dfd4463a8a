"""The peer of the scoring benchmark in plain PyTorch: tokens in, probabilities out.

    python3 peer.py use-lite|minilm DIRECTORY THREADS

The directory has the tokens of the texts and, of USE-lite, the weights, which ScoringBenchmark wrote; a MiniLM has new ones of the same shapes, and knows no mask, which costs it less. Batches
of 32 in the order of the texts: padded to 128 tokens; padded to the longest of the batch; and one text at a time, padded to 128 or not. Tokenising is not part of it.
Prints seconds, wall and processor, as a line of JSON.
"""
import importlib.util
import json
import os
import sys
import time

import torch
import torch.nn.functional as F

HERE = os.path.dirname(os.path.abspath(__file__))
FIXED, BATCH, SINGLE, TIMES = 128, 32, 100, 3


def load(folder):
    """The peer of another benchmark: they have one name."""
    spec = importlib.util.spec_from_file_location(folder, os.path.join(HERE, "..", folder, "peer.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


step, workloads = load("step"), load("workloads")


class MaskedUseLite(step.UseLiteClassifier):
    """The model of the training step, with padding masked, from the folder of a classifier."""

    def take(self, name):
        return super().take(name if name.startswith("classifier") else "use_lite." + name)

    def attention(self, x, name):
        batch, tokens, width = x.shape
        query, key, value = (self.linear(x, f"{name}.{part}").view(batch, tokens, step.HEADS, width // step.HEADS).transpose(1, 2) for part in ("query", "key", "value"))
        scores = (query * (width // step.HEADS) ** -0.5) @ key.transpose(-2, -1) + self.bias
        return self.linear((F.softmax(scores, -1) @ value).transpose(1, 2).reshape(batch, tokens, width), name + ".output")

    def forward(self, ids, mask):
        self.bias = torch.zeros(mask.shape).masked_fill(~mask, -1e9)[:, None, None]
        angles = torch.arange(ids.shape[1], dtype=torch.float32).unsqueeze(1) * self.take("embeddings.timescales")
        x = 2 * F.embedding(ids, self.take("embeddings.word_embeddings.weight")) + torch.cat([angles.sin(), angles.cos()], 1)
        x = self.layer(self.layer(x, "encoder.layer.0", residual=True), "encoder.layer.1", residual=False)
        mean = (x * mask.unsqueeze(2)).sum(1) / mask.sum(1, keepdim=True)
        return self.linear(torch.tanh(self.linear(mean, "pooler.dense")), "classifier")


class UnmaskedBert(workloads.Bert):
    def forward(self, ids, mask):
        return super().forward(ids)


def batches(texts, size, length):
    for start in range(0, len(texts), size):
        rows = texts[start:start + size]
        width = length or max(map(len, rows))
        yield torch.tensor([row + [0] * (width - len(row)) for row in rows]), torch.tensor([[True] * len(row) + [False] * (width - len(row)) for row in rows])


def score(model, texts, size, length=None):
    return torch.cat([F.softmax(model(*batch), 1) for batch in batches(texts, size, length)])


def best(action):
    times = []
    for _ in range(TIMES):
        started, cpu = time.perf_counter(), time.process_time()
        action()
        times.append((time.perf_counter() - started, time.process_time() - cpu))
    return {"wall": min(wall for wall, _ in times), "cpu": min(cpu for _, cpu in times)}


def main():
    name, directory, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
    torch.set_num_threads(threads)
    with open(os.path.join(directory, "texts.json"), encoding="utf-8") as file:
        written = json.load(file)
    texts = written["tokens"]
    model = MaskedUseLite(directory) if name == "use-lite" else UnmaskedBert(vocabulary=30522, size=384, layers=6, feed_forward=1536, heads=12)
    model.eval()
    with torch.no_grad():
        difference = (score(model, texts, BATCH, FIXED) - torch.tensor(written["probabilities"])).abs().max().item() if name == "use-lite" else None
        print(json.dumps({
            "fixed": best(lambda: score(model, texts, BATCH, FIXED)), "longest": best(lambda: score(model, texts, BATCH)),
            "singleFixed": best(lambda: score(model, texts[:SINGLE], 1, FIXED)), "single": best(lambda: score(model, texts[:SINGLE], 1)),
            "difference": difference, "tokens": sum(map(len, texts)),
        }))


if __name__ == "__main__":
    main()
