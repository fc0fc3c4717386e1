"""s, s + 1, s + 2 ...: consecutive numbers from a start drawn for each line."""

from dataclasses import dataclass, replace
from typing import ClassVar, Self

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings._starts import DRAWN, MIDDLE, check_table, lowest


@dataclass(frozen=True)
class RandomStart(Numbering):
    """Consecutive ids inside a table of `ids`, the start uniform over every place where the page fits.

    So that every row of an absolute table is trained, also those that short lines never reach (arXiv:2410.02140 trains
    absolute encodings like this). In measurement `start` is `measured`: lines stand in the middle of the table, since
    the rows at its ends are trained least.

    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.lines.layouts.plain import Plain
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.tasks.logic.parity import Parity
    >>> frame = frame_of(Parity(), (("x", 3),), Nothing(), Plain())   # x x x = state
    >>> RandomStart(ids=50, start=11).begin(frame, np.random.default_rng(0), count=1)[0][0, :, 0].tolist()
    [0, 11, 12, 13, 14]
    """

    from_time: ClassVar[bool] = True

    ids: int = 512
    start: int = DRAWN  # 0 = drawn for each line, -1 = in the middle of the table
    measured: int = MIDDLE

    def __post_init__(self) -> None:
        check_table("RandomStart", self.ids, (self.start, self.measured))

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Column]:
        """Zeros for what opens the line, then consecutive ids from the start."""
        needed = len(frame.entries)
        if self.start == DRAWN and needed > self.ids:
            raise NumberingError(
                f"a page of {needed} symbols does not fit RandomStart(ids={self.ids}); raise `ids` to at least {needed}"
            )
        first = lowest(self.start, self.ids, needed)
        start = np.full(count, first) if self.start else rng.integers(1, self.ids - needed + 2, size=count)
        ids = np.zeros((count, before + len(frame.prompt), 1), dtype=np.int64)
        ids[:, before:, 0] = self._inside(start[:, None] + np.arange(len(frame.prompt)))
        return ids, start + len(frame.prompt)

    def next(self, state: Column, symbols: Column, proposed: Column | None = None) -> tuple[Column, Column]:
        """The next id; 0 past the end of the table."""
        return self._inside(state)[:, None], state + 1

    def ahead(self, state: Column, symbols: Column) -> Column:
        """The next ids."""
        return self._inside(state[:, None] + np.arange(symbols.shape[1]))[:, :, None]

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """All of the table where the start is drawn; else from the start on."""
        needed = len(frame.entries) + extra
        if self.start == DRAWN:
            return 1, max(self.ids, needed)
        first = lowest(self.start, self.ids, len(frame.entries))
        return first, first + needed - 1

    def fixed(self) -> Self:
        """Lines that start where they are measured."""
        return replace(self, start=self.measured)

    def _inside(self, ids: Column) -> Column:
        return np.where((ids >= 1) & (ids <= self.ids), ids, 0)
