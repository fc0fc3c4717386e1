"""Sorting a list of distinct numbers; `length` is how many there are.

>>> from lengthwise.lines.write import write
>>> print(write(Sort(values=20), {"x": np.array([[14, 3, 9, 17, 6, 11]])}))
14 3 9 17 6 11 = 3 6 9 11 14 17
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.given import END, Column, Given
from lengthwise.core.task import Addressing, Reader
from lengthwise.tasks.ordering._family import Distinct, distinct_draw


@dataclass(frozen=True)
class Sort(Distinct):
    """Write the numbers of a list in ascending order, each number occurring once (as in arXiv:2310.00726; our reading).

    A symbol is fixed by two others: the last one written, which finds the place, and the next larger one, which is
    copied. With `values` numbers and lists as long as that, the answer is always 0, 1, 2 ... and "last + 1" is right
    without a look at the list: take `values` at least 2.5 times the longest list tested.
    """

    question: ClassVar[str] = "x ="
    unit: ClassVar[Literal["place", "value"]] = "value"
    addressing: ClassVar[Addressing] = "order"
    ends: ClassVar[Literal["by shape", "by content"]] = "by content"
    cases: ClassVar[tuple[str, ...]] = ("typical", "adjacent", "spaced_as(N)")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different numbers."""
        return {"x": distinct_draw(length, rng, case, count, self.values)}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The smallest number that is larger than the last one written."""
        x = read.scan("x")
        last = read.key("y", index - 1) if index else np.full(len(x), -1)
        larger = np.where(x > last[:, None], x, self.values)
        found = larger.argmin(axis=1)
        is_over = larger.min(axis=1) == self.values
        return np.where(is_over, END, read.read("x", found, ~is_over))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """NumPy's own sort."""
        return {"y": np.sort(given["x"], axis=1)}

    def chance(self, length: int) -> float:
        """Knowing the last number, guess the set of the others; at full length it is every number."""
        return 1 / comb(self.values - 1, length - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The last symbol written and the next larger one."""
        return 2

    def tiny(self) -> tuple["Sort", int]:
        """Lists of 3 out of 5 numbers: 60 of them."""
        return Sort(values=5), 3
