"""The number that a sorted list lacks; `length` is how many numbers the unsorted list has.

>>> from lengthwise.lines.write import write
>>> print(write(Fill(values=20), {"x": np.array([[14, 3, 9, 17]]), "s": np.array([[3, 9, 17]])}))
14 3 9 17 = 3 9 17 14
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader
from lengthwise.tasks.ordering._family import Distinct, distinct_draw


@dataclass(frozen=True)
class Fill(Distinct):
    """A list, and its numbers in ascending order with one left out: write the one left out (our reading of "fill").

    Each number of the list is looked for in the other one, so that no restriction is claimed.
    """

    question: ClassVar[str] = "x = s"
    addressing: ClassVar[Addressing] = "content"
    shortest: ClassVar[int] = 2

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different numbers; each of their numbers is as likely to be left out."""
        x = distinct_draw(length, rng, case, count, self.values)
        kept = np.arange(length - 1) + (np.arange(length - 1) >= rng.integers(length, size=(count, 1)))
        return {"x": x, "s": np.take_along_axis(np.sort(x, axis=1), kept, axis=1)}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One answer."""
        return [Slot("y", 0)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The number that is in the one list and not in the other."""
        lacks = ~(read.scan("x")[:, :, None] == read.scan("s")[:, None, :]).any(axis=2)
        return read.read("x", lacks.argmax(axis=1))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The difference of the sums."""
        return {"y": given["x"].sum(axis=1, keepdims=True) - given["s"].sum(axis=1, keepdims=True)}

    def chance(self, length: int) -> float:
        """Guess any number but the last one shown, which is the largest of the others: about this often."""
        return min(1.0, 2 / self.values)

    def tiny(self) -> tuple["Fill", int]:
        """Lists of 3 out of 5 numbers."""
        return Fill(values=5), 3
