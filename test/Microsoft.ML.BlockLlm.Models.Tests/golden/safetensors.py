#!/usr/bin/env python3
"""Makes types.safetensors: one tensor of every element type, laid out by the rules of the reference implementation, with plain struct and json."""
import json
import pathlib
import struct

# Name, element type, shape, bytes; the values are those that the test expects.
TENSORS = [
    ("bool", "BOOL", [3], struct.pack("<3?", True, False, True)),
    ("bytes", "U8", [2], struct.pack("<2B", 0, 255)),
    ("int8", "I8", [2], struct.pack("<2b", -128, 127)),
    ("int16", "I16", [2], struct.pack("<2h", -32768, 32767)),
    ("half", "F16", [2, 2], struct.pack("<4e", 0.5, -2.0, 0.0, 65504.0)),
    # bfloat16 is the upper half of a float32: 1.0, -3.5, 0.0.
    ("brain", "BF16", [3], struct.pack("<3H", 0x3F80, 0xC060, 0)),
    ("int32", "I32", [1], struct.pack("<i", -2147483648)),
    ("b", "F32", [2, 3], struct.pack("<6f", 0.0, 1.0, -2.5, 3.25, 1e-30, 1e30)),
    ("a", "F32", [], struct.pack("<f", 7.0)),
    ("empty", "F32", [0, 4], b""),
    ("ä", "F32", [1], struct.pack("<f", 8.0)),
    ("double", "F64", [1], struct.pack("<d", 0.1)),
    ("int64", "I64", [2], struct.pack("<2q", -9223372036854775808, 9223372036854775807)),
]
ORDER = ["BOOL", "U8", "I8", "I16", "F16", "BF16", "I32", "F32", "F64", "I64"]

header, data = {"__metadata__": {"format": "pt"}}, b""
for name, dtype, shape, raw in sorted(TENSORS, key=lambda item: (-ORDER.index(item[1]), item[0].encode())):
    header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
text += b" " * (-len(text) % 8)
(pathlib.Path(__file__).parent / "types.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + data)
