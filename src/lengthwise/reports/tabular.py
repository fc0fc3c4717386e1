"""A table as rows of text: what the terminal prints, a page shows and a study's record keeps."""

from collections.abc import Sequence
from typing import NamedTuple

WORDY = 30  # a column as wide as this holds sentences, which begin at the left


class Table(NamedTuple):
    """A heading, column names and rows of text; a note says how to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""

    def __str__(self) -> str:
        widths = [max(len(cells[i]) for cells in (self.columns, *self.rows)) for i in range(len(self.columns))]
        lines = [self._line(self.columns, widths), "  ".join("─" * width for width in widths)]
        below = [self.note] if self.note else []
        return "\n".join([self.title, *lines, *(self._line(row, widths) for row in self.rows), *below])

    def _line(self, cells: Sequence[str], widths: Sequence[int]) -> str:
        first, *rest = zip(cells, widths, strict=True)
        told = (text.ljust(width) if width > WORDY else text.rjust(width) for text, width in rest)
        return "  ".join([first[0].ljust(first[1]), *told]).rstrip()
