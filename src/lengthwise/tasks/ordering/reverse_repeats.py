"""Writing a list backwards in which symbols may occur again; `length` is how many there are.

>>> import numpy as np
>>> from lengthwise.lines.write import write
>>> print(write(ReverseRepeats(), {"x": np.array([[3, 3, 5, 3, 8]])}))
3 3 5 3 8 = 8 3 5 3 3
"""

from collections.abc import Mapping
from dataclasses import dataclass

from lengthwise.core.frame import Index, Place
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Reader
from lengthwise.tasks.ordering._family import Repeating


@dataclass(frozen=True)
class ReverseRepeats(Repeating):
    """Write the list from its end. Where symbols occur again, only the number of those written says what is next.

    A symbol is fixed by one other, found by its index from the end; it has the place of the symbol it copies.
    """

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The symbol at the same index, counted from the end."""
        return read.read("x", read.count("x") - 1 - index)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list turned round."""
        return {"y": given["x"][:, ::-1].copy()}

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """A written symbol belongs where the symbol that it copies stands."""
        assert isinstance(index, int), "both kinds are numbered in one row"
        return (index if kind == "x" else shape["x"] - 1 - index,)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step above the last symbol, also where there is one alone, on which the house's rule sees no steps."""
        return (shape["x"],)

    def tiny(self) -> tuple["ReverseRepeats", int]:
        """Lists of 4 symbols out of 3: 81 of them."""
        return ReverseRepeats(values=3), 4
