"""Rising numbers drawn at random from a long table."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings._starts import check_table


@dataclass(frozen=True)
class Randomized(Numbering):
    """A uniform choice of as many different ids as the page has symbols, in ascending order (arXiv:2305.16843).

    Short lines so meet ids as high as those of the longest line to come, and the network learns to go by their order.
    A choice is drawn for each line, in measurement too: the caller keys `rng` by the instance. Past the last slot ids
    go on with the row's last difference.

    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.lines.layouts.plain import Plain
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.tasks.logic.parity import Parity
    >>> frame = frame_of(Parity(), (("x", 3),), Nothing(), Plain())   # x x x = state
    >>> Randomized(ids=5).begin(frame, np.random.default_rng(0), count=1)[0][0, :, 0].tolist()
    [0, 1, 2, 3, 4]
    """

    from_time: ClassVar[bool] = True

    ids: int = 2048

    def __post_init__(self) -> None:
        check_table("Randomized", self.ids)

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, tuple[Column, int]]:
        """Zeros for what opens the line, then the first of the drawn ids."""
        needed, prompt = len(frame.entries), len(frame.prompt)
        if needed > self.ids:
            raise NumberingError(
                f"a page of {needed} symbols does not fit Randomized(ids={self.ids}); raise `ids` to at least {needed}"
            )
        drawn = np.argpartition(rng.random((count, self.ids), dtype=np.float32), needed - 1, axis=1)[:, :needed]
        drawn = np.sort(drawn, axis=1) + 1
        ids = np.zeros((count, before + prompt, 1), dtype=np.int64)
        ids[:, before:, 0] = drawn[:, :prompt]
        return ids, (drawn, prompt)

    def next(
        self, state: tuple[Column, int], symbols: Column, proposed: Column | None = None
    ) -> tuple[Column, tuple[Column, int]]:
        """The next of the drawn ids."""
        drawn, entry = state
        return self._from(drawn, entry, 1)[:, 0], (drawn, entry + 1)

    def ahead(self, state: tuple[Column, int], symbols: Column) -> Column:
        """The next of the drawn ids."""
        return self._from(*state, symbols.shape[1])

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """All of the table."""
        return 1, max(self.ids, len(frame.entries))

    def _from(self, drawn: Column, entry: int, count: int) -> Column:
        step = drawn[:, -1:] - drawn[:, -2:-1] if drawn.shape[1] > 1 else np.ones((len(drawn), 1), dtype=np.int64)
        inside = drawn[:, entry : entry + count]
        beyond = np.arange(max(entry, drawn.shape[1]), entry + count) - drawn.shape[1] + 1
        ids = np.concatenate([inside, drawn[:, -1:] + step * beyond], axis=1)
        return np.where(ids <= self.ids, ids, 0)[:, :, None]
