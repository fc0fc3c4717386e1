"""Outcomes and their counts: never a bare percentage."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from enum import StrEnum
from math import sqrt


class Outcome(StrEnum):
    """What became of one answer."""

    CORRECT = "correct"
    WRONG = "wrong"  # read, and not the answer
    MALFORMED = "malformed"  # cannot be read as an answer
    UNFINISHED = "unfinished"  # ended without an answer
    TRUNCATED = "truncated"  # hit the limit


@dataclass(frozen=True)
class Graded:
    """One graded reply: its outcome, what was read, and the first symbol (or step) that is wrong, counted from 0."""

    outcome: Outcome
    read: str
    first_wrong: int | None = None


@dataclass(frozen=True)
class Tally:
    """One count per outcome. `unanswered` (refused, failed) stands beside them and is never part of `asked`.

    >>> Tally(correct=9, wrong=1)
    9/10 [0.596, 0.982]
    """

    correct: int = 0
    wrong: int = 0
    malformed: int = 0
    unfinished: int = 0
    truncated: int = 0
    unanswered: int = 0

    @classmethod
    def of(cls, outcomes: Iterable[Outcome], unanswered: int = 0) -> "Tally":
        """Count outcomes."""
        counts = dict.fromkeys((o.value for o in Outcome), 0)
        for outcome in outcomes:
            counts[outcome.value] += 1
        return cls(**counts, unanswered=unanswered)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def __repr__(self) -> str:
        low, high = self.interval()
        return f"{self.correct}/{self.asked} [{low:.3f}, {high:.3f}]"

    @property
    def asked(self) -> int:
        """How many were answered, in whatever way."""
        return self.correct + self.wrong + self.malformed + self.unfinished + self.truncated

    @property
    def accuracy(self) -> float:
        """The share that is correct; nan where nothing was asked."""
        return self.correct / self.asked if self.asked else float("nan")

    def interval(self, z: float = 1.959963984540054) -> tuple[float, float]:
        """Wilson's interval for the share of correct answers (95 % by default); (0, 1) where nothing was asked."""
        n = self.asked
        if n == 0:
            return (0.0, 1.0)
        p = self.correct / n
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return (0.0 if self.correct == 0 else middle - half, 1.0 if self.correct == n else middle + half)
