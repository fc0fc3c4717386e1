"""What every numbering keeps to: ids leak nothing about symbols that are still to come.

*Causal*, for all: changing later symbols changes no id so far. *Shape only*, for those that state it: problems of one
shape have one page, and the same ids whatever their contents. And ids go on past the last slot, so that they never say
where an answer ends.
"""

from collections.abc import Callable

import numpy as np

from lengthwise.core.errors import ConformanceError
from lengthwise.core.given import Column, Given
from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.vocabulary import PAD

Written = Callable[[Given], Line]  # how a problem becomes a page, for instance `write` with a trace and a layout


def check_numbering(numbering: Numbering, written: Written, first: Given, second: Given) -> None:
    """All that the numbering promises, on two blocks of problems of one shape and equally many rows.

    Raises a ConformanceError that names the broken contract.
    """
    line, other = written(first), written(second)
    check_ids_are_causal(numbering, line)
    if numbering.shape_only:
        check_ids_follow_from_shape(numbering, line, other)
    check_ids_go_on(numbering, line)


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
    last, limit = ids[:, at], min(numbering.span(line.frame, slots + 2)[1], getattr(numbering, "ids", 2**62))
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
