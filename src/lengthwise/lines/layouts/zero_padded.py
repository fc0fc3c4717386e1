"""Zeros in front of the shorter numbers, so that all numbers of a question are equally wide."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import ANSWER, Entry, Frame
from lengthwise.core.layout import Layout
from lengthwise.lines.layouts._order import SIGNIFICANCE
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer


@dataclass(frozen=True)
class ZeroPadded(Layout):
    """Every number of the question is as wide as the widest, or as `width`; the answer, and working of its
    kind, gets as many zeros more.

    A padding zero is a symbol of the page and no value, and has the place of the digit it is, so that coupled ids go on
    through it. `inner` orders the digits. Padding to the longest length tested trains on pages as long as those of the
    test: such runs are a regime of their own.

    >>> import numpy as np
    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> given = {"a": np.array([[7, 5, 8]]), "b": np.array([[6]])}
    >>> print(write(Addition(second="any"), given, layout=ZeroPadded()))
    8 5 7 + 0 0 6 = 3 6 8 0
    >>> print(write(Addition(second="any"), given, layout=ZeroPadded(width=5)))
    0 0 8 5 7 + 0 0 0 0 6 = 3 6 8 0 0 0
    """

    inner: Layout = ReversedAnswer()  # noqa: RUF009 - a frozen value
    width: int = 0  # 0 = the widest number of the question

    shows_only_values: ClassVar[bool] = False

    def arrange(self, frame: Frame) -> Frame:
        """Zeros behind the last digit of every number in order of computation, then the inner layout."""
        if not self.inner.fills_every_slot:
            raise LayoutError(f"{self!r} pads what {self.inner!r} leaves away; give one of the two")
        if SIGNIFICANCE not in frame.axes:
            raise LayoutError(
                f"{self!r} pads digits, and this page has the axes {', '.join(frame.axes)}; use another layout"
            )
        axis = frame.axes.index(SIGNIFICANCE)
        widths = [1 + (e.place[axis] or 0) for e in frame.prompt if e.kind is not None and e.place[axis] is not None]
        widest = max(widths, default=0)
        if self.width and self.width < widest:
            raise LayoutError(
                f"{widest} digits do not fit ZeroPadded(width={self.width}); raise `width` to at least {widest}"
            )
        width = self.width or widest
        asked = {e.kind for e in frame.prompt}
        answered = {e.kind for e in frame.slots if e.role == ANSWER}
        prompt = _padded(frame.prompt, axis, asked, to=width)
        slots = _padded(frame.slots, axis, answered, by=width - widest)
        page = self.inner.arrange(Frame(prompt, slots, frame.axes))
        return Frame(_unnamed(page.prompt), _unnamed(page.slots), page.axes)


def _padded(
    entries: tuple[Entry, ...], axis: int, kinds: set[str | None], to: int = 0, by: int = 0
) -> tuple[Entry, ...]:
    """Zeros after each number of these kinds: up to `to` digits, or `by` of them.

    For the inner layout a zero is one more digit of its number; the symbol it carries tells it apart.
    """
    last = {_number(e): t for t, e in enumerate(entries) if e.kind is not None and e.kind in kinds}
    result: list[Entry] = []
    for t, entry in enumerate(entries):
        result.append(entry)
        top = entry.place[axis] if entry.place else None
        if entry.kind is not None and last.get(_number(entry)) == t and top is not None:
            count = by or to - top - 1
            for above in range(1, count + 1):
                place = (*entry.place[:axis], top + above, *entry.place[axis + 1 :])
                result.append(entry._replace(symbol="0", place=place))
    return tuple(result)


def _number(entry: Entry) -> tuple[str | None, tuple[int, ...]]:
    """Which number a digit is part of."""
    return entry.kind, entry.index[:-1] if isinstance(entry.index, tuple) else ()


def _unnamed(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    return tuple(e._replace(kind=None, index=0) if e.kind is not None and e.symbol is not None else e for e in entries)
