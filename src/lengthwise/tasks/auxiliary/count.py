"""How often a symbol occurs in a list; `length` is how many symbols the list has.

>>> from lengthwise.lines.write import write
>>> print(write(Count(), {"x": np.array([[4, 8, 4, 6, 4]]), "q": np.array([[4]])}))
4 8 4 6 4 = 4 3
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import comb
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True)
class Count(Task):
    """How many symbols of the list are q; symbols and counts are written with the same numbers (our reading).

    Every symbol counts: the task is dense and has no restriction.
    """

    values: int = 256
    symbols_drawn: int = 10

    question: ClassVar[str] = "x = q"
    addressing: ClassVar[Addressing] = "dense"

    def __post_init__(self) -> None:
        if not 1 <= self.symbols_drawn <= self.values:
            raise ConfigError(f"symbols_drawn is {self.symbols_drawn}; choose it from 1 to values={self.values}")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on."""
        return tuple(str(v) for v in range(self.values))

    @property
    def cap(self) -> int:
        """Counts are written with the numbers below `values`."""
        return self.values - 1

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Uniform symbols."""
        drawn = self.symbols_drawn
        return {"x": rng.integers(drawn, size=(count, length)), "q": rng.integers(drawn, size=(count, 1))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One answer."""
        return [Slot("y", 0)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Compare each symbol with q."""
        times: Column = (read.scan("x") == read.key("q", 0)[:, None]).sum(axis=1)
        return times

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Each row as a Python list."""
        pairs = zip(given["x"].tolist(), given["q"][:, 0].tolist(), strict=True)
        return {"y": np.array([[x.count(q)] for x, q in pairs])}

    def chance(self, length: int) -> float:
        """The likeliest count of a binomial: its mode, floor((n + 1) p)."""
        p = 1 / self.symbols_drawn
        mode = min(length, int((length + 1) * p))
        return float(comb(length, mode) * p**mode * (1 - p) ** (length - mode))

    def tiny(self) -> tuple["Count", int]:
        """Lists of 4 symbols out of 3."""
        return Count(values=5, symbols_drawn=3), 4
