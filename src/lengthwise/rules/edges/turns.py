"""Going through a value an element at a time, as `for` does, with the event of whether there is one more."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from typing import Any

from lengthwise.rules.edges.boxes import NONE, Box, Boxes, Row, Table

Shape = Any  # None for a name; a list of shapes for a tuple of targets; ("*",) for a starred name


class Turns(ABC):
    """An iterator over boxes: `more()` says whether there is a next one, `event` why, `item` which."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.event, self.item = boxes, 0, NONE

    @abstractmethod
    def more(self) -> bool:
        """Go on to the next one; whether there is one."""

    def gather(self, reads: list[int], scans: list[int], seen: set[int]) -> None:
        while self.more():
            self.boxes.gather(self.item, reads, scans, seen)
        scans.append(self.event)

    def rest(self) -> tuple[list[Box], int]:
        """All that is left, and the event of how many that are."""
        items: list[Box] = []
        events: list[int] = []
        while self.more():
            items.append(self.item)
            events.append(self.event)
        return items, self.boxes.event((), (), [*events, self.event])


class Elements(Turns):
    """The elements of a list (also one that grows), a tuple or a text."""

    def __init__(self, boxes: Boxes, source: Box) -> None:
        super().__init__(boxes)
        self.source, self.place = source, 0
        self.cells = (
            [Box(c, e) for c, e in zip(source.value, boxes.chars(source), strict=True)]
            if isinstance(source.value, str)
            else []
        )

    def more(self) -> bool:
        self.event = self.boxes.length(self.source)
        prov = self.source.prov
        cells = prov.cells if type(prov) is Row else self.cells
        if self.place >= len(cells):
            return False
        self.item = self.boxes.found(cells[self.place], self.source.bind, prov.join if type(prov) is Row else 0)
        self.place += 1
        return True


class Several(Turns):
    """Given items, all there or not for one reason."""

    def __init__(self, boxes: Boxes, items: list[Box], event: int) -> None:
        super().__init__(boxes)
        self.items, self.event, self.place = items, event, 0

    def more(self) -> bool:
        if self.place >= len(self.items):
            return False
        self.item = self.items[self.place]
        self.place += 1
        return True


class Made(Turns):
    """Items that a generator makes; it yields (item, event of its being there)."""

    def __init__(self, boxes: Boxes, made: Iterator[tuple[Box | None, int]]) -> None:
        super().__init__(boxes)
        self.made = made

    def more(self) -> bool:
        item, self.event = next(self.made, (None, self.event))
        if item is None:
            return False
        self.item = item
        return True


def turns(boxes: Boxes, source: Box) -> Turns:
    """Go through a value."""
    prov, value = source.prov, source.value
    if isinstance(prov, Turns):
        return prov
    if type(prov) is Table:
        keys = [boxes.found(prov.keys[k], source.bind, prov.join) for k in value]
        return Several(boxes, keys, boxes.length(source))
    iter(value)  # raises as Python does
    return Elements(boxes, source)


def counting(boxes: Boxes, start: Box, stop: Box, step: Box) -> Turns:
    """The numbers of a range; that there is one more is a matter of all three."""
    exists = boxes.event((), (), (boxes.whole(start), boxes.whole(stop), boxes.whole(step)))
    first, by = boxes.whole(start), boxes.whole(step)

    def numbers() -> Iterator[tuple[Box | None, int]]:
        for turn, number in enumerate(range(start.value, stop.value, step.value)):
            yield Box(number, boxes.event((first, by if turn else 0))), exists
        yield None, exists

    range(start.value, stop.value, step.value)
    return Made(boxes, numbers())


def numbered(boxes: Boxes, inner: Turns, start: Box) -> Turns:
    """`enumerate`."""

    def pairs() -> Iterator[tuple[Box | None, int]]:
        number = start.value
        while inner.more():
            yield boxes.pair(Box(number, boxes.whole(start)), inner.item), inner.event
            number += 1
        yield None, inner.event

    return Made(boxes, pairs())


def together(boxes: Boxes, rows: list[Turns], *, strict: bool) -> Turns:
    """`zip`."""

    def pairs() -> Iterator[tuple[Box | None, int]]:
        event = 0
        while rows:
            items: list[Box] = []
            for row in rows:
                there = row.more()
                event = boxes.scanned(event, row.event)
                if not there:
                    if strict and (items or any(r.more() for r in rows[1:])):
                        raise ValueError("zip() arguments have different lengths")
                    yield None, event
                    return
                items.append(row.item)
            yield boxes.pair(*items), event
        yield None, event

    return Made(boxes, pairs())


def mapped(boxes: Boxes, function: Callable[..., Box], rows: list[Turns]) -> Turns:
    """`map`."""

    def results() -> Iterator[tuple[Box | None, int]]:
        event = 0
        while True:
            items: list[Box] = []
            for row in rows:
                there = row.more()
                event = boxes.scanned(event, row.event)
                if not there:
                    yield None, event
                    return
                items.append(row.item)
            yield function(*items), event

    return Made(boxes, results())


def filtered(boxes: Boxes, function: Callable[[Box], Box] | None, row: Turns) -> Turns:
    """`filter`: that an element is where it is depends on all tests before it."""

    def results() -> Iterator[tuple[Box | None, int]]:
        tests = 0
        while row.more():
            test = row.item if function is None else function(row.item)
            tests = boxes.event((), (), (tests, boxes.truth(test), row.event))
            if test.value:
                yield boxes.joined(row.item, tests), tests
        yield None, boxes.scanned(tests, row.event)

    return Made(boxes, results())


def unpack(boxes: Boxes, source: Box, shape: Shape) -> Any:
    """The boxes for a pattern of targets, nested as the pattern is, for Python to unpack."""
    if shape is None or shape == ("*",):
        return source
    row = turns(boxes, source)
    items, event = row.rest()
    items = [boxes.joined(i, event) if event else i for i in items]
    stars = [i for i, s in enumerate(shape) if s == ("*",)]
    if not stars:
        if len(items) != len(shape):
            raise ValueError(f"expected {len(shape)} values to unpack, got {len(items)}")
        return [unpack(boxes, i, s) for i, s in zip(items, shape, strict=True)]
    place, after = stars[0], len(shape) - stars[0] - 1
    if len(items) < place + after:
        raise ValueError("not enough values to unpack")
    middle = boxes.row(items[place : len(items) - after], event)
    parts = [*items[:place], middle, *items[len(items) - after :]]
    return [unpack(boxes, i, s) for i, s in zip(parts, shape, strict=True)]
