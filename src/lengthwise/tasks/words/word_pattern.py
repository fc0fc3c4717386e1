"""Whether words follow a pattern of letters; `length` is the number of words.

>>> WordPattern().program.execute(pattern="abba", words=["sun", "sea", "sea", "sky"]).answer
False
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask

WORDS = ("sun", "sea", "sky", "oak", "ice", "map", "tea", "owl")


def follows(pattern: str, words: list[str]) -> bool:
    word_of: dict[str, str] = {}
    letter_of: dict[str, str] = {}
    while pattern:
        letter = pattern[0]
        pattern = pattern[1:]
        word = words.pop(0)
        if word_of.get(letter, word) != word:
            return False
        if letter_of.get(word, letter) != letter:
            return False
        word_of[letter] = word
        letter_of[word] = letter
    return True


@dataclass(frozen=True)
class WordPattern(RuleTask):
    """One word a letter and one letter a word (LeetCode 290, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Do the words {words} follow the pattern {pattern}: always the same word for the same letter, and "
        "different words for different letters (True or False)?"
    )
    counts: ClassVar[str] = "words"
    rule = staticmethod(follows)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half follow it; in the others (but of one word) one word is replaced so that it breaks the pattern."""
        letters = rng.integers(4, size=(count, length)).tolist()
        names = rng.random((count, len(WORDS))).argsort(axis=1).tolist()
        changes = rng.random((count, 3)).tolist()
        drawn = []
        for row, name, (wrong, where, other) in zip(letters, names, changes, strict=True):
            codes, place = list(row), int(where * length)
            if length > 1 and wrong < 0.5:
                alone = row.count(row[place]) == 1  # then only a word of another letter breaks the pattern
                others = sorted(set(row) - {row[place]}) if alone else sorted(set(range(5)) - {row[place]})
                codes[place] = others[int(other * len(others))]
            drawn.append({"pattern": "".join("abcd"[c] for c in row), "words": [WORDS[name[c]] for c in codes]})
        return drawn

    def solve(self, given: Any) -> bool:
        """As many pairs as letters, and as words."""
        pattern, words = given["pattern"], given["words"]
        return len(set(zip(pattern, words, strict=True))) == len(set(pattern)) == len(set(words))

    def chance(self, length: int) -> float:
        """One word always follows."""
        return 1.0 if length == 1 else 0.55
