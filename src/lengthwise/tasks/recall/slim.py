"""SLiM: the newest number plus the last earlier one of its type; `length` is how many are given, and how many written.

>>> from lengthwise.lines.write import write
>>> from lengthwise.tasks.recall._family import type_table
>>> type_table(10, 3).tolist()
[2, 0, 0, 2, 0, 1, 1, 1, 0, 2]
>>> print(write(SLiM(modulus=10, types=3), {"x": np.array([[4, 9, 1, 8]])}))
4 9 1 8 = 9 8 6 6
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import Index, Place
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task, check_positive
from lengthwise.tasks.recall._family import last_of_type, not_of_type, of_type, type_table


@dataclass(frozen=True)
class SLiM(Task):
    """N numbers, then N outputs: the newest symbol q plus the last earlier symbol of q's type, modulo `modulus`.

    Where there is none, the output is q. The types come from a random table fixed by the task's fields. Few `types`
    make the task local at every length (the easy version), many put the partners far away (the hard version). The
    name and the idea are of "Length Generalization via Auxiliary Tasks" (OpenReview QL3J1fyAFv); the reading is ours.

    A symbol is fixed by two others, q and its partner. The places of the answer run on behind those of the input.
    """

    modulus: int = 100
    types: int = 25

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "last"
    cases: ClassVar[tuple[str, ...]] = ("typical", "first_partner(1)", "first_partner(N/2)", "first_partner(N)")

    def __post_init__(self) -> None:
        check_positive(modulus=self.modulus, types=self.types)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The numbers from 0 on."""
        return tuple(str(v) for v in range(self.modulus))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """first_partner(D): the last number given has its partner D places before it; N: its partner is the first."""
        x = rng.integers(self.modulus, size=(count, length))
        if case == "typical":
            return {"x": x}
        far = {"first_partner(1)": 1, "first_partner(N/2)": max(1, length // 2), "first_partner(N)": length - 1}.get(
            case
        )
        if far is None or length < 2 or self.types < 2:
            raise TaskError(
                f"{self!r} has no case {case!r} at length {length}; "
                f"take {', '.join(self.cases[1:])}, with 2 numbers and 2 types at least"
            )
        table = type_table(self.modulus, self.types)
        wanted = table[x[:, -1]]
        x[:, length - far : -1] = not_of_type(rng, np.broadcast_to(wanted[:, None], (count, far - 1)), table)
        x[:, length - 1 - far] = of_type(rng, wanted, table)
        return {"x": x}

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Along the stream: the answer goes on where the input ends."""
        assert isinstance(index, int), "both kinds are numbered in one row"
        return (index if kind == "x" else shape["x"] + index,)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The newest symbol and its partner."""
        given = read.count("x")
        newest = read.read("y", index - 1) if index else read.read("x", given - 1)
        types = type_table(self.modulus, self.types)
        earlier = np.concatenate([read.scan("x"), read.scan("y")], axis=1)[:, :-1]
        found = last_of_type(types[earlier], types[newest])
        partner = read.read("x", found, (found >= 0) & (found < given)) + read.read("y", found - given, found >= given)
        total: Column = newest + partner
        return total % self.modulus

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Keep the last number of every type while the stream goes by."""
        x, table = given["x"], type_table(self.modulus, self.types)
        rows, last = np.arange(len(x)), np.zeros((len(x), self.types), dtype=np.int64)
        answers: list[Column] = []
        for time in range(2 * x.shape[1] - 1):
            newest = x[:, time] if time < x.shape[1] else answers[-1]
            if time >= x.shape[1] - 1:
                answers.append((newest + last[rows, table[newest]]) % self.modulus)
            last[rows, table[newest]] = newest
        return {"y": np.stack(answers, axis=1)}

    def chance(self, length: int) -> float:
        """Knowing the last number, go on as if it were the only one: right where no missing type comes up."""
        table = type_table(self.modulus, self.types)
        return float(np.mean([self._alone(int(last), length, table) for last in range(self.modulus)]))

    def _alone(self, last: int, length: int, table: Column) -> float:
        """The chance that the other numbers are none of the types that are missed by a list of `last` alone."""
        newest, seen, missed = last, dict[int, int](), set[int]()
        for _ in range(length):
            kind = int(table[newest])
            if kind not in seen:
                missed.add(kind)
            partner = seen.get(kind, 0)
            seen[kind] = newest
            newest = (newest + partner) % self.modulus
        harmful = sum(int(table[value]) in missed for value in range(1, self.modulus))  # a partner 0 changes nothing
        return float((1 - harmful / self.modulus) ** (length - 1))

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """The newest symbol and its partner."""
        return 2

    def tiny(self) -> tuple["SLiM", int]:
        """Lists of 4 numbers below 5 of two types: 625 of them."""
        return SLiM(modulus=5, types=2), 4
