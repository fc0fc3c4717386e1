"""What was asked: a block of inputs of one shape, as named columns."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

Column = npt.NDArray[Any]  # int[batch], or int[batch index] for a whole kind; bool[batch] for masks
Given = Mapping[str, Column]  # {kind: int[batch, n]}: one row is one problem, all rows have one shape
Shape = tuple[tuple[str, int], ...]  # ((kind, n), ...) in the order of the kinds' names

END = -1  # the value with which a step says that the answer is over
HOLE = -2  # no symbol: a place of a batch's page that this row does not fill


def shape_of(given: Given) -> Shape:
    """How many cells each kind has, in an order that does not depend on how the given was made."""
    return tuple((name, int(given[name].shape[1])) for name in sorted(given))


def rows_of(given: Given, rows: Column | slice) -> dict[str, Column]:
    """The same problem columns for some rows only; `rows` is an index array, a mask or a slice."""
    return {name: column[rows] for name, column in given.items()}


def batch_of(given: Given) -> int:
    """The number of rows."""
    return int(next(iter(given.values())).shape[0])


def join(blocks: list[Given]) -> dict[str, Column]:
    """Blocks of one shape under each other."""
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}
