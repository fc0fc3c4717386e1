"""Whether a text reads the same backwards; `length` is half the number of its characters.

>>> ValidPalindrome().program.execute(text="No, l: on!").answer
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask

SAME = "abcdefghijklmnopqrstuvwxyz0123456789"
SIGNS = " ,.:;!?-"


def reads_the_same(text: str) -> bool:
    kept = ""
    while text:
        if text[0].isalnum():
            kept += text[0].lower()
        text = text[1:]
    while len(kept) > 1:
        if kept[0] != kept[-1]:
            return False
        kept = kept[1:-1]
    return True


@dataclass(frozen=True)
class ValidPalindrome(RuleTask):
    """Only letters and digits count, whatever their case (LeetCode 125, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Leave out of {text} everything that is no letter or digit, and make the letters lower case. Does it "
        "read the same forwards and backwards (True or False)?"
    )
    counts: ClassVar[str] = "half the characters of the text"
    rule = staticmethod(reads_the_same)
    equivalents: ClassVar[Mapping[str, str]] = {
        "len(kept) > 1 -> len(kept) >= 1": "one character equals itself",
        "len(kept) > 1 -> len(kept) > 0": "one character equals itself",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half are palindromes, in half one character of the first half is changed; fewer than half are signs."""
        signs = rng.integers(length, size=count).tolist()
        halves = rng.integers(len(SAME), size=(count, length)).tolist()
        changes = rng.random(size=(count, 3)).tolist()
        order, marks = rng.random((count, 2 * length)).argsort(axis=1), rng.integers(len(SIGNS), size=(count, length))
        upper = rng.integers(2, size=(count, 2 * length)).tolist()
        drawn = []
        for row, half in enumerate(halves):
            kept = 2 * length - signs[row]
            codes = half[: kept - kept // 2] + half[: kept // 2][::-1]
            wrong, where, shift = changes[row]
            if wrong < 0.5:
                place = int(where * (kept // 2))
                codes[place] = (codes[place] + 1 + int(shift * (len(SAME) - 1))) % len(SAME)
            text = [SAME[c].upper() if u else SAME[c] for c, u in zip(codes, upper[row], strict=False)]
            for place, mark in zip(sorted(order[row, : signs[row]].tolist()), marks[row].tolist(), strict=False):
                text.insert(place, SIGNS[mark])
            drawn.append({"text": "".join(text)})
        return drawn

    def solve(self, given: Any) -> bool:
        """Compare with the reversed list."""
        kept = [character for character in given["text"].lower() if character.isalnum()]
        return kept == kept[::-1]

    def chance(self, length: int) -> float:
        """Half of the texts are palindromes."""
        return 0.53
