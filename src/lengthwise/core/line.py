"""A Line: a block of written pages of one shape, the only thing from which text is made."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lengthwise.core.frame import PROMPT, Frame
from lengthwise.core.given import END, HOLE, Column, Given, rows_of
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace


@dataclass(frozen=True, eq=False)
class Line:
    """Pages of one frame: `contents[batch entry]` holds codes into `task.symbols`, END or HOLE, in page order.

    `places[batch entry axis]` is there only where a restriction kept the places of a longer line.

    >>> from lengthwise.tasks.ordering.sort import Sort
    >>> from lengthwise.lines.write import write
    >>> str(write(Sort(values=20), {"x": np.array([[14, 3, 9]])})[0])
    '14 3 9 = 3 9 14'
    """

    task: Task
    trace: Trace
    layout: Layout
    frame: Frame
    given: Given
    contents: Column
    places: Column | None = None

    def __len__(self) -> int:
        return int(self.contents.shape[0])

    def __getitem__(self, rows: int | slice | Column) -> "Line":
        """Some rows; a single one stays a block of one."""
        chosen = slice(rows, rows + 1 if rows != -1 else None) if isinstance(rows, int | np.integer) else rows
        places = None if self.places is None else self.places[chosen]
        return replace(self, given=rows_of(self.given, chosen), contents=self.contents[chosen], places=places)

    def part(self, role: str, row: int = 0) -> str:
        """The text of the entries of one role: prompt, working or answer."""
        return self._text(row, [t for t, e in enumerate(self.frame.entries) if e.role == role])

    def words(self, row: int = 0) -> list[str]:
        """The symbols of one row, up to its end."""
        return self._text(row, range(self.contents.shape[1])).split()

    def __str__(self) -> str:
        return "\n".join(self._text(row, range(self.contents.shape[1])) for row in range(len(self)))

    def _text(self, row: int, entries: Sequence[int]) -> str:
        symbols = self.task.symbols
        codes = [int(self.contents[row, t]) for t in entries]
        return " ".join(symbols[code] for code in codes if code not in (HOLE, END))

    @property
    def prompt_symbols(self) -> int:
        """How many symbols the prompt has."""
        return sum(1 for entry in self.frame.entries if entry.role == PROMPT)
