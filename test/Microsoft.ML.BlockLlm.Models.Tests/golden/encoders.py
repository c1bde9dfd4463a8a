#!/usr/bin/env python3
"""BERT, DistilBERT and RoBERTa classifiers, written from their papers in double precision, one row at a time.

    encoders.py                  makes bert-tiny/, distilbert-tiny/ and roberta-tiny/: random weights, and what they must give (expected.json),
                                 also with other activations (activations.json)
    encoders.py logits FOLDER    prints the logits of a folder's weights for the rows below, as JSON

Nothing of the library is used: safetensors files are read and written with struct and json.
"""
import json
import math
import pathlib
import struct
import sys

import torch

HERE = pathlib.Path(__file__).parent
VOCAB, HIDDEN, INTERMEDIATE, HEADS, LAYERS, MAX_TOKENS, CLASSES = 40, 16, 24, 4, 2, 12, 3
# Token ids and segments; 0 and 1 are left out, because they are padding.
ROWS = [
    ([2, 17, 5, 33, 3], [0, 0, 0, 0, 0]),
    ([2, 9, 3, 20, 21, 22, 3], [0, 0, 0, 1, 1, 1, 1]),
    ([2, 3], [0, 0]),
    ([2, 39, 38, 37, 3, 36, 35, 34, 33, 32, 31, 3], [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1]),
]
COMMON = {"vocab_size": VOCAB, "id2label": {str(i): f"class {i}" for i in range(CLASSES)}, "torch_dtype": "float32"}
SIZES = {"hidden_size": HIDDEN, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INTERMEDIATE, "hidden_act": "gelu"}
CONFIGS = {
    "bert": {"architectures": ["BertForSequenceClassification"], "model_type": "bert", **COMMON, **SIZES, "max_position_embeddings": MAX_TOKENS,
             "type_vocab_size": 2, "layer_norm_eps": 1e-12, "pad_token_id": 0, "position_embedding_type": "absolute", "classifier_dropout": None},
    "distilbert": {"architectures": ["DistilBertForSequenceClassification"], "model_type": "distilbert", **COMMON, "dim": HIDDEN, "n_layers": LAYERS,
                   "n_heads": HEADS, "hidden_dim": INTERMEDIATE, "activation": "gelu", "max_position_embeddings": MAX_TOKENS, "pad_token_id": 0,
                   "sinusoidal_pos_embds": False, "seq_classif_dropout": 0.2},
    "roberta": {"architectures": ["RobertaForSequenceClassification"], "model_type": "roberta", **COMMON, **SIZES,
                "max_position_embeddings": MAX_TOKENS + 2, "type_vocab_size": 1, "layer_norm_eps": 1e-5, "pad_token_id": 1},
}


def shapes(family):
    """Every tensor of a classifier with its shape."""
    def linear(name, inputs, outputs):
        return {name + ".weight": [outputs, inputs], name + ".bias": [outputs]}

    def norm(name):
        return {name + ".weight": [HIDDEN], name + ".bias": [HIDDEN]}

    positions = CONFIGS[family]["max_position_embeddings"]
    embeddings = family + ".embeddings."
    found = {embeddings + "word_embeddings.weight": [VOCAB, HIDDEN], embeddings + "position_embeddings.weight": [positions, HIDDEN]}
    if family != "distilbert":
        found[embeddings + "token_type_embeddings.weight"] = [CONFIGS[family]["type_vocab_size"], HIDDEN]
    found |= norm(embeddings + "LayerNorm")
    for i in range(LAYERS):
        if family == "distilbert":
            layer = f"distilbert.transformer.layer.{i}."
            for part in ("q_lin", "k_lin", "v_lin", "out_lin"):
                found |= linear(layer + "attention." + part, HIDDEN, HIDDEN)
            found |= norm(layer + "sa_layer_norm") | linear(layer + "ffn.lin1", HIDDEN, INTERMEDIATE)
            found |= linear(layer + "ffn.lin2", INTERMEDIATE, HIDDEN) | norm(layer + "output_layer_norm")
        else:
            layer = f"{family}.encoder.layer.{i}."
            for part in ("self.query", "self.key", "self.value", "output.dense"):
                found |= linear(layer + "attention." + part, HIDDEN, HIDDEN)
            found |= norm(layer + "attention.output.LayerNorm") | linear(layer + "intermediate.dense", HIDDEN, INTERMEDIATE)
            found |= linear(layer + "output.dense", INTERMEDIATE, HIDDEN) | norm(layer + "output.LayerNorm")
    if family == "bert":
        found |= linear("bert.pooler.dense", HIDDEN, HIDDEN) | linear("classifier", HIDDEN, CLASSES)
    elif family == "distilbert":
        found |= linear("pre_classifier", HIDDEN, HIDDEN) | linear("classifier", HIDDEN, CLASSES)
    else:
        found |= linear("classifier.dense", HIDDEN, HIDDEN) | linear("classifier.out_proj", HIDDEN, CLASSES)
    return found


def random_weights(family, seed):
    generator = torch.Generator().manual_seed(seed)
    return {name: torch.randn(*shape, generator=generator) * 0.3 + (1 if len(shape) == 1 and "orm.weight" in name else 0)
            for name, shape in shapes(family).items()}


def write_safetensors(path, tensors):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    for name in sorted(tensors):
        raw = tensors[name].contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    raw = path.read_bytes()
    start = 8 + struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:start])
    assert header.pop("__metadata__") == {"format": "pt"}
    return {name: torch.frombuffer(bytearray(raw[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]]), dtype=torch.float32)
            .reshape(entry["shape"]) for name, entry in header.items()}


class Encoder:
    """The mathematics that the three share."""

    def __init__(self, family, weights, activation="gelu"):
        self.family, self.w = family, {name: tensor.double() for name, tensor in weights.items()}
        self.activation = ACTIVATIONS[activation]
        self.epsilon = CONFIGS[family].get("layer_norm_eps", 1e-12)

    def linear(self, name, x):
        return x @ self.w[name + ".weight"].T + self.w[name + ".bias"]

    def norm(self, name, x):
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.pow(2).mean(-1, keepdim=True) + self.epsilon).sqrt() * self.w[name + ".weight"] + self.w[name + ".bias"]

    def attend(self, query, key, value):
        size, heads = HIDDEN // HEADS, []
        for head in range(HEADS):
            columns = slice(head * size, (head + 1) * size)
            heads.append(torch.softmax(query[:, columns] @ key[:, columns].T / math.sqrt(size), -1) @ value[:, columns])
        return torch.cat(heads, 1)

    def hidden(self, ids, segments):
        embeddings = self.family + ".embeddings."
        first = CONFIGS["roberta"]["pad_token_id"] + 1 if self.family == "roberta" else 0
        x = self.w[embeddings + "word_embeddings.weight"][ids] + self.w[embeddings + "position_embeddings.weight"][first:first + len(ids)]
        if self.family == "bert":
            x = x + self.w[embeddings + "token_type_embeddings.weight"][segments]
        elif self.family == "roberta":
            x = x + self.w[embeddings + "token_type_embeddings.weight"][0]
        x = self.norm(embeddings + "LayerNorm", x)
        for i in range(LAYERS):
            x = self.distil_layer(f"distilbert.transformer.layer.{i}.", x) if self.family == "distilbert" else \
                self.layer(f"{self.family}.encoder.layer.{i}.", x)
        return x

    def layer(self, name, x):
        query, key, value = (self.linear(name + "attention.self." + part, x) for part in ("query", "key", "value"))
        x = self.norm(name + "attention.output.LayerNorm", x + self.linear(name + "attention.output.dense", self.attend(query, key, value)))
        return self.norm(name + "output.LayerNorm", x + self.linear(name + "output.dense", self.activation(self.linear(name + "intermediate.dense", x))))

    def distil_layer(self, name, x):
        query, key, value = (self.linear(name + "attention." + part, x) for part in ("q_lin", "k_lin", "v_lin"))
        x = self.norm(name + "sa_layer_norm", x + self.linear(name + "attention.out_lin", self.attend(query, key, value)))
        return self.norm(name + "output_layer_norm", x + self.linear(name + "ffn.lin2", self.activation(self.linear(name + "ffn.lin1", x))))

    def logits(self, ids, segments):
        first = self.hidden(ids, segments)[0]
        if self.family == "bert":
            return self.linear("classifier", torch.tanh(self.linear("bert.pooler.dense", first)))
        if self.family == "distilbert":
            return self.linear("classifier", torch.relu(self.linear("pre_classifier", first)))
        return self.linear("classifier.out_proj", torch.tanh(self.linear("classifier.dense", first)))

    def mean_embedding(self, ids, segments):
        mean = self.hidden(ids, segments).mean(0)
        return mean / mean.norm()


def gelu(x):
    return x * 0.5 * (1 + torch.erf(x / math.sqrt(2)))


def tanh_gelu(x):
    return x * 0.5 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x ** 3)))


ACTIVATIONS = {"gelu": gelu, "gelu_new": tanh_gelu, "gelu_pytorch_tanh": tanh_gelu, "relu": lambda x: x * (x > 0)}


def tokenizer():
    pieces = ["<unk>", "<pad>", "▁", "a", "b", "▁a", "▁b", "c"]
    return {"version": "1.0", "added_tokens": [{"id": i, "content": pieces[i], "special": True} for i in range(2)],
            "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "▁"},
                                                               {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
            "pre_tokenizer": None, "post_processor": None,
            "model": {"type": "Unigram", "unk_id": 0, "vocab": [[piece, -float(i)] for i, piece in enumerate(pieces)]}}


def make(family, seed):
    folder = HERE / f"{family}-tiny"
    folder.mkdir(exist_ok=True)
    weights = random_weights(family, seed)
    write_safetensors(folder / "model.safetensors", weights)
    (folder / "config.json").write_text(json.dumps(CONFIGS[family], indent=2) + "\n")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer(), ensure_ascii=False, indent=1) + "\n")
    encoder = Encoder(family, weights)
    expected = [{"ids": ids, "segments": segments, "logits": encoder.logits(ids, segments).tolist(),
                 "meanEmbedding": encoder.mean_embedding(ids, segments).tolist()} for ids, segments in ROWS]
    (folder / "expected.json").write_text(json.dumps(expected) + "\n")
    others = {name: [Encoder(family, weights, name).logits(ids, segments).tolist() for ids, segments in ROWS] for name in ACTIVATIONS}
    (folder / "activations.json").write_text(json.dumps(others) + "\n")


def print_logits(folder):
    family = json.loads((folder / "config.json").read_text())["model_type"]
    weights = read_safetensors(folder / "model.safetensors")
    assert {name: list(tensor.shape) for name, tensor in weights.items()} == shapes(family), "The names or shapes are not those of transformers."
    encoder = Encoder(family, weights)
    print(json.dumps([encoder.logits(ids, segments).tolist() for ids, segments in ROWS]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["logits"]:
        print_logits(pathlib.Path(sys.argv[2]))
    else:
        for number, name in enumerate(CONFIGS):
            make(name, seed=11 + number)
