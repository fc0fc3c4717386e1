"""Position coupling: symbols that belong together share an id."""

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame, Place
from lengthwise.core.given import Column
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings._starts import DRAWN, MIDDLE, check_table, lowest, middle

NOWHERE = -32768  # "no place" in an array of places


class Offsets(NamedTuple):
    """How far above the line's start each entry of a page stands on each level, in one vector for all rows.

    `of[entry level]`; `known[entry level]` is False where an entry has no place on an axis; `extent[level]` is the
    highest offset; past the last slot ids go on from `last[level]` (where `goes_on`) by `step[level]`.
    """

    of: Column
    known: Column
    extent: Column
    last: Column
    step: Column
    goes_on: Column
    everywhere: bool  # whether every entry has a place on every level


class Underway(NamedTuple):
    """Where a line is: its page's offsets, the starts of its rows, int[count level], and the next entry."""

    offsets: Offsets
    starts: Column
    entry: int
    kept: Column | None  # int[count entry level]: ids of places kept by a restriction


@dataclass(frozen=True)
class Coupled(Numbering):
    """The id of a symbol is a start drawn for each line plus the symbol's place (position coupling, arXiv:2405.20671).

    Places come from the task: in addition the digits of one significance share theirs, so that the network finds the
    two digits it has to add by their ids, at any length. A separator stands one step before the block it opens. With
    several `axes` there is an id for each (arXiv:2410.15787). `sign` -1 lets the ids of a level fall where places
    rise. The start is uniform over every value at which the page fits a table of `ids`, drawn for each level apart; in
    measurement it is `measured`: by default the page stands in the middle of the table, since the rows at its ends are
    trained least (the papers measure at 1). Ids see no contents: they follow from the shape alone.

    >>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
    >>> from lengthwise.lines.traces.nothing import Nothing
    >>> from lengthwise.lines.write import frame_of
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> frame = frame_of(Addition(), (("a", 3), ("b", 3)), Nothing(), ReversedAnswer())   # a a a + b b b = d d d d
    >>> coupled = Coupled(ids=50, start=11)
    >>> ids, state = coupled.begin(frame, np.random.default_rng(0), count=1)
    >>> ids[0, :, 0].tolist()
    [0, 14, 13, 12, 11, 14, 13, 12, 11]
    >>> coupled.ahead(state, np.zeros((1, 6)))[0, :, 0].tolist()
    [12, 13, 14, 15, 16, 17]
    """

    ids: int = 512
    sign: tuple[int, ...] = ()  # +1 or -1 for each level; () = +1 for all
    axes: tuple[str, ...] | None = None  # which of the page's axes to number; None = the one it has
    start: int = DRAWN  # 0 = drawn for each line and level, -1 = in the middle of the table
    measured: int = MIDDLE

    shape_only = True
    monotone = False

    def __post_init__(self) -> None:
        check_table("Coupled", self.ids, (self.start, self.measured))
        if self.axes == ():
            raise NumberingError("Coupled(axes=()) numbers nothing; name an axis, or leave axes out for the only one")
        if self.sign and (len(self.sign) != self.levels or set(self.sign) - {1, -1}):
            raise NumberingError(f"sign={self.sign} is not +1 or -1 for each of {self.levels} levels")

    @property
    def levels(self) -> int:
        """One for each axis."""
        return 1 if self.axes is None else len(self.axes)

    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Underway]:
        """Zeros for what opens the line, then the places of the prompt from the starts."""
        state = self._fresh(frame, rng, count) if places is None else self._kept(frame, rng, places)
        ids = np.zeros((count, before + len(frame.prompt), self.levels), dtype=np.int64)
        self._fill(ids[:, before:], state._replace(entry=0))
        return ids, state

    def next(self, state: Underway, symbols: Column, proposed: Column | None = None) -> tuple[Column, Underway]:
        """The id of the next slot; past the last one the level goes on with its last difference."""
        return self._ids(state, 1)[:, 0], state._replace(entry=state.entry + 1)

    def ahead(self, state: Underway, symbols: Column) -> Column:
        """The ids of the next slots."""
        return self._ids(state, symbols.shape[1])

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """The lowest and the highest id of this page and of what goes on after it; 0 where ids run out below."""
        offsets = self._offsets(frame)
        if not offsets.known.any():
            return 0, 0
        first = np.array([lowest(self.start, self.ids, extent + 1) for extent in offsets.extent.tolist()])
        end = (first + offsets.last + extra * offsets.step)[offsets.goes_on].tolist()
        least, most = min([*first.tolist(), *end]), max([*(first + offsets.extent).tolist(), *end])
        return max(0, least), most if self.start else max(self.ids, most)

    def fixed(self) -> Self:
        """The form whose pages start where they are measured."""
        return replace(self, start=self.measured)

    # -- how ids come about -----------------------------------------------------------------------------------------

    def _fresh(self, frame: Frame, rng: np.random.Generator, count: int) -> Underway:
        offsets = self._offsets(frame)
        return Underway(
            offsets, self._starts(rng, np.broadcast_to(offsets.extent, (count, self.levels))), len(frame.prompt), None
        )

    def _starts(self, rng: np.random.Generator, extent: Column) -> Column:
        needed = max(self.start, 1) + int(extent.max(initial=0))
        if needed > self.ids:
            raise NumberingError(
                f"this page needs ids up to {needed}, and {self!r} ends before; raise `ids` to at least {needed}"
            )
        if self.start == MIDDLE:
            return middle(self.ids, extent + 1)
        if self.start:
            return np.full(extent.shape, self.start, dtype=np.int64)
        return rng.integers(1, self.ids - extent + 1)

    def _ids(self, state: Underway, count: int) -> Column:
        """int[count time level]: of the `count` entries from the state's on, also past the last."""
        ids = np.empty((len(state.starts), count, self.levels), dtype=np.int64)
        self._fill(ids, state)
        return ids

    def _fill(self, ids: Column, state: Underway) -> None:
        """The same into an array. Ids of the page fit the table by the choice of the starts; those after it may not."""
        page, (offsets, starts, entry, kept) = len(state.offsets.of), state
        inside = max(0, min(ids.shape[1], page - entry))
        if kept is not None:
            ids[:, :inside] = kept[:, entry : entry + inside]
        else:
            np.add(starts[:, None, :], offsets.of[entry : entry + inside], out=ids[:, :inside])
            if not offsets.everywhere:
                ids[:, :inside] *= offsets.known[entry : entry + inside]
        if inside < ids.shape[1]:
            steps = (np.arange(entry + inside, entry + ids.shape[1]) - page + 1)[:, None] * offsets.step
            last = (starts + offsets.last) * offsets.goes_on if kept is None else kept[:, -1]
            after = np.where(last[:, None] > 0, last[:, None] + steps, 0)
            ids[:, inside:] = np.where((after < 1) | (after > self.ids), 0, after)

    def _offsets(self, frame: Frame) -> Offsets:
        name = (id(frame), self.axes, self.sign)
        known = _OFFSETS.get(name)
        if known is None or known[0] is not frame:
            if len(_OFFSETS) > 1024:
                _OFFSETS.clear()
            known = _OFFSETS[name] = (
                frame,
                _offsets([entry.place for entry in frame.entries], self._chosen(frame.axes), self._signs()),
            )
        return known[1]

    def _signs(self) -> Column:
        return np.array(self.sign or (1,) * self.levels, dtype=np.int64)

    def _chosen(self, axes: tuple[str, ...]) -> list[int | None]:
        """Which of the page's axes each level numbers; a level whose axis the page lacks has no ids."""
        if not axes:
            raise NumberingError(
                "this page has no axes: what is left away moves its symbols, so that none has a place of its own; use "
                "a numbering by time (Sequential, RandomStart, Randomized), or a layout that fills every slot"
            )
        if self.axes is not None:
            if not set(self.axes) & set(axes):
                raise NumberingError(
                    f"this page has the axes {', '.join(axes)}; Coupled(axes={self.axes}) numbers none of them"
                )
            return [axes.index(axis) if axis in axes else None for axis in self.axes]
        if len(axes) != 1:
            raise NumberingError(
                f"this page has the axes {', '.join(axes)}; name those to number, for instance Coupled(axes={axes})"
            )
        return [0]

    def _kept(self, frame: Frame, rng: np.random.Generator, places: Column) -> Underway:
        """The ids of a longer line, kept by a restriction: places differ from row to row."""
        offsets = self._offsets(frame)
        chosen = [axis if axis is not None else -1 for axis in self._chosen(frame.axes)]
        padded = np.concatenate([places.astype(np.int64), np.full((*places.shape[:2], 1), NOWHERE)], axis=2)[
            :, :, chosen
        ]
        known = padded > NOWHERE
        signed = padded * self._signs()
        lowest = np.where(known, signed, np.iinfo(np.int64).max).min(axis=1, initial=np.iinfo(np.int64).max)
        above = np.where(known, signed - lowest[:, None], 0)
        starts = self._starts(rng, above.max(axis=1, initial=0))
        ids = np.where(known, above + starts[:, None], 0)
        return Underway(offsets, starts, len(frame.prompt), ids)


# Keyed by the frame's identity, with the frame kept alive beside: hashing a long frame costs more than numbering it.
_OFFSETS: dict[tuple[int, tuple[str, ...] | None, tuple[int, ...]], tuple[Frame, Offsets]] = {}


def _offsets(places: list[Place], chosen: list[int | None], signs: Column) -> Offsets:
    raw = [[None if axis is None else place[axis] for axis in chosen] for place in places]
    known = np.array([[value is not None for value in row] for row in raw], dtype=bool).reshape(
        len(places), len(chosen)
    )
    signed = np.array([[value or 0 for value in row] for row in raw], dtype=np.int64).reshape(known.shape) * signs
    of, step = np.zeros(known.shape, dtype=np.int64), np.zeros(len(chosen), dtype=np.int64)
    for level in range(len(chosen)):
        values = signed[known[:, level], level]
        if len(values):
            of[known[:, level], level] = values - values.min()
            step[level] = values[-1] - values[-2] if len(values) > 1 else 1
    goes_on = known[-1] if len(known) else np.zeros(len(chosen), dtype=bool)
    last = of[-1] if len(of) else step
    return Offsets(of, known, of.max(axis=0, initial=0), last, step, goes_on, bool(known.all()))
