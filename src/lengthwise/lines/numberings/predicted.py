"""Ids that the network itself predicts, one symbol ahead."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings.coupled import Coupled


@dataclass(frozen=True)
class Predicted(Numbering):
    """The answer's ids are the network's own: with each symbol it says which id the next one has.

    In training the ids are `inner`'s, and they are targets as well (`next_ids`). In decoding `inner` numbers the prompt
    only, and `proposed` (the arg-max of the predicted ids) numbers what is written; where nothing is proposed,
    `inner` goes on. An idea of this laboratory, after position coupling (arXiv:2405.20671).

    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.lines.layouts.plain import Plain
    >>> from lengthwise.lines.traces.running_state import RunningState
    >>> from lengthwise.tasks.logic.parity import Parity
    >>> frame = frame_of(Parity(), (("x", 2),), RunningState(), Plain())   # x x = state state
    >>> predicted = Predicted(Coupled(ids=9, start=1))
    >>> ids, state = predicted.begin(frame, np.random.default_rng(0), count=1)
    >>> ids[0, :, 0].tolist(), predicted.next(state, np.array([5]), np.array([[7]]))[0].tolist()
    ([0, 2, 3, 1], [[7]])
    """

    inner: Numbering = field(default_factory=Coupled)

    predicts: ClassVar[bool] = True
    shape_only = False
    monotone = False

    @property
    def from_time(self) -> bool:  # type: ignore[override]
        """Whether the prompt's ids follow from time: those of the answer are the network's own."""
        return self.inner.from_time

    @property
    def levels(self) -> int:
        """Those of the inner numbering."""
        return self.inner.levels

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Any]:
        """The inner numbering's prompt."""
        return self.inner.begin(frame, rng, count, before, places)

    def next(self, state: Any, symbols: Column, proposed: Column | None = None) -> tuple[Column, Any]:
        """What was proposed, else the inner numbering's id."""
        ids, state = self.inner.next(state, symbols)
        return (ids if proposed is None else np.asarray(proposed, dtype=np.int64)), state

    def ahead(self, state: Any, symbols: Column) -> Column:
        """The inner numbering's ids, which training feeds."""
        return self.inner.ahead(state, symbols)

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """The inner numbering's; what the network proposes is a row of the same table."""
        return self.inner.span(frame, extra)

    def fixed(self) -> "Predicted":
        """The inner numbering in the form used in measurement."""
        return Predicted(self.inner.fixed())
