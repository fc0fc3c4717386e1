"""Copying a list in which symbols may occur again; `length` is how many there are.

>>> from lengthwise.lines.write import write
>>> print(write(CopyRepeats(), {"x": np.array([[3, 3, 5, 3, 8]])}))
3 3 5 3 8 = 3 3 5 3 8
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.ordering._family import repeating_draw


@dataclass(frozen=True)
class CopyRepeats(Task):
    """Write the list again. Where symbols occur again, only the number of those written says what is next.

    A symbol is fixed by one other, found by its index: sparse, and still hard to do for longer lists.
    """

    values: int = 10

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "repeated_contexts", "nearly_constant")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on, as names of symbols."""
        return tuple(str(v) for v in range(self.values))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Uniform symbols; or the same context again and again; or one symbol and a single other one."""
        return {"x": repeating_draw(length, rng, case, count, self.values)}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The symbol at the same index."""
        return read.read("x", index)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list itself."""
        return {"y": given["x"].copy()}

    def chance(self, length: int) -> float:
        """Knowing the last symbol, guess the others."""
        return float(self.values) ** (1 - length)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The symbol that is copied; how many were written says which."""
        return 1

    def tiny(self) -> tuple["CopyRepeats", int]:
        """Lists of 4 symbols out of 3: 81 of them."""
        return CopyRepeats(values=3), 4
