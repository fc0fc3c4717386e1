"""A data file as a task: rows with a prompt, an answer and a length, stored instead of drawn.

JSONL has one object a line, CSV a header row; both have the columns `prompt`, `answer` and `length`. Such a task knows
no rule, so `step`, restriction, coupling and the contracts refuse it by name; solvers, grading and curves take it like
any other.

>>> task = DataFile.of([Row("3 1 2 =", "1 2 3", 3)], name="mine")
>>> task.rows[0].answer
'1 2 3'
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, NamedTuple, NoReturn

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import Frame, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.instance import BlockKey, Instance
from lengthwise.core.outcome import Graded, Outcome
from lengthwise.core.request import Finish
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.evaluation.csv_rows import csv_rows

COLUMNS = ("prompt", "answer", "length")


class Row(NamedTuple):
    """One stored problem."""

    prompt: str
    answer: str
    length: int


@dataclass(frozen=True)
class DataFile(Task):
    """Stored problems. Its data is the file itself: a changed file is another task.

    `rows` are read from `path` where they are not given.
    """

    path: str = ""
    title: str = ""
    stored: tuple[Row, ...] = ()

    question: ClassVar[str] = ""
    addressing: ClassVar[Addressing] = "dense"

    @classmethod
    def of(cls, rows: Iterable[Row], name: str) -> "DataFile":
        """A task from rows in memory."""
        return cls(title=name, stored=tuple(rows))

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """All rows, checked."""
        return self.stored or tuple(read_rows(Path(self.path)))

    @property
    def name(self) -> str:
        """The file's name."""
        return self.title or Path(self.path).name

    @cached_property
    def version(self) -> int:  # type: ignore[override]
        """A hash of the rows: a run of other rows is another run."""
        told = "\n".join(map(str, map(tuple, self.rows)))
        return int.from_bytes(blake2b(told.encode(), digest_size=6).digest(), "big")

    @cached_property
    def alphabet(self) -> tuple[str, ...]:
        """Every word of any answer or prompt."""
        return tuple(sorted({word for row in self.rows for text in row[:2] for word in text.split()}))

    def numbers(self, length: int) -> tuple[int, ...]:
        """Which rows have this length."""
        found = tuple(n for n, row in enumerate(self.rows) if row.length == length)
        if not found:
            raise TaskError(f"{self.name} has no row of length {length}; it has {', '.join(map(str, self.lengths))}")
        return found

    @cached_property
    def lengths(self) -> tuple[int, ...]:
        """The lengths that occur, in order."""
        return tuple(sorted({row.length for row in self.rows}))

    def check_length(self, length: int, case: str = "typical") -> None:
        """A length that occurs."""
        self.numbers(length)

    def instance(self, number: int, block: BlockKey) -> Instance:
        """One row, by its number in the file."""
        return Instance(block, number, {"row": np.array([[number]])})

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Row numbers."""
        return {"row": rng.choice(self.numbers(length), size=(count, 1))}

    def chance(self, length: int) -> float:
        """The share of the commonest answer."""
        answers = [self.rows[n].answer for n in self.numbers(length)]
        return max(map(answers.count, set(answers))) / len(answers)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        self._refuse("slots")

    def step(self, read: Reader, kind: str, index: int) -> Column:
        self._refuse("step")

    def solve(self, given: Given) -> Mapping[str, Column]:
        self._refuse("solve")

    def frame(self, shape: tuple[tuple[str, int], ...], kinds: frozenset[str]) -> Frame:
        self._refuse("frame")

    def _refuse(self, what: str) -> NoReturn:
        raise TaskError(
            f"{self.name} is a data file: it has prompts and answers and no {what}; write a task to get one"
        )


def read_rows(path: Path) -> list[Row]:
    """The rows of a JSONL or CSV file; a TaskError with the row's number where one is bad."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise TaskError(f"cannot read {path}: {error.strerror or error}; give a JSONL or CSV file") from error
    except UnicodeDecodeError as error:
        raise TaskError(f"{path} is not text in UTF-8 (byte {error.start}); save it as UTF-8") from error
    records = csv_rows(text, path, COLUMNS, TaskError) if path.suffix == ".csv" else _from_jsonl(text, path)
    rows = [_row(record, number, path) for number, record in records]
    if not rows:
        raise TaskError(f"{path} has no rows; give at least one with {', '.join(COLUMNS)}")
    return rows


def _from_jsonl(text: str, path: Path) -> Iterable[tuple[int, Mapping[str, Any]]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:  # also a number or a nesting that Python refuses to read
            why = f"{error.msg} at character {error.pos}" if isinstance(error, json.JSONDecodeError) else str(error)
            raise TaskError(f"{path}, row {number}: not JSON ({why}); one object a line") from error
        if not isinstance(record, dict):
            raise TaskError(
                f"{path}, row {number}: {line.strip()[:40]} is no object; one object a line, with {', '.join(COLUMNS)}"
            )
        yield number, record


def _row(record: Mapping[str, Any], number: int, path: Path) -> Row:
    for name in COLUMNS:
        if record.get(name) is None:
            raise TaskError(f"{path}, row {number}: no {name!r}; every row has {', '.join(COLUMNS)}")
    if not (isinstance(record["prompt"], str) and isinstance(record["answer"], str)):
        raise TaskError(
            f"{path}, row {number}: prompt and answer must be text, not {record['prompt']!r} and {record['answer']!r}"
        )
    length = str(record["length"]).strip()
    if isinstance(record["length"], bool) or not (length.isdecimal() and len(length) < 10 and int(length)):
        raise TaskError(f"{path}, row {number}: the length {record['length']!r} is no whole number from 1 on")
    if not record["answer"].split():
        raise TaskError(f"{path}, row {number}: the answer is empty; every row needs one")
    return Row(record["prompt"], record["answer"], int(length))


def grade_words(wanted: str, text: str, finish: Finish = Finish.ENDED) -> Graded:
    """Compare two texts word by word."""
    words, right = text.split(), wanted.split()
    pairs: Sequence[tuple[str, str]] = list(zip(words, right, strict=False))
    first = next((t for t, (a, b) in enumerate(pairs) if a != b), None)
    if first is None and len(words) != len(right):
        first = len(pairs)
    if finish is Finish.LIMIT:
        return Graded(Outcome.TRUNCATED, text, first)
    if not words:
        return Graded(Outcome.UNFINISHED, text, 0)
    return Graded(Outcome.CORRECT, text) if first is None else Graded(Outcome.WRONG, text, first)
