"""Whether a table of ids holds a page: asked before a run, since not every encoding has a table to ask about."""

import numpy as np

from lengthwise.core.errors import NumberingError
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering


def check_holds(numbering: Numbering, line: Line, length: int) -> None:
    """Refuse a page (of the task's `length`) that this numbering cannot number to its last slot.

    >>> from lengthwise.core.keys import key
    >>> from lengthwise.lines.numberings.coupled import Coupled
    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> line = write(Addition(), Addition().draw(60, key("page").rng(), "typical", 1))
    >>> check_holds(Coupled(ids=30), line, 60)
    Traceback (most recent call last):
        ...
    lengthwise.core.errors.NumberingError: length 60: this page needs ids up to 62, and Coupled(ids=30, sign=(), axes=None, start=0, measured=-1) ends before; raise `ids` to at least 62
    """  # noqa: E501 - a message is one line
    frame = line.frame
    try:
        ids, state = numbering.begin(frame, np.random.default_rng(0), 1, before=0)
    except NumberingError as error:
        raise NumberingError(f"length {length}: {error}") from error
    if not numbering.from_time:  # elsewhere an id 0 may be meant: a symbol on none of the axes
        return
    after = numbering.ahead(state, np.zeros((1, len(frame.slots)), dtype=np.int64))
    if not (ids.all() and after.all()):
        raise NumberingError(
            f"length {length}: this page of {len(frame.entries)} symbols runs past the last id of {numbering!r}, and "
            f"the rest would have none; raise `ids` to at least {numbering.span(frame)[1]}, or take shorter lengths"
        )
