"""The first letter that occurs only once; `length` is the number of letters.

>>> FirstUniqueCharacter().program.execute(text="abcab").answer
2
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def first_single(text: str) -> int:
    counts: dict[str, int] = {}
    for letter in text:
        counts[letter] = counts.get(letter, 0) + 1
    for index, letter in enumerate(text):
        if counts[letter] == 1:
            return index
    return -1


@dataclass(frozen=True)
class FirstUniqueCharacter(RuleTask):
    """Counting first, then looking (LeetCode 387, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "At which index, counted from 0, stands the first letter of {text} that occurs only once in it? "
        "Answer -1 if there is none."
    )
    counts: ClassVar[str] = "letters of the text"
    rule = staticmethod(first_single)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Letters grow rarer by a constant factor, so that about one is alone at any length."""
        factor = 0.35 + 0.45 * min(1.0, length / 60)
        shares = factor ** np.arange(26)
        codes = rng.choice(26, size=(count, length), p=shares / shares.sum())
        names = np.argsort(rng.random((count, 26)), axis=1)
        letters = (np.take_along_axis(names, codes, axis=1) + 97).astype(np.uint8)
        return [{"text": row.tobytes().decode()} for row in letters]

    def solve(self, given: Any) -> int:
        """The least index among the letters found once."""
        text = given["text"]
        return min((text.index(letter) for letter in set(text) if text.find(letter) == text.rfind(letter)), default=-1)

    def chance(self, length: int) -> float:
        """Short texts are mostly without repeats, or all of one letter."""
        return {1: 1.0, 2: 0.6}.get(length, min(0.45, 0.06 + 2.5 / length))
