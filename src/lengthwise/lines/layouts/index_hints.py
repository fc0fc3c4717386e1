"""Before every value a symbol that says where it belongs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import Entry, Frame, Tag
from lengthwise.core.given import Column, Given, batch_of
from lengthwise.core.instance import split_hash
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.lines.hinted import SIGN, Hinted
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled

HINT = "hint"  # the kind of a hint; its index counts the hints of a page


@dataclass(frozen=True)
class IndexHints(Layout):
    """Every value follows a hint that it shares with the values of its place (index hints, arXiv:2310.16028).

    Hints are coupled ids that are written instead of given: an entry of its own with the value's place, filled by a
    `Coupled`, whose start differs from row to row (it follows from the hash of the problem). Those of the answer are
    written by the model, and dropped when an answer is read; hints that do not fit each other make it malformed. The
    task has to be `Hinted`, which has the symbols.

    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> given = {"a": np.array([[7, 5]]), "b": np.array([[6, 4]])}
    >>> print(write(Hinted(Addition(), hints=9), given, layout=IndexHints()))
    #8 5 #7 7 + #8 4 #7 6 = #7 3 #8 0 #9 1
    """

    inner: Layout = ReversedAnswer()  # noqa: RUF009 - a frozen value
    axes: tuple[str, ...] | None = None  # the axis of the hints; None = the one that the page has

    shows_only_values: ClassVar[bool] = False

    def check_task(self, task: Task) -> None:
        """A task without hint symbols is refused."""
        if not isinstance(task, Hinted):
            raise LayoutError(
                f"{task!r} has no hint symbols; write Hinted(task, hints=...) instead of the task, in words "
                "task=hinted(task=...,hints=...)"
            )

    def arrange(self, frame: Frame) -> Frame:
        """The inner page, with an entry for a hint before each value."""
        page = self.inner.arrange(frame)
        prompt = _hinted(page.prompt, 0)
        return Frame(prompt, _hinted(page.slots, len(prompt)), page.axes)

    def inserted(self, task: Task, frame: Frame, given: Given) -> Mapping[Tag, Column]:
        """The hints of every row, as codes of the task's symbols."""
        assert isinstance(task, Hinted), "a page of a task without hint symbols is refused"
        first, highest = len(task.task.symbols), self._coupled(task).span(frame)[1]
        if highest > task.hints:
            raise LayoutError(f"this page needs {highest} hints and {task!r} has {task.hints}; raise `hints` to that")
        lowest, state = self._coupled(task).begin(frame, np.random.default_rng(0), 1, before=0)
        ids = np.concatenate([lowest, self._coupled(task).ahead(state, np.zeros((1, len(frame.slots))))], axis=1)[
            0, :, 0
        ]
        start = (split_hash(task, given) % np.uint64(task.hints - highest + 1)).astype(np.int64)
        assert len(start) == batch_of(given)
        return {e.tag: first - 1 + ids[t] + start for t, e in enumerate(frame.entries) if e.kind == HINT}

    def read(self, frame: Frame, symbols: Sequence[str]) -> dict[Tag, str]:
        """The values without their hints; a LayoutError where the hints do not fit each other."""
        values = super().read(frame, symbols)
        axis = 0 if self.axes is None else frame.axes.index(self.axes[0])
        starts = set()
        for entry in frame.slots:
            if entry.kind == HINT:
                hint, place = values.pop(entry.tag), entry.place[axis]
                if not (hint.startswith(SIGN) and hint[1:].isdigit()):
                    raise LayoutError(f"{hint!r} was written where the page has a hint")
                starts.add(int(hint[1:]) - (place or 0))
        if len(starts) > 1:
            raise LayoutError(f"the hints that were written do not fit each other: {' '.join(symbols)}")
        return values

    def _coupled(self, task: Hinted) -> Coupled:
        return Coupled(ids=2**31, axes=self.axes, start=1)


def _hinted(entries: tuple[Entry, ...], number: int) -> tuple[Entry, ...]:
    result: list[Entry] = []
    for t, entry in enumerate(entries):
        if entry.kind is not None:
            result.append(entry._replace(kind=HINT, index=number + t))
        result.append(entry)
    return tuple(result)
