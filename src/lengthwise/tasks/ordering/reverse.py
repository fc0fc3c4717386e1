"""Writing a list of distinct symbols backwards; `length` is how many there are.

>>> from lengthwise.lines.write import write
>>> print(write(Reverse(values=20), {"x": np.array([[4, 8, 1, 6, 2]])}))
4 8 1 6 2 = 2 6 1 8 4
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import perm
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.frame import Index, Place
from lengthwise.core.given import END, Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.ordering._family import distinct_draw


@dataclass(frozen=True)
class Reverse(Task):
    """Write the list from its end. As every symbol occurs once, the last one written says where to go on.

    A symbol is fixed by three others: the last one written, the same one in the list, and the one before that.
    """

    values: int = 256

    question: ClassVar[str] = "x ="
    unit: ClassVar[Literal["place", "value"]] = "value"
    addressing: ClassVar[Addressing] = "content"
    ends: ClassVar[Literal["by shape", "by content"]] = "by content"

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on, as names of symbols."""
        return tuple(str(v) for v in range(self.values))

    @property
    def cap(self) -> int:
        """No list is longer than there are different symbols."""
        return self.values

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different symbols."""
        return {"x": distinct_draw(length, rng, case, count, self.values)}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The last symbol of the list; then what stands before the last one written."""
        if index == 0:
            return read.read("x", read.count("x") - 1)
        found = (read.scan("x") == read.key("y", index - 1)[:, None]).argmax(axis=1)
        read.key("x", found)
        is_over = found == 0
        return np.where(is_over, END, read.read("x", found - 1, ~is_over))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list turned round."""
        return {"y": given["x"][:, ::-1].copy()}

    def chance(self, length: int) -> float:
        """Knowing the last symbol, guess the others."""
        return 1 / perm(self.values - 1, length - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The last symbol written, the same one in the list, and its neighbour."""
        return 3

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """A written symbol belongs where the symbol that it copies stands."""
        assert isinstance(index, int), "both kinds are numbered in one row"
        return (shape["x"] - 1 - index,) if kind == "y" else (index,)

    def tiny(self) -> tuple["Reverse", int]:
        """Lists of 3 out of 5 symbols: 60 of them."""
        return Reverse(values=5), 3
