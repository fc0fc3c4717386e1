"""1, 2, 3 ... through the prompt, and 1, 2, 3 ... again through what is written."""

from dataclasses import dataclass

import numpy as np

from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering


@dataclass(frozen=True)
class Recount(Numbering):
    """The number of the symbol in the prompt, and then the number of the symbol in the answer.

    For tasks that write as many symbols as they were given, whatever stands where: the id of the last symbol written
    says how many there are, and its neighbour in the prompt whether that is enough.

    >>> from lengthwise.lines.layouts.plain import Plain
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.tasks.recall.slim import SLiM
    >>> frame = frame_of(SLiM(), (("x", 3),), Nothing(), Plain())   # x x x = y y y
    >>> ids, state = Recount().begin(frame, np.random.default_rng(0), count=1)
    >>> ids[0, :, 0].tolist(), Recount().ahead(state, np.zeros((1, 3)))[0, :, 0].tolist()
    ([0, 1, 2, 3, 4], [1, 2, 3])
    """

    monotone = False

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, int]:
        """Zeros for what opens the line, then 1, 2, 3 ..."""
        ids = np.concatenate([np.zeros(before, dtype=np.int64), np.arange(1, len(frame.prompt) + 1)])
        return np.broadcast_to(ids[None, :, None], (count, len(ids), 1)), 0

    def next(self, state: int, symbols: Column, proposed: Column | None = None) -> tuple[Column, int]:
        """The next number."""
        return np.full((len(symbols), 1), state + 1), state + 1

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """From 1 to the number of symbols of the prompt, or of the answer if that is longer."""
        return 1, max(len(frame.prompt), len(frame.slots) + extra)
