"""The next larger number of a list: one step of sorting; `length` is how many numbers the list has.

>>> from lengthwise.lines.write import write
>>> print(write(Successor(values=20), {"x": np.array([[14, 3, 9, 17, 6, 11]]), "q": np.array([[9]])}))
14 3 9 17 6 11 = 9 11
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.frame import Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader
from lengthwise.tasks.ordering._family import Distinct, distinct_draw


@dataclass(frozen=True)
class Successor(Distinct):
    """The smallest number of the list above q, one of its numbers but the largest (arXiv:2310.00726; our reading).

    A line looks like one of `ordering/sort` that has written q alone, so that what is learned here serves there. The
    answer is fixed by two symbols: q and the answer itself.
    """

    question: ClassVar[str] = "x = q"
    unit: ClassVar[Literal["place", "value"]] = "value"
    addressing: ClassVar[Addressing] = "order"
    shortest: ClassVar[int] = 2
    cases: ClassVar[tuple[str, ...]] = ("typical", "adjacent", "spaced_as(N)")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different numbers, and one of their numbers that is not the largest."""
        x = distinct_draw(length, rng, case, count, self.values)
        rank = rng.integers(length - 1, size=(count, 1))
        return {"x": x, "q": np.take_along_axis(np.sort(x, axis=1), rank, axis=1)}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One answer."""
        return [Slot("y", 0)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The smallest number that is larger than q."""
        x, q = read.scan("x"), read.key("q", 0)
        return read.read("x", np.where(x > q[:, None], x, self.values).argmin(axis=1))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The neighbour in the sorted list."""
        x = np.sort(given["x"], axis=1)
        return {"y": np.take_along_axis(x, (x <= given["q"]).sum(axis=1, keepdims=True), axis=1)}

    def chance(self, length: int) -> float:
        """Name the number after q: right where it is in the list, and the likeliest answer where it may be."""
        return 1.0 if length == self.values else (length - 1) / (self.values - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The number q and the next larger number."""
        return 2

    def tiny(self) -> tuple["Successor", int]:
        """Lists of 3 out of 5 numbers."""
        return Successor(values=5), 3
