"""Writes eight_bit.json: moments in 8-bit codes, and AdamW with such moments on given gradients, computed with numpy alone.

    python3 eight_bit.py
"""
import json
import pathlib

import numpy as np

BLOCK = 256


def encode(values, signed):
    codes, scales = np.zeros(len(values), np.int64), []
    for start in range(0, len(values), BLOCK):
        block = values[start:start + BLOCK]
        scale = np.abs(block).max()
        share = np.abs(block) / scale if scale > 0 else np.zeros_like(block)
        if signed:
            code = np.rint(127 * np.sqrt(share)) * np.sign(block)
        else:
            code = np.maximum(np.rint(255 * share ** 0.25), np.sign(block))
        codes[start:start + BLOCK] = code
        scales.append(scale)
    return codes, np.array(scales)


def decode(codes, scales, signed):
    spread = np.repeat(scales, BLOCK)[:len(codes)]
    return spread * (np.sign(codes) * (codes / 127.0) ** 2 if signed else (codes / 255.0) ** 4)


def adamw(start, gradients, lr, decay, b1=0.9, b2=0.999, eps=1e-8):
    w = start.astype(np.float64)
    m = encode(np.zeros_like(w), True)
    v = encode(np.zeros_like(w), False)
    for t, g in enumerate(gradients, 1):
        exp_avg = b1 * decode(*m, True) + (1 - b1) * g
        exp_avg_sq = b2 * decode(*v, False) + (1 - b2) * g * g
        w = w * (1 - lr * decay) - lr * (exp_avg / (1 - b1 ** t)) / (np.sqrt(exp_avg_sq / (1 - b2 ** t)) + eps)
        m, v = encode(exp_avg, True), encode(exp_avg_sq, False)
    return w


random = np.random.default_rng(11)
first = (random.standard_normal(600) * 10 ** random.uniform(-4, 0, 600)).astype(np.float32).astype(np.float64)
second = first[::-1] ** 2
second[5] = 0
second = second.astype(np.float32).astype(np.float64)
start = random.standard_normal(300).astype(np.float32)
gradients = random.standard_normal((12, 300)).astype(np.float32).astype(np.float64)
first_codes, second_codes = encode(first, True), encode(second, False)
golden = {
    "first": first.tolist(), "first_codes": first_codes[0].tolist(), "first_decoded": decode(*first_codes, True).tolist(),
    "second": second.tolist(), "second_codes": second_codes[0].tolist(), "second_decoded": decode(*second_codes, False).tolist(),
    "start": start.tolist(), "gradients": gradients.tolist(), "weights": adamw(start, gradients, lr=0.01, decay=0.1).tolist(),
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden) + "\n")
