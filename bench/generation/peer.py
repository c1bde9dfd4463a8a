"""The peer of the generation benchmark: the same LLaMA in PyTorch, greedy, with a cache of keys and values.

    python3 peer.py MODEL_DIRECTORY TOKENS

Prints the ids that follow id 1 and the tokens per second, as a line of JSON.
"""
import json
import os
import struct
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

WARM_UP = 256


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: torch.tensor(np.frombuffer(data[entry["data_offsets"][0]:entry["data_offsets"][1]], np.float32).reshape(entry["shape"]))
            for name, entry in header.items()}


class Llama:
    def __init__(self, directory):
        with open(os.path.join(directory, "config.json")) as file:
            self.config = json.load(file)
        self.weights = read_safetensors(os.path.join(directory, "model.safetensors"))
        self.heads = self.config["num_attention_heads"]
        self.key_heads = self.config.get("num_key_value_heads") or self.heads
        self.size = self.config["hidden_size"] // self.heads
        self.layers = range(self.config["num_hidden_layers"])
        head = "lm_head.weight" if "lm_head.weight" in self.weights else "model.embed_tokens.weight"
        self.head = self.weights[head]
        positions = torch.arange(self.config["max_position_embeddings"], dtype=torch.float64)
        angles = torch.outer(positions, self.config["rope_theta"] ** (-torch.arange(0, self.size, 2, dtype=torch.float64) / self.size))
        self.cos, self.sin = angles.cos().float().repeat(1, 2), angles.sin().float().repeat(1, 2)

    def norm(self, x, name):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.config["rms_norm_eps"]) * self.weights[name + ".weight"]

    def linear(self, x, name):
        return F.linear(x, self.weights[name + ".weight"])

    def rotate(self, x, position):
        first, second = x.chunk(2, -1)
        return x * self.cos[position] + torch.cat([-second, first], -1) * self.sin[position]

    def next_id(self, token, position, keys, values):
        """One token at a time: the prompt is a single id, so every step is a step of generation."""
        x = self.weights["model.embed_tokens.weight"][token].unsqueeze(0)
        for i in self.layers:
            layer = f"model.layers.{i}."
            normed = self.norm(x, layer + "input_layernorm")
            query, key, value = (self.linear(normed, f"{layer}self_attn.{part}_proj").view(-1, self.size) for part in "qkv")
            keys[i][:, position], values[i][:, position] = self.rotate(key, position), value
            # The heads that share a key are rows of one product.
            query = self.rotate(query, position).view(self.key_heads, -1, self.size)
            scores = query @ keys[i][:, :position + 1].transpose(1, 2) / self.size ** 0.5
            mixed = F.softmax(scores, -1) @ values[i][:, :position + 1]
            x = x + self.linear(mixed.view(1, -1), layer + "self_attn.o_proj")
            normed = self.norm(x, layer + "post_attention_layernorm")
            gated = F.silu(self.linear(normed, layer + "mlp.gate_proj")) * self.linear(normed, layer + "mlp.up_proj")
            x = x + self.linear(gated, layer + "mlp.down_proj")
        return F.linear(self.norm(x, "model.norm"), self.head).argmax().item()

    def generate(self, tokens):
        keys, values = ([torch.empty(self.key_heads, tokens + 1, self.size) for _ in self.layers] for _ in range(2))
        ids = [1]
        for position in range(tokens):
            ids.append(self.next_id(ids[-1], position, keys, values))
        return ids[1:]


@torch.inference_mode()
def main():
    directory, tokens = sys.argv[1], int(sys.argv[2])
    torch.set_num_threads(2)
    model = Llama(directory)
    model.generate(WARM_UP)
    started = time.perf_counter()
    ids = model.generate(tokens)
    print(json.dumps({"tokens_per_second": tokens / (time.perf_counter() - started), "ids": ids}))


if __name__ == "__main__":
    main()
