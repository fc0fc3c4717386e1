"""Values with where they came from.

A `Box` holds a plain Python value and its provenance. Of a number, None or a text that came about as a whole that is
one event. A text or a tuple has an event for each element; a container has a shadow that all its names share, as they
share the container. `bind` says how this name came to stand for this value: it is part of whatever is read through the
name.
"""

from typing import Any

from lengthwise.rules.edges.graph import Graph

Value = Any


class Text:
    """Events of a text: one for each character, one for its length."""

    __slots__ = ("cells", "length")

    def __init__(self, cells: list[int], length: int) -> None:
        self.cells, self.length = cells, length


class Row:
    """Shadow of a list or a tuple: a box for each element, events of its length and of changes that may have been."""

    __slots__ = ("cells", "join", "length", "noted")

    def __init__(self, cells: "list[Box]", length: int = 0, join: int = 0) -> None:
        self.cells, self.length, self.join = cells, length, join
        self.noted = 0


class Table:
    """Shadow of a dict or a set: the value and the key of each entry (a set: keys alone); `join` knows all keys."""

    __slots__ = ("cells", "join", "keys")

    def __init__(self, cells: "dict[Value, Box]", keys: "dict[Value, Box]", join: int = 0) -> None:
        self.cells, self.keys, self.join = cells, keys, join


class Box:
    """A value and where it came from."""

    __slots__ = ("bind", "prov", "value")

    def __init__(self, value: Value, prov: Any = 0, bind: int = 0) -> None:
        self.value, self.prov, self.bind = value, prov, bind


UNSET = Box("unbound")
NONE = Box(None)


class Boxes:
    """What can be done with boxes of one execution."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.event = graph.event
        self.scanned = graph.scanned

    def gather(self, box: Box, reads: list[int], scans: list[int], seen: set[int]) -> None:
        """Every event in a value, through all it holds: contents to `reads`, lengths and changes to `scans`."""
        prov = box.prov
        if box.bind:
            scans.append(box.bind)
        if type(prov) is int:
            reads.append(prov)
        elif type(prov) is Text:
            reads.extend(prov.cells)
            scans.append(prov.length)
        elif id(prov) not in seen:
            seen.add(id(prov))
            if type(prov) is Row:
                scans += (prov.length, prov.join)
                for cell in prov.cells:
                    self.gather(cell, reads, scans, seen)
            elif type(prov) is Table:
                scans.append(prov.join)
                for key in prov.keys.values():
                    self.gather(key, reads, scans, seen)
                for cell in prov.cells.values():
                    self.gather(cell, reads, scans, seen)
            else:
                prov.gather(reads, scans, seen)

    def whole(self, *boxes: Box) -> int:
        """One event for everything in these values."""
        if len(boxes) == 1 and type(boxes[0].prov) is int and not boxes[0].bind:
            return boxes[0].prov
        reads: list[int] = []
        scans: list[int] = []
        for box in boxes:
            self.gather(box, reads, scans, set())
        return self.event(reads, (), scans)

    def length(self, box: Box) -> int:
        """The event of a value's length."""
        prov = box.prov
        if type(prov) is int:
            return self.scanned(prov, box.bind)
        if type(prov) is Text:
            return self.scanned(prov.length, box.bind)
        if type(prov) is Row:
            return self.event((), (), (prov.length, prov.join, box.bind))
        return self.scanned(prov.join, box.bind)

    def truth(self, box: Box) -> int:
        """The event of whether a value is true."""
        return box.prov if type(box.prov) is int and not box.bind else self.length(box)

    def chars(self, box: Box) -> list[int]:
        """An event for each character of a text."""
        return box.prov.cells if type(box.prov) is Text else [box.prov] * len(box.value)

    def joined(self, box: Box, verdict: int) -> Box:
        """The value, which would be another had the verdict been."""
        if not verdict or box is UNSET:
            return box
        if type(box.prov) is int:
            return Box(box.value, self.event((box.prov,), (box.bind,), (verdict,)))
        return Box(box.value, box.prov, self.event((), (box.bind,), (verdict,)))

    def found(self, box: Box, key: int, *scans: int) -> Box:
        """The value, found by a key among others."""
        if not key and not any(scans):
            return box
        if type(box.prov) is int:
            return Box(box.value, self.event((box.prov,), (key, box.bind), scans))
        return Box(box.value, box.prov, self.event((), (key, box.bind), scans))

    def spread(self, value: Value, event: int) -> Box:
        """A fresh value of which every part came from one event."""
        kind = type(value)
        if kind is list or kind is tuple:
            return Box(value, Row([self.spread(v, event) for v in value], event))
        if kind is dict:
            keys = {k: self.spread(k, event) for k in value}
            return Box(value, Table({k: self.spread(v, event) for k, v in value.items()}, keys, event))
        if kind is set:
            keys = {k: self.spread(k, event) for k in value}
            return Box(value, Table({}, keys, event))
        return Box(value, event)

    def row(self, cells: list[Box], length: int = 0, join: int = 0) -> Box:
        return Box([c.value for c in cells], Row(cells, length, join))

    def pair(self, *cells: Box) -> Box:
        return Box(tuple(c.value for c in cells), Row(list(cells)))

    def binds(self, box: Box) -> set[int]:
        """How a container, and the containers in it, were found."""
        found: set[int] = set()
        seen: set[int] = set()
        pending = [box]
        while pending:
            one = pending.pop()
            prov = one.prov
            if type(prov) is not Row and type(prov) is not Table:
                continue
            found.add(one.bind)
            if id(prov) not in seen:
                seen.add(id(prov))
                pending += prov.cells.values() if isinstance(prov, Table) else prov.cells
        return found - {0}

    def touch(self, verdict: int, boxes: tuple[Box, ...]) -> None:
        """Containers that may have been changed, had the verdict been another: these and all that they hold."""
        if not verdict:
            return
        seen: set[int] = set()
        made: dict[int, int] = {}  # containers that were changed alike before are changed alike now
        pending = [b.prov for b in boxes]
        while pending:
            prov = pending.pop()
            kind = type(prov)
            if kind is not Row and kind is not Table:
                continue
            if id(prov) in seen:
                continue
            seen.add(id(prov))
            join = made.get(prov.join)
            if join is None:
                join = made[prov.join] = self.scanned(prov.join, verdict)
            prov.join = join
            cells = prov.cells if kind is Row else prov.cells.values()
            pending += [p for c in cells if type(p := c.prov) is not int and type(p) is not Text]
