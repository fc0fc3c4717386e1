"""The larger digit at every place of two numbers; `length` is the number of digits of the longer one.

>>> DigitMax().program.execute(a="1905", b="72").answer
'1975'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask
from lengthwise.tasks.digits._family import operands


def larger_digits(a: str, b: str) -> str:
    result = ""
    while a or b:
        x = int(a[-1]) if a else 0
        y = int(b[-1]) if b else 0
        a = a[:-1]
        b = b[:-1]
        largest = y
        if x > y:
            largest = x
        result = str(largest) + result
    return result


@dataclass(frozen=True)
class DigitMax(RuleTask):
    """Place by place, a missing digit being 0 (NUPA's digit max, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Write {a} and {b} under each other, flush right, and take the larger digit of each column (a missing"
        " digit counts as 0). Which string of digits is that?"
    )
    counts: ClassVar[str] = "digits of the longer number"
    rule = staticmethod(larger_digits)
    equivalents: ClassVar[Mapping[str, str]] = {
        "x > y -> x >= y": "of two equal digits either is the larger",
        "int(a[-1]) if a else 0 -> int(a[-1]) if a else -1": "less than any digit",
        "int(b[-1]) if b else 0 -> int(b[-1]) if b else -1": "less than any digit",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"a": a, "b": b} for a, b in operands(rng, length, count)]

    def solve(self, given: Any) -> str:
        """Padded to one length and compared as characters."""
        width = max(len(given["a"]), len(given["b"]))
        return "".join(map(max, given["a"].zfill(width), given["b"].zfill(width)))

    def chance(self, length: int) -> float:
        """A large digit is likely the larger one."""
        return 0.6 if length == 1 else 0.2
