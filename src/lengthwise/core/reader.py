"""The Reader: a task's `step` asks it for values, and it answers and notes what was asked, and how.

It answers from what is already written in the line, else from the given, else by calling `step` again (a value never
written is walked through). Every read has one of three levels, and on a path from a value to a source the worst counts:

    read (3)  the value enters the result            -> carriers
    key  (2)  it only found the index, key or name   -> witness = carriers and these
    scan (1)  it was looked over and lost            -> influence = all of them

Everything is in columns: one call serves a whole block of rows, and an index may differ from row to row. Rows outside
`where` get 0 and note nothing.
"""

import operator
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import Frame, Index, Tag
from lengthwise.core.given import HOLE, Column, Given, batch_of, shape_of

READ, KEY, SCAN = 3, 2, 1
DEEP = 100  # values further on are computed in order: two Python frames a value would meet the recursion limit at 500
Where = Column | bool | None  # the rows that read; None: all of them
Levels = Column  # uint8[batch, cell]: how strongly each cell entered the value being computed, 0 = not at all


class Asked(NamedTuple):
    """One question that `step` put to the Reader, kept for roles and for automatic coupling."""

    target: Tag
    site: int  # the line of the source that asked
    level: int
    kind: str
    index: Index | Column  # type: ignore[assignment] # a tuple's own `index` is not asked for
    where: Column | None


class Reading:
    """The Reader of one block of rows, with `written` values (one column of the batch each) before the given ones.

    With `tracing`, `sources` tells the levels of every value, and `asked` keeps each direct question with its role.
    """

    def __init__(
        self, task: Any, given: Given, written: Mapping[Tag, Column] | None = None, *, tracing: bool = False
    ) -> None:
        self.task, self.given, self.tracing = task, given, tracing
        self.written = dict(written or {})
        self.batch = batch_of(given)
        self.shape = dict(shape_of(given))
        self.order = order_of(task, shape_of(given))
        self.cells: dict[Tag, int] = {}
        for name, count in self.shape.items():
            for index in range(count):
                self.cells[name, index] = len(self.cells)
        for tag in self.written:
            self.cells[tag] = len(self.cells)
        self.asked: list[Asked] = []
        self._known: dict[Tag, tuple[Column, Levels | None]] = {}
        self._tables: dict[str, Column] = {}
        self._levels: list[Levels] = []  # of the values being computed, innermost last
        self._targets: list[Tag] = []

    # -- what a task's step may ask -------------------------------------------------------------------------------

    def read(self, kind: str, index: Index | Column, where: Where = None) -> Column:
        """A value that enters the result."""
        return self._get(kind, index, where, READ)

    def key(self, kind: str, index: Index | Column, where: Where = None) -> Column:
        """A value that only finds the place."""
        return self._get(kind, index, where, KEY)

    def scan(self, kind: str) -> Column:
        """All of a kind, looked over: int[batch, count]. Of a computed kind, those that come before this value."""
        if kind in self.shape:
            if self.tracing:
                first = self.cells.get((kind, 0), 0)
                block = self._levels[-1][:, first : first + self.shape[kind]]
                np.maximum(block, SCAN, out=block)
            return self.given[kind]
        tags = self._before(kind)
        columns = [self._get(kind, tag[1], None, SCAN) for tag in tags]
        return np.stack(columns, axis=1) if columns else np.zeros((self.batch, 0), dtype=np.int64)

    def count(self, kind: str) -> int:
        """How many there are of a kind: the shape only."""
        return self.shape[kind] if kind in self.shape else len(self._before(kind))

    # -- what the rest of the house asks --------------------------------------------------------------------------

    def value(self, kind: str, index: Index) -> Column:
        """One value for every row, computed by the task's step from what is written and given."""
        return self._compute((kind, index))[0]

    def sources(self, kind: str, index: Index) -> tuple[Column, Levels]:
        """The value, and for every row and cell (`cells`) how strongly it entered: 3 read, 2 key, 1 scan, 0 not."""
        assert self.tracing, "sources are noted only where tracing was asked for"
        value, levels = self._compute((kind, index))
        assert levels is not None
        return value, levels

    def _before(self, kind: str) -> list[Tag]:
        tags = self.order.by_kind.get(kind)
        if tags is None:
            names = ", ".join(sorted({*self.shape, *self.order.by_kind}))
            raise TaskError(f"{self.task!r}: step asked for the kind {kind!r}; this task has {names}")
        limit = self.order.rank.get(self._targets[-1], len(self.order.rank)) if self._targets else len(self.order.rank)
        return [tag for tag in tags if self.order.rank[tag] < limit]

    def _get(self, kind: str, index: Index | Column, where: Where, level: int) -> Column:
        mask = None if where is None or where is True else np.broadcast_to(np.asarray(where, dtype=bool), (self.batch,))
        if self.tracing and len(self._targets) == 1:
            self.asked.append(Asked(self._targets[-1], self._site(), level, kind, index, mask))
        if mask is not None and not mask.any():
            return np.zeros(self.batch, dtype=np.int64)
        if isinstance(index, np.ndarray):
            return self._get_each(kind, index, mask, level)
        return self._get_one(kind, index if isinstance(index, tuple) else operator.index(index), mask, level)

    def _get_one(self, kind: str, index: Index, mask: Column | None, level: int) -> Column:
        tag = (kind, index)
        if kind in self.shape:
            if not (isinstance(index, int) and 0 <= index < self.shape[kind]):
                raise TaskError(
                    f"{self.task!r}: step read {kind}[{index}]; "
                    f"this shape has {kind}[0] to {kind}[{self.shape[kind] - 1}]"
                )
            value = self.given[kind][:, index]
        elif tag in self.written:
            value = self.written[tag]
        else:
            value, inner = self._compute(tag)
            if self.tracing:
                assert inner is not None
                found = np.minimum(inner, level)
                if mask is not None:
                    found = found * mask[:, None]
                np.maximum(self._levels[-1], found, out=self._levels[-1])
            return value if mask is None else np.where(mask, value, 0)
        if self.tracing:
            noted = self._levels[-1][:, self.cells[tag]]
            np.maximum(noted, level if mask is None else np.uint8(level) * mask, out=noted)
        return value if mask is None else np.where(mask, value, 0)

    def _get_each(self, kind: str, index: Column, mask: Column | None, level: int) -> Column:
        """An index of its own for every row."""
        table, asked = self._table(kind), index if mask is None else index[mask]
        if table is None or (kind not in self.shape and asked.max() >= table.shape[1]):  # not all of it is written
            result = np.zeros(self.batch, dtype=np.int64)
            for i in np.unique(asked).tolist():
                here = (index == i) if mask is None else (index == i) & mask
                result += self._get_one(kind, i, here, level)
            return result
        if asked.min() < 0 or asked.max() >= table.shape[1]:
            raise TaskError(
                f"{self.task!r}: step read {kind}[{int(asked.min())}] to {kind}[{int(asked.max())}]; "
                f"there are {table.shape[1]}: mask the rows that do not read with `where`"
            )
        safe = index if mask is None else np.where(mask, index, 0)
        value = np.take_along_axis(table, safe[:, None], axis=1)[:, 0]
        if self.tracing:
            cell = self.cells[kind, 0] + safe
            rows = np.arange(self.batch)
            noted = self._levels[-1][rows, cell]
            self._levels[-1][rows, cell] = np.maximum(noted, level if mask is None else level * mask)
        return value if mask is None else np.where(mask, value, 0)

    def _table(self, kind: str) -> Column | None:
        """What is there of a kind, as one matrix whose cells are numbered in a row; None where there is nothing."""
        if kind in self.shape:
            return self.given[kind]
        if kind not in self._tables:
            tags = [tag for tag in self.order.by_kind.get(kind, ()) if tag in self.written]
            regular = all(tag[1] == i and self.cells[tag] == self.cells[tags[0]] + i for i, tag in enumerate(tags))
            columns = [self.written[tag] for tag in tags] if regular else []
            self._tables[kind] = np.stack(columns, axis=1) if columns else np.zeros((0, 0), dtype=np.int64)
        table = self._tables[kind]
        return table if table.size else None

    def _compute(self, tag: Tag) -> tuple[Column, Levels | None]:
        known = self._known.get(tag)
        if known is None:
            if not self._targets:
                self._walk_hidden(tag)
            known = self._known[tag] = self._step(tag)
        return known

    def _walk_hidden(self, tag: Tag) -> None:
        """Values that no one wrote are computed in their order first, so that long chains need no deep recursion."""
        if self.order.rank.get(tag, 0) < DEEP:
            return
        for earlier in self.order.tags[: self.order.rank[tag]]:
            if earlier not in self.written and earlier not in self._known:
                self._known[earlier] = self._step(earlier)

    def _step(self, tag: Tag) -> tuple[Column, Levels | None]:
        kind, index = tag
        if kind not in self.order.by_kind:
            self._before(kind)
        self._targets.append(tag)
        if self.tracing:
            self._levels.append(np.zeros((self.batch, len(self.cells)), dtype=np.uint8))
        try:
            value = np.broadcast_to(np.asarray(self.task.step(self, kind, index)), (self.batch,))
        finally:
            self._targets.pop()
            levels = self._levels.pop() if self.tracing else None
        return value, levels

    def _site(self) -> int:
        """The line of the task's `step` that is asking, also where a helper of it puts the question."""
        frame = sys._getframe(3)  # noqa: SLF001 - the only way to know which line is asking
        code = type(self.task).step.__code__
        outer = frame
        while outer.f_code is not code and outer.f_back is not None:
            outer = outer.f_back
        return (outer if outer.f_code is code else frame).f_lineno


class Order:
    """The order of computation of a shape's values: rank of each tag, and the tags of each kind."""

    def __init__(self, tags: list[Tag]) -> None:
        self.tags = tags
        self.rank = {tag: rank for rank, tag in enumerate(tags)}
        self.by_kind: dict[str, list[Tag]] = {}
        for tag in tags:
            self.by_kind.setdefault(tag[0], []).append(tag)


_ORDERS: dict[tuple[Any, Any], Order] = {}


def order_of(task: Any, shape: tuple[tuple[str, int], ...]) -> Order:
    """The task's own order of computation for this shape (remembered: it depends on nothing else)."""
    if (task, shape) not in _ORDERS:
        if len(_ORDERS) > 4096:
            _ORDERS.clear()
        _ORDERS[task, shape] = Order([(s.kind, s.index) for s in task.slots(dict(shape)) if s.kind is not None])
    return _ORDERS[task, shape]


def written_before(frame: Frame, contents: Column, slot: int) -> dict[Tag, Column]:
    """The values that stand on the page before slot number `slot`: what `step` may find written."""
    first = len(frame.prompt)
    return {
        entry.tag: contents[:, first + t]
        for t, entry in enumerate(frame.slots[:slot])
        if entry.kind is not None and not (contents[:, first + t] == HOLE).all()
    }
