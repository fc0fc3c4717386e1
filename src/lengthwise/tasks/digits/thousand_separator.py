"""Writing a number with a dot before every three digits; `length` is the number of digits.

>>> ThousandSeparator().program.execute(number="1234567").answer
'1.234.567'
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import numerals


def grouped(number: str) -> str:
    groups = ""
    while len(number) > 3:
        groups = "." + number[-3:] + groups
        number = number[:-3]
    return number + groups


@dataclass(frozen=True)
class ThousandSeparator(RuleTask):
    """Groups of three (LeetCode 1556, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = "Write {number} with a dot between groups of three digits, counted from the right."
    counts: ClassVar[str] = "digits of the number"
    rule = staticmethod(grouped)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"number": text} for text in numerals(rng, length, count)]

    def solve(self, given: Any) -> str:
        """By Python's own format."""
        return f"{int(given['number']):_}".replace("_", ".")

    def chance(self, length: int) -> float:
        """One digit stays as it is."""
        return 1.0 if length == 1 else 0.13
