"""Writes events.tfevents: what TensorBoard's event file of two updates of a resumed run is, byte by byte, from the formats' descriptions alone.

    python3 tensorboard.py
"""
import pathlib
import struct

# CRC-32C, the reflected polynomial of Castagnoli, bit by bit.
POLYNOMIAL = 0x82F63B78


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (POLYNOMIAL if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


assert crc32c(b"123456789") == 0xE3069283  # the check value of the CRC catalogue


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def record(data):
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked(length)) + data + struct.pack("<I", masked(data))


def varint(number):
    out = b""
    while number > 127:
        out += bytes([number & 127 | 128])
        number >>= 7
    return out + bytes([number])


def delimited(field, data):
    return varint(field << 3 | 2) + varint(len(data)) + data


def event(wall_time, step=None, **payload):
    out = struct.pack("<Bd", 1 << 3 | 1, wall_time)
    if step is not None:
        out += varint(2 << 3) + varint(step)
    if "version" in payload:
        out += delimited(3, payload["version"])
    if "scalars" in payload:
        values = (delimited(1, tag.encode()) + struct.pack("<Bf", 2 << 3 | 5, value) for tag, value in payload["scalars"])
        out += delimited(5, b"".join(delimited(1, value) for value in values))
    if "restart" in payload:
        out += delimited(7, varint(1 << 3) + varint(1))
    return record(out)


TIME = 1_700_000_000.5
TRAINING = [("train/loss", 0.75), ("train/accuracy", 0.5), ("train/gradient_norm", 1.25), ("train/learning_rate", 0.001),
            ("train/active_weights", 123456), ("train/tokens_per_second", 1000), ("train/resident_mebibytes", 512)]
VALIDATION = [("validation/loss", 2.0), ("validation/accuracy", 0.25), ("validation/perplexity", 7.38905609893065)]

pathlib.Path(__file__).with_name("events.tfevents").write_bytes(
    event(TIME, version=b"brain.Event:2")
    + event(TIME, 300, restart=True)
    + event(TIME, 300, scalars=TRAINING + VALIDATION)
    + event(TIME, 301, scalars=[scalar for scalar in TRAINING if scalar[0] != "train/accuracy"]))
