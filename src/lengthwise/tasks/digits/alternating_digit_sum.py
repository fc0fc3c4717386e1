"""Adding the digits with alternating signs; `length` is the number of digits.

>>> AlternatingDigitSum().program.execute(digits="521").answer
4
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import numerals


def signed_sum(digits: str) -> int:
    total = 0
    sign = 1
    while digits:
        total += sign * int(digits[0])
        sign = -sign
        digits = digits[1:]
    return total


@dataclass(frozen=True)
class AlternatingDigitSum(RuleTask):
    """Signs that alternate (LeetCode 2544, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Put + before the first digit of {digits}, - before the second, + before the third, and so on. What is the sum?"
    )
    counts: ClassVar[str] = "digits of the number"
    rule = staticmethod(signed_sum)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"digits": text} for text in numerals(rng, length, count)]

    def solve(self, given: Any) -> int:
        """The digits at even places less those at odd places."""
        digits = [int(digit) for digit in given["digits"]]
        return sum(digits[::2]) - sum(digits[1::2])

    def chance(self, length: int) -> float:
        """One digit is its own sum."""
        return 1.0 if length == 1 else 0.13
