"""Sorting words by merging sorted lists; `length` is the number of words.

>>> WordSorting().program.execute(words=["cab", "a", "bed"]).answer
['a', 'bed', 'cab']
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def in_order(words: list[str]) -> list[str]:
    runs = [[word] for word in words]
    while len(runs) > 1:
        left = runs.pop(0)
        right = runs.pop(0)
        merged = []
        while left and right:
            if left[0] <= right[0]:
                merged.append(left.pop(0))
            else:
                merged.append(right.pop(0))
        runs.append(merged + left + right)
    return runs[0]


@dataclass(frozen=True)
class WordSorting(RuleTask):
    """Word sorting of BIG-Bench Hard (arXiv:2210.09261), trained on in Meta-RFFT, arXiv:2502.11525."""

    question: ClassVar[str] = "Sort the words {words} alphabetically. What is the list?"
    counts: ClassVar[str] = "words"
    rule = staticmethod(in_order)
    equivalents: ClassVar[Mapping[str, str]] = {
        "left[0] <= right[0] -> left[0] < right[0]": "of two equal words either goes first",
        "runs.pop(0) -> runs.pop(1)": "any two runs may be merged",
        "runs.pop(0) -> runs.pop(-1)": "any two runs may be merged",
        "runs[0] -> runs[-1]": "one run is left",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Words of one to five letters of the first five, so that many begin alike and some are equal."""
        sizes = rng.integers(1, 6, size=(count, length)).tolist()
        letters = rng.integers(97, 102, size=(count, length, 5), dtype=np.uint8)
        return [
            {"words": [word[:size].tobytes().decode() for word, size in zip(row, cut, strict=True)]}
            for row, cut in zip(letters, sizes, strict=True)
        ]

    def solve(self, given: Any) -> list[str]:
        """By Python's own sort."""
        return sorted(given["words"])

    def chance(self, length: int) -> float:
        """One word is sorted."""
        return 1.0 if length == 1 else 0.1
