"""Where the ids of a line start inside their table: drawn, fixed, or so that the line stands in the middle."""

from typing import TypeVar

from lengthwise.core.errors import NumberingError
from lengthwise.core.given import Column

DRAWN = 0
MIDDLE = -1

Number = TypeVar("Number", int, Column)


def check_table(name: str, ids: int, starts: tuple[int, ...] = ()) -> None:
    """Refuse a table without a row, and a start that is none: 0 is drawn, -1 the middle, 1 and up an id."""
    if ids < 1:
        raise NumberingError(f"{name}(ids={ids}) has no id to give; use at least 1")
    for start in starts:
        if start < MIDDLE:
            raise NumberingError(
                f"{name}: a start of {start} is no id; use 1 or more, {DRAWN} for one drawn for each line, or {MIDDLE} "
                "for the middle of the table"
            )


def middle(ids: int, needed: Number) -> Number:
    """The first id of a line that needs `needed` ids and stands in the middle of a table 1 .. `ids` that holds it."""
    return 1 + (ids - needed) // 2


def lowest(start: int, ids: int, needed: int) -> int:
    """The first id of a line that needs `needed` ids of a table 1 .. `ids`; 1 where the start is drawn.

    In training, the rows at both ends of the table are seen least: only lines that start at 1 reach row 1. In the
    middle every row is seen equally often.

    >>> lowest(MIDDLE, ids=10, needed=4), lowest(7, ids=10, needed=4), lowest(MIDDLE, ids=10, needed=12)
    (4, 7, 1)
    """
    return max(1, middle(ids, needed)) if start == MIDDLE else max(start, 1)
