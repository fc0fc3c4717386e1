"""Which rows of a batch are read together, and where they are asked: no pass over pads, no answer that nobody learns.

A batch that mixes whole lines with restricted ones is ragged: the whole ones are twice as long, and of the restricted
ones a single column is learned. Two passes without padding cost less than one with it, where arithmetic is what costs.
"""

from typing import NamedTuple

import numpy as np

from lengthwise.core.given import Column
from lengthwise.core.vocabulary import PAD
from lengthwise.feeding.batch import Batch

MOST = 4  # parts of a batch: each pass has a cost of its own
SAVED = 0.1  # of the columns that one pass would read: less is not worth a second one


class Part(NamedTuple):
    """Rows of a batch, the first `width` columns of which are read, and where: asked[column] or asked[row 1]."""

    rows: Column
    width: int
    asked: Column


def whole(batch: Batch) -> Part:
    """All rows in one pass, asked from the first column on that any of them learns."""
    rows, width = batch.symbols.shape
    first = int((batch.weights > 0).any(axis=0).argmax())
    return Part(np.arange(rows), width, np.arange(first, width))


def parts_of(batch: Batch) -> list[Part]:
    """Rows of one learned column together, each asked there; the others by the width they use."""
    learned = batch.weights > 0
    single = learned.sum(axis=1) == 1
    widths = _used(batch)
    groups = [np.flatnonzero(single)] if single.any() else []
    groups += [np.flatnonzero(~single & (widths == width)) for width in np.unique(widths[~single])]
    parts = [_part(rows, int(widths[rows].max()), learned, alone=bool(single[rows[0]])) for rows in groups]
    together = whole(batch)
    saved = 1 - sum(_cost(part) for part in parts) / _cost(together)
    return parts if len(parts) <= MOST and saved >= SAVED else [together]


def _part(rows: Column, width: int, learned: Column, *, alone: bool) -> Part:
    if alone:
        return Part(rows, width, learned[rows].argmax(axis=1)[:, None])
    first = int(learned[rows].any(axis=0).argmax())
    return Part(rows, width, np.arange(first, width))


def _used(batch: Batch) -> Column:
    """How many columns each row uses: all but the pads behind its last symbol."""
    used = batch.symbols != PAD
    length = used.shape[1]
    widths: Column = np.maximum(1, length - used[:, ::-1].argmax(axis=1) * used.any(axis=1))
    return widths


def _cost(part: Part) -> int:
    """Columns read and columns asked: a layer and the head work at each about alike."""
    return len(part.rows) * (part.width + int(part.asked.shape[-1]))
