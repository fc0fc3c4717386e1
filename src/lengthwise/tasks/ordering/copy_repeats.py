"""Copying a list in which symbols may occur again; `length` is how many there are.

>>> import numpy as np
>>> from lengthwise.lines.write import write
>>> print(write(CopyRepeats(), {"x": np.array([[3, 3, 5, 3, 8]])}))
3 3 5 3 8 = 3 3 5 3 8
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lengthwise.core.frame import Place
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Reader
from lengthwise.tasks.ordering._family import Repeating


@dataclass(frozen=True)
class CopyRepeats(Repeating):
    """Write the list again. Where symbols occur again, only the number of those written says what is next.

    A symbol is fixed by one other, found by its index: sparse, and still hard to do for longer lists.
    """

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step before the first symbol, also where there is one alone, on which the house's rule sees no steps."""
        return (-1,)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The symbol at the same index."""
        return read.read("x", index)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list itself."""
        return {"y": given["x"].copy()}

    def tiny(self) -> tuple["CopyRepeats", int]:
        """Lists of 4 symbols out of 3: 81 of them."""
        return CopyRepeats(values=3), 4
