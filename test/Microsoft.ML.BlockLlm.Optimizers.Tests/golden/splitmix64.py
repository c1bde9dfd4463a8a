"""The random numbers of the optimizers: SplitMix64 (Steele, Lea and Flood, 2014) as a function of what they are for, and normal numbers by Box and Muller."""
import math

import torch

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15


def mix(value):
    value = (value + GAMMA) & MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & MASK
    return value ^ (value >> 31)


def key(seed, name, round_):
    k = mix(seed & MASK)
    for letter in name:
        k = mix(k ^ ord(letter))
    return mix(k ^ round_)


def at(k, index):
    return mix((k + index * GAMMA) & MASK)


def gaussian(rows, columns, k):
    """A [rows, columns] matrix of standard normal numbers: the cosines first, then the sines, row by row."""
    half = (rows * columns + 1) // 2
    draws = [at(k, i) for i in range(half)]
    radii = [math.sqrt(-2 * math.log(((d >> 40) + 1) / 2 ** 24)) for d in draws]
    angles = [2 * math.pi * (d & 0xFFFFFF) / 2 ** 24 for d in draws]
    values = [r * math.cos(a) for r, a in zip(radii, angles)] + [r * math.sin(a) for r, a in zip(radii, angles)]
    return torch.tensor(values[:rows * columns], dtype=torch.float64).view(rows, columns)
