"""Copying a list of distinct symbols; `length` is how many there are.

>>> from lengthwise.lines.write import write
>>> print(write(Copy(values=20), {"x": np.array([[4, 8, 1, 6, 2]])}))
4 8 1 6 2 = 4 8 1 6 2
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lengthwise.core.frame import Place
from lengthwise.core.given import END, Column, Given
from lengthwise.core.task import Reader
from lengthwise.tasks.ordering._family import OneByOne


@dataclass(frozen=True)
class Copy(OneByOne):
    """Write the list again. As every symbol occurs once, the last one written says where to go on.

    A symbol is fixed by three others: the last one written, the same one in the list, and the one after that.
    """

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step before the first symbol, also where there is one alone, on which the house's rule sees no steps."""
        return (-1,)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The first symbol; then what stands after the last one written."""
        if index == 0:
            return read.read("x", 0)
        found = (read.scan("x") == read.key("y", index - 1)[:, None]).argmax(axis=1)
        read.key("x", found)
        is_over = found == read.count("x") - 1
        return np.where(is_over, END, read.read("x", found + 1, ~is_over))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list itself."""
        return {"y": given["x"].copy()}

    def tiny(self) -> tuple["Copy", int]:
        """Lists of 3 out of 5 symbols: 60 of them."""
        return Copy(values=5), 3
