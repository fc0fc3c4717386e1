"""Counting the digits of a number; `length` is the number of digits.

>>> NumberLength().program.execute(number="90210").answer
5
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import numerals


def digits_in(number: str) -> int:
    count = 0
    while number:
        count += 1
        number = number[1:]
    return count


@dataclass(frozen=True)
class NumberLength(RuleTask):
    """How many digits there are (NUPA's length, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = "How many digits does {number} have?"
    counts: ClassVar[str] = "digits of the number"
    rule = staticmethod(digits_in)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"number": text} for text in numerals(rng, length, count)]

    def solve(self, given: Any) -> int:
        """Ask the string."""
        return len(given["number"])

    def chance(self, length: int) -> float:
        """Whoever knows the length knows the answer: only curves over mixed lengths say something."""
        return 1.0
