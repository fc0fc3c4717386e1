"""Write lines: from problems to pages."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import ANSWER, WORKING, Entry, Frame, Place, Tag
from lengthwise.core.given import HOLE, Column, Given, Shape, batch_of, shape_of
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.reader import Reading
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.nothing import Nothing


@lru_cache(maxsize=4096)
def frame_of(task: Task, shape: Shape, trace: Trace, layout: Layout) -> Frame:
    """The page of a shape: the task's slots, those that the trace writes, in the layout's order, with places.

    A frame depends on nothing but its arguments, so it is remembered.
    """
    layout.check_task(task)
    base = task.frame(shape, trace.kinds)
    placed = _place_separators(task, base, dict(shape))
    return layout.arrange(placed)


def check_trace(task: Task, trace: Trace) -> None:
    """Refuse a trace that writes nothing of a task: lines would be those without it, and called something else."""
    if not trace.kinds:
        return
    tiny, length = task.tiny()
    given = tiny.draw(length, key("trace", task.name).rng(), tiny.cases[0], 1)
    working = {slot.kind or "" for slot in tiny.slots(dict(shape_of(given))) if slot.role == WORKING}
    if not trace.kinds & working:
        has = f"its working is {', '.join(sorted(working))}" if working else "it has no working"
        raise TaskError(
            f"{trace!r} writes {', '.join(sorted(trace.kinds))}, and nothing of {task.name} is that: {has}; take a "
            "trace that fits, or none"
        )


def write(task: Task, given: Given, trace: Trace = Nothing(), layout: Layout = Plain()) -> Line:  # noqa: B008 - frozen values
    """The pages of a block of problems. Lines without working are written by `solve`, the others by `step`."""
    frame = frame_of(task, shape_of(given), trace, layout)
    answers_only = all(entry.role == ANSWER or entry.kind is None for entry in frame.slots)
    values = solved(task, given) if answers_only else computed(task, given)
    columns = np.full(
        (len(frame.entries), batch_of(given)), HOLE, dtype=np.int16
    )  # filled entry by entry: side by side
    codes = {symbol: code for code, symbol in enumerate(task.symbols)}
    inserted = layout.inserted(task, frame, given)
    inputs = {kind: np.ascontiguousarray(column.T, dtype=np.int16) for kind, column in given.items()}
    for t, entry in enumerate(frame.entries):
        if entry.kind is None:
            columns[t] = codes[entry.symbol or ""]
        elif entry.tag in inserted:
            columns[t] = inserted[entry.tag]
        elif t < len(frame.prompt):
            columns[t] = inputs[entry.kind][number_of(entry)]
        else:
            columns[t] = values[entry.tag]
    contents = layout.leave_away(task, frame, np.ascontiguousarray(columns.T))
    return Line(task, trace, layout, frame, given, contents)


def solved(task: Task, given: Given) -> dict[Tag, Column]:
    """The answers by tag, from the task's `solve`."""
    slots = [s for s in task.slots(dict(shape_of(given))) if s.role == ANSWER and s.kind is not None]
    answers = task.solve(given)
    values: dict[Tag, Column] = {}
    taken: dict[str, int] = {}
    for slot in slots:
        kind = slot.kind or ""
        number = taken.get(kind, 0)
        taken[kind] = number + 1
        if kind not in answers or number >= answers[kind].shape[1]:
            raise TaskError(
                f"{task.name}: solve gave no {kind}[{number}], which slots() lists; it gave {', '.join(answers)}"
            )
        values[kind, slot.index] = answers[kind][:, number]
    return values


def computed(task: Task, given: Given) -> dict[Tag, Column]:
    """Every value by tag, from the task's `step`, in order of computation; after an end by content there are holes."""
    reading = Reading(task, given)
    values: dict[Tag, Column] = {}
    over = np.zeros(batch_of(given), dtype=bool)
    for tag in reading.order.tags:
        value = reading.value(*tag)
        over = over | (value < 0)
        values[tag] = np.where(over, HOLE, value)
    return values


def stepped(line: Line) -> Iterator[tuple[int, Entry]]:
    """The slots of a page that `step` fills, by number: no separator, and no hint that a layout inserts."""
    kinds = {slot.kind for slot in line.task.slots(dict(shape_of(line.given)))} - {None}
    return ((slot, entry) for slot, entry in enumerate(line.frame.slots) if entry.kind in kinds)


def number_of(entry: Entry) -> int:
    """The column of a cell of the given."""
    assert isinstance(entry.index, int), "the cells of a given are numbered in one row"
    return entry.index


def _place_separators(task: Task, frame: Frame, sizes: dict[str, int]) -> Frame:
    """A separator opens the block after it.

    On an axis that runs inside the block it stands one step before the block's first value in order of computation, on
    an axis that is constant there it has the block's place, and on an axis that the block lacks none. A block of one
    value (the second factor of N x 1) is taken to run as the answer does. A task that has a place of its own for a
    separator says it for its own axes; those that a view of it adds follow the rule.
    """
    entries = list(frame.entries)
    runs = [_run([e.place[axis] for e in frame.slots if e.kind is not None]) for axis in range(len(frame.axes))]
    number = 0
    for t, entry in enumerate(entries):
        if entry.kind is None:
            own = task.separator_place(number, sizes) or ()
            entries[t] = entry._replace(place=own + _opening(entries[t + 1 :], runs)[len(own) :])
            number += 1
    return Frame(tuple(entries[: len(frame.prompt)]), tuple(entries[len(frame.prompt) :]), frame.axes)


def _opening(rest: list[Entry], runs: list[int]) -> Place:
    block: list[Place] = []
    for entry in rest:
        if entry.kind is None:
            break
        block.append(entry.place)
    return tuple(_opening_on([place[axis] for place in block], run) for axis, run in enumerate(runs))


def _opening_on(places: list[int | None], answer: int) -> int | None:
    known = [place for place in places if place is not None]
    if not known:
        return None
    return known[0] - (answer if len(places) == 1 else _run(places))


def _run(places: Sequence[int | None]) -> int:
    """Which way places go where they first change: +1, -1, or 0 where they never do."""
    known = [place for place in places if place is not None]
    return next(((b > a) - (b < a) for a, b in pairwise(known) if a != b), 0)
