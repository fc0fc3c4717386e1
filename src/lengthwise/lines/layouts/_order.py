"""What layouts share: turning numbers round, and putting the working before the answer."""

from collections.abc import Iterable

from lengthwise.core.frame import ANSWER, WORKING, Entry

SIGNIFICANCE = "significance"  # the axis on which digits lie, and on which layouts turn


def most_significant_first(entries: Iterable[Entry], axes: tuple[str, ...]) -> tuple[Entry, ...]:
    """Turn every run of digits of one number round, where the task has a significance; else leave the order."""
    if SIGNIFICANCE not in axes:
        return tuple(entries)
    axis = axes.index(SIGNIFICANCE)
    result: list[Entry] = []
    run: list[Entry] = []
    for entry in entries:
        if not (run and _goes_on(run[-1], entry, axis)):
            result += reversed(run)
            run = []
        run.append(entry)
    return (*result, *reversed(run))


def _goes_on(last: Entry, entry: Entry, axis: int) -> bool:
    """Whether an entry is the next digit of the number that `last` belongs to."""
    if entry.kind is None or (entry.kind, entry.role) != (last.kind, last.role):
        return False
    before, here = last.place[axis], entry.place[axis]
    return before is not None and here == before + 1


def working_before_answer(slots: Iterable[Entry]) -> tuple[Entry, ...]:
    """All working, then the answer, each in its order."""
    kept = list(slots)
    return (*(e for e in kept if e.role == WORKING), *(e for e in kept if e.role == ANSWER))
