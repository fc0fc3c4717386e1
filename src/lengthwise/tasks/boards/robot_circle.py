"""Whether a robot that repeats its orders stays near; `length` is the number of orders.

>>> RobotCircle().program.execute(orders="GGLLGG").answer
True
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def stays_near(orders: str) -> bool:
    x = 0
    y = 0
    east = 0
    north = 1
    while orders:
        if orders[0] == "G":
            x += east
            y += north
        elif orders[0] == "L":
            east, north = -north, east
        else:
            east, north = north, -east
        orders = orders[1:]
    return (x == 0 and y == 0) or north != 1


@dataclass(frozen=True)
class RobotCircle(RuleTask):
    """It does if one round brings it back or turns it (LeetCode 1041, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "A robot faces north and repeats the orders {orders} forever: G goes one step ahead, L turns left, R "
        "turns right. Does it stay within some circle (True or False)?"
    )
    counts: ClassVar[str] = "orders"
    rule = staticmethod(stays_near)
    equivalents: ClassVar[Mapping[str, str]] = {
        "x += east -> x -= east": "a mirrored way is as near",
        "y += north -> y -= north": "a mirrored way is as near",
        "orders[0] == 'L' -> orders[0] != 'L'": "left and right mirror the way",
    }

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Half face north at the end; most of these have left, so that True and False are about as frequent."""
        wanted = rng.integers(2, size=count).tolist()
        found: tuple[list[str], list[str]] = ([], [])
        while any(len(found[0 if length == 1 else north]) < wanted.count(north) for north in (0, 1)):
            rows = rng.integers(4, size=(2 * count, length))
            norths = ((rows == 0).sum(axis=1) - (rows == 1).sum(axis=1)) % 4 == 0
            for row, north in zip(rows.tolist(), norths.tolist(), strict=True):
                found[north if length > 1 else 0].append("".join("LRGG"[code] for code in row))
        return [{"orders": found[north if length > 1 else 0].pop()} for north in wanted]

    def solve(self, given: Any) -> bool:
        """After four rounds it is back, or it never will be."""
        place, heading = 0j, 1j
        for order in given["orders"] * 4:
            place, heading = (
                (place + heading, heading) if order == "G" else (place, heading * (1j if order == "L" else -1j))
            )
        return place == 0

    def chance(self, length: int) -> float:
        """One order says all; a short way is more often back at its start."""
        return {1: 1.0, 2: 0.8, 3: 0.7}.get(length, 0.62)
