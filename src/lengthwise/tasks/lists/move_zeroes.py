"""Moving the zeros of a list to its end; `length` is the length of the list.

>>> MoveZeroes().program.execute(numbers=[0, 7, 0, 3]).answer
[7, 3, 0, 0]
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def zeroes_last(numbers: list[int]) -> list[int]:
    kept = []
    zeroes = 0
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            zeroes += 1
        else:
            kept.append(number)
    while zeroes > 0:
        kept.append(0)
        zeroes -= 1
    return kept


@dataclass(frozen=True)
class MoveZeroes(RuleTask):
    """The others keep their order (LeetCode 283, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Move all zeros of {numbers} to the end; the other numbers keep their order. What is the new list?"
    )
    counts: ClassVar[str] = "numbers in the list"
    rule = staticmethod(zeroes_last)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """A third are zeros."""
        numbers = rng.integers(1, 100, size=(count, length)) * (rng.integers(3, size=(count, length)) > 0)
        return [{"numbers": row} for row in numbers.tolist()]

    def solve(self, given: Any) -> list[int]:
        """A stable sort by being zero."""
        return sorted(given["numbers"], key=lambda number: number == 0)

    def chance(self, length: int) -> float:
        """One number stays where it is."""
        return {1: 1.0, 2: 0.36, 3: 0.18}.get(length, 0.1)
