"""What tasks with typed numbers share: the table of types, and draws that know the type."""

from functools import lru_cache

import numpy as np

from lengthwise.core.given import Column
from lengthwise.core.keys import key


@lru_cache(maxsize=64)
def type_table(modulus: int, types: int) -> Column:
    """int64[modulus]: the type of each number, a random table with equally many numbers a type, give or take one.

    With the value modulo the number of types, sums of numbers of one type would fall on few types, and the other types
    would die out.
    """
    table = key("types of numbers", modulus, types).rng().permutation(np.arange(modulus) % types)
    table.flags.writeable = False
    return table


def of_type(rng: np.random.Generator, wanted: Column, table: Column) -> Column:
    """One uniform number of the wanted type for every cell of `wanted`."""
    order, first, size = _by_type(table)
    found: Column = order[first[wanted] + np.floor(rng.random(wanted.shape) * size[wanted]).astype(np.int64)]
    return found


def not_of_type(rng: np.random.Generator, avoided: Column, table: Column) -> Column:
    """One uniform number of any other type for every cell of `avoided`."""
    order, first, size = _by_type(table)
    rank = np.floor(rng.random(avoided.shape) * (len(table) - size[avoided])).astype(np.int64)
    found: Column = order[np.where(rank >= first[avoided], rank + size[avoided], rank)]
    return found


def _by_type(table: Column) -> tuple[Column, Column, Column]:
    """The numbers in the order of their types; where each type begins in it; how many numbers it has."""
    size = np.bincount(table)
    return np.argsort(table, kind="stable"), np.cumsum(size) - size, size


def last_of_type(types: Column, wanted: Column) -> Column:
    """The last index in each row of `types` that holds the wanted type; -1 where there is none."""
    same = types == wanted[:, None]
    last = types.shape[1] - 1 - same[:, ::-1].argmax(axis=1) if types.shape[1] else np.zeros(len(types), dtype=np.int64)
    return np.where(same.any(axis=1), last, -1)
