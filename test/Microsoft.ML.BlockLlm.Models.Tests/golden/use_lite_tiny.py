#!/usr/bin/env python3
"""A Universal Sentence Encoder lite of a few thousand random weights.

    use_lite_tiny.py                  makes use-lite-tiny/, with what it must give for some texts (expected.json)
    use_lite_tiny.py logits FOLDER    prints the logits of a classifier in a folder for these texts, as JSON

Everything is written here without the library: the files with struct and json, the split into pieces by trying all splits,
the embeddings with PyTorch in double precision, one text at a time.
"""
import itertools
import json
import math
import pathlib
import struct
import sys
import unicodedata

import torch

OUT = pathlib.Path(__file__).parent / "use-lite-tiny"
VOCAB, EMBEDDING, HIDDEN, INTERMEDIATE, HEADS, LAYERS, MAX_TOKENS = 40, 8, 12, 20, 2, 2, 16
RESERVED = ["\ufffd", "<s>", "</s>"]
PIECES = [(".", -3.0), ("s", -3.3), ("▁the", -3.5), ("▁", -5.5), ("▁cat", -6.0), ("▁sat", -6.2), ("▁on", -5.1), ("▁mat", -7.0), ("a", -6.5),
          ("b", -6.6), ("c", -6.7), ("d", -6.8), ("e", -6.1), ("m", -6.9), ("n", -6.3), ("o", -6.4), ("t", -6.0), ("at", -5.9), ("ca", -7.5),
          ("he", -7.2), ("▁c", -6.6), ("▁m", -6.8), ("ts", -7.0), ("fi", -7.7), ("😀", -9.0), (":", 0.0)]
TEXTS = ["the cat sat on the mat.", "cats", "", " ", "the", "mats on cats", "ca€€t €", "😀😁", "ﬁ", "sat: the", "a b c d e m n o t a b c d e m n o t"]


def weights():
    generator = torch.Generator().manual_seed(7)

    def normal(*shape, scale=0.3):
        return torch.randn(*shape, generator=generator) * scale

    tensors = {"embeddings.word_embeddings.weight": normal(VOCAB, EMBEDDING, scale=1.0),
               "embeddings.timescales": torch.tensor([1.0 / 30 ** (i / 4) for i in range(EMBEDDING // 2)])}

    def linear(name, inputs, outputs):
        tensors[name + ".weight"] = normal(outputs, inputs)
        tensors[name + ".bias"] = normal(outputs)

    def norm(name, size):
        tensors[name + ".weight"] = 1 + normal(size)
        tensors[name + ".bias"] = normal(size)

    for i in range(LAYERS):
        width, layer = (EMBEDDING if i == 0 else HIDDEN), f"encoder.layer.{i}."
        norm(layer + "attention_norm", width)
        for part in ("query", "key", "value"):
            linear(layer + "attention." + part, width, width)
        linear(layer + "attention.output", width, HIDDEN)
        if i == 0:
            linear(layer + "residual", width, HIDDEN)
        norm(layer + "feed_forward_norm", HIDDEN)
        linear(layer + "intermediate", HIDDEN, INTERMEDIATE)
        linear(layer + "output", INTERMEDIATE, HIDDEN)
    linear("pooler.dense", HIDDEN, HIDDEN)
    return tensors


def write_safetensors(path, tensors):
    header, data, offset = {"__metadata__": {"format": "pt"}}, b"", 0
    for name in sorted(tensors):
        raw = tensors[name].contiguous().numpy().astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, offset + len(raw)]}
        data, offset = data + raw, offset + len(raw)
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def read_safetensors(path):
    raw = path.read_bytes()
    start = 8 + struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:start])
    assert header.pop("__metadata__") == {"format": "pt"}
    return {name: torch.frombuffer(bytearray(raw[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]]), dtype=torch.float32)
            .reshape(entry["shape"]).double() for name, entry in header.items()}


def splits(text, scores, unknown):
    """Every split of a text with its score; a character that is no piece is the unknown piece."""
    if not text:
        yield 0.0, []
        return
    for end in range(1, len(text) + 1):
        head = text[:end]
        if head in scores:
            score, piece = scores[head][1], scores[head][0]
        elif end == 1:
            score, piece = unknown, 0
        else:
            continue
        for rest_score, rest in splits(text[end:], scores, unknown):
            yield score + rest_score, [piece] + rest


def ids_of(text):
    scores = {piece: (len(RESERVED) + i, score) for i, (piece, score) in enumerate(PIECES)}
    unknown = min(score for _, score in PIECES) - 10
    text = unicodedata.normalize("NFKC", text)
    text = "▁" + text.replace(" ", "▁") if text else text
    # No piece goes on past a space, so that each word can be tried on its own.
    words = ["▁" + word for word in text.split("▁")[1:]]
    ids = [i for word in words for i in max(splits(word, scores, unknown))[1]]
    return [key for key, group in itertools.groupby(ids) for key in ([key] if key == 0 else [key] * len(list(group)))][:MAX_TOKENS]


def ids_or_space(text):
    """A text without tokens stands for a single space piece, so that it has an embedding."""
    return ids_of(text) or [len(RESERVED) + [piece for piece, _ in PIECES].index("▁")]


def features_of(ids, w):
    def linear(name, x):
        return x @ w[name + ".weight"].T + w[name + ".bias"]

    def norm(name, x):
        centred = x - x.mean(-1, keepdim=True)
        return centred / (centred.pow(2).mean(-1, keepdim=True) + 1e-6).sqrt() * w[name + ".weight"] + w[name + ".bias"]

    angles = torch.arange(len(ids)).double()[:, None] * w["embeddings.timescales"]
    x = 2 * w["embeddings.word_embeddings.weight"][ids] + torch.cat([angles.sin(), angles.cos()], 1)
    for i in range(LAYERS):
        layer = f"encoder.layer.{i}."
        normed = norm(layer + "attention_norm", x)
        query, key, value = (linear(layer + "attention." + part, normed) for part in ("query", "key", "value"))
        size = query.shape[1] // HEADS
        heads = []
        for head in range(HEADS):
            columns = slice(head * size, (head + 1) * size)
            heads.append(torch.softmax(query[:, columns] @ key[:, columns].T / math.sqrt(size), -1) @ value[:, columns])
        residual = linear(layer + "residual", x) if i == 0 else x
        x = residual + linear(layer + "attention.output", torch.cat(heads, 1))
        x = x + linear(layer + "output", torch.relu(linear(layer + "intermediate", norm(layer + "feed_forward_norm", x))))
    return torch.tanh(linear("pooler.dense", x.mean(0)))


def embedding_of(ids, w):
    features = features_of(ids, w)
    return (features / features.norm()).tolist()


def print_logits(folder):
    tensors, prefix = read_safetensors(folder / "model.safetensors"), "use_lite."
    weight, bias = tensors.pop("classifier.weight"), tensors.pop("classifier.bias")
    encoder = {name[len(prefix):]: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
    assert len(encoder) == len(tensors) and {name: tensor.shape for name, tensor in encoder.items()} == \
        {name: tensor.shape for name, tensor in weights().items()}, "The names or shapes are not those of the encoder."
    print(json.dumps([(weight @ features_of(ids_or_space(text), encoder) + bias).tolist() for text in TEXTS]))


def main():
    OUT.mkdir(exist_ok=True)
    tensors = weights()
    write_safetensors(OUT / "model.safetensors", tensors)
    config = {"model_type": "use-lite", "vocab_size": VOCAB, "embedding_size": EMBEDDING, "hidden_size": HIDDEN, "intermediate_size": INTERMEDIATE,
              "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "max_position_embeddings": MAX_TOKENS}
    (OUT / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    space = {"String": " "}
    tokenizer = {
        "version": "1.0",
        "added_tokens": [{"id": i, "content": piece, "special": True} for i, piece in enumerate(RESERVED)],
        "normalizer": {"type": "Sequence", "normalizers": [
            {"type": "NFKC"}, {"type": "Prepend", "prepend": "▁"}, {"type": "Replace", "pattern": space, "content": "▁"}]},
        "pre_tokenizer": None,
        "post_processor": None,
        "model": {"type": "Unigram", "unk_id": 0, "vocab": [[piece, 0.0] for piece in RESERVED] + [list(piece) for piece in PIECES]},
    }
    (OUT / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=1) + "\n")
    doubles = {name: tensor.double() for name, tensor in tensors.items()}
    expected = [{"text": text, "ids": ids_of(text), "embedding": embedding_of(ids_or_space(text), doubles)} for text in TEXTS]
    (OUT / "expected.json").write_text(json.dumps(expected, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["logits"]:
        print_logits(pathlib.Path(sys.argv[2]))
    else:
        main()
