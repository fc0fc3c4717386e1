"""Sheets: the problems of one cell, ready to be asked and graded, whatever they were made from.

A sheet of lines has pages of one shape; a sheet of a data file has prompts and stored answers. The evaluate loop sees
no difference, except that only lines can be scored in one pass.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Protocol

from lengthwise.core.frame import WORKING
from lengthwise.core.given import Given, rows_of
from lengthwise.core.instance import BlockKey, Instance, problems
from lengthwise.core.line import Line
from lengthwise.core.outcome import Graded
from lengthwise.core.request import Reply, Request
from lengthwise.core.task import Task
from lengthwise.evaluation.cells import Planned
from lengthwise.evaluation.datafile import DataFile, grade_words
from lengthwise.evaluation.grade import expected, grade
from lengthwise.evaluation.measure import Measurement
from lengthwise.lines.write import write


class Verdict(NamedTuple):
    """One reply graded twice: the answer alone, and the whole line; and which symbols were wrong."""

    answer: Graded
    line: Graded
    wrong: tuple[bool, ...]


class Sheet(Protocol):
    """The problems of one shape of one cell."""

    @property
    def line(self) -> Line | None:
        """The pages, where there are any."""
        ...

    @property
    def has_working(self) -> bool:
        """Whether anything but the answer is written."""
        ...

    def __len__(self) -> int: ...

    def identity(self, row: int) -> str:
        """The name of the instance, as its request has it."""
        ...

    def request(self, row: int) -> Request:
        """What is asked."""
        ...

    def expected(self, row: int) -> str:
        """What stands after the prompt."""
        ...

    def grade(self, row: int, reply: Reply) -> Verdict:
        """What became of the reply."""
        ...


@dataclass(frozen=True, eq=False)
class LineSheet:
    """Pages of one shape; rows are numbered from `first` on within their cell."""

    line: Line
    block: BlockKey
    first: int
    limit: int

    def __len__(self) -> int:
        return len(self.line)

    @property
    def has_working(self) -> bool:
        """Whether a slot holds working."""
        return any(entry.role == WORKING for entry in self.line.frame.slots)

    def identity(self, row: int) -> str:
        """The block's name and the row's number."""
        return Instance(self.block, self.first + row, {}).identity

    def request(self, row: int) -> Request:
        """The prompt as the page shows it."""
        given = rows_of(self.line.given, slice(row, row + 1))
        instance = Instance(self.block, self.first + row, given)
        return Request(instance, self.line[row], self.line.part("prompt", row), limit=self.limit)

    def expected(self, row: int) -> str:
        """The symbols of the slots."""
        return " ".join(expected(self.line, row))

    def grade(self, row: int, reply: Reply) -> Verdict:
        """Read by the line's layout."""
        answer = grade(self.line, row, reply.text, reply.finish, "answer")
        whole = grade(self.line, row, reply.text, reply.finish, "line") if self.has_working else answer
        return Verdict(answer, whole, _wrong(expected(self.line, row), reply.text.split()))


@dataclass(frozen=True, eq=False)
class RowSheet:
    """Rows of a data file of one length."""

    task: DataFile
    block: BlockKey
    numbers: tuple[int, ...]
    limit: int
    line: None = None
    has_working: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    def identity(self, row: int) -> str:
        """The block's name and the row's number in the file."""
        return Instance(self.block, self.numbers[row], {}).identity

    def request(self, row: int) -> Request:
        """The prompt as the file has it."""
        return Request(
            self.task.instance(self.numbers[row], self.block),
            None,
            self.task.rows[self.numbers[row]].prompt,
            limit=self.limit,
        )

    def expected(self, row: int) -> str:
        """The stored answer."""
        return self.task.rows[self.numbers[row]].answer

    def grade(self, row: int, reply: Reply) -> Verdict:
        """Word by word."""
        graded = grade_words(self.expected(row), reply.text, reply.finish)
        return Verdict(graded, graded, _wrong(self.expected(row).split(), reply.text.split()))


def sheets(measurement: Measurement, cell: Planned[Task]) -> Iterator[Sheet]:
    """The problems of one cell, shape by shape."""
    block = BlockKey(cell.task, cell.length, measurement.split, measurement.seed, 0, cell.case)
    if isinstance(cell.task, DataFile):
        numbers = cell.task.numbers(cell.length)[: measurement.instances]
        longest = max(len(cell.task.rows[n].answer.split()) for n in numbers)
        yield RowSheet(cell.task, block, numbers, longest + 1 + measurement.slack)
        return
    first = 0
    for given in _problems(block, measurement.instances):
        line = write(cell.task, given, measurement.trace, measurement.layout)
        yield LineSheet(line, block, first, len(line.frame.slots) + 1 + measurement.slack)
        first += len(line)


@lru_cache(maxsize=128)  # a run measures the same problems again and again while it trains
def _problems(name: BlockKey, count: int) -> list[Given]:
    return problems(name, count)


def _wrong(wanted: list[str], symbols: list[str]) -> tuple[bool, ...]:
    """For every symbol wanted, and for the end, whether something else was written there."""
    inside = tuple(t >= len(symbols) or symbols[t] != symbol for t, symbol in enumerate(wanted))
    return (*inside, len(symbols) != len(wanted))
