"""The symbol before a given one in a list: one step of reversing; `length` is how many symbols the list has.

>>> from lengthwise.lines.write import write
>>> print(write(PredecessorInList(values=20), {"x": np.array([[4, 8, 1, 6, 2]]), "q": np.array([[6]])}))
4 8 1 6 2 = 6 1
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lengthwise.core.given import Column, Given
from lengthwise.core.task import Reader
from lengthwise.tasks.auxiliary._family import Neighbour
from lengthwise.tasks.ordering._family import distinct_draw


@dataclass(frozen=True)
class PredecessorInList(Neighbour):
    """What stands before q in the list, q one of its distinct symbols but the first (our reading).

    A line looks like one of `ordering/reverse` that has written q alone. The answer is fixed by three
    symbols: q, the same one in the list, and its neighbour.
    """

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different symbols, and one of them that is not the first."""
        x = distinct_draw(length, rng, case, count, self.values)
        return {"x": x, "q": np.take_along_axis(x, 1 + rng.integers(length - 1, size=(count, 1)), axis=1)}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """What stands before q."""
        found = (read.scan("x") == read.key("q", 0)[:, None]).argmax(axis=1)
        read.key("x", found)
        return read.read("x", found - 1)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Each row as a Python list."""
        pairs = zip(given["x"].tolist(), given["q"][:, 0].tolist(), strict=True)
        return {"y": np.array([[x[x.index(q) - 1]] for x, q in pairs])}

    def tiny(self) -> tuple["PredecessorInList", int]:
        """Lists of 3 out of 5 symbols."""
        return PredecessorInList(values=5), 3
