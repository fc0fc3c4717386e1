"""Recalling the value that stands behind a key; `length` is the number of pairs.

>>> from lengthwise.lines.write import write
>>> print(write(KeyValue(keys=9, values=9), {"x": np.array([[4, 11, 0, 9, 7, 16]]), "q": np.array([[0, 7]])}))
k4 v2 k0 v0 k7 v7 | k0 k7 = v0 v7
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True)
class KeyValue(Task):
    """Pairs of a key and its value, then queries: the value of each queried key (multi-query recall, arXiv:2312.04927).

    Keys are different, values may repeat; queries are different keys of the list, as many as `queries` says or as there
    are pairs. A symbol is fixed by the query, the key it finds, and the value behind.
    """

    keys: int = 256
    values: int = 64
    queries: int = 1

    question: ClassVar[str] = "x | q ="
    addressing: ClassVar[Addressing] = "content"
    cases: ClassVar[tuple[str, ...]] = ("typical", "one_value", "first_pair", "last_pair")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The keys, then the values."""
        return (*(f"k{key}" for key in range(self.keys)), *(f"v{value}" for value in range(self.values)))

    @property
    def cap(self) -> int:
        """No list has more pairs than there are keys."""
        return self.keys

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """one_value: all values but one pair's are equal; first_pair, last_pair: the first query asks for that pair."""
        asked = min(self.queries, length)
        keys = rng.permuted(np.tile(np.arange(self.keys), (count, 1)), axis=1)[:, :length]
        values = rng.integers(self.values, size=(count, length))
        pairs = rng.permuted(np.tile(np.arange(length), (count, 1)), axis=1)
        if case in {"first_pair", "last_pair"}:
            wanted = 0 if case == "first_pair" else length - 1
            at = (pairs == wanted).argmax(axis=1)
            pairs[np.arange(count), at] = pairs[:, 0]
            pairs[:, 0] = wanted
        if case == "one_value":
            other = np.broadcast_to(rng.integers(self.values, size=(count, 1)), values.shape)
            values = np.where(np.arange(length) == pairs[:, :1], values, other)
        x = np.stack([keys, values + self.keys], axis=2).reshape(count, 2 * length)
        return {"x": x, "q": np.take_along_axis(keys, pairs[:, :asked], axis=1)}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One value for each query."""
        return [Slot("y", j) for j in range(shape["q"])]

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """A pair has one place; queries, and with them their answers, come after all pairs."""
        assert isinstance(index, int), "cells are numbered in a row"
        return (index // 2,) if kind == "x" else (shape["x"] // 2 + index,)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Find the key, and copy what stands behind it."""
        keys = read.scan("x")[:, ::2]
        query = read.key("q", index)
        at = 2 * (keys == query[:, None]).argmax(axis=1)
        read.key("x", at)
        return read.read("x", at + 1)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """A dictionary for each row."""
        rows = zip(given["x"].tolist(), given["q"].tolist(), strict=True)
        return {"y": np.array([[dict(zip(x[::2], x[1::2], strict=True))[key] for key in q] for x, q in rows])}

    def chance(self, length: int) -> float:
        """A value by chance, for each query."""
        return float(1 / self.values) ** min(self.queries, length)

    def tiny(self) -> tuple["KeyValue", int]:
        """Two pairs of three keys and three values: 108 problems."""
        return KeyValue(keys=3, values=3), 2
