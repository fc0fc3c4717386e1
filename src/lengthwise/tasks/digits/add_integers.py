"""Adding two whole numbers column by column; `length` is the number of digits of the longer one.

>>> AddIntegers().program.execute(a="1234", b="88").answer
'1322'
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import operands


def column_sum(a: str, b: str) -> str:
    total = ""
    carry = 0
    while a or b or carry:
        x = int(a[-1]) if a else 0
        y = int(b[-1]) if b else 0
        a = a[:-1]
        b = b[:-1]
        column = x + y + carry
        total = str(column % 10) + total
        carry = column // 10
    return total


@dataclass(frozen=True)
class AddIntegers(RuleTask):
    """Addition of numbers of unequal length (NUPA's integer addition, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = "What is {a} + {b}? Write the sum as a string of digits."
    counts: ClassVar[str] = "digits of the longer operand"
    rule = staticmethod(column_sum)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"a": a, "b": b} for a, b in operands(rng, length, count)]

    def solve(self, given: Any) -> str:
        """By Python's own integers."""
        return str(int(given["a"]) + int(given["b"]))

    def chance(self, length: int) -> float:
        """Hardly ever guessed."""
        return 0.13 if length == 1 else 0.05
