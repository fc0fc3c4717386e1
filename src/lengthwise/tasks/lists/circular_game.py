"""Who is left when every k-th of a circle leaves; `length` is the number of players.

>>> CircularGame().program.execute(players=[8, 3, 5, 9], step=2).answer
8
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def last_player(players: list[int], step: int) -> int:
    while len(players) > 1:
        turn = 1
        while turn < step:
            players.append(players.pop(0))
            turn += 1
        players.pop(0)
    return players[0]


@dataclass(frozen=True)
class CircularGame(RuleTask):
    """Counting goes on behind who left (LeetCode 1823, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "The players {players} stand in a circle. Counting starts at the first with 1; whoever is counted "
        "{step} leaves, and counting starts again at 1 with the next. Who is left?"
    )
    counts: ClassVar[str] = "players in the circle"
    rule = staticmethod(last_player)
    equivalents: ClassVar[Mapping[str, str]] = {
        "players[0] -> players[-1]": "one player is left",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Numbers on the players' backs differ."""
        backs = rng.random((count, max(100, 2 * length))).argsort(axis=1)[:, :length] + 1
        steps = rng.integers(1, 7, size=count).tolist()
        return [{"players": row, "step": step} for row, step in zip(backs.tolist(), steps, strict=True)]

    def solve(self, given: Any) -> int:
        """By the recurrence for the place of who is left."""
        place = 0
        for left in range(2, len(given["players"]) + 1):
            place = (place + given["step"]) % left
        back: int = given["players"][place]
        return back

    def chance(self, length: int) -> float:
        """The last of few players is left more often."""
        return min(1.0, 1 / length + 0.1)
