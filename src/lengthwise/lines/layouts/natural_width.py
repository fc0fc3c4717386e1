"""Answers without leading zeros, as people write them: as wide as the number is."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, NamedTuple

import numpy as np

from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import ANSWER, Frame, Index, Tag
from lengthwise.core.given import HOLE, Column
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.lines.layouts._order import SIGNIFICANCE
from lengthwise.lines.layouts.plain import Plain

ZERO = "0"


class Number(NamedTuple):
    """Where the answer of a page begins among its slots, and whether its most significant digit comes first."""

    first: int
    falls: bool


@dataclass(frozen=True)
class NaturalWidth(Layout):
    """The page of `inner`, with the leading zeros of the answer left away; a zero alone stays.

    How many symbols an answer has now follows from its contents, so that its symbols stand at no fixed place: the page
    has no axes, restriction and coupled ids are refused, and the end of the answer is something to learn. Reading an
    answer puts the zeros back, and one that is written with a zero in front is malformed: every answer is unique.

    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> given = {"a": np.array([[7, 5], [7, 5]]), "b": np.array([[6, 4], [1, 2]])}   # 57 + 46, 57 + 21
    >>> print(write(Addition(), given, layout=NaturalWidth()))
    5 7 + 4 6 = 1 0 3
    5 7 + 2 1 = 7 8
    """

    inner: Layout = Plain()  # noqa: RUF009 - a frozen value

    fills_every_slot: ClassVar[bool] = False

    def check_task(self, task: Task) -> None:
        """A task whose inner page refuses it, or whose end is a value of its own, is refused."""
        self.inner.check_task(task)
        if task.ends == "by content":
            raise LayoutError(f"{task!r} ends by content, so there is no width to leave zeros from; use another layout")

    def arrange(self, frame: Frame) -> Frame:
        """The inner page without axes."""
        page = self.inner.arrange(frame)
        if not _ends_in_a_number(page):
            raise LayoutError(
                f"{self!r} leaves away the zeros of one number at the end of the page, and this page does not end in "
                "one, or has other symbols between its digits; use another layout, inside or instead"
            )
        prompt, slots = (tuple(e._replace(place=()) for e in part) for part in (page.prompt, page.slots))
        return Frame(prompt, slots, ())

    def leave_away(self, task: Task, frame: Frame, contents: Column) -> Column:
        """Answers from their first digit on, with holes behind them."""
        number = _number(frame)
        column = len(frame.prompt) + number.first
        digits = contents[:, column:] if number.falls else contents[:, column:][:, ::-1]
        leads = np.cumsum(digits != task.alphabet.index(ZERO), axis=1) == 0
        leads[:, -1] = False  # a zero alone
        if number.falls:
            source = np.arange(digits.shape[1]) + leads.sum(axis=1, keepdims=True)
            is_there = source < digits.shape[1]
            kept = np.where(is_there, np.take_along_axis(digits, np.where(is_there, source, 0), axis=1), HOLE)
        else:
            kept = np.where(leads, HOLE, digits)[:, ::-1]
        return np.concatenate([contents[:, :column], kept.astype(contents.dtype)], axis=1)

    def read(self, frame: Frame, symbols: Sequence[str]) -> dict[Tag, str]:
        """The values, the zeros put back; a LayoutError where one was written in front."""
        number = _number(frame)
        before, digits = list(symbols[: number.first]), list(symbols[number.first :])
        zeros = [ZERO] * (len(frame.slots) - len(symbols))
        if len(digits) > 1 and digits[0 if number.falls else -1] == ZERO:
            raise LayoutError(f"{' '.join(digits)!r} was written with a zero in front, which this page leaves away")
        if not digits:
            raise LayoutError("no digit was written where the page has its answer")
        return super().read(frame, [*before, *zeros, *digits] if number.falls else [*before, *digits, *zeros])


def _number(frame: Frame) -> Number:
    """The answer of a page that ends in one number."""
    slots = [t for t, entry in enumerate(frame.slots) if entry.role == ANSWER]
    first, last = frame.slots[slots[0]], frame.slots[slots[-1]]
    return Number(slots[0], falls=_rank(first.index) > _rank(last.index))


def _rank(index: Index) -> tuple[int, ...]:
    return index if isinstance(index, tuple) else (index,)


def _ends_in_a_number(page: Frame) -> bool:
    """Whether all of the answer is one run of digits, and the last thing on the page."""
    slots = [t for t, entry in enumerate(page.slots) if entry.role == ANSWER]
    if SIGNIFICANCE not in page.axes or not slots or slots[-1] - slots[0] != len(slots) - 1:
        return False
    axis = page.axes.index(SIGNIFICANCE)
    run = page.slots[slots[0] :]
    places = [entry.place[axis] for entry in run]
    if len({entry.kind for entry in run}) > 1 or None in places or any(entry.symbol is not None for entry in run):
        return False
    moves = {(b or 0) - (a or 0) for a, b in pairwise(places)}
    return moves <= {1} or moves <= {-1}
