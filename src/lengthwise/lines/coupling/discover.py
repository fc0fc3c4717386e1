"""Automatic coupling: which values share an id, found by linear algebra from what a task reads.

All reads of one role are taken to bridge the same distance, the role's *lag*: id(target) - id(source) = lag(role). The
solutions of these equations on a small shape, beyond a constant for each kind, are the id levels. Among them the one is
chosen that sets most lags to zero, in a fixed order, and what remains of it is a table {role: lag}, which holds at any
length. No hand-written rule is used, no name of a task, no place.

>>> from lengthwise.tasks.arithmetic.addition import Addition
>>> table = discover(Addition())
>>> [(sorted(level.kinds), sorted(set(level.lags.values()))) for level in table]
[(['a', 'b', 'carry', 'digit'], [0, 1])]
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import NamedTuple

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Tag
from lengthwise.core.reader import KEY
from lengthwise.core.task import Task
from lengthwise.lines.coupling._algebra import Vector, null_space, rank
from lengthwise.lines.coupling.graph import NEXT, Edge, ReadGraph, Role, reads

SHORTEST = 2  # where a task ends before SMALL
SMALL = 4  # the nominal length of the shape that is solved; the next one has to give the same table
MOST_KINDS = 12  # sets of kinds are tried one by one


class Level(NamedTuple):
    """One id for each value of these kinds: the lag of every role, and how ids go on from cell to cell.

    `steps` has the kinds whose ids go on evenly; a value that no repeated role reaches gets its id from them.
    """

    kinds: frozenset[str]
    lags: Mapping[Role, int]
    steps: Mapping[str, int]


Table = tuple[Level, ...]


def discover(task: Task) -> Table:
    """The table of a task; a NumberingError names the reason where there is none, or more than one."""
    if task.cap is not None and task.cap < SHORTEST + 1:
        raise NumberingError(
            f"{task.name} ends at length {task.cap}, and a coupling is found from two lengths, {SHORTEST} and more; "
            "there is nothing to carry over to longer ones"
        )
    return agreed(reads(task, small(task)), reads(task, small(task) + 1))


def small(task: Task) -> int:
    """The nominal length of the shape that is solved."""
    return SMALL if task.cap is None else max(1, min(SMALL, task.cap - 1))


def agreed(graph: ReadGraph, longer: ReadGraph) -> Table:
    """The table of two shapes, which has to be the same."""
    first, second = table_of(graph), table_of(longer)
    if first != second:
        raise NumberingError(
            f"{graph.name}: two short lengths couple their values differently, so the coupling is ambiguous; give "
            "places by hand"
        )
    return first


def table_of(graph: ReadGraph) -> Table:
    """The levels of one shape."""
    edges = linked(graph)
    kinds = list(dict.fromkeys(kind for e in edges for kind in (e.role.target, e.role.source)))
    if len(kinds) > MOST_KINDS:
        raise NumberingError(
            f"{graph.name} reads {len(kinds)} kinds of value, and {MOST_KINDS} can be coupled; give places by hand"
        )
    winners: list[frozenset[str]] = []
    for count in range(len(kinds), 0, -1):
        for chosen in map(frozenset, combinations(kinds, count)):
            if not any(chosen <= winner for winner in winners) and System(graph, edges, chosen).carries():
                winners.append(chosen)
    if not winners:
        raise NumberingError(
            f"{graph.name}: no fixed distance fits its reads (every role of several reads forces all ids to be "
            "equal, or none is met twice), so there is nothing to couple; use a numbering without places"
        )
    return tuple(level for kinds_ in winners for level in System(graph, edges, kinds_).levels())


def linked(graph: ReadGraph) -> list[Edge]:
    """The reads of roles met more than once; where they fall apart, the order of the answer links them."""
    counts = Counter(edge.role for edge in graph.edges)
    edges = [edge for edge in graph.edges if counts[edge.role] > 1]
    if edges and len(set(components(edges).values())) > 1:
        edges += next_edges(graph)
    return edges


def next_edges(graph: ReadGraph) -> list[Edge]:
    """The role "next": from every symbol of the answer to the one before."""
    family = graph.family
    return [Edge(b, a, Role(family[b[0]], NEXT, 0, family[a[0]]), KEY) for a, b in pairwise(graph.answers)]


def components(edges: list[Edge]) -> dict[Tag, Tag]:
    """The first cell of the part of the graph that each cell is in."""
    root: dict[Tag, Tag] = {}

    def find(tag: Tag) -> Tag:
        while root.setdefault(tag, tag) != tag:
            root[tag] = tag = root[root[tag]]
        return tag

    for edge in edges:
        root[find(edge.target)] = find(edge.source)
    return {tag: find(tag) for tag in list(root)}


@dataclass
class _Forms:
    """Ids as linear forms over (lags, one unknown for each part of the graph), and the equations among the lags."""

    of: dict[Tag, Vector]
    equations: list[Vector]
    width: int


class System:
    """The equations of some kinds on one shape."""

    def __init__(self, graph: ReadGraph, edges: list[Edge], kinds: frozenset[str]) -> None:
        self.graph, self.kinds = graph, kinds
        self.edges = [e for e in edges if e.role.target in kinds and e.role.source in kinds]
        self.roles = self._in_order()
        self.forms = self._forms()

    def carries(self) -> bool:
        """Whether every kind with several cells can have ids that differ, one of them a kind of the question.

        A level without the question would only number the answer, as time does already.
        """
        family = self.graph.family
        cells = Counter(family[tag[0]] for tag in self.graph.cells)
        several = {kind for kind in self.kinds if cells[kind] > 1}
        if not several & {family[kind] for kind in self.graph.inputs}:
            return False
        return several <= self._moving(null_space(self.forms.equations, self.forms.width))

    def levels(self) -> list[Level]:
        """Level after level, until no solution is new."""
        found: list[Vector] = []
        gauge, levels = self._gauge(), list[Level]()
        if self._falls_apart():
            raise self._ambiguous()
        while self._is_new([], gauge + found):
            zero: list[Vector] = []
            for number in range(len(self.roles)):
                unit = tuple(int(column == number) for column in range(self.forms.width))
                if self._is_new([*zero, unit], gauge + found):
                    zero.append(unit)
            basis = null_space(self.forms.equations + zero, self.forms.width)
            known = gauge + found
            if rank(basis + known) - rank(known) != 1:
                raise self._ambiguous()
            new = next(vector for vector in basis if rank([*known, vector]) > rank(known))
            levels.append(self._level(new))
            found.append(new)
        return levels

    # -- inside -----------------------------------------------------------------------------------------------------

    def _falls_apart(self) -> bool:
        """Whether a kind has cells in several parts of the graph, which nothing links."""
        parts: dict[str, set[Tag]] = {}
        for tag, root in components(self.edges).items():
            parts.setdefault(self.graph.family[tag[0]], set()).add(root)
        return any(len(roots) > 1 for roots in parts.values())

    def _ambiguous(self) -> NumberingError:
        kinds = ", ".join(sorted(self.kinds))
        return NumberingError(
            f"{self.graph.name}: its reads leave open how parts of {kinds} lie to each other, so the coupling is "
            "ambiguous; give places by hand"
        )

    def _in_order(self) -> list[Role]:
        """Roles in the order in which their lags are set to zero: within one kind, read before key, frequent, early."""
        rank_of = {tag: number for number, tag in enumerate(self.graph.cells)}
        counts = Counter(e.role for e in self.edges)
        first: dict[Role, tuple[int, int]] = {}
        for e in self.edges:
            at = (rank_of[e.target], -e.level)
            first[e.role] = min(first.get(e.role, at), at)
        return sorted(
            counts, key=lambda r: (r.target != r.source, first[r][1], -counts[r], first[r][0], r.site, r.turn)
        )

    def _forms(self) -> _Forms:
        """Walk each part of the graph once: an edge to a new cell gives its form, any other edge an equation."""
        number = {role: i for i, role in enumerate(self.roles)}
        near: dict[Tag, list[tuple[Tag, int, int]]] = {}
        for e in self.edges:
            near.setdefault(e.target, []).append((e.source, number[e.role], -1))
            near.setdefault(e.source, []).append((e.target, number[e.role], +1))
        roots = list(dict.fromkeys(components(self.edges).values()))
        width = len(self.roles) + len(roots)
        forms: dict[Tag, Vector] = {}
        equations: dict[Vector, None] = {}
        for part, root in enumerate(roots):
            forms[root] = _unit(width, len(self.roles) + part)
            todo = [root]
            while todo:
                here = todo.pop()
                for other, role, sign in near[here]:
                    form = _plus(forms[here], role, sign)
                    if other not in forms:
                        forms[other] = form
                        todo.append(other)
                    elif form != forms[other]:
                        equations[tuple(a - b for a, b in zip(form, forms[other], strict=True))] = None
        return _Forms(forms, list(equations), width)

    def _gauge(self) -> list[Vector]:
        """The solutions that only add a constant to each kind: they say nothing."""
        roots = list(dict.fromkeys(components(self.edges).values()))
        family = self.graph.family
        return [
            (
                *((role.target == kind) - (role.source == kind) for role in self.roles),
                *(int(family[root[0]] == kind) for root in roots),
            )
            for kind in sorted(self.kinds)
        ]

    def _moving(self, basis: list[Vector]) -> set[str]:
        """The kinds whose ids differ from cell to cell in some of these solutions."""
        first: dict[str, Vector] = {}
        moving: set[str] = set()
        for tag, form in self.forms.of.items():
            kind = self.graph.family[tag[0]]
            if kind not in moving and kind in first:
                difference = [a - b for a, b in zip(form, first[kind], strict=True)]
                if any(sum(d * v for d, v in zip(difference, vector, strict=True)) for vector in basis):
                    moving.add(kind)
            first.setdefault(kind, form)
        return moving

    def _is_new(self, zero: list[Vector], known: list[Vector]) -> bool:
        """Whether, with these lags zero, a solution beyond the known ones is left in which all that can move moves."""
        basis = null_space(self.forms.equations + zero, self.forms.width)
        if rank(basis + known) == rank(known):
            return False
        return self._moving(null_space(self.forms.equations, self.forms.width)) <= self._moving(basis)

    def _level(self, solution: Vector) -> Level:
        lags = dict(zip(self.roles, solution, strict=False))
        sign = next((1 if lag > 0 else -1 for lag in lags.values() if lag), 1)
        ids = {
            tag: sign * sum(a * b for a, b in zip(form, solution, strict=True)) for tag, form in self.forms.of.items()
        }
        return Level(self.kinds, {role: sign * lag for role, lag in lags.items()}, self._steps(ids))

    def _steps(self, ids: dict[Tag, int]) -> dict[str, int]:
        differences: dict[str, set[int]] = {}
        for tag, value in ids.items():
            after = following(tag)
            if after in ids:
                differences.setdefault(tag[0], set()).add(ids[after] - value)
        return {kind: one.pop() for kind, one in sorted(differences.items()) if len(one) == 1}


def following(tag: Tag, by: int = 1) -> Tag:
    """The cell with the next number: index + 1, or the last number of a tuple + 1."""
    kind, index = tag
    return (kind, (*index[:-1], index[-1] + by) if isinstance(index, tuple) else index + by)


def _unit(width: int, column: int) -> Vector:
    return tuple(int(number == column) for number in range(width))


def _plus(form: Vector, column: int, value: int) -> Vector:
    return tuple(a + value * (number == column) for number, a in enumerate(form))
