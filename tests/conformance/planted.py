"""Tasks with one bug each, and the contract that must reject it. Every one is what a hurried author might write."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.frame import Slot
from lengthwise.core.given import END, HOLE, Column, Given
from lengthwise.core.keys import key
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.sort import Sort


@dataclass(frozen=True)
class StableMajority(Majority):
    """Majority claimed restriction-stable."""

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """Wrong: deleting bits changes the verdict."""
        return 1


@dataclass(frozen=True)
class SortByIndex(Sort):
    """Sort whose step does not read the last symbol written, and still claims that sources are found by order."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The index-th smallest: in the query form nothing says which one that is."""
        x = read.scan("x")
        if index >= x.shape[1]:
            return np.full(len(x), END)
        return read.read("x", np.argsort(x, axis=1)[:, index])


@dataclass(frozen=True)
class SortWithIdleKey(Sort):
    """A witness with one idle member."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The first number of the list finds nothing."""
        read.key("x", 0)
        return Sort.step(self, read, kind, index)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """One more than is needed, so that the size says nothing."""
        return 3


@dataclass(frozen=True)
class SortOfEverything(Sort):
    """A witness with everything before."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Every number is asked for, and a scan would have done."""
        for i in range(read.count("x")):
            read.key("x", i)
        return Sort.step(self, read, kind, index)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """Stated so that the size fits."""
        return length + 2


@dataclass(frozen=True)
class RecomputedParity(Parity):
    """Parity with recomputed state: written states are not looked at."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """All bits so far."""
        bits = [read.read("x", i) for i in range(index + 1)]
        states: Column = np.bitwise_xor.reduce(np.stack(bits), axis=0)
        return states


@dataclass(frozen=True)
class RecomputedParityByScan(Parity):
    """The same, looking at the given as a whole."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """All bits so far."""
        bits: Column = read.scan("x")[:, : index + 1].sum(axis=1)
        return bits % 2


@dataclass(frozen=True)
class RecomputedAddition(Addition):
    """Addition with recomputed carries."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Both numbers up to this place."""
        total: Column = np.zeros(1, dtype=np.int64)
        for i in range(min(index + 1, read.count("a"))):
            total = read.read("a", i) + read.read("b", i) + total // 10
        if index == read.count("a"):
            return total // 10
        return total % 10 if kind == "digit" else total // 10


class ByQuery:
    """Claims that a source is found by what it is, and with it the query form."""

    addressing: ClassVar[Addressing] = "content"


@dataclass(frozen=True)
class CopyRepeatsByQuery(ByQuery, CopyRepeats):
    """Copy with repeats in query form."""


@dataclass(frozen=True)
class ParityByQuery(ByQuery, Parity):
    """Parity in query form."""


@dataclass(frozen=True)
class AdditionByQuery(ByQuery, Addition):
    """Addition in query form."""


@dataclass(frozen=True)
class IncrementByQuery(ByQuery, Increment):
    """Increment in query form."""


@dataclass(frozen=True)
class NaturalWidth(Addition):
    """Answers of natural width: a leading zero is not written."""

    ends: ClassVar[Literal["by shape", "by content"]] = "by content"

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The top digit is the end where it is 0."""
        if index > read.count("a"):
            return np.full(len(read.read("a", 0)), END)
        value = Addition.step(self, read, kind, index)
        return np.where(value == 0, END, value) if index == read.count("a") else value

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The same by integers."""
        digits = np.array(Addition.solve(self, given)["digit"])
        digits[:, -1] = np.where(digits[:, -1] == 0, HOLE, digits[:, -1])
        return {"digit": digits}


@dataclass(frozen=True)
class GlobalDraw(Sort):
    """Draws from the global stream."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Not from `rng`."""
        return Sort.draw(self, length, np.random.default_rng(np.random.randint(2**31)), case, count)  # noqa: NPY002


@dataclass(frozen=True)
class DeafDraw(Sort):
    """The seed is ignored."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Always the same."""
        return Sort.draw(self, length, key("deaf", length).rng(), case, count)


@dataclass(frozen=True)
class RaggedDraw(Parity):
    """The shape is drawn after the contents."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Now and then the answer depends on how many rows were asked for."""
        x = Parity.draw(self, length, rng, case, count)["x"]
        return {"x": x if rng.random() < 0.5 else np.concatenate([x, x], axis=1)}


@dataclass(frozen=True)
class LongDraw(Sort):
    """Off by one: a list of length + 1."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """One number too many."""
        return Sort.draw(self, length + 1, rng, "typical", count)

    @property
    def cap(self) -> int:
        """So that it fits."""
        return self.values - 1


@dataclass(frozen=True)
class HiddenInput(Parity):
    """The answer depends on something that the question does not show."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Two bits go in, and a third."""
        return {**Parity.draw(self, length, rng, case, count), "hidden": rng.integers(2, size=(count, 1))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """As parity."""
        return Parity.slots(self, {"x": shape["x"]})

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The hidden bit turns the last state."""
        state = Parity.step(self, read, kind, index)
        return state ^ read.read("hidden", 0, where=index == read.count("x") - 1)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The same."""
        return {"state": (given["x"].sum(axis=1, keepdims=True) + given["hidden"]) % 2}


@dataclass(frozen=True)
class ListDraw(Sort):
    """Draws lists."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """No arrays."""
        return {kind: column.tolist() for kind, column in Sort.draw(self, length, rng, case, count).items()}


@dataclass(frozen=True)
class FloatDraw(Sort):
    """Draws numbers between whole ones."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Of another type."""
        return {"x": rng.random((count, length))}


@dataclass(frozen=True)
class FlatDraw(Sort):
    """Draws one problem, whatever the count."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Of one dimension."""
        return {"x": rng.integers(self.values, size=length)}


@dataclass(frozen=True)
class NoDraw(Sort):
    """Forgets to return."""

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Nothing."""
        return None  # type: ignore[return-value] # the bug


@dataclass(frozen=True)
class Anyhow(Sort):
    """States a fact in a word that nobody knows."""

    addressing = "anyhow"  # type: ignore[assignment] # the bug


@dataclass(frozen=True)
class ByPlaice(Sort):
    """A word misspelt."""

    unit = "plaice"  # type: ignore[assignment] # the bug


@dataclass(frozen=True)
class OddCases(Sort):
    """Has no usual draw."""

    cases = ("odd",)


class Thawed(Task):
    """No dataclass."""

    def alphabet(self) -> tuple[str, ...]:  # type: ignore[override] # the bug lies elsewhere
        """None."""
        return ()

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Nothing."""
        return {}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Nothing."""
        return np.zeros(0, dtype=int)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Nothing."""
        return {}

    def chance(self, length: int) -> float:
        """Always."""
        return 1.0


@dataclass(frozen=True)
class OpenAlphabet(Sort):
    """Draws numbers without a symbol."""

    @property
    def alphabet(self) -> tuple[str, ...]:
        """One too few."""
        return tuple(str(v) for v in range(self.values - 200))


@dataclass(frozen=True)
class MutatingSolve(Sort):
    """Sorts the problem itself."""

    def solve(self, given: Given) -> Mapping[str, Column]:
        """In place."""
        given["x"].sort(axis=1)
        return {"y": given["x"].copy()}


@dataclass(frozen=True)
class StepFromSolve(Sort):
    """`solve` runs `step`."""

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Not another way."""
        from lengthwise.core.reader import Reading

        reading = Reading(self, given)
        return {"y": np.stack([reading.value("y", i) for i in range(given["x"].shape[1])], axis=1)}


@dataclass(frozen=True)
class SharedHelper(Parity):
    """`step` and `solve` call one helper."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """By the helper."""
        return _turned(read.read("state", index - 1) if index else np.zeros(1, dtype=np.int64), read.read("x", index))

    def solve(self, given: Given) -> Mapping[str, Column]:
        """By the same helper."""
        state: Column = np.zeros(len(given["x"]), dtype=np.int64)
        for bit in given["x"].T:
            state = _turned(state, bit)
        return {"state": state[:, None]}


def _turned(state: Column, bit: Column) -> Column:
    return state ^ bit


@dataclass(frozen=True)
class WrongSolve(Addition):
    """A lost carry in `solve`."""

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Digit by digit."""
        sums = (given["a"] + given["b"]) % 10
        return {"digit": np.concatenate([sums, np.zeros((len(sums), 1), dtype=np.int64)], axis=1)}


@dataclass(frozen=True)
class PeekingStep(Task):
    """Copy with repeats whose step looks past the Reader: influence does not know of it."""

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "index"

    @property
    def alphabet(self) -> tuple[str, ...]:
        """Four symbols."""
        return ("0", "1", "2", "3")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """Uniform."""
        return {"x": rng.integers(4, size=(count, length))}

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Reads nothing."""
        given: Column = read.given["x"]  # type: ignore[attr-defined]
        return given[:, index]

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The list."""
        return {"y": given["x"].copy()}

    def chance(self, length: int) -> float:
        """Knowing the last symbol."""
        return float(4.0 ** (1 - length))

    def tiny(self) -> tuple["PeekingStep", int]:
        """64 problems."""
        return self, 3


@dataclass(frozen=True)
class KeyedSum(Addition):
    """A digit that enters the sum is asked for with `key`."""

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The right value, the wrong word."""
        if index == read.count("a"):
            return read.read("carry", index - 1)
        total = read.read("a", index) + read.key("b", index) + (read.read("carry", index - 1) if index else 0)
        return total % 10 if kind == "digit" else total // 10


@dataclass(frozen=True)
class Modest(Parity):
    """States a chance that is too low."""

    def chance(self, length: int) -> float:
        """A coin is right half of the time."""
        return 0.1


@dataclass(frozen=True)
class Tight(Addition):
    """States a sparsity that is too low."""

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """Two digits and the carry are three."""
        return 2


# What rejects each: the contract, and a word of its message.
PLANTED: list[tuple[Task, str, str]] = [
    (StableMajority(), "claimed restrictions", "another symbol is next"),
    (SortByIndex(values=30), "claimed restrictions", "the form query is claimed"),
    (SortWithIdleKey(values=30), "witness is minimal", "idle"),
    (SortOfEverything(values=30), "witness is minimal", "idle"),
    (RecomputedParity(), "reads are steady", "times for a state"),
    (RecomputedParity(), "witness is minimal", "sparsity"),
    (RecomputedParityByScan(), "claimed restrictions", "another symbol is next"),
    (RecomputedAddition(), "reads are steady", "times for a digit"),
    (RecomputedAddition(), "witness is minimal", "sparsity"),
    (CopyRepeatsByQuery(), "claimed restrictions", "the form query is claimed"),
    (ParityByQuery(), "claimed restrictions", "the form query is claimed"),
    (AdditionByQuery(), "claimed restrictions", "the form query is claimed"),
    (IncrementByQuery(), "claimed restrictions", "the form query is claimed"),
    (NaturalWidth(), "pages without gaps", "leading zeros"),
    (GlobalDraw(values=30), "repeats exactly", "rng"),
    (DeafDraw(values=30), "seeds independent", "rng"),
    (RaggedDraw(), "shape before contents", "before the contents"),
    (LongDraw(values=30), "length honoured", "as many cells"),
    (HiddenInput(), "length honoured", "shows x"),
    (HiddenInput(), "splits disjoint", "hidden|does not show|two answers"),
    (ListDraw(), "made as a task", "draw gives x as list"),
    (FloatDraw(), "made as a task", "draw gives x as an array of float64"),
    (FlatDraw(), "made as a task", "in 1 dimensions"),
    (NoDraw(), "made as a task", "draw gives problems as NoneType"),
    (Anyhow(), "made as a task", "addressing is 'anyhow'; state one of content"),
    (ByPlaice(), "made as a task", "unit is 'plaice'; state one of place, value"),
    (Thawed(), "made as a task", "Thawed is no frozen dataclass"),
    (OddCases(), "made as a task", "one of them is 'typical'"),
    (OpenAlphabet(), "alphabet closed", "symbols for 0 to 55"),
    (MutatingSolve(values=30), "input not mutated", "solve changed the problem"),
    (StepFromSolve(values=30), "solve independent of step", "independent"),
    (SharedHelper(), "solve independent of step", "_turned"),
    (WrongSolve(), "next = solve", "step says"),
    (PeekingStep(), "influence is sound", "nothing was read"),
    (KeyedSum(), "carriers are right", "was made from"),
    (Modest(), "stated facts", "was right"),
    (Tight(), "witness is minimal", "states 2"),
]
