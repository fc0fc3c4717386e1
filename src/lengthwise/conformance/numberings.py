"""What every numbering keeps to: ids leak nothing about symbols that are still to come.

*Causal*, for all: changing later symbols changes no id so far. *Shape only*, for those that state it: problems of one
shape have one page, and the same ids whatever their contents. And ids go on past the last slot, so that they never say
where an answer ends. What a numbering states (levels, span, monotone, from_time) decides which pairs are refused and
which regime a run is in, so it is held to that as well.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np

from lengthwise.conformance.report import Check, NotApplicable, Report, judge
from lengthwise.core.errors import ConformanceError, NumberingError
from lengthwise.core.given import Column
from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.core.vocabulary import PAD
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.products import Products
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication
from lengthwise.tasks.grids.minesweeper import Minesweeper
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats

PAGES: tuple[tuple[Task, Trace, int], ...] = (
    (Addition(), Nothing(), 5),
    (Addition(), Carries(), 3),
    (ReverseRepeats(), Nothing(), 6),  # ids fall along the answer
    (Minesweeper(), Nothing(), 3),  # two axes
    (LongMultiplication(), Products(), 2),  # four
)


def check_numbering(numbering: Numbering, *, first_failure: bool = False) -> Report:
    """Every contract of a numbering, on pages of numbers, lists, boards and working.

    >>> from lengthwise.lines.numberings.abacus import Abacus
    >>> print(check_numbering(Abacus()))
    Abacus(ids=512, start=0, measured=-1, breaks=())
      pass  causal
      skip  from the shape alone: its ids look at what is written (shape_only is False)
      pass  goes on past the end
      pass  as stated
      pass  the form used in measurement
    """

    @cache
    def blocks() -> list[tuple[Line, Line]]:
        return _pages(numbering)

    checks: list[Check] = [
        ("causal", lambda: _each(check_ids_are_causal, [(numbering, first) for first, _ in blocks()])),
        ("from the shape alone", lambda: _shape_alone(numbering, blocks())),
        ("goes on past the end", lambda: _each(check_ids_go_on, [(numbering, first) for first, _ in blocks()])),
        ("as stated", lambda: _each(check_what_is_stated, [(numbering, first) for first, _ in blocks()])),
        ("the form used in measurement", lambda: _each(check_on, [(numbering.fixed(), *pair) for pair in blocks()])),
    ]
    return judge(repr(numbering), checks, first_failure=first_failure)


def check_on(numbering: Numbering, line: Line, other: Line) -> None:
    """All that the numbering promises, on two blocks of pages of one shape and equally many rows.

    Raises a ConformanceError that names the broken contract.
    """
    check_ids_are_causal(numbering, line)
    if numbering.shape_only:
        check_ids_follow_from_shape(numbering, line, other)
    check_ids_go_on(numbering, line)
    check_what_is_stated(numbering, line)


def _shape_alone(numbering: Numbering, blocks: list[tuple[Line, Line]]) -> None:
    if not numbering.shape_only:
        raise NotApplicable("its ids look at what is written (shape_only is False)")
    _each(check_ids_follow_from_shape, [(numbering, first, second) for first, second in blocks])


def _each(check: Callable[..., None], subjects: Iterable[tuple[Any, ...]]) -> None:
    for subject in subjects:
        check(*subject)


def _pages(numbering: Numbering) -> list[tuple[Line, Line]]:
    """Two blocks of every page that the numbering has axes for."""
    found = []
    for task, trace, length in PAGES:
        first, second = (
            write(task, task.draw(length, key("numbering", number).rng(), "typical", 8), trace, ReversedAnswer())
            for number in (1, 2)
        )
        try:
            _ids(numbering, first, _symbols(len(first), len(first.frame.slots), 0))
        except NumberingError:  # this page has other axes
            continue
        found.append((first, second))
    if not found:
        raise NotApplicable("it takes no page of the house's tasks: check it with a task of its own")
    return found


def check_ids_are_causal(numbering: Numbering, line: Line) -> None:
    """Symbols after t change no id up to t, and `next` and `ahead` agree."""
    symbols = _symbols(len(line), 2 * len(line.frame.slots), 0)
    whole = _ids(numbering, line, symbols)
    prompt = whole.shape[1] - symbols.shape[1]
    for t in range(symbols.shape[1]):
        changed = np.concatenate([symbols[:, : t + 1], _symbols(len(line), symbols.shape[1] - t - 1, t + 1)], axis=1)
        if (_ids(numbering, line, changed)[:, : prompt + t + 1] != whole[:, : prompt + t + 1]).any():
            raise ConformanceError(
                f"{numbering!r}: changing symbols after number {t} of the answer changed ids up to it"
            )
    _, state = numbering.begin(line.frame, _rng(), len(line), places=line.places)
    for t in range(symbols.shape[1]):
        ids, state = numbering.next(state, symbols[:, t])
        if (ids != whole[:, prompt + t]).any():
            raise ConformanceError(f"{numbering!r}: `next` and `ahead` give symbol {t} of the answer different ids")


def check_ids_follow_from_shape(numbering: Numbering, line: Line, other: Line) -> None:
    """Two problems of one shape have one page, and one set of ids under the same random numbers."""
    if line.frame != other.frame:
        raise ConformanceError(
            f"two problems of one shape have pages of {len(line.frame.entries)} and {len(other.frame.entries)} "
            f"entries: a page that follows the contents tells {numbering!r} how the answer goes on; "
            "use Abacus, Predicted or no ids"
        )
    symbols = _symbols(len(line), 2 * len(line.frame.slots), 0)
    if (_ids(numbering, line, symbols) != _ids(numbering, other, _symbols(len(line), symbols.shape[1], 1))).any():
        raise ConformanceError(
            f"{numbering!r} says that its ids follow from the shape, and other contents changed them"
        )


def check_ids_go_on(numbering: Numbering, line: Line) -> None:
    """Past the last slot ids go on by their last difference, or are 0 outside the table."""
    slots = len(line.frame.slots)
    symbols = np.repeat(_symbols(len(line), 1, 0), 2 * slots + 2, axis=1)
    ids = _ids(numbering, line, symbols)
    at = ids.shape[1] - symbols.shape[1] + slots - 1  # of the last slot
    last, limit = ids[:, at], getattr(numbering, "ids", 2**62)
    if numbering.shape_only:  # where ids look at symbols, a page without its separators may have higher ones
        limit = min(limit, numbering.span(line.frame, slots + 2)[1])
    for level in range(ids.shape[2]):
        difference = _difference(ids[:, : at + 1, level])
        for k in range(1, slots + 3):
            expected = last[:, level] + k * difference
            inside = (expected >= 1) & (expected <= limit) & (last[:, level] > 0)
            if (ids[:, at + k, level] != np.where(inside, expected, 0)).any():
                raise ConformanceError(
                    f"{numbering!r}: {k} after the last slot the ids of level {level} do not go on by their last "
                    "difference; ids that stop say where the answer ends"
                )


def check_what_is_stated(numbering: Numbering, line: Line) -> None:
    """`levels`, `span`, `monotone` and `from_time` are what the ids are like."""
    symbols = _symbols(len(line), len(line.frame.slots), 0)
    ids, state = numbering.begin(line.frame, _rng(), len(line), places=line.places)
    wanted = (len(line), 1 + len(line.frame.prompt), numbering.levels)
    if ids.shape != wanted or numbering.ahead(state, symbols).shape != (*symbols.shape, numbering.levels):
        raise ConformanceError(f"{numbering!r}: ids have the shape [count, symbols, levels], here {wanted} at first")
    page = _ids(numbering, line, symbols)
    lowest, highest = numbering.span(line.frame)
    # Where ids look at symbols, the symbols here, which have no separators, may have higher ones.
    inside = (page >= lowest) & ((page <= highest) | (not numbering.shape_only))
    if ((page != 0) & ~inside).any():
        raise ConformanceError(
            f"{numbering!r}: span says {lowest} to {highest}, and ids are from {page.min()} to {page.max()}; what a "
            "table needs is taken from span"
        )
    if numbering.monotone and any(_falls(page[:, :, level]) for level in range(numbering.levels)):
        raise ConformanceError(
            f"{numbering!r} states monotone = True, and ids fall on a page of {line.task.name}; state False, so that "
            "encodings of forward distances refuse it"
        )
    turned = replace(line, frame=line.frame._replace(prompt=line.frame.prompt[::-1], slots=line.frame.slots[::-1]))
    if numbering.from_time and (_told(numbering, turned, symbols) != _told(numbering, line, symbols)).any():
        raise ConformanceError(
            f"{numbering!r} states from_time = True, and the entries of a page in another order have other ids; state "
            "False, so that its runs are of regime B"
        )


def _told(numbering: Numbering, line: Line, symbols: Column) -> Column:
    """The ids that a network gets at inference: those of the answer are its own where it predicts them."""
    if numbering.predicts:
        return numbering.begin(line.frame, _rng(), len(line), places=line.places)[0]
    return _ids(numbering, line, symbols)


def _falls(ids: Column) -> bool:
    """Whether an id is smaller than one before it in its row; 0 is no id."""
    return bool(((ids < np.maximum.accumulate(ids, axis=1)) & (ids > 0)).any())


def _difference(ids: Column) -> Column:
    """Between the last two ids that are not 0, of every row."""
    order = np.argsort(ids > 0, axis=1, kind="stable")
    found = np.take_along_axis(ids, order, axis=1)
    return found[:, -1] - found[:, -2] if ids.shape[1] > 1 else np.ones(len(ids), dtype=np.int64)


def _ids(numbering: Numbering, line: Line, symbols: Column) -> Column:
    ids, state = numbering.begin(line.frame, _rng(), len(line), places=line.places)
    return np.concatenate([ids, numbering.ahead(state, symbols)], axis=1)


def _symbols(count: int, time: int, number: int) -> Column:
    return key("symbols", number).rng().integers(PAD + 1, PAD + 11, size=(count, time))


def _rng() -> np.random.Generator:
    return key("ids").rng()
