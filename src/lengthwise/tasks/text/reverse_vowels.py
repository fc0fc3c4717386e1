"""Reversing the order of the vowels in a text; `length` is the number of its letters.

>>> ReverseVowels().program.execute(text="idOl").answer
'Odil'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask

VOWELS = "aeiouAEIOU"
LETTERS = VOWELS + "bcdfgBCDFG"  # half of a text are vowels


def vowels_swapped(text: str) -> str:
    letters = list(text)
    left = 0
    right = len(letters) - 1
    while left < right:
        if letters[left] not in VOWELS:
            left += 1
        elif letters[right] not in VOWELS:
            right -= 1
        else:
            letters[left], letters[right] = letters[right], letters[left]
            left += 1
            right -= 1
    return "".join(letters)


@dataclass(frozen=True)
class ReverseVowels(RuleTask):
    """The other letters stay where they are (LeetCode 345, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Reverse the order of the vowels (a, e, i, o, u, small or capital) in {text}; all other letters stay."
        " What is the new text?"
    )
    counts: ClassVar[str] = "letters of the text"
    rule = staticmethod(vowels_swapped)
    equivalents: ClassVar[Mapping[str, str]] = {
        "left < right -> left <= right": "a letter swapped with itself stays",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        codes = rng.integers(len(LETTERS), size=(count, length)).tolist()
        return [{"text": "".join(LETTERS[code] for code in row)} for row in codes]

    def solve(self, given: Any) -> str:
        """Hand the vowels out from the last to the first."""
        last_first = reversed([letter for letter in given["text"] if letter.lower() in "aeiou"])
        return "".join(next(last_first) if letter.lower() in "aeiou" else letter for letter in given["text"])

    def chance(self, length: int) -> float:
        """One letter stays as it is."""
        return 1.0 if length == 1 else 0.1
