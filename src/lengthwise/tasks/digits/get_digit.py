"""Finding the digit at an index; `length` is the number of digits.

>>> GetDigit().program.execute(number="50718", index=2).answer
7
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import numerals


def digit_at(number: str, index: int) -> int:
    while index > 0:
        number = number[1:]
        index -= 1
    return int(number[0])


@dataclass(frozen=True)
class GetDigit(RuleTask):
    """The digit at an index, the first being 0 (NUPA's get digit, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "The digits of {number} are numbered from the left, starting with 0. Which digit has the number {index}?"
    )
    counts: ClassVar[str] = "digits of the number"
    rule = staticmethod(digit_at)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        places = rng.integers(length, size=count).tolist()
        return [{"number": n, "index": i} for n, i in zip(numerals(rng, length, count), places, strict=True)]

    def solve(self, given: Any) -> int:
        """By the power of ten at that place."""
        number, index = given["number"], given["index"]
        return int(divmod(int(number), 10 ** (len(number) - 1 - index))[0] % 10)

    def chance(self, length: int) -> float:
        """The last digit is the one asked for once in `length` times."""
        return min(1.0, 1 / length + 0.12)
