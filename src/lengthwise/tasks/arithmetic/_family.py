"""What tasks on numbers share. A number is int[batch, n] of digits, least significant first: index = significance."""

import numpy as np

from lengthwise.core.given import Column

DIGITS = tuple("0123456789")


def random_digits(rng: np.random.Generator, count: int, length: int) -> Column:
    """int64[count, length]: uniform digits, the most significant one not 0 (a number of one digit may be 0)."""
    digits = rng.integers(10, size=(count, length))
    if length > 1:
        digits[:, -1] = rng.integers(1, 10, size=count)
    return digits


def as_integers(digits: Column) -> list[int]:
    """Python's own integers, of any size."""
    return [int("".join(map(str, row[::-1]))) for row in digits.tolist()]


def as_digits(numbers: list[int], length: int) -> Column:
    """The `length` lowest digits of each number."""
    return np.array([[int(c) for c in str(number).zfill(length)[::-1]] for number in numbers], dtype=np.int64)
