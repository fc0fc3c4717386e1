"""Whether most bits of a string are 1; `length` is the number of bits.

>>> from lengthwise.lines.write import write
>>> print(write(Majority(), {"x": np.array([[1, 0, 1, 1, 0], [1, 1, 0, 0, 0]])}))
1 0 1 1 0 = 1
1 1 0 0 0 = 0
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True)
class Majority(Task):
    """1 where more than half of the bits are 1; a tie is 0.

    Every bit counts: the task is dense and has no restriction.
    """

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "dense"
    cases: ClassVar[tuple[str, ...]] = ("typical", "balanced")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The two bits."""
        return ("0", "1")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """balanced: half of the bits are 1, or one more than half, in random order."""
        if case == "typical":
            return {"x": rng.integers(2, size=(count, length))}
        ones = length // 2 + rng.integers(2, size=count)
        return {"x": rng.permuted((np.arange(length) < ones[:, None]).astype(np.int64), axis=1)}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One verdict."""
        return [Slot("y", 0)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Count the ones."""
        ones: Column = read.scan("x").sum(axis=1)
        return (2 * ones > read.count("x")).astype(np.int64)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The middle of the sorted bits, the lower one of two."""
        x = np.sort(given["x"], axis=1)
        return {"y": x[:, [(x.shape[1] - 1) // 2]]}

    def chance(self, length: int) -> float:
        """Knowing the last bit, name the likelier verdict."""
        right = 0.0
        for last in (0, 1):
            ones = sum(comb(length - 1, k) for k in range(length) if 2 * (k + last) > length) / 2 ** (length - 1)
            right += max(ones, 1 - ones) / 2
        return right

    def tiny(self) -> tuple["Majority", int]:
        """All strings of 6 bits."""
        return self, 6
