"""What tasks on lists share: their symbols, their facts and their draws. The rule stands in the file of each."""

from dataclasses import dataclass
from math import perm
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Task, case_number, check_positive


@dataclass(frozen=True)
class Numbers(Task):
    """Subclass it for a task whose symbols are the numbers below `values`."""

    values: int = 256

    def __post_init__(self) -> None:
        check_positive(values=self.values)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on, as names of symbols."""
        return tuple(str(v) for v in range(self.values))


@dataclass(frozen=True)
class Distinct(Numbers):
    """Subclass it for a task on a list in which each number occurs once."""

    @property
    def cap(self) -> int:
        """No list is longer than there are different numbers."""
        return self.values


@dataclass(frozen=True)
class OneByOne(Distinct):
    """Subclass it for writing a list of distinct symbols one after the other: the last one says where to go on."""

    question: ClassVar[str] = "x ="
    unit: ClassVar[Literal["place", "value"]] = "value"
    addressing: ClassVar[Addressing] = "content"
    ends: ClassVar[Literal["by shape", "by content"]] = "by content"

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Lists of different symbols."""
        return {"x": distinct_draw(length, rng, case, count, self.values)}

    def chance(self, length: int) -> float:
        """Knowing the last symbol, guess the others."""
        return 1 / perm(self.values - 1, length - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The last symbol written, the same one in the list, and its neighbour."""
        return 3


@dataclass(frozen=True)
class Repeating(Numbers):
    """Subclass it for writing a list in which symbols occur again: how many were written says what is next."""

    values: int = 10

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "repeated_contexts", "nearly_constant")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Uniform symbols; or the same context again and again; or one symbol and a single other one."""
        return {"x": repeating_draw(length, rng, case, count, self.values)}

    def chance(self, length: int) -> float:
        """Knowing the last symbol, guess the others."""
        return float(self.values) ** (1 - length)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The symbol that is copied; how many were written says which."""
        return 1


def distinct_rows(rng: np.random.Generator, count: int, length: int, values: int) -> Column:
    """int64[count, length]: each row a uniform choice of `length` different numbers below `values`, in random order."""
    return (
        np.argpartition(rng.random((count, values), dtype=np.float32), length - 1, axis=1)[:, :length]
        if length < values
        else _shuffled(rng, count, values)
    )


def _shuffled(rng: np.random.Generator, count: int, values: int) -> Column:
    return rng.permuted(np.tile(np.arange(values), (count, 1)), axis=1)


def distinct_draw(length: int, rng: np.random.Generator, case: str, count: int, values: int) -> Column:
    """Rows of different numbers for the cases typical, adjacent and spaced_as(N).

    - adjacent: the numbers are neighbours, v, v + 1, ..., v + length - 1: every gap is 1;
    - spaced_as(N): the numbers lie as close together as in a list of N: a run of `length` neighbours in the order of
      a uniform choice of N.
    """
    if case == "adjacent":
        first = rng.integers(values - length + 1, size=(count, 1))
        return first + _shuffled(rng, count, length)
    dense = case_number(case, "spaced_as")
    if dense is not None:
        if not length <= dense <= values:
            raise TaskError(f"the case {case} needs a number from the length {length} to the number of values {values}")
        ordered = np.sort(distinct_rows(rng, count, dense, values), axis=1)
        first = rng.integers(dense - length + 1, size=(count, 1))
        return rng.permuted(np.take_along_axis(ordered, first + np.arange(length), axis=1), axis=1)
    # the order of a partial selection is not random: shuffle it
    return rng.permuted(distinct_rows(rng, count, length, values), axis=1)


def repeating_draw(length: int, rng: np.random.Generator, case: str, count: int, values: int) -> Column:
    """Rows of numbers below `values` that may occur again, for three cases.

    - typical: independent and uniform;
    - repeated_contexts: one word of half to a tenth of the list, written again and again, with one symbol changed: what
      stands before a symbol says nothing about where one is;
    - nearly_constant: one symbol, with another one at one place.
    """
    if case == "typical":
        return rng.integers(values, size=(count, length))
    word = 1 if case == "nearly_constant" else int(rng.integers(max(1, length // 10), max(1, length // 2) + 1))
    rows = rng.integers(values, size=(count, word))[:, np.arange(length) % word]
    rows[np.arange(count), rng.integers(length, size=count)] = rng.integers(values, size=count)
    return rows
