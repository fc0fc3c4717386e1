"""What every problem of one shape reads: a graph of cells, found by watching a task's `step`.

A cell is a value, written or not. An edge goes from a value to one that its `step` asked for, and has a *role*: the
kind asking, the line of the source, the turn at that line, the kind asked for. Only addresses that are the same in
every problem make an edge, so that nothing here depends on contents.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import ANSWER, Tag
from lengthwise.core.given import Column, Given, shape_of
from lengthwise.core.keys import key
from lengthwise.core.reader import READ, Asked, Reading
from lengthwise.core.task import Task

DRAWS = (
    32  # problems looked at: an address that follows the contents stays the same in all of them once in 2 ** 31 at most
)
NEXT = -1  # the site of the role "next symbol of the answer", which no line of the source asks for


class Role(NamedTuple):
    """Which read this is, the same at every length: the kind asking, line and turn, and the kind asked for."""

    target: str
    site: int
    turn: int
    source: str


class Edge(NamedTuple):
    """One read: the value that asked, the value asked for, the role, and the level (3 it entered, 2 found a place)."""

    target: Tag
    source: Tag
    role: Role
    level: int


class ReadGraph(NamedTuple):
    """The reads of one shape. `cells` are in order: those of the question, then the slots in order of computation.

    `family[kind]` joins the kinds that one line asks for at the same turn (the operands x0, x1 ...): one kind here.
    """

    name: str
    cells: tuple[Tag, ...]
    edges: tuple[Edge, ...]
    answers: tuple[Tag, ...]
    family: dict[str, str]
    inputs: frozenset[str]  # the kinds of the question


def reads(task: Task, length: int) -> ReadGraph:
    """The graph of a small shape, from problems drawn under a fixed key."""
    task.check_length(length)
    return reads_of(task, task.draw(length, key("coupling", length).rng(), task.cases[0], DRAWS))


def reads_of(task: Task, given: Given) -> ReadGraph:
    """The graph of the shape of these problems."""
    reading = Reading(task, given, _values(task, given), tracing=True)
    for tag in reading.order.tags:
        reading.value(*tag)
    raw = [edge for edge in _edges(task, reading.asked) if edge is not None]
    family = _families(raw)
    edges = tuple(
        e._replace(role=e.role._replace(target=family[e.role.target], source=family[e.role.source])) for e in raw
    )
    inputs = [(kind, index) for kind, count in shape_of(given) for index in range(count)]
    slots = task.slots(dict(shape_of(given)))
    answers = tuple((s.kind, s.index) for s in slots if s.kind is not None and s.role == ANSWER)
    for kind in {tag[0] for tag in (*inputs, *reading.order.tags)}:
        family.setdefault(kind, kind)
    return ReadGraph(task.name, (*inputs, *reading.order.tags), edges, answers, family, frozenset(given))


def _values(task: Task, given: Given) -> dict[Tag, Column]:
    reading = Reading(task, given)
    return {tag: reading.value(*tag) for tag in reading.order.tags}


def _edges(task: Task, asked: Iterable[Asked]) -> Iterable[Edge | None]:
    """An edge for every question whose address is the same in all problems that ask it."""
    turns: Counter[tuple[Tag, int]] = Counter()
    for one in asked:
        turn = turns[one.target, one.site]
        turns[one.target, one.site] += 1
        if one.where is not None and not one.where.any():
            continue  # made with where=False, so that the turns stay those of a value that does read
        index = one.index
        if isinstance(index, np.ndarray):
            used = index if one.where is None else index[one.where]
            if (used != used[0]).any():
                if one.level == READ:
                    raise NumberingError(
                        f"{task.name}: {one.target[0]}[{one.target[1]}] reads {one.kind} at an address that depends on "
                        "values, so no ids that follow from the shape can couple the two; use a numbering without "
                        "places (Sequential, RandomStart, Randomized), or no position encoding"
                    )
                continue
            index = int(used[0])
        role = Role(one.target[0], one.site, turn, one.kind)
        yield Edge(one.target, (one.kind, index), role, one.level)


def _families(edges: list[Edge]) -> dict[str, str]:
    """Join the kinds that are asked for by one line at one turn; each is named after the first one met."""
    family: dict[str, str] = {}
    by_turn: dict[tuple[str, int, int], str] = {}
    for edge in edges:
        target, site, turn, source = edge.role
        family.setdefault(target, target)
        first = by_turn.setdefault((target, site, turn), source)
        joined, other = family.setdefault(first, first), family.setdefault(source, source)
        if joined != other:
            family = {kind: joined if name == other else name for kind, name in family.items()}
    return family
