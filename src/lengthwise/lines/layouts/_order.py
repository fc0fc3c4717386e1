"""What layouts share: turning numbers round, and putting the working before the answer."""

from collections.abc import Iterable
from itertools import groupby

from lengthwise.core.frame import ANSWER, WORKING, Entry

SIGNIFICANCE = "significance"  # the axis on which digits lie, and on which layouts turn


def most_significant_first(entries: Iterable[Entry], axes: tuple[str, ...]) -> tuple[Entry, ...]:
    """Turn every run of digits of one number round, where the task has a significance; else leave the order."""
    if SIGNIFICANCE not in axes:
        return tuple(entries)
    axis = axes.index(SIGNIFICANCE)
    result: list[Entry] = []
    for _, group in groupby(entries, key=lambda e: (e.kind, e.role, e.place[:axis], e.place[axis + 1 :])):
        run = list(group)
        if len(run) > 1 and all(e.kind is not None and e.place[axis] is not None for e in run):
            run.sort(key=lambda e: -(e.place[axis] or 0))
        result += run
    return tuple(result)


def working_before_answer(slots: Iterable[Entry]) -> tuple[Entry, ...]:
    """All working, then the answer, each in its order."""
    kept = list(slots)
    return (*(e for e in kept if e.role == WORKING), *(e for e in kept if e.role == ANSWER))
