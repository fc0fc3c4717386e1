"""Ids that the network carries on by itself, in steps: how far the next symbol's id lies from the last one's."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings.coupled import Coupled

PLENTY = 2**30  # ids of a table that nobody makes: only their differences are used


class Underway(NamedTuple):
    """Where a line is: its page, how many slots have ids, and the last ids, int[count]."""

    frame: Frame
    slots: int
    last: Column


@dataclass(frozen=True)
class PredictedSteps(Numbering):
    """The prompt's ids count its symbols; each id after it is the network's own, said as a step from the last id.

    With each symbol the network says a number: 0 to 2 `reach` for ids around the one that the prompt starts with (that
    id itself is `reach`), and as many from 2 `reach` + 1 on for ids around the last one. It is taught the differences
    of `inner`, by default position coupling (arXiv:2405.20671): symbols of the answer get the id of the prompt's symbol
    at the same place. So nothing but time is told to the network (regime A), and nothing that it says grows with the
    length; `Predicted`, whose network says ids themselves, can say none past its head. An idea of this laboratory.

    A prompt of several fields counts on through all of them, and answers meet the first. `sign` is -1 where places fall
    along that field (numbers written from the highest digit on).

    >>> from lengthwise.lines.layouts.least_first import LeastFirst
    >>> from lengthwise.lines.traces.carries import Carries
    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.tasks.arithmetic.increment import Increment
    >>> frame = frame_of(Increment(), (("x", 3),), Carries(), LeastFirst())   # x x x = digit carry digit carry ...
    >>> steps = PredictedSteps(reach=2)
    >>> prompt, state = steps.begin(frame, np.random.default_rng(0), count=1)
    >>> answer = steps.ahead(state, np.zeros((1, 7)))
    >>> prompt[0, :, 0].tolist(), answer[0, :, 0].tolist()
    ([0, 3, 4, 5, 6], [3, 3, 4, 4, 5, 5, 6])
    >>> steps.taught(np.concatenate([prompt, answer], axis=1), shown=5)[0, 4:, 0].tolist()   # back, stay, one on ...
    [2, 7, 8, 7, 8, 7, 8]
    >>> steps.next(state, np.array([7]), proposed=np.array([[9]]))[0].tolist()   # 9 says: two on from 6
    [[8]]
    """

    inner: Numbering = Coupled(ids=PLENTY)  # noqa: RUF009 - a frozen value
    reach: int = 2
    sign: int = 1

    from_time: ClassVar[bool] = True
    predicts: ClassVar[bool] = True
    shape_only = False
    monotone = False

    def __post_init__(self) -> None:
        if self.reach < 1 or self.sign not in (1, -1):
            raise NumberingError(
                f"{self!r}: reach is the longest step, at least 1, and sign is +1 or -1 (places rise or fall along the "
                "prompt)"
            )
        if self.inner.levels != 1:
            raise NumberingError(
                f"{self!r} steps along one level of ids, and its inner numbering has {self.inner.levels}"
            )

    @property
    def first(self) -> int:
        """The id of the prompt's first symbol: above 1, so that steps below it have ids too."""
        return self.reach + 1

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Underway]:
        """Zeros for what opens the line, then a count."""
        if places is not None:
            raise NumberingError(
                'PredictedSteps counts the prompt, and a cut with places="kept" keeps other ids; take '
                'places="renumbered", or Coupled'
            )
        ids = np.concatenate([np.zeros(before, dtype=np.int64), self._prompt(frame)])
        state = Underway(frame, 0, np.full(count, ids[-1]))
        return np.broadcast_to(ids[None, :, None], (count, len(ids), 1)), state

    def next(self, state: Underway, symbols: Column, proposed: Column | None = None) -> tuple[Column, Underway]:
        """One step from the last id as the network says, else as it is taught; 0 below 1."""
        if proposed is None:
            ids = np.full(len(symbols), self._taught(state.frame, state.slots + 1)[-1])
        else:
            ids = self.heard(np.asarray(proposed, dtype=np.int64)[:, 0], state.last)
        return ids[:, None], Underway(state.frame, state.slots + 1, ids)

    def ahead(self, state: Underway, symbols: Column) -> Column:
        """The ids that are taught."""
        ids = self._taught(state.frame, state.slots + symbols.shape[1])[state.slots :]
        return np.broadcast_to(ids[None, :, None], (*symbols.shape, 1))

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """The lowest and the highest id of the prompt, of what is taught and of `extra` symbols after it."""
        ids = np.concatenate([self._prompt(frame), self._taught(frame, len(frame.slots) + extra)])
        return int(ids.min()), int(ids.max())

    def taught(self, ids: Column, shown: int) -> Column:
        """The number for every next id: seen from the last, but for an answer that starts far from its prompt's end."""
        steps = np.diff(ids, axis=1)
        said = np.clip(steps, -self.reach, self.reach) + 3 * self.reach + 1
        jumps = abs(steps[:, shown - 1]) > 1
        said[:, shown - 1][jumps] = np.clip(ids[:, shown][jumps] - self.first, -self.reach, self.reach) + self.reach
        return said

    def heard(self, said: Column, ids: Column) -> Column:
        """The first id or the last one, and the step from it; 0 below 1."""
        around_first, around_last = self.first - self.reach, ids - 3 * self.reach - 1
        next_ids: Column = np.maximum(0, said + np.where(said <= 2 * self.reach, around_first, around_last))
        return next_ids

    def says(self, frame: Frame, extra: int = 0) -> int:
        """Twice as many numbers as there are steps."""
        return 4 * self.reach + 1

    # -- what is taught ---------------------------------------------------------------------------------------------

    def _prompt(self, frame: Frame) -> Column:
        return self.first + np.arange(len(frame.prompt))

    def _taught(self, frame: Frame, count: int) -> Column:
        """int[count]: the ids of the answer's first symbols, going on by the last step past its end."""
        slots = len(frame.slots)
        ids = self.first + self.sign * self._above(frame)
        both = np.concatenate([self._prompt(frame), ids])
        steps = np.diff(both)[len(frame.prompt) - 1 :]
        if abs(steps[0]) > 1:
            steps[0] = ids[0] - self.first
        if (abs(steps) > self.reach).any():
            raise NumberingError(
                f"{self!r}: the ids of this page's answer move by {abs(steps).max()} from one symbol to the next; "
                "raise reach to at least that, or take the inner numbering itself"
            )
        after = ids[-1] + (both[-1] - both[-2]) * np.arange(1, count - slots + 1)
        going_on: Column = np.maximum(0, np.concatenate([ids, after]))
        return going_on[:count]

    def _above(self, frame: Frame) -> Column:
        """int[slot]: how far above the prompt's first symbol the inner numbering puts the answer's."""
        prompt, state = self.inner.begin(frame, np.random.default_rng(0), 1, before=0)
        answer: Column = self.inner.ahead(state, np.zeros((1, len(frame.slots))))[0, :, 0]
        field = [e for e, entry in enumerate(frame.prompt) if entry.kind == frame.prompt[0].kind]
        way = "rise" if self.sign > 0 else "fall"
        if not answer.all() or (prompt[0, field, 0] != prompt[0, 0, 0] + self.sign * np.arange(len(field))).any():
            raise NumberingError(
                f"{self!r} counts the prompt, and the ids of its first field do not {way} one by one, or a symbol of "
                "the answer has none; give the other sign, or take the inner numbering itself"
            )
        above: Column = answer - prompt[0, 0, 0]
        return above
