"""Which problems and pages a task is looked at on: short lengths, its tiny sister, every trace and layout that fit."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConformanceError, LengthwiseError, TaskError
from lengthwise.core.frame import WORKING
from lengthwise.core.given import Given, shape_of
from lengthwise.core.instance import distinct
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write

LENGTHS = (1, 2, 3, 5, 8)
ROWS = 16
WIDEST = 90  # symbols of a page: every slot of every page is looked at, one by one
TINY_SPACE = 20_000


class Page(NamedTuple):
    """How a problem is put on the page."""

    trace: Trace
    layout: Layout

    def __str__(self) -> str:
        return f"{self.trace!r}, {self.layout!r}"


def rng_of(task: Task, *parts: str | int) -> np.random.Generator:
    """The suite's own stream for one purpose."""
    return key("conformance", task.name, *parts).rng()


def lengths(task: Task) -> tuple[int, ...]:
    """Short lengths that the task has, its shortest among them."""
    found: list[int] = []
    for length in sorted({task.shortest, *LENGTHS}):
        if length < task.shortest or (task.cap is not None and length > task.cap):
            continue
        shape = shape_of(task.draw(length, rng_of(task, "lengths"), "typical", 1))
        if sum(count for _, count in shape) + len(task.slots(dict(shape))) <= WIDEST or not found:
            found.append(length)
    return tuple(found)


def cases(task: Task, length: int) -> Iterator[str]:
    """The kinds of draw that this length has; one that takes a number gets the length, and one half way to the cap."""
    for case in task.cases:
        for spelt in _spelt(task, case, length):
            try:
                task.check_length(length, spelt)
                task.draw(length, rng_of(task, "cases"), spelt, 1)
            except TaskError:  # refused with a reason: this length is too short for the case
                continue
            yield spelt


def _spelt(task: Task, case: str, length: int) -> tuple[str, ...]:
    if not case.endswith("(N)") or case == "first_partner(N)":
        return (case,)
    stem = case.removesuffix("(N)")
    return f"{stem}({length})", f"{stem}({(length + (task.cap or 3 * length)) // 2})"


def draws(task: Task, rows: int = ROWS) -> Iterator[tuple[int, str, Given]]:
    """Problems of every short length and case."""
    for length in lengths(task):
        for case in cases(task, length):
            yield length, case, task.draw(length, rng_of(task, "draws", length, case), case, rows)


def pages(task: Task) -> list[Page]:
    """Every trace of the house that writes something of this task, and every layout that puts its page otherwise."""
    given = task.draw(max(lengths(task)), rng_of(task, "pages"), "typical", 1)
    shape = shape_of(given)
    working = {slot.kind for slot in task.slots(dict(shape)) if slot.role == WORKING}
    seen: dict[tuple[object, ...], Page] = {}
    for trace in traces():
        if trace.kinds and not trace.kinds & working:
            continue
        for layout in layouts():
            try:
                frame = write(task, given, trace, layout).frame
            except LengthwiseError:  # a layout for other tasks
                continue
            seen.setdefault((frame.prompt, frame.slots), Page(trace, layout))
    return list(seen.values())


def traces() -> list[Trace]:
    """The house's traces, nothing first."""
    return [Nothing(), *(t for t in (find("traces", name)() for name in names("traces")) if t != Nothing())]


def layouts() -> list[Layout]:
    """The house's layouts that need no fields; those that leave symbols away are checked by a layout's own suite."""
    found: list[Layout] = [find("layouts", name)() for name in names("layouts")]
    return [layout for layout in found if layout.fills_every_slot]


def lines(task: Task, rows: int = ROWS) -> Iterator[Line]:
    """Written pages of all draws; of longer problems in one layout less would not do, so all of them."""
    for _, _, given in draws(task, rows):
        for page in pages(task):
            yield write(task, given, page.trace, page.layout)


def tiny_space(task: Task) -> tuple[Task, Given]:
    """Every problem of the tiny configuration, each once."""
    tiny, length = task.tiny()
    given = tiny.draw(length, rng_of(task, "tiny"), "typical", 4 * TINY_SPACE)
    rows = distinct(given)
    if len(rows) > TINY_SPACE:
        raise ConformanceError(
            f"tiny() gives {tiny!r} at length {length}, which has more than {TINY_SPACE:,} problems; make it smaller"
        )
    return tiny, {kind: column[rows] for kind, column in given.items()}
