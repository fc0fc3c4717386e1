"""Adding one to a number; `length` is the number of its digits.

>>> from lengthwise.lines.traces.carries import Carries
>>> from lengthwise.lines.layouts.least_first import LeastFirst
>>> from lengthwise.lines.write import write
>>> given = {"x": np.array([[9, 9, 4, 7]])}
>>> print(write(Increment(), given))
7 4 9 9 = 0 7 5 0 0
>>> print(write(Increment(), given, Carries(), LeastFirst()))
9 9 4 7 = 0 1 0 1 5 0 7 0 0
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, as_digits, as_integers, random_digits


@dataclass(frozen=True)
class Increment(Task):
    """x + 1, with one digit more than x has; leading zeros are written (the layout of papers is unknown: our reading).

    The working is the carry into the next place. With carries written, a digit is fixed by two symbols: the digit of
    its place and the carry; without them by all digits up to its place.
    """

    question: ClassVar[str] = "x ="
    axes: ClassVar[tuple[str, ...]] = ("significance",)
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "full_chain", "any_chain")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits; a carry is a digit too."""
        return DIGITS

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """full_chain: all digits but the two highest are 9; any_chain: 0 to `length` of the lowest digits are 9.

        In uniform digits a carry runs on with a chance of one tenth a place, so that long chains are never seen. A
        chain through every place has one problem a length, too few for a split: hence the two free digits.
        """
        x = random_digits(rng, count, length)
        if case == "full_chain":
            x[:, : max(0, length - 2)] = 9
        elif case == "any_chain":
            x[np.arange(length) < rng.integers(length + 1, size=count)[:, None]] = 9
        return {"x": x}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """Digit and carry of each place, the lowest first; the top digit is the last carry."""
        length = shape["x"]
        places = [slot for p in range(length) for slot in (Slot("digit", p, ANSWER), Slot("carry", p, WORKING))]
        return [*places, Slot("digit", length, ANSWER)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The digit and what comes in from below: 1 at the lowest place."""
        if index == read.count("x"):
            return read.read("carry", index - 1)
        total = read.read("x", index) + (read.read("carry", index - 1) if index else 1)
        return total % 10 if kind == "digit" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        return {"digit": as_digits([x + 1 for x in as_integers(given["x"])], given["x"].shape[1] + 1)}

    def chance(self, length: int) -> float:
        """Knowing the last digit, guess the others."""
        return 1.0 if length == 1 else 10.0 ** (2 - length) / 9

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """One digit and the carry, where carries are written; without them all digits below."""
        return 2 if "carry" in kinds else length

    def tiny(self) -> tuple["Increment", int]:
        """Numbers of three digits: 900 problems."""
        return self, 3
