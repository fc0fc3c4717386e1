"""Keeping a score that can be doubled, added up and taken back; `length` is the number of operations.

>>> BaseballGame().program.execute(operations=["5", "2", "C", "D", "+"]).answer
30
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def total_score(operations: list[str]) -> int:
    scores: list[int] = []
    while operations:
        operation = operations.pop(0)
        if operation == "+":
            scores.append(scores[-1] + scores[-2])
        elif operation == "D":
            scores.append(2 * scores[-1])
        elif operation == "C":
            scores.pop()
        else:
            scores.append(int(operation))
    return sum(scores)


@dataclass(frozen=True)
class BaseballGame(RuleTask):
    """Operations on a stack of scores (LeetCode 682, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Keep a list of scores. In {operations}, a number is a new score, '+' a new score that is the sum of "
        "the last two, 'D' a new score twice the last, and 'C' removes the last. What is the sum of the "
        "scores at the end?"
    )
    counts: ClassVar[str] = "operations"
    rule = staticmethod(total_score)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half are numbers and a quarter take back; what the list does not allow yet becomes a number."""
        kinds = rng.integers(8, size=(count, length)).tolist()
        numbers = rng.integers(-20, 21, size=(count, length)).tolist()
        drawn = []
        for row in zip(kinds, numbers, strict=True):
            operations, scores = [], 0
            for kind, number in zip(*row, strict=True):
                needed, word, change = (2, "+", 1) if kind == 0 else (1, "D", 1) if kind == 1 else (1, "C", -1)
                numeral = kind > 3 or scores < needed
                operations.append(str(number) if numeral else word)
                scores += 1 if numeral else change
            drawn.append({"operations": operations})
        return drawn

    def solve(self, given: Any) -> int:
        """From the end, find what is never taken back; the scores below such a one are never taken back either."""
        gone, lasting = 0, []
        for operation in reversed(given["operations"]):
            if operation == "C":
                gone += 1
            elif gone:
                gone -= 1
            else:
                lasting.append(operation)
        last, before, total = 0, 0, 0
        for operation in reversed(lasting):
            score = last + before if operation == "+" else 2 * last if operation == "D" else int(operation)
            last, before, total = score, last, total + score
        return total

    def chance(self, length: int) -> float:
        """A single number is the sum; of two, the second may take back the first."""
        return {1: 1.0, 2: 0.4}.get(length, 0.25)
