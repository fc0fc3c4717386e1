"""Which side of a coin is up after some have turned it; `length` is the number of people.

>>> CoinFlip().program.execute(turned=[True, False, True]).answer
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def heads_up(turned: list[bool]) -> bool:
    heads = True
    while turned:
        if turned.pop(0):
            heads = not heads
    return heads


@dataclass(frozen=True)
class CoinFlip(RuleTask):
    """Coin flips of chain-of-thought prompting (arXiv:2201.11903), trained on in Meta-RFFT, arXiv:2502.11525."""

    question: ClassVar[str] = (
        "A coin lies heads up. People come one after another and turn it over or not, as {turned} says. Is it"
        " heads up at the end (True or False)?"
    )
    counts: ClassVar[str] = "people"
    rule = staticmethod(heads_up)
    equivalents: ClassVar[Mapping[str, str]] = {
        "turned.pop(0) -> turned.pop(-1)": "the order of turns does not matter",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"turned": row} for row in (rng.integers(2, size=(count, length)) == 1).tolist()]

    def solve(self, given: Any) -> bool:
        """An even number of turns changes nothing."""
        return not sum(given["turned"]) % 2

    def chance(self, length: int) -> float:
        """A single person decides it."""
        return 1.0 if length == 1 else 0.53
