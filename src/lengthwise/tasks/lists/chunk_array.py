"""Cutting a list into parts of one size; `length` is the length of the list.

>>> ChunkArray().program.execute(numbers=[5, 1, 4], size=2).answer
[[5, 1], [4]]
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def parts(numbers: list[int], size: int) -> list[list[int]]:
    result = []
    while numbers:
        part: list[int] = []
        while numbers and len(part) < size:
            part.append(numbers.pop(0))
        result.append(part)
    return result


@dataclass(frozen=True)
class ChunkArray(RuleTask):
    """The last part may be shorter (LeetCode 2677, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Cut {numbers} from left to right into lists of {size} numbers each; the last one may be shorter. "
        "What is the list of these lists?"
    )
    counts: ClassVar[str] = "numbers in the list"
    rule = staticmethod(parts)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        numbers, sizes = rng.integers(100, size=(count, length)), rng.integers(1, min(length, 9) + 1, size=count)
        return [{"numbers": row, "size": size} for row, size in zip(numbers.tolist(), sizes.tolist(), strict=True)]

    def solve(self, given: Any) -> list[list[int]]:
        """By slices."""
        numbers, size = given["numbers"], given["size"]
        return [numbers[start : start + size] for start in range(0, len(numbers), size)]

    def chance(self, length: int) -> float:
        """One number makes one part."""
        return 1.0 if length == 1 else 0.05
