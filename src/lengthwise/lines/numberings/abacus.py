"""Each digit's number inside its own number, counted from the number's first symbol."""

from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple, Self

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Entry, Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.core.vocabulary import PAD, SPECIAL, Vocabulary
from lengthwise.lines.numberings._starts import DRAWN, MIDDLE, check_table, lowest


class Counting(NamedTuple):
    """The starts of the rows and how many digits of a number each has just written, int[count] both."""

    starts: Column
    run: Column


@dataclass(frozen=True)
class Abacus(Numbering):
    """Digits count from the start of their number, everything else has 0 (Abacus, arXiv:2405.17399).

    With the least significant digit first, digits of one significance share an id. Unlike coupled ids, these look at
    what is written: a separator starts the count anew, so they stay right where a number is longer or shorter than
    planned. In measurement `start` is `measured`: numbers stand in the middle of the table, whose ends are trained
    least. `breaks` are the vocabulary's numbers of the symbols that end a number; `Abacus.over` finds them, and where
    the answer is one number there are none.

    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.lines.layouts.least_first import LeastFirst
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> frame = frame_of(Addition(), (("a", 3), ("b", 3)), Nothing(), LeastFirst())   # a a a + b b b = d d d d
    >>> abacus = Abacus(start=1)
    >>> ids, state = abacus.begin(frame, np.random.default_rng(0), count=1)
    >>> ids[0, :, 0].tolist(), abacus.ahead(state, np.array([[7, 7, 7, 7]]))[0, :, 0].tolist()
    ([0, 1, 2, 3, 0, 1, 2, 3, 0], [1, 2, 3, 4])
    """

    ids: int = 512
    start: int = DRAWN  # 0 = drawn for each line, -1 = in the middle of the table
    measured: int = MIDDLE
    breaks: tuple[int, ...] = ()

    shape_only = False
    monotone = False

    def __post_init__(self) -> None:
        check_table("Abacus", self.ids, (self.start, self.measured))

    @classmethod
    def over(cls, vocabulary: Vocabulary, ids: int = 512) -> Self:
        """The numbering for a vocabulary: every symbol that is no digit ends a number."""
        ends = [n for n, symbol in enumerate(vocabulary.symbols) if n >= len(SPECIAL) and not _is_digit(symbol)]
        return cls(ids=ids, breaks=tuple(ends))

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Counting]:
        """Zeros for what opens the line and for separators; every number of the prompt counts from the start."""
        runs = _runs(frame.prompt)
        longest = max(_runs(frame.entries), default=0)
        needed = max(self.start, 1) + longest - 1
        if needed > self.ids:
            raise NumberingError(
                f"a number of {longest} digits does not fit {self!r}; raise `ids` to at least {needed}"
            )
        first = lowest(self.start, self.ids, longest)
        starts = np.full(count, first) if self.start else rng.integers(1, self.ids - longest + 2, size=count)
        ids = np.zeros((count, before + len(runs), 1), dtype=np.int64)
        ids[:, before:, 0] = self._numbered(starts[:, None], np.array(runs, dtype=np.int64)[None, :])
        return ids, Counting(starts, np.full(count, runs[-1] if runs else 0))

    def next(self, state: Counting, symbols: Column, proposed: Column | None = None) -> tuple[Column, Counting]:
        """One more than the last digit's, or 0 for a symbol that ends a number."""
        is_digit = (symbols > PAD) & ~np.isin(symbols, self.breaks)
        run = np.where(is_digit, state.run + 1, 0)
        return self._numbered(state.starts, run)[:, None], Counting(state.starts, run)

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """Up to the longest number, which may go on after the page."""
        longest = max(_runs(frame.entries), default=0)
        if self.start == DRAWN:
            return 1, max(self.ids, longest + extra)
        first = lowest(self.start, self.ids, longest)
        return first, first + longest + extra - 1

    def fixed(self) -> Self:
        """Numbers that count from where they are measured."""
        return replace(self, start=self.measured)

    def _numbered(self, starts: Column, run: Column) -> Column:
        ids = starts + run - 1
        return np.where((run > 0) & (ids <= self.ids), ids, 0)


def _is_digit(symbol: str) -> bool:
    return len(symbol) == 1 and symbol.isdigit()


def _runs(entries: tuple[Entry, ...]) -> list[int]:
    """For every entry how far it is in its number, from 1; 0 for separators. Padding zeros belong to the number."""
    runs: list[int] = []
    for is_value, group in groupby(entries, key=lambda e: e.kind is not None or _is_digit(e.symbol or "")):
        runs += [number + 1 if is_value else 0 for number, _ in enumerate(group)]
    return runs
