"""How deep one is after steps up and down a tree of folders; `length` is the number of steps.

>>> CrawlerLogFolder().program.execute(steps=["../", "a/", "./", "b/", "../"]).answer
1
"""

from dataclasses import dataclass
from itertools import accumulate
from math import sqrt
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def levels_below(steps: list[str]) -> int:
    level = 0
    while steps:
        step = steps.pop(0)
        if step == "../":
            if level > 0:
                level -= 1
        elif step != "./":
            level += 1
    return level


@dataclass(frozen=True)
class CrawlerLogFolder(RuleTask):
    """Up from the top stays at the top (LeetCode 1598, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "Starting in the main folder, carry out {steps}: '../' goes to the folder above (in the main folder "
        "it does nothing), './' stays, and anything else enters the folder of that name. How many levels "
        "below the main folder does this end?"
    )
    counts: ClassVar[str] = "steps"
    rule = staticmethod(levels_below)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Of twenty steps nine go down, seven up and four stay."""
        kinds, names = rng.integers(20, size=(count, length)).tolist(), rng.integers(26, size=(count, length)).tolist()
        word = ["../"] * 7 + ["./"] * 4
        return [
            {"steps": [word[k] if k < len(word) else f"{chr(97 + n)}/" for k, n in zip(*row, strict=True)]}
            for row in zip(kinds, names, strict=True)
        ]

    def solve(self, given: Any) -> int:
        """The height of a walk above its lowest point so far, or above 0."""
        heights = [0, *accumulate({"../": -1, "./": 0}.get(step, 1) for step in given["steps"])]
        return heights[-1] - min(heights)

    def chance(self, length: int) -> float:
        """Short walks end near the top, and the last step says more."""
        return {1: 1.0, 2: 0.75}.get(length, min(0.65, 1.3 / sqrt(length)))
