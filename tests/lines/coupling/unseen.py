"""Tasks that the algorithm was not built on: names changed, places taken away, other ways to write one rule."""

import ast
import inspect
import sys
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


class _Plainly(Task):
    """What does not matter here. Places are thrown away: every value is at 0."""

    addressing: ClassVar[Addressing] = "index"
    question: ClassVar[str] = "x ="

    @property
    def alphabet(self) -> tuple[str, ...]:
        return tuple(str(digit) for digit in range(10))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {"x": rng.integers(10, size=(count, length))}

    def solve(self, given: Given) -> Mapping[str, Column]:
        raise NotImplementedError

    def chance(self, length: int) -> float:
        return 0.0

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        return (0,)


def renamed(task: Task) -> tuple[Task, dict[str, str]]:
    """The task with other names for its kinds in its own source, in the opposite alphabetical order, and no places.

    Also the new names: operands x0, x1 ... are known by their first letter.
    """
    shape = {kind: column.shape[1] for kind, column in task.draw(4, np.random.default_rng(0), task.cases[0], 1).items()}
    kinds = sorted({*shape, *(slot.kind for slot in task.slots(shape) if slot.kind is not None)})
    stems = list(dict.fromkeys("x" if kind[1:].isdigit() else kind for kind in kinds))
    new = {stem: f"z{chr(ord('z') - number)}" for number, stem in enumerate(stems)}

    def name(word: str) -> str:
        stem = "x" if word[1:].isdigit() and word[0] == "x" and "x" in new else word
        return new[stem] + word[len(stem) :] if stem in new else word

    class Words(ast.NodeTransformer):
        def visit_Constant(self, node: ast.Constant) -> ast.Constant:
            if isinstance(node.value, str):
                node.value = " ".join(name(word) for word in node.value.split(" "))
            return node

    made = type(task)
    scope = dict(vars(sys.modules[made.__module__]))
    exec(compile(Words().visit(ast.parse(inspect.getsource(made))), "renamed", "exec"), scope)  # its source, new names

    def drawn(self: Task, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {name(kind): column for kind, column in task.draw(length, rng, case, count).items()}

    def listed(self: Task, shape: Mapping[str, int]) -> list[Slot]:
        return [slot if slot.kind is None else slot._replace(kind=name(slot.kind)) for slot in Task.slots(self, shape)]

    new_kind = scope[made.__name__]
    if "slots" not in vars(made):
        new_kind.slots = listed
    new_kind.draw, new_kind.place, new_kind.tiny = drawn, _Plainly.place, None
    other: Task = new_kind(**{field.name: getattr(task, field.name) for field in fields(task)})  # type: ignore[arg-type]
    return other, {kind: name(kind) for kind in kinds}


@dataclass(frozen=True)
class Shifted(_Plainly):
    """The list turned by three: y[i] = x[i + 3 mod n]."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        return read.read("x", (index + 3) % read.count("x"))


@dataclass(frozen=True)
class EverySecond(_Plainly):
    """x[0], x[2], x[4] ..."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {"x": rng.integers(10, size=(count, 2 * length))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        return [Slot("y", i) for i in range(shape["x"] // 2)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        return read.read("x", 2 * index)


@dataclass(frozen=True)
class Twice(_Plainly):
    """The list, and then the list again."""

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        return [Slot("y", i) for i in range(2 * shape["x"])]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        return read.read("x", index % read.count("x"))


@dataclass(frozen=True)
class EachTwice(Twice):
    """Every symbol twice."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        return read.read("x", index // 2)


@dataclass(frozen=True)
class Neighbours(_Plainly):
    """y[i] = x[i] + x[i + 1] mod 10, the last alone."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        more = read.read("x", index + 1, where=index + 1 < read.count("x"))
        return (read.read("x", index) + more) % 10


@dataclass(frozen=True)
class Balance(_Plainly):
    """How many digits above 4 stand to the right of each digit, by a running count from the right."""

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        return [Slot("seen", i, WORKING) for i in reversed(range(shape["x"]))] + [
            Slot("y", i, ANSWER) for i in range(shape["x"])
        ]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        if kind == "y":
            return read.read("seen", index)
        before = read.read("seen", index + 1, where=index + 1 < read.count("x"))
        return (before + (read.read("x", index) > 4)) % 10


@dataclass(frozen=True)
class Subtraction(_Plainly):
    """a - b with borrows, written with one line for the digits and one for the borrow."""

    question: ClassVar[str] = "a - b ="

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {"a": rng.integers(5, 10, size=(count, length)), "b": rng.integers(5, size=(count, length))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        return [s for p in range(shape["a"]) for s in (Slot("digit", p), Slot("borrow", p, WORKING))]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        taken = read.read("borrow", index - 1, where=index > 0)
        difference = read.read("a", index) - taken
        difference = difference - read.read("b", index)
        return difference % 10 if kind == "digit" else (difference < 0).astype(np.int64)


@dataclass(frozen=True)
class TwoChains(_Plainly):
    """The sum of two lists, each by running sums of its own: nothing says how the two lie to each other."""

    question: ClassVar[str] = "a + b ="

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {kind: rng.integers(10, size=(count, length)) for kind in ("a", "b")}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        rows = [Slot("sum", (row, i), WORKING) for row in range(2) for i in range(shape["a"])]
        return [*rows, Slot("y", 0)]

    def step(self, read: Reader, kind: str, index: Any) -> Column:
        if kind == "y":
            total = read.read("sum", (0, read.count("a") - 1)) + read.read("sum", (1, read.count("b") - 1))
        else:
            row, i = index
            total = read.read("sum", (row, i - 1), where=i > 0) + read.read("ab"[row], i)
        return total % 10


@dataclass(frozen=True)
class Lookup(_Plainly):
    """x[x[i]]: the address is a value."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {"x": rng.integers(length, size=(count, length))}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        return read.read("x", read.key("x", index))
