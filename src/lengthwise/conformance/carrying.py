"""The five contracts' fifth: carriers are the values whose content entered, checked by tags that travel with copies.

A second Reader, which shares nothing with the first, hands out arrays that remember for each number the cells it was
made from. Arithmetic unites them, a choice takes those of what was chosen, a comparison forgets them: a verdict carries
nothing.
"""

from typing import Any, cast

import numpy as np

from lengthwise.conformance.pages import ROWS, lines
from lengthwise.conformance.report import NotApplicable
from lengthwise.core.errors import ConformanceError
from lengthwise.core.frame import Index, Tag
from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.reader import READ, Reading, written_before
from lengthwise.core.task import Task


class Tagged(np.ndarray[Any, Any]):
    """An array of whole numbers with `cells`, bool[..., cell]: what each number was made from."""

    cells: Column

    @classmethod
    def of(cls, values: Any, cells: Any) -> "Tagged":
        """These numbers, made from these cells."""
        made = np.asarray(values, dtype=np.int64).view(cls)
        made.cells = np.broadcast_to(cells, (*made.shape, cells.shape[-1]))
        return made

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        values = getattr(ufunc, method)(*[np.asarray(value) for value in inputs], **options)
        if np.asarray(values).dtype == bool:
            return values
        if method == "__call__":
            return Tagged.of(values, _united([_cells(value, np.shape(values)) for value in inputs]))
        axis = options.get("axis", 0)
        return Tagged.of(values, self.cells.any(axis=tuple(range(self.ndim)) if axis is None else axis))

    def __array_function__(self, function: Any, types: Any, args: Any, kwargs: Any) -> Any:
        if function is np.where and len(args) == 3:
            condition, one, other = args
            values = np.where(np.asarray(condition), np.asarray(one), np.asarray(other))
            cells = np.where(np.asarray(condition)[..., None], _cells(one, values.shape), _cells(other, values.shape))
            return Tagged.of(values, cells)
        if function in {np.concatenate, np.stack}:
            parts, axis = list(args[0]), kwargs.get("axis", args[1] if len(args) > 1 else 0)
            values = function([np.asarray(part) for part in parts], axis=axis)
            return Tagged.of(values, function([_cells(part, part.shape) for part in parts], axis=axis))
        return function(*[_plain(value) for value in args], **{name: _plain(value) for name, value in kwargs.items()})

    def __getitem__(self, where: Any) -> Any:
        if isinstance(where, Tagged):
            where = np.asarray(where)
        return Tagged.of(np.asarray(self)[where], self.cells[where])


def _plain(value: Any) -> Any:
    return np.asarray(value) if isinstance(value, Tagged) else value


def _cells(value: Any, shape: tuple[int, ...]) -> Column:
    if isinstance(value, Tagged):
        return np.broadcast_to(value.cells, (*shape, value.cells.shape[-1]))
    return np.zeros((*shape, 1), dtype=bool)


def _united(parts: list[Column]) -> Column:
    union = parts[0]
    for part in parts[1:]:
        union = union | part
    return union


class CellReader:
    """Answers `step` with tagged numbers: written values first, then the given, else by calling `step` again."""

    def __init__(self, line: Line, slot: int) -> None:
        self.task, self.given, self.batch = line.task, line.given, len(line)
        self.written = written_before(line.frame, line.contents, slot)
        self.kinds = {kind: column.shape[1] for kind, column in line.given.items()}
        given = [(kind, i) for kind in sorted(self.kinds) for i in range(self.kinds[kind])]
        self.order = [(s.kind, s.index) for s in line.task.slots(self.kinds) if s.kind is not None]
        self.cells: dict[Tag, int] = {tag: number for number, tag in enumerate([*given, *self.written])}
        self.now: list[Tag] = []

    def value(self, tag: Tag) -> Tagged:
        """One value for every row."""
        self.now.append(tag)
        made = self.task.step(self, *tag)
        self.now.pop()
        shape = (self.batch,)
        cells = np.broadcast_to(_cells(made, np.shape(made)), (*shape, _cells(made, np.shape(made)).shape[-1]))
        wide = cells | np.zeros((self.batch, len(self.cells)), dtype=bool)
        return Tagged.of(np.broadcast_to(np.asarray(made), shape), wide)

    def read(self, kind: str, index: Index | Column, where: Column | bool | None = None) -> Column:  # noqa: FBT001 - the Reader's own words
        """The value, tagged; 0 without a tag for rows outside `where`."""
        mask = np.broadcast_to(np.asarray(True if where is None else where, dtype=bool), (self.batch,))
        values, cells = np.zeros(self.batch, dtype=np.int64), np.zeros((self.batch, len(self.cells)), dtype=bool)
        each = np.broadcast_to(np.asarray(index), (self.batch,)) if not isinstance(index, tuple) else None
        asked: list[Index] = [cast("Index", index)] if each is None else np.unique(each[mask]).tolist()
        for one in asked:
            rows = mask if each is None else mask & (each == one)
            if not rows.any():
                continue
            found = self._one((kind, one))
            values[rows], cells[rows] = np.asarray(found)[rows], found.cells[rows]
        return Tagged.of(values, cells)

    def key(self, kind: str, index: Index | Column, where: Column | bool | None = None) -> Column:  # noqa: FBT001 - the Reader's own words
        """As `read`: a key whose content enters the value after all is found out by its tag."""
        return self.read(kind, index, where)

    def scan(self, kind: str) -> Column:
        """All of a kind, tagged."""
        columns = [self._one(tag) for tag in self._all(kind)]
        values = np.stack([np.asarray(column) for column in columns], axis=1) if columns else np.zeros((self.batch, 0))
        none = np.zeros((self.batch, 0, len(self.cells)), dtype=bool)
        return Tagged.of(values, np.stack([column.cells for column in columns], axis=1) if columns else none)

    def count(self, kind: str) -> int:
        """How many there are."""
        return len(self._all(kind))

    def _all(self, kind: str) -> list[Tag]:
        if kind in self.kinds:
            return [(kind, i) for i in range(self.kinds[kind])]
        rank = self.order.index(self.now[-1]) if self.now[-1] in self.order else len(self.order)
        return [tag for tag in self.order[:rank] if tag[0] == kind]

    def _one(self, tag: Tag) -> Tagged:
        if tag not in self.cells:
            return self.value(tag)
        kind, index = tag
        content = self.given[kind][:, cast("int", index)] if kind in self.kinds else self.written[tag]
        cells = np.zeros((self.batch, len(self.cells)), dtype=bool)
        cells[:, self.cells[tag]] = True
        return Tagged.of(content, cells)


def check_carriers_are_right(task: Task) -> None:
    """What the Reader noted as read is what the value was made from, on every page."""
    if task.sparsity(task.tiny()[1]) is None:
        raise NotApplicable(f"{task.name} is dense: a verdict over all of the input carries nothing")
    for line in lines(task, rows=ROWS // 2):
        for slot, entry in enumerate(line.frame.slots):
            if entry.kind is None:
                continue
            reading = Reading(task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
            said, levels = reading.sources(*entry.tag)
            reader = CellReader(line, slot)
            made = reader.value(entry.tag)
            if (np.asarray(made) != said).any():
                raise ConformanceError(
                    f"{entry.kind}[{entry.index}] of {str(line[0])!r}: two Readers get different values"
                )
            order = [reader.cells[tag] for tag in reading.cells]
            differs = (levels == READ) != made.cells[:, order]
            if differs.any():
                row = int(differs.any(axis=1).argmax())
                names = list(reading.cells)
                noted = [names[i] for i in np.flatnonzero(levels[row] == READ)]
                truly = [names[i] for i in np.flatnonzero(made.cells[row][order])]
                raise ConformanceError(
                    f"{entry.kind}[{entry.index}] of {str(line[row])!r} was made from {truly}, and step read "
                    f"{noted}: ask "
                    "with `read` for what enters the value and with `key` for what finds the place"
                )
