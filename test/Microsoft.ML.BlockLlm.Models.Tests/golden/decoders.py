#!/usr/bin/env python3
"""Tiny random decoders with the logits that they must give, written from the papers without the library.

    decoders.py                     makes the folder of every model in MODELS beside this script
    decoders.py <folder> <ids.json> prints the logits of the model in a folder for a list of rows of ids, as JSON

Every row runs alone, token by token and head by head in double precision: nothing is padded, masked or batched.
"""
import json
import math
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).parent
VOCABULARY = 40
LLAMA3 = {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 32}
SMALL = {"vocab_size": VOCABULARY, "hidden_size": 16, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 4,
         "num_key_value_heads": 2, "max_position_embeddings": 16, "rms_norm_eps": 1e-5, "hidden_act": "silu", "torch_dtype": "float32"}
MODELS = {
    "llama": SMALL | {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "rope_theta": 100.0, "tie_word_embeddings": False},
    "llama3": SMALL | {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "rope_theta": 500.0, "tie_word_embeddings": True,
                       "rope_scaling": LLAMA3, "max_position_embeddings": 128, "head_dim": 6, "num_key_value_heads": 1, "pad_token_id": None},
    "llama-bias": SMALL | {"model_type": "llama", "architectures": ["LlamaForCausalLM"], "rope_theta": 100.0, "tie_word_embeddings": False,
                           "attention_bias": True, "mlp_bias": True, "attention_dropout": 0.0},
    "mistral": SMALL | {"model_type": "mistral", "architectures": ["MistralForCausalLM"], "rope_theta": 100.0, "tie_word_embeddings": False,
                        "sliding_window": 3, "num_key_value_heads": 4},
    "qwen2": SMALL | {"model_type": "qwen2", "architectures": ["Qwen2ForCausalLM"], "rope_theta": 100.0, "tie_word_embeddings": True,
                      "use_sliding_window": True, "sliding_window": 4, "max_window_layers": 1},
    "gpt2": {"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": VOCABULARY, "n_embd": 16, "n_layer": 2, "n_head": 4,
             "n_positions": 16, "n_ctx": 16, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "n_inner": None,
             "resid_pdrop": 0.0, "embd_pdrop": 0.0, "attn_pdrop": 0.0},
}
LABELS = {"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}, "label2id": {"LABEL_0": 0, "LABEL_1": 1, "LABEL_2": 2}}
MODELS |= {
    "llama-classifier": MODELS["llama"] | LABELS | {"architectures": ["LlamaForSequenceClassification"], "pad_token_id": 7},
    "gpt2-classifier": MODELS["gpt2"] | LABELS | {"architectures": ["GPT2ForSequenceClassification"], "pad_token_id": 7},
}
# Other ways to stretch the positions, for the weights of "llama", and how many tokens these take. Dynamic stretching begins where they end.
SCALINGS = [
    ({"type": "linear", "factor": 2.5}, 16),
    ({"rope_type": "dynamic", "factor": 2.0}, 6),
    ({"rope_type": "dynamic", "factor": 3.0, "original_max_position_embeddings": 2}, 8),
    ({"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16}, 16),
    ({"rope_type": "yarn", "factor": 8.0, "original_max_position_embeddings": 64, "beta_fast": 16.0, "beta_slow": 2.0, "attention_factor": 0.9}, 16),
]


def read_safetensors(path):
    raw = path.read_bytes()
    size, = struct.unpack("<Q", raw[:8])
    header = json.loads(raw[8:8 + size])
    header.pop("__metadata__")
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", name
        begin, end = entry["data_offsets"]
        data = bytearray(raw[8 + size + begin:8 + size + end])
        tensors[name] = torch.frombuffer(data, dtype=torch.float32).reshape(entry["shape"]).double()
    return tensors


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in sorted(tensors):
        raw = tensors[name].contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def attend(query, key, value, window):
    """Attention of one head, token by token: each sees itself and at most window - 1 tokens before it."""
    rows = []
    for t in range(query.shape[0]):
        first = 0 if window is None else max(0, t - window + 1)
        scores = key[first:t + 1] @ query[t] / math.sqrt(query.shape[1])
        rows.append(torch.softmax(scores, 0) @ value[first:t + 1])
    return torch.stack(rows)


def frequencies(config, size, tokens):
    """The angle of each pair of numbers from one token to the next, and what sines and cosines are multiplied with."""
    theta, scaling = config.get("rope_theta", 10000.0), config.get("rope_scaling") or {}
    method = scaling.get("rope_type", scaling.get("type", "default"))
    factor, original = scaling.get("factor", 1.0), scaling.get("original_max_position_embeddings", config["max_position_embeddings"])
    if method == "dynamic" and tokens > config["max_position_embeddings"]:
        theta *= (factor * tokens / config["max_position_embeddings"] - factor + 1) ** (size / (size - 2))
    plain, result = [theta ** (-2 * i / size) for i in range(size // 2)], []
    for i, angle in enumerate(plain):
        wavelength = 2 * math.pi / angle
        if method == "linear":
            angle /= factor
        elif method == "llama3":
            low, high = scaling["low_freq_factor"], scaling["high_freq_factor"]
            if wavelength > original / low:
                angle /= factor
            elif wavelength >= original / high:
                smooth = (original / wavelength - low) / (high - low)
                angle = (1 - smooth) * angle / factor + smooth * angle
        elif method == "yarn":
            def pair(turns):
                return size * math.log(original / (turns * 2 * math.pi)) / (2 * math.log(theta))
            first = max(math.floor(pair(scaling.get("beta_fast", 32))), 0)
            last = min(math.ceil(pair(scaling.get("beta_slow", 1))), size - 1)
            ramp = min(max((i - first) / (last - first if last != first else 0.001), 0), 1)
            angle = angle / factor * ramp + angle * (1 - ramp)
        result.append(angle)
    magnitude = scaling.get("attention_factor", 0.1 * math.log(factor) + 1) if method == "yarn" else 1.0
    return result, magnitude


def rotate(head, config):
    """Turns number i together with number i + size / 2, as a complex number."""
    tokens, size = head.shape
    angles, magnitude = frequencies(config, size, tokens)
    turn = torch.polar(torch.full((tokens, size // 2), magnitude, dtype=torch.float64),
                       torch.outer(torch.arange(tokens, dtype=torch.float64), torch.tensor(angles, dtype=torch.float64)))
    turned = torch.complex(head[:, :size // 2], head[:, size // 2:]) * turn
    return torch.cat([turned.real, turned.imag], 1)


def llama(w, config, ids):
    heads, key_heads = config["num_attention_heads"], config["num_key_value_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads

    def norm(x, name):
        return x / torch.sqrt((x * x).sum(1, keepdim=True) / x.shape[1] + config["rms_norm_eps"]) * w[name + ".weight"]

    def linear(x, name):
        return x @ w[name + ".weight"].T + w.get(name + ".bias", 0)

    def window(layer):
        if config["model_type"] == "qwen2":
            return config["sliding_window"] if config["use_sliding_window"] and layer >= config["max_window_layers"] else None
        return config.get("sliding_window")

    x = w["model.embed_tokens.weight"][ids]
    for i in range(config["num_hidden_layers"]):
        layer = f"model.layers.{i}."
        normed = norm(x, layer + "input_layernorm")
        query, key, value = (linear(normed, f"{layer}self_attn.{part}_proj").split(size, 1) for part in "qkv")
        mixed = [attend(rotate(query[h], config), rotate(key[h * key_heads // heads], config), value[h * key_heads // heads], window(i))
                 for h in range(heads)]
        x = x + linear(torch.cat(mixed, 1), layer + "self_attn.o_proj")
        normed = norm(x, layer + "post_attention_layernorm")
        gate, up = linear(normed, layer + "mlp.gate_proj"), linear(normed, layer + "mlp.up_proj")
        x = x + linear(gate / (1 + torch.exp(-gate)) * up, layer + "mlp.down_proj")
    head = "score.weight" if is_classifier(config) else "model.embed_tokens.weight" if config["tie_word_embeddings"] else "lm_head.weight"
    return norm(x, "model.norm") @ w[head].T


def gpt2(w, config, ids):
    def norm(x, name):
        centred = x - x.mean(1, keepdim=True)
        scale = torch.sqrt((centred * centred).mean(1, keepdim=True) + config["layer_norm_epsilon"])
        return centred / scale * w[name + ".weight"] + w[name + ".bias"]

    def linear(x, name):
        return x @ w[name + ".weight"] + w[name + ".bias"]

    x = w["transformer.wte.weight"][ids] + w["transformer.wpe.weight"][:len(ids)]
    for i in range(config["n_layer"]):
        layer = f"transformer.h.{i}."
        query, key, value = (part.split(config["n_embd"] // config["n_head"], 1)
                             for part in linear(norm(x, layer + "ln_1"), layer + "attn.c_attn").chunk(3, 1))
        mixed = [attend(query[h], key[h], value[h], None) for h in range(config["n_head"])]
        x = x + linear(torch.cat(mixed, 1), layer + "attn.c_proj")
        inner = linear(norm(x, layer + "ln_2"), layer + "mlp.c_fc")
        inner = inner / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (inner + 0.044715 * inner ** 3)))
        x = x + linear(inner, layer + "mlp.c_proj")
    return norm(x, "transformer.ln_f") @ w["score.weight" if is_classifier(config) else "transformer.wte.weight"].T


def logits(tensors, config, rows):
    run = gpt2 if config["model_type"] == "gpt2" else llama
    return [run(tensors, config, torch.tensor(row)).tolist() for row in rows]


def is_classifier(config):
    """Whether a head without a bias scores the classes; the scores of a row are those at its last token."""
    return config["architectures"][0].endswith("ForSequenceClassification")


def shapes(config):
    """Names and shapes of a model's tensors; normalisations end in norm.weight or ln_*.weight."""
    found = decoder_shapes(config)
    if is_classifier(config):
        found.pop("lm_head.weight", None)
        found["score.weight"] = [len(config["id2label"]), config.get("hidden_size") or config["n_embd"]]
    return found


def decoder_shapes(config):
    """Those of the model that predicts tokens."""
    if config["model_type"] == "gpt2":
        width, found = config["n_embd"], {}
        found["transformer.wte.weight"] = [VOCABULARY, width]
        found["transformer.wpe.weight"] = [config["n_positions"], width]
        norms = ["transformer.ln_f"]
        for i in range(config["n_layer"]):
            layer = f"transformer.h.{i}."
            norms += [layer + "ln_1", layer + "ln_2"]
            for name, inputs, outputs in (("attn.c_attn", width, 3 * width), ("attn.c_proj", width, width),
                                          ("mlp.c_fc", width, 4 * width), ("mlp.c_proj", 4 * width, width)):
                found[f"{layer}{name}.weight"], found[f"{layer}{name}.bias"] = [inputs, outputs], [outputs]
        for name in norms:
            found[name + ".weight"], found[name + ".bias"] = [width], [width]
        return found
    width, inner = config["hidden_size"], config["intermediate_size"]
    size = config.get("head_dim") or width // config["num_attention_heads"]
    queries, keys = config["num_attention_heads"] * size, config["num_key_value_heads"] * size
    found = {"model.embed_tokens.weight": [VOCABULARY, width], "model.norm.weight": [width]}
    if not config["tie_word_embeddings"]:
        found["lm_head.weight"] = [VOCABULARY, width]
    for i in range(config["num_hidden_layers"]):
        layer = f"model.layers.{i}."
        for name, inputs, outputs in (("self_attn.q_proj", width, queries), ("self_attn.k_proj", width, keys), ("self_attn.v_proj", width, keys),
                                      ("self_attn.o_proj", queries, width), ("mlp.gate_proj", width, inner), ("mlp.up_proj", width, inner),
                                      ("mlp.down_proj", inner, width)):
            found[f"{layer}{name}.weight"] = [outputs, inputs]
            is_biased = config.get("mlp_bias") if name.startswith("mlp.") else config.get("attention_bias")
            if is_biased or (config["model_type"] == "qwen2" and name[-6] in "qkv"):
                found[f"{layer}{name}.bias"] = [outputs]
        found[layer + "input_layernorm.weight"], found[layer + "post_attention_layernorm.weight"] = [width], [width]
    return found


def make(name, config):
    folder = HERE / f"{name}-tiny"
    folder.mkdir(exist_ok=True)
    generator = torch.Generator().manual_seed(11)
    tensors = {}
    for tensor, shape in shapes(config).items():
        is_norm = tensor.endswith("norm.weight") or (".ln_" in tensor and tensor.endswith(".weight"))
        tensors[tensor] = torch.randn(shape, generator=generator) * 0.4 + (1 if is_norm else 0)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    write_safetensors(folder / "model.safetensors", tensors)
    rows = [torch.randint(0, VOCABULARY, [length], generator=generator).tolist() for length in (9, 5)]
    tensors = {tensor: values.double() for tensor, values in tensors.items()}
    expected = {"rows": rows, "logits": rounded(logits(tensors, config, rows))}
    if name == "llama":
        expected["scaled"] = [{"rope_scaling": scaling, "max_position_embeddings": size,
                               "logits": rounded(logits(tensors, config | {"rope_scaling": scaling, "max_position_embeddings": size}, rows))}
                              for scaling, size in SCALINGS]
    (folder / "expected.json").write_text(json.dumps(expected, separators=(",", ":")) + "\n")


def rounded(rows):
    return [[[round(value, 6) for value in token] for token in row] for row in rows]


if __name__ == "__main__":
    if len(sys.argv) == 1:
        for model, shape in MODELS.items():
            make(model, shape)
    else:
        source = pathlib.Path(sys.argv[1])
        print(json.dumps(logits(read_safetensors(source / "model.safetensors"), json.loads((source / "config.json").read_text()),
                                json.loads(pathlib.Path(sys.argv[2]).read_text()))))
