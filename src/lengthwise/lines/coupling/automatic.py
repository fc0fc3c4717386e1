"""A task whose places were found by automatic coupling, for `Coupled` to number."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from math import isqrt

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Index, Place, Tag
from lengthwise.core.given import Given, Shape, shape_of
from lengthwise.core.keys import key
from lengthwise.core.task import Task
from lengthwise.lines._wrapped import Wrapped
from lengthwise.lines.coupling.discover import Table, discover
from lengthwise.lines.coupling.graph import DRAWS, reads_of
from lengthwise.lines.coupling.spread import spread

DRAWN = 200  # blocks drawn in search of one shape, where the task draws its shape at random


@dataclass(frozen=True, repr=False)
class Automatic(Wrapped):
    """The same task, the same problems and pages, with one more axis for each level that automatic coupling finds.

    Its axes are those of the task, on which layouts turn digits, then `automatic 1`, `automatic 2` ... Nothing of the
    task's own places enters the new ones. It prints as the task does, so that both draw the same problems.

    >>> import numpy as np
    >>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
    >>> from lengthwise.lines.numberings.coupled import Coupled
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> task = Automatic(Addition())
    >>> task.axes
    ('significance', 'automatic 1')
    >>> frame = frame_of(task, (("a", 3), ("b", 3)), Nothing(), ReversedAnswer())   # a a a + b b b = d d d d
    >>> Coupled(axes=("automatic 1",), start=1).begin(frame, np.random.default_rng(0), 1)[0][0, :, 0].tolist()
    [0, 4, 3, 2, 1, 4, 3, 2, 1]
    """

    @property
    def levels(self) -> tuple[str, ...]:
        """The names of the new axes, for `Coupled(axes=...)`."""
        return tuple(f"automatic {number + 1}" for number in range(len(table_of_task(self.task))))

    @property
    def axes(self) -> tuple[str, ...]:  # type: ignore[override]
        """The task's own, then the new ones."""
        return (*self.task.axes, *self.levels)

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """The task's own place, then the one on each level."""
        found = places_of(self.task, tuple(sorted(shape.items())))
        return (*self.task.place(kind, index, shape), *found.get((kind, index), (None,) * len(self.levels)))

    def tiny(self) -> tuple["Automatic", int]:
        """The task's."""
        task, length = self.task.tiny()
        return Automatic(task), length


@lru_cache(maxsize=256)
def table_of_task(task: Task) -> Table:
    """The table of a task, found once."""
    return discover(task)


@lru_cache(maxsize=4096)
def places_of(task: Task, shape: Shape) -> dict[Tag, Place]:
    """The places of a shape, found once."""
    return spread(table_of_task(task), reads_of(task, _problems(task, shape)))


def _problems(task: Task, shape: Shape) -> Given:
    """Problems of this shape, drawn under a fixed key."""
    for length, number in _searched(task, shape):
        given = task.draw(length, key("coupling", length, number).rng(), task.cases[0], DRAWS)
        if shape_of(given) == shape:
            return given
    sizes = ", ".join(f"{kind}: {count}" for kind, count in shape)
    raise NumberingError(f"{task!r} drew no problem of the shape {sizes}, so its reads there are unknown")


def _searched(task: Task, shape: Shape) -> Iterator[tuple[int, int]]:
    """Lengths that may have the shape, the likely ones first, and numbers of draws."""
    sizes = [count for _, count in shape]
    likely = [*sizes, *(isqrt(count) for count in sizes), *range(1, max(sizes) + 1)]
    lengths = [n for n in dict.fromkeys(likely) if n > 0 and (task.cap is None or n <= task.cap)]
    yield from ((length, 0) for length in lengths)
    yield from ((length, number) for length in lengths for number in range(1, DRAWN))
