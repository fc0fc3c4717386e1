"""From a table of lags to places, for any shape."""

from collections.abc import Mapping

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Place, Tag
from lengthwise.lines.coupling.discover import Level, Table, following, next_edges
from lengthwise.lines.coupling.graph import NEXT, Edge, ReadGraph


def spread(table: Table, graph: ReadGraph) -> dict[Tag, Place]:
    """The place of every value of this shape, a number (from 0 on) or None for each level of the table.

    Every read of a role in the table is checked; where one contradicts the others, a NumberingError says so. A value
    that none of them reaches goes on as its kind does, and a kind that is on no level (the second factor of N x 2) has
    the id of the value that reads it first.
    """
    levels = [_walk(level, graph) for level in table]
    on_some = frozenset[str]().union(*(level.kinds for level in table))
    readers: dict[Tag, Tag] = {}
    for edge in graph.edges:
        readers.setdefault(edge.source, edge.target)
    for level, ids in zip(table, levels, strict=True):
        _go_on(level, graph, ids)
        for tag, reader in readers.items():
            if graph.family[tag[0]] not in on_some and reader in ids:
                ids[tag] = ids[reader]
        lowest = min(ids.values(), default=0)
        for tag in ids:
            ids[tag] -= lowest
    return {tag: tuple(ids.get(tag) for ids in levels) for tag in graph.cells}


def _walk(level: Level, graph: ReadGraph) -> dict[Tag, int]:
    near: dict[Tag, list[tuple[Tag, int]]] = {}
    edges: list[Edge] = [*graph.edges]
    if any(role.site == NEXT for role in level.lags):
        edges += next_edges(graph)
    for edge in edges:
        lag = level.lags.get(edge.role)
        if lag is not None:
            near.setdefault(edge.target, []).append((edge.source, -lag))
            near.setdefault(edge.source, []).append((edge.target, lag))
    ids: dict[Tag, int] = {}
    seen: set[str] = set()
    for root in near:
        if root in ids:
            continue
        part = _part(root, near, graph.name)
        kinds = {graph.family[tag[0]] for tag in part}
        if kinds & seen:
            raise NumberingError(
                f"{graph.name}: at this shape the reads fall into parts that nothing links, so the coupling is "
                "ambiguous; use a longer shape, or give places by hand"
            )
        seen |= kinds
        ids |= part
    return ids


def _part(root: Tag, near: Mapping[Tag, list[tuple[Tag, int]]], name: str) -> dict[Tag, int]:
    ids, todo = {root: 0}, [root]
    while todo:
        here = todo.pop()
        for other, lag in near[here]:
            if other not in ids:
                ids[other] = ids[here] + lag
                todo.append(other)
            elif ids[other] != ids[here] + lag:
                raise NumberingError(
                    f"{name}: at this shape {other[0]}[{other[1]}] would need two ids, {ids[other]} and "
                    f"{ids[here] + lag}: the coupling of short lengths does not hold here; give places by hand"
                )
    return ids


def _go_on(level: Level, graph: ReadGraph, ids: dict[Tag, int]) -> None:
    """Values that no read of the table reaches: a step on from the neighbour in their kind."""
    for cells, by in ((graph.cells, -1), (graph.cells[::-1], 1)):
        for tag in cells:
            if tag not in ids and graph.family[tag[0]] in level.kinds and tag[0] in level.steps:
                neighbour = ids.get(following(tag, by))
                if neighbour is not None:
                    ids[tag] = neighbour - by * level.steps[tag[0]]
