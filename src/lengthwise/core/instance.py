"""Instances: blocks of problems under hashed keys, and the split that keeps test problems out of training.

The keyed unit is a block of 128 problems of one shape; an instance is a row of it. Whether a problem is a test problem
is decided by a hash of the task's registry name and the given alone, so that no layout, trace, seed or sampler can leak
one into training.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, NamedTuple, Protocol, TypeVar

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.given import Column, Given, Shape, batch_of, join, rows_of, shape_of
from lengthwise.core.keys import key
from lengthwise.core.task import Task

BLOCK = 128  # rows under one key
SPLITS = ("test", "validation", "train")
EIGHTHS = {
    "test": (0, 1),
    "validation": (1, 2),
    "train": (2, 8),
}  # of the space of hashes: an eighth, an eighth, the rest
_DRAWS = {"train": (192, 768, 4096), "test": (1536, 6144, 16384), "validation": (1536, 6144, 16384)}


class HasName(Protocol):
    """A task of either kind."""

    @property
    def name(self) -> str:
        """The registry name."""
        ...


T_co = TypeVar("T_co", bound=HasName, covariant=True)


@dataclass(frozen=True)
class BlockName(Generic[T_co]):
    """What names a block of problems, whatever its task is made of.

    >>> from lengthwise.tasks.ordering.sort import Sort
    >>> BlockKey(Sort(), 20, "test", number=3).identity(row=17)
    'ordering/sort/20/test/0/typical/3/17'
    """

    task: T_co
    length: int
    split: str = "train"
    seed: int = 0
    number: int = 0
    case: str = "typical"

    def identity(self, row: int) -> str:
        """A short text that names one problem of the block."""
        return f"{self.task.name}/{self.length}/{self.split}/{self.seed}/{self.case}/{self.number}/{row}"


class Identity(NamedTuple):
    """What an identity says, part by part."""

    task: str
    length: int
    split: str
    seed: int
    case: str
    number: int
    row: int


def identified(text: str) -> Identity | None:
    """What `BlockName.identity` wrote, read back; None where a text is no such thing.

    >>> identified("ordering/sort/20/test/0/typical/3/17")
    Identity(task='ordering/sort', length=20, split='test', seed=0, case='typical', number=3, row=17)
    """
    parts = text.rsplit("/", 6)
    if len(parts) != 7:
        return None
    task, length, split, seed, case, number, row = parts
    if split not in SPLITS or not all(n.isascii() and n.isdecimal() for n in (length, seed, number, row)):
        return None
    return Identity(task, int(length), split, int(seed), case, int(number), int(row))


@dataclass(frozen=True)
class BlockKey(BlockName[Task]):
    """The name of one block of problems of a task with pages; all have one shape."""


@dataclass(frozen=True, eq=False)
class Instance:
    """One row of a block: its key, its problem (a block of one) and its nominal length."""

    block: BlockKey
    row: int
    given: Given

    @property
    def length(self) -> int:
        """The task's nominal length."""
        return self.block.length

    @property
    def identity(self) -> str:
        """A short text that names this instance in samples and comparisons."""
        return self.block.identity(self.row)


@lru_cache(maxsize=512)
def _multipliers(name: str, shape: Shape) -> tuple[np.uint64, dict[str, Column]]:
    """Odd 64-bit multipliers, one per cell, and a start that depends on the task's name and the shape."""
    rng = key("split", name, *[part for pair in shape for part in pair]).rng()
    start = rng.integers(2**63, dtype=np.uint64)
    return start, {
        kind: rng.integers(2**63, size=count, dtype=np.uint64) * np.uint64(2) + np.uint64(1) for kind, count in shape
    }


def split_hash(task: Task, given: Given) -> Column:
    """uint64[batch]: a hash of the registry name and the problem, and of nothing else."""
    start, multipliers = _multipliers(task.name, shape_of(given))
    value = np.full(batch_of(given), start, dtype=np.uint64)
    for kind, columns in multipliers.items():
        value += ((given[kind].astype(np.int64).view(np.uint64) + np.uint64(1)) * columns).sum(axis=1, dtype=np.uint64)
    for shift, factor in (
        (33, 0xFF51AFD7ED558CCD),
        (33, 0xC4CEB9FE1A85EC53),
        (33, 1),
    ):  # a bijective finalizer: every bit matters
        value = (value ^ (value >> np.uint64(shift))) * np.uint64(factor)
    return value


def in_split(task: Task, given: Given, split: str) -> Column:
    """bool[batch]: which problems belong to this split."""
    low, high = EIGHTHS[split]
    eighth = split_hash(task, given) >> np.uint64(61)
    return (eighth >= low) & (eighth < high)


def block(name: BlockKey, count: int = BLOCK) -> Given:
    """The problems of one block: `count` rows, all of the split, the same on every machine and at every time.

    Where the space of problems is small, rows repeat; where the split has none at all, a TaskError says so.
    """
    task = name.task
    task.check_length(name.length, name.case)
    if name.split not in EIGHTHS:
        raise TaskError(f"there is no split {name.split!r}; choose one of {', '.join(SPLITS)}")
    stream = key(
        "block", task.name, repr(task), task.version, name.split, name.length, name.seed, name.case, name.number
    )
    kept: Given | None = None
    for draws in _DRAWS[name.split]:
        # A fresh stream each time: a block's shape is drawn first, so that more draws have the same shape.
        given = task.draw(name.length, stream.rng(), name.case, -(-draws * count // BLOCK))
        kept = rows_of(given, np.flatnonzero(in_split(task, given, name.split))[:count])
        if batch_of(kept) == count:
            return kept
    assert kept is not None
    found = batch_of(kept)
    if found == 0:
        raise TaskError(
            f"{task!r} has no {name.split} problem of length {name.length} (case {name.case!r}): its space of problems "
            "is too small for splits of an eighth; choose a longer length"
        )
    return rows_of(join([kept] * (count // found + 1)), slice(0, count))


def has_problems(name: BlockKey) -> bool:
    """Whether there is a problem of this split: of a space of a few dozen, an eighth may be nothing."""
    try:
        block(name, count=1)
    except TaskError:
        return False
    return True


def distinct(given: Given) -> Column:
    """The first row of each different problem, in order."""
    rows = np.concatenate([given[kind] for kind in sorted(given)], axis=1)
    return np.sort(np.unique(rows, axis=0, return_index=True)[1])


def problems(name: BlockKey, count: int) -> list[Given]:
    """Up to `count` different problems of a split, from block `name.number` on: one Given for each shape drawn.

    There are fewer where the space is too small: then all that two further blocks could find.
    """
    by_shape: dict[Shape, Given] = {}
    found = idle = 0
    for number in range(name.number, name.number + 4 * -(-count // BLOCK) + 8):
        fresh = block(replace(name, number=number))
        shape = shape_of(fresh)
        both = fresh if shape not in by_shape else join([by_shape[shape], fresh])
        by_shape[shape] = rows_of(both, distinct(both))
        total = sum(batch_of(given) for given in by_shape.values())
        idle = idle + 1 if total == found else 0
        found = total
        if found >= count or idle == 2:
            break
    left = count
    result: list[Given] = []
    for given in by_shape.values():
        if left > 0:
            result.append(rows_of(given, slice(0, left)))
            left -= batch_of(result[-1])
    return result
