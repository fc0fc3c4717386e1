"""Where a symbol stands: when it was read, and which position ids it carries."""

from typing import NamedTuple

from jaxtyping import Int
from torch import Tensor


class Where(NamedTuple):
    """The time and the position ids of some symbols of a batch.

    `time` counts 0, 1, 2, ... from the start symbol, so column j of a whole line has time j; causality, windows, caches
    and the count of visible keys use it. `ids` come from a numbering; id 0 means "no id". Either may have a batch of
    one, which stands for every row.
    """

    time: Int[Tensor, "batch time"]
    ids: Int[Tensor, "batch time level"]


def at(where: Where, columns: Int[Tensor, "*batch chosen"]) -> Where:
    """Keep some columns: the same ones in every row (one axis) or each row's own (two axes)."""
    if columns.ndim == 1:
        return Where(where.time[:, columns], where.ids[:, columns])
    rows, chosen = columns.shape
    time = where.time.expand(rows, -1).gather(1, columns)
    ids = where.ids.expand(rows, -1, -1)
    return Where(time, ids.gather(1, columns[:, :, None].expand(rows, chosen, ids.shape[2])))


def distance(query: Where, key: Where) -> tuple[Int[Tensor, "batch queries keys"], Int[Tensor, "batch queries keys"]]:
    """How far each key stands behind each query, in ids of the first level, and 1 where both have an id (else 0).

    A pair without two ids has no distance: it is given 0, and encodings add nothing to its score.
    """
    asking, asked = query.ids[:, :, None, 0], key.ids[:, None, :, 0]
    known = ((asking > 0) & (asked > 0)).to(asking.dtype)
    return (asking - asked) * known, known
