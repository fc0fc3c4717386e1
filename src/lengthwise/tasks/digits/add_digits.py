"""The digital root: sum the digits until one is left; `length` is the number of digits.

>>> AddDigits().ask({"number": 9875})
'Replace the whole number 9875 by the sum of its digits, again and again until one digit is left. Which digit is it?'
>>> AddDigits().program.execute(number=9875).answer
2
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import numerals


def digital_root(number: int) -> int:
    while number > 9:
        total = 0
        while number > 0:
            total += number % 10
            number //= 10
        number = total
    return number


@dataclass(frozen=True)
class AddDigits(RuleTask):
    """Repeated digit sums (LeetCode 258, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Replace the whole number {number} by the sum of its digits, again and again until one digit is left. "
        "Which digit is it?"
    )
    counts: ClassVar[str] = "digits of the number"
    rule = staticmethod(digital_root)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"number": int(text)} for text in numerals(rng, length, count)]

    def solve(self, given: Any) -> int:
        """By the rule of nine."""
        return 1 + (given["number"] - 1) % 9 if given["number"] else 0

    def chance(self, length: int) -> float:
        """One digit is its own root."""
        return 1.0 if length == 1 else 0.16
