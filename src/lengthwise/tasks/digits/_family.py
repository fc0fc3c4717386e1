"""Numerals of a given length, drawn for a whole block at once."""

import numpy as np


def numerals(rng: np.random.Generator, length: int, count: int) -> list[str]:
    """`count` numerals of exactly `length` digits, without leading zeros (a single digit may be 0)."""
    digits = rng.integers(48, 58, size=(count, length), dtype=np.uint8)
    if length > 1:
        digits[:, 0] = rng.integers(49, 58, size=count, dtype=np.uint8)
    return [row.tobytes().decode() for row in digits]


def operands(rng: np.random.Generator, length: int, count: int) -> list[tuple[str, str]]:
    """Two numerals, in either order: one of exactly `length` digits, and one of at most as many."""
    longer, shorter = numerals(rng, length, count), numerals(rng, length, count)
    cuts, turns = rng.integers(length, size=count).tolist(), rng.integers(2, size=count).tolist()
    pairs = zip(longer, (text[cut:].lstrip("0") or "0" for text, cut in zip(shorter, cuts, strict=True)), strict=True)
    return [(b, a) if turn else (a, b) for (a, b), turn in zip(pairs, turns, strict=True)]
