"""Who answers: a network, a program, an endpoint and a file of answers look the same from here."""

from collections.abc import Iterator, Sequence
from typing import Protocol, runtime_checkable

from lengthwise.core.line import Line
from lengthwise.core.request import Reply, Request
from lengthwise.evaluation.grade import Scores


@runtime_checkable
class Solver(Protocol):
    """Answers requests, in any order, one reply each (a missing reply counts as unanswered)."""

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Reply to every request."""
        ...


@runtime_checkable
class Scorer(Protocol):
    """Says in one teacher-forced pass which symbols of finished lines its first choice would get right."""

    def score(self, line: Line) -> Scores | tuple[object, object]:
        """`Scores` for every row of the block, or the plain tuple (right[batch, slots + 1], near_ties)."""
        ...
