"""One digit plus one digit plus a carry: one step of addition; `length` is 1.

>>> from lengthwise.lines.write import write
>>> print(write(AddDigit(), {"a": np.array([[7]]), "b": np.array([[6]]), "c": np.array([[1]])}))
7 + 6 + 1 = 4 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True)
class AddDigit(Task):
    """The digit and the carry of a + b + c, a single-digit addition with carry (our reading).

    A place of `arithmetic/addition` alone. Each of the two is fixed by all three symbols. There are 200 problems.
    """

    question: ClassVar[str] = "a + b + c ="
    addressing: ClassVar[Addressing] = "index"

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits; a carry is a digit too."""
        return tuple("0123456789")

    @property
    def cap(self) -> int:
        """A single place."""
        return 1

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Uniform digits and carries."""
        return {
            "a": rng.integers(10, size=(count, 1)),
            "b": rng.integers(10, size=(count, 1)),
            "c": rng.integers(2, size=(count, 1)),
        }

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """The digit, then the carry."""
        return [Slot("digit", 0), Slot("carry", 0)]

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """All belong to one place."""
        return (0,)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The sum of the three."""
        total = read.read("a", 0) + read.read("b", 0) + read.read("c", 0)
        return total % 10 if kind == "digit" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers, spelt."""
        rows = np.concatenate([given[kind] for kind in "abc"], axis=1).tolist()
        spelt = [f"{sum(row):02}" for row in rows]
        return {"digit": np.array([[int(s[1])] for s in spelt]), "carry": np.array([[int(s[0])] for s in spelt])}

    def chance(self, length: int) -> float:
        """Knowing the carry c, any of the ten digits is as likely, and its likelier carry goes with it."""
        return 0.1

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """Two digits and a carry."""
        return 3

    def tiny(self) -> tuple["AddDigit", int]:
        """All 200 problems."""
        return self, 1
