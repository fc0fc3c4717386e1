"""What tasks on numbers share. A number is int[batch, n] of digits, least significant first: index = significance."""

from collections.abc import Mapping

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column, Given, shape_of

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


def check_operands(operands: int, fewest: int) -> None:
    """Refuse numbers of operands that make no sum."""
    if operands < 2 or not (fewest == 0 or 2 <= fewest <= operands):
        raise ConfigError(f"operands={operands}, fewest={fewest}: give 2 operands or more, and fewest 0 or 2 to that")


def operands_draw(
    length: int, rng: np.random.Generator, case: str, count: int, bounds: tuple[int, int]
) -> dict[str, Column]:
    """x0, x1 ...: as many numbers of `length` digits as the block's draw says; those that are absent have no digits.

    Cases: nines (every digit is 7, 8 or 9) and repeated (each number is one digit, repeated).
    """
    present = int(rng.integers(bounds[0], bounds[1] + 1))
    given: dict[str, Column] = {}
    for number in range(bounds[1]):
        digits = random_digits(rng, count, length if number < present else 0)
        if case == "nines":
            digits = rng.integers(7, 10, size=digits.shape)
        elif case == "repeated" and number < present:
            digits = np.repeat(digits[:, -1:], length, axis=1)
        given[f"x{number}"] = digits
    return given


def width_of_sum(shape: Mapping[str, int]) -> int:
    """How many digits the largest sum of numbers of these lengths has.

    >>> width_of_sum({"x0": 2, "x1": 2, "x2": 2}), width_of_sum({"x0": 2, "x1": 0})   # 297 and 99
    (3, 2)
    """
    return len(str(sum(10**length - 1 for length in shape.values())))


def sum_of_all(given: Given) -> Column:
    """The digits of the sum of all operands, by Python's own integers."""
    present = [as_integers(digits) for digits in given.values() if digits.shape[1]]
    return as_digits([sum(row) for row in zip(*present, strict=True)], width_of_sum(dict(shape_of(given))))
