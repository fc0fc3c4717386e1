"""Writing a sorted list as ranges without gaps; `length` is the length of the list.

>>> SummaryRanges().program.execute(numbers=[1, 2, 3, 7]).answer
['1->3', '7']
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def ranges(numbers: list[int]) -> list[str]:
    result = []
    while numbers:
        first = numbers.pop(0)
        last = first
        while numbers and numbers[0] == last + 1:
            last = numbers.pop(0)
        if first == last:
            result.append(str(first))
        else:
            result.append(f"{first}->{last}")
    return result


@dataclass(frozen=True)
class SummaryRanges(RuleTask):
    """A number alone stands for itself (LeetCode 228, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Write the increasing list {numbers} as a list of ranges: neighbours that differ by 1 form one range,"
        " written 'first->last'; a number alone is written by itself, as in ['1->3', '7']."
    )
    counts: ClassVar[str] = "numbers in the list"
    rule = staticmethod(ranges)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half of the gaps are 1."""
        gaps = 1 + rng.integers(1, 5, size=(count, length)) * rng.integers(2, size=(count, length))
        gaps[:, 0] = rng.integers(-9, 100, size=count)
        return [{"numbers": row} for row in gaps.cumsum(axis=1).tolist()]

    def solve(self, given: Any) -> list[str]:
        """Numbers of one range have one difference to their index."""
        groups = groupby(enumerate(given["numbers"]), key=lambda pair: pair[1] - pair[0])
        runs = [[number for _, number in group] for _, group in groups]
        return [f"{run[0]}->{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs]

    def chance(self, length: int) -> float:
        """The last number says all of a list of one, and half of two."""
        return {1: 1.0, 2: 0.55, 3: 0.3}.get(length, 0.15)
