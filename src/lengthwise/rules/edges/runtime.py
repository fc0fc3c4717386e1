"""What the edge density calls, and the execution that it leaves: events, tags and the closures over them."""

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from types import CodeType
from typing import Any

from lengthwise.core.errors import RuleError
from lengthwise.core.execution import Sources
from lengthwise.core.frame import Tag
from lengthwise.rules.edges.boxes import NONE, UNSET, Box, Boxes, Row, Table, Text
from lengthwise.rules.edges.builtins import Builtins
from lengthwise.rules.edges.graph import KEY, READ, SCAN, Graph
from lengthwise.rules.edges.methods import Methods
from lengthwise.rules.edges.operators import Operators
from lengthwise.rules.edges.turns import Made, turns, unpack
from lengthwise.rules.runtime.guards import BUILTINS, Guards

LENGTH = -1  # the index under which a given's length is a leaf; it is no symbol


@dataclass
class Scope:
    """One comprehension under way."""

    boxes: Boxes
    there: int = 0
    tests: int = 0

    def each(self, source: Box, shape: Any) -> Iterator[Any]:
        row = turns(self.boxes, source)
        while row.more():
            self.there = self.boxes.scanned(self.there, row.event)
            yield row.item if shape is None else unpack(self.boxes, row.item, shape)
        self.there = self.boxes.scanned(self.there, row.event)

    def test(self, box: Box) -> bool:
        self.tests = self.boxes.scanned(self.tests, self.boxes.truth(box))
        return bool(box.value)

    @property
    def all(self) -> int:
        return self.boxes.scanned(self.there, self.tests)


@dataclass
class Trail:
    """The events of one execution, and which of them are tags."""

    guards: Guards
    graph: Graph = field(default_factory=Graph)
    tags: dict[Tag, tuple[int, Any]] = field(default_factory=dict)
    leaves: dict[int, Tag] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    stores: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.boxes = Boxes(self.graph)
        self.operators = Operators(self.boxes)
        self.builtins = Builtins(self.boxes)
        self.methods = Methods(self.boxes, self.operators, self.builtins)

    # ---- stores and decisions

    def store(self, kind: str, box: Box, control: int) -> Box:
        """One execution of a store: an event of its own, found by its kind and number."""
        count = self.stores.get(kind, 0)
        self.stores[kind] = count + 1
        before = self.counts.get(kind, 0)
        if type(box.prov) is int:
            coded = [box.prov << 2] if box.prov else []
            if box.bind:
                coded.append(box.bind << 2 | KEY)
            if control:
                coded.append(control << 2 | SCAN)
            if before:
                coded.append(before << 2 | SCAN)
            event = self.graph.new(coded)
            self.tags[kind, count] = (event, box.value)
            return Box(box.value, event)
        event = self.graph.new([self.boxes.whole(box) << 2, *(e << 2 | SCAN for e in (control, before) if e)])
        self.tags[kind, count] = (event, snapshot(box.value))
        return Box(box.value, box.prov, self.boxes.event((), (box.bind,), (control,)))

    def verdict(self, test: Box, control: int) -> int:
        return self.decided(self.boxes.truth(test), control)

    def decided(self, event: int, control: int) -> int:
        return self.boxes.scanned(event, control)

    def rejoin(self, verdict: int, kinds: tuple[str, ...], roots: tuple[Box, ...]) -> None:
        if verdict:
            for kind in kinds:
                self.counts[kind] = self.boxes.scanned(self.counts.get(kind, 0), verdict)
            self.boxes.touch(verdict, roots)

    def owner(self, box: Box, roots: tuple[Box, ...]) -> Box:
        if box.bind:
            self.boxes.touch(box.bind, roots)
        return box

    def handed(self, box: Box, roots: tuple[Box, ...]) -> Box:
        binds = self.boxes.binds(box)
        if binds:
            self.boxes.touch(self.graph.event((), (), binds), roots)
        return box

    def watch(self, control: int, boxes: tuple[Box, ...]) -> int:
        return self.boxes.event((), (), (control, self.boxes.whole(*boxes)))

    def bound(self, box: Box, name: str) -> Box:
        if box is UNSET:
            raise UnboundLocalError(f"cannot access local variable {name!r} where it is not associated with a value")
        return box

    # ---- displays

    def display(self, kind: str, *parts: tuple[bool, Box]) -> Box:
        cells: list[Box] = []
        length = shift = 0
        for starred, box in parts:
            if not starred:
                cells.append(self.boxes.joined(box, shift) if shift else box)
                continue
            items, event = turns(self.boxes, box).rest()
            cells += [self.boxes.joined(i, shift) for i in items]
            length = shift = self.boxes.scanned(shift, event)
        if kind == "tuple":
            return Box(tuple(c.value for c in cells), Row(cells, length))
        row = self.boxes.row(cells, length)
        return self.builtins.call("set", row) if kind == "set" else row

    def table(self, *pairs: tuple[Box | None, Box]) -> Box:
        made = Box({}, Table({}, {}))
        for key, value in pairs:
            if key is None:
                self.methods.dict_update(made, value)
            else:
                self.operators.put(made, key, value)
        return made

    def made(self, kind: str, roots: tuple[Box, ...], body: Callable[[Scope], Any]) -> Box:
        scope = Scope(self.boxes)
        if kind == "generator":
            return Box(None, Made(self.boxes, self.generated(scope, body, roots)))
        items = body(scope)
        event = scope.all
        self.boxes.touch(event, roots)
        if kind == "dict":
            made = Box({}, Table({}, {}))
            for key, value in items:
                self.operators.put(made, self.boxes.joined(key, scope.tests), self.boxes.joined(value, scope.tests))
            made.prov.join = self.boxes.scanned(made.prov.join, event)
            return made
        row = self.boxes.row(items, event, scope.tests)
        return self.builtins.call("set", row) if kind == "set" else row

    def generated(
        self, scope: Scope, body: Callable[[Scope], Any], roots: tuple[Box, ...]
    ) -> Iterator[tuple[Box | None, int]]:
        for item in body(scope):
            yield item, scope.all
        self.boxes.touch(scope.all, roots)
        yield None, scope.all

    # ---- what is given

    def leaf(self, name: str, index: int) -> int:
        event = self.graph.new(())
        if index != LENGTH:
            self.leaves[event] = (name, index)
        return event

    def given(self, name: str, value: Any, place: list[int]) -> Box:
        """A given value: an event for each cell, numbered in reading order, and one for each length."""
        if isinstance(value, str):
            cells = [self.leaf(name, self.next(place)) for _ in value]
            return Box(value, Text(cells, self.leaf(name, LENGTH)))
        if isinstance(value, list | tuple):
            return Box(value, Row([self.given(name, v, place) for v in value], self.leaf(name, LENGTH)))
        if isinstance(value, dict):
            keys = {k: self.given(name, k, place) for k in value}
            cells_of = {k: self.given(name, v, place) for k, v in value.items()}
            return Box(
                value,
                Table(
                    cells_of,
                    keys,
                    self.boxes.event((), (), (self.leaf(name, LENGTH), *(self.boxes.whole(k) for k in keys.values()))),
                ),
            )
        return Box(value, self.leaf(name, self.next(place)))

    def next(self, place: list[int]) -> int:
        place[0] += 1
        return place[0] - 1

    def answered(self, box: Box) -> None:
        """Name the cells of the answer."""
        prov = box.prov
        if type(prov) is Row:
            cells = [self.boxes.found(c, box.bind, prov.join, prov.length) for c in prov.cells]
        elif type(prov) is Text:
            event = self.boxes.event((), (box.bind,), (prov.length,))
            cells = [Box(c, self.boxes.event((e,), (event,))) for c, e in zip(box.value, prov.cells, strict=True)]
        elif type(prov) is int and isinstance(box.value, str):
            cells = [Box(c, self.boxes.event((prov,), (box.bind,))) for c in box.value]
        else:
            cells = [box]
        for place, cell in enumerate(cells):
            self.tags["answer", place] = (self.boxes.whole(cell), snapshot(cell.value))

    # ---- closures

    def sources(self, tag: Tag, written: AbstractSet[Tag]) -> Sources:
        if tag not in self.tags:
            kinds = ", ".join(sorted({str(kind) for kind, _ in self.tags}))
            raise RuleError(f"no value is called {tag!r}; this execution has the kinds {kinds}, each counted from 0")
        event, content = self.tags[tag]
        named: dict[int, Tag] = dict(self.leaves)
        for other in written:
            if other in self.tags and other != tag:
                named.setdefault(self.tags[other][0], other)
        stops = {e for e in named if e != event} | set()
        levels = []
        for level in (READ, KEY, SCAN):
            reached = self.graph.reach([event], level, stops)
            levels.append(frozenset(named[e] for e in reached if e in named and (e != event or e in self.leaves)))
        return Sources(content, *levels)

    def namespace(self) -> dict[str, Any]:
        own = self.operators
        names = {
            "binary": own.binary, "unary": own.unary, "augmented": own.augmented, "compared": own.compared,
            "chain": own.chain,
            "either": own.either, "choice": own.choice, "element": own.element, "slice": own.slice, "put": own.put,
            "put_slice": own.put_slice, "delete": own.delete, "delete_slice": own.delete_slice,
            "builtin": self.builtins.call,
            "fstring": self.builtins.text, "method": self.methods.call, "store": self.store, "verdict": self.verdict,
            "decided": self.decided, "rejoin": self.rejoin, "watch": self.watch, "owner": self.owner,
            "handed": self.handed,
            "bound": self.bound,
            "display": self.display, "dict": self.table, "made": self.made, "joined": self.boxes.joined,
            "returned": self.boxes.joined, "truth": self.boxes.truth, "UNSET": UNSET,
            "NONE": NONE,
            "turns": lambda source: turns(self.boxes, source), "unpack": lambda box, shape: unpack(self.boxes, box,
            shape),
            "tick": self.guards.tick,
            "function": lambda name: lambda *arguments: self.builtins.call(name, *arguments),
        }  # fmt: skip
        errors = {n: f for n, f in BUILTINS.items() if n.endswith("Error") or n == "Exception"}
        return {"__builtins__": {}} | {f"${name}": value for name, value in names.items()} | errors


def run_edges(
    name: str, code: CodeType, constants: Mapping[str, Any], given: Mapping[str, Any], guards: Guards
) -> tuple[Trail, Box]:
    """Run the edge density once."""
    trail = Trail(guards)
    namespace = trail.namespace() | {key: Box(value) for key, value in constants.items()}
    exec(code, namespace)  # noqa: S102 -- checked against the allow-list, and without built-ins
    arguments = {n: trail.given(n, v, [0]) for n, v in given.items()}
    result: Box = namespace[name](**arguments, **{"$ctl": 0})
    trail.answered(result)
    return trail, result


def snapshot(value: Any) -> Any:
    """A copy of a value as it is now."""
    kind = type(value)
    if kind is list or kind is tuple or kind is set:
        return kind(snapshot(v) for v in value)
    return {k: snapshot(v) for k, v in value.items()} if kind is dict else value
