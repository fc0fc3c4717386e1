"""Writing a list of distinct symbols backwards; `length` is how many there are.

>>> from lengthwise.lines.write import write
>>> print(write(Reverse(values=20), {"x": np.array([[4, 8, 1, 6, 2]])}))
4 8 1 6 2 = 2 6 1 8 4
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lengthwise.core.frame import Index, Place
from lengthwise.core.given import END, Column, Given
from lengthwise.core.task import Reader
from lengthwise.tasks.ordering._family import OneByOne


@dataclass(frozen=True)
class Reverse(OneByOne):
    """Write the list from its end. As every symbol occurs once, the last one written says where to go on.

    A symbol is fixed by three others: the last one written, the same one in the list, and the one before that.
    """

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

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """A written symbol belongs where the symbol that it copies stands."""
        assert isinstance(index, int), "both kinds are numbered in one row"
        return (shape["x"] - 1 - index,) if kind == "y" else (index,)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step above the last symbol, also where there is one alone, on which the house's rule sees no steps."""
        return (shape["x"],)

    def tiny(self) -> tuple["Reverse", int]:
        """Lists of 3 out of 5 symbols: 60 of them."""
        return Reverse(values=5), 3
