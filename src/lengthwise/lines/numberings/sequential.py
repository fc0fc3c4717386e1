"""1, 2, 3 ...: every symbol after the start gets the next number."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering


@dataclass(frozen=True)
class Sequential(Numbering):
    """The number of the symbol in its line; the prompt starts at 1.

    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.lines.layouts.plain import Plain
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.tasks.logic.parity import Parity
    >>> frame = frame_of(Parity(), (("x", 3),), Nothing(), Plain())   # x x x = state
    >>> ids, state = Sequential().begin(frame, np.random.default_rng(0), count=1)
    >>> ids[0, :, 0].tolist(), Sequential().next(state, np.array([7]))[0].tolist()
    ([0, 1, 2, 3, 4], [[5]])
    """

    from_time: ClassVar[bool] = True

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, int]:
        """Zeros for what opens the line, then 1, 2, 3 ..."""
        prompt = len(frame.prompt)
        ids = np.concatenate([np.zeros(before, dtype=np.int64), np.arange(1, prompt + 1)])
        return np.broadcast_to(ids[None, :, None], (count, before + prompt, 1)), prompt

    def next(self, state: int, symbols: Column, proposed: Column | None = None) -> tuple[Column, int]:
        """The next number."""
        return np.full((len(symbols), 1), state + 1), state + 1

    def ahead(self, state: int, symbols: Column) -> Column:
        """The next numbers."""
        count, time = symbols.shape
        return np.broadcast_to(np.arange(state + 1, state + 1 + time)[None, :, None], (count, time, 1))

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """From 1 to the number of entries."""
        return 1, len(frame.entries) + extra
