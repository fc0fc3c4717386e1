"""All that a screen shows while a word is typed with two keys; `length` is the number of key presses.

>>> StringSequence().program.execute(target="bab").answer
['a', 'b', 'ba', 'baa', 'bab']
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def screens(target: str) -> list[str]:
    shown = ""
    states = []
    while target:
        shown += "a"
        states.append(shown)
        while shown[-1] != target[0]:
            shown = shown[:-1] + chr(ord(shown[-1]) + 1)
            states.append(shown)
        target = target[1:]
    return states


@dataclass(frozen=True)
class StringSequence(RuleTask):
    """One key appends, the other advances (LeetCode 3324, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "A keyboard has two keys: one appends the letter a, the other turns the last letter into the next one"
        " of the alphabet. Typing {target} with as few presses as possible, what does the screen show after "
        "each press? Give the list."
    )
    counts: ClassVar[str] = "key presses, the sum of the letters' places in the alphabet"
    rule = staticmethod(screens)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Each letter's place is uniform among those that the presses left allow."""
        drawn = []
        for shares in rng.random((count, length)).tolist():
            letters, left = [], length
            for share in shares:
                if left:
                    place = 1 + int(share * min(26, left))
                    letters.append(chr(96 + place))
                    left -= place
            drawn.append({"target": "".join(letters)})
        return drawn

    def solve(self, given: Any) -> list[str]:
        """For each letter, the finished part and every letter up to it."""
        word = given["target"]
        return [word[:i] + chr(code) for i, letter in enumerate(word) for code in range(97, ord(letter) + 1)]

    def chance(self, length: int) -> float:
        """With one press, or two and the last letter, there is one word."""
        return {1: 1.0, 2: 1.0, 3: 0.85, 4: 0.7, 5: 0.62}.get(length, min(0.6, 4 / length))
