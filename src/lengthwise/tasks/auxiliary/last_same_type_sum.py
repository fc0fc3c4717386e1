"""q plus the last number of its type: one step of SLiM; `length` is how many numbers the list has.

>>> from lengthwise.lines.write import write
>>> print(write(LastSameTypeSum(modulus=10, types=3), {"x": np.array([[4, 8, 1, 6]]), "q": np.array([[8]])}))
4 8 1 6 = 8 9
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task, check_positive
from lengthwise.tasks.recall._family import last_of_type, type_table


@dataclass(frozen=True)
class LastSameTypeSum(Task):
    """The sum, modulo `modulus`, of q and the last number of q's type in the list; q where there is none (our reading).

    Types are those of `recall/slim` with the same fields, and a line looks like one of it that has written q alone. The
    answer is fixed by two symbols: q and its partner.
    """

    modulus: int = 100
    types: int = 25

    question: ClassVar[str] = "x = q"
    addressing: ClassVar[Addressing] = "last"

    def __post_init__(self) -> None:
        check_positive(modulus=self.modulus, types=self.types)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on."""
        return tuple(str(v) for v in range(self.modulus))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Independent uniform numbers."""
        return {"x": rng.integers(self.modulus, size=(count, length)), "q": rng.integers(self.modulus, size=(count, 1))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One answer."""
        return [Slot("y", 0)]

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Along the stream: q and the answer stand behind the list."""
        assert isinstance(index, int), "all kinds are numbered in one row"
        return (index + {"x": 0, "q": shape["x"], "y": shape["x"] + 1}[kind],)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The number q and its partner."""
        q, types = read.read("q", 0), type_table(self.modulus, self.types)
        found = last_of_type(types[read.scan("x")], types[q])
        return (q + read.read("x", found, found >= 0)) % self.modulus

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Keep the last number of every type while the list goes by."""
        table = type_table(self.modulus, self.types)
        rows, last = np.arange(len(given["x"])), np.zeros((len(given["x"]), self.types), dtype=np.int64)
        for column in given["x"].T:
            last[rows, table[column]] = column
        return {"y": (given["q"] + last[rows[:, None], table[given["q"]]]) % self.modulus}

    def chance(self, length: int) -> float:
        """Write q: right where it has no partner; or else q plus one of the numbers of its type."""
        alone = float((1 - 1 / self.types) ** length)
        return max(alone, (1 - alone) * self.types / self.modulus)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The number q and its partner."""
        return 2

    def tiny(self) -> tuple["LastSameTypeSum", int]:
        """Lists of 3 numbers below 5 of two types."""
        return LastSameTypeSum(modulus=5, types=2), 3
