"""The Reader: written wins over given wins over computed; levels by the worst on the path; masked reads give 0."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import ANSWER, WORKING, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.reader import KEY, READ, SCAN, Reading, written_before
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM


@dataclass(frozen=True)
class Probe(Task):
    """Reads x[0] through a hidden value, in the way that `how` says; and x[index of the row] for some rows."""

    how: str = "read-read"

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "index"

    @property
    def alphabet(self) -> tuple[str, ...]:
        return tuple("0123456789")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        return {"x": rng.integers(10, size=(count, length))}

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        return [Slot("hidden", 0, WORKING), Slot("y", 0, ANSWER)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        outer, inner = self.how.split("-")
        if kind == "hidden":
            if inner == "scan":
                first: Column = read.scan("x")[:, 0]
                return first
            return read.read("x", 0) if inner == "read" else read.key("x", 0)
        if outer == "scan":
            looked: Column = read.scan("hidden")[:, 0]
            return looked
        return read.read("hidden", 0) if outer == "read" else read.key("hidden", 0)

    def solve(self, given: Given) -> Mapping[str, Column]:
        return {"y": given["x"][:, :1].copy()}

    def chance(self, length: int) -> float:
        return 0.1


GIVEN = {"x": np.array([[3, 1, 4], [1, 5, 9]])}


@pytest.mark.parametrize(
    ("how", "level"),
    [
        ("read-read", READ),
        ("read-key", KEY),
        ("key-read", KEY),
        ("key-key", KEY),
        ("read-scan", SCAN),
        ("scan-read", SCAN),
        ("key-scan", SCAN),
    ],
)
def test_on_a_path_the_worst_level_counts(how: str, level: int) -> None:
    value, levels = Reading(Probe(how), GIVEN, tracing=True).sources("y", 0)
    assert value.tolist() == [3, 1]
    assert levels[:, 0].tolist() == [level, level]
    others = SCAN if how.endswith("scan") else 0
    assert (levels[:, 1:] == others).all()


def test_written_wins_over_computed_and_ends_the_path() -> None:
    reading = Reading(Probe(), GIVEN, {("hidden", 0): np.array([7, 8])}, tracing=True)
    value, levels = reading.sources("y", 0)
    assert value.tolist() == [7, 8]
    assert {tag: levels[0, cell] for tag, cell in reading.cells.items()} == {
        ("x", 0): 0,
        ("x", 1): 0,
        ("x", 2): 0,
        ("hidden", 0): READ,
    }


@pytest.mark.parametrize("index", [1, np.array([0, 2])], ids=["one index", "an index a row"])
@pytest.mark.parametrize("tracing", [False, True])
def test_a_masked_read_gives_0_and_notes_nothing(index: int | Column, tracing: bool) -> None:
    class Masked(Probe):
        def step(self, read: Reader, kind: str, _: int) -> Column:
            return read.read("x", index, where=np.array([True, False]))

    reading = Reading(Masked(), GIVEN, tracing=tracing)
    assert reading.value("y", 0).tolist() == [1 if isinstance(index, int) else 3, 0]
    if tracing:
        levels = reading.sources("y", 0)[1]
        assert levels[0].tolist() == ([0, 3, 0] if isinstance(index, int) else [3, 0, 0])
        assert not levels[1].any()


def test_a_read_that_happens_for_no_row_may_point_anywhere() -> None:
    class Nowhere(Probe):
        def step(self, read: Reader, kind: str, index: int) -> Column:
            return read.read("x", 99, where=False) + read.read("x", np.array([-1, 77]), where=False)

    reading = Reading(Nowhere(), GIVEN, tracing=True)
    assert reading.value("y", 0).tolist() == [0, 0]
    assert reading.asked[0].index == 99  # noted all the same, so that roles keep their lags


@pytest.mark.parametrize(
    ("kind", "index", "message"),
    [
        ("x", 3, r"step read x\[3\]; this shape has x\[0\] to x\[2\]"),
        ("x", np.array([0, 3]), r"step read x\[0\] to x\[3\]; there are 3: mask the rows"),
        ("z", 0, "step asked for the kind 'z'; this task has hidden, x, y"),
    ],
)
def test_a_read_outside_says_what_there_is(kind: str, index: int | Column, message: str) -> None:
    class Outside(Probe):
        def step(self, read: Reader, _: str, __: int) -> Column:
            return read.read(kind, index)

    with pytest.raises(TaskError, match=message):
        Reading(Outside(), GIVEN).value("y", 0)


def test_sources_of_sort_are_those_of_the_design() -> None:
    # 14 3 9 = 3 [9]: the last symbol 3 found the place, 9 is copied, the others were looked over.
    line = write(Sort(values=20), {"x": np.array([[14, 3, 9]])})
    reading = Reading(line.task, line.given, written_before(line.frame, line.contents, 1), tracing=True)
    value, levels = reading.sources("y", 1)
    assert value.tolist() == [9]
    assert {tag: int(levels[0, cell]) for tag, cell in reading.cells.items()} == {
        ("x", 0): SCAN,
        ("x", 1): SCAN,
        ("x", 2): READ,
        ("y", 0): KEY,
    }


def test_a_carry_that_is_not_written_is_walked_through() -> None:
    given = {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}
    hidden = Reading(Addition(), given, tracing=True).sources("digit", 2)[1]
    assert (hidden == READ).all()  # all six digits
    line = write(Addition(), given, Carries(), LeastFirst())
    reading = Reading(Addition(), given, written_before(line.frame, line.contents, 4), tracing=True)
    levels = reading.sources("digit", 2)[1]
    read = {tag for tag, cell in reading.cells.items() if levels[0, cell] == READ}
    assert read == {("a", 2), ("b", 2), ("carry", 1)}


def test_a_long_chain_needs_no_deep_recursion() -> None:
    given = {"x": np.ones((1, 3001), dtype=np.int64)}
    assert Reading(Parity(), given).value("state", 3000).tolist() == [1]


def test_a_computed_kind_is_counted_up_to_the_value_that_asks() -> None:
    counts = []

    class Counting(Parity):
        def step(self, read: Reader, kind: str, index: int) -> Column:
            counts.append((index, read.count("state"), read.count("x")))
            return read.read("x", index)

    reading = Reading(Counting(), {"x": np.array([[1, 0, 1]])})
    for index in range(3):
        reading.value("state", index)
    assert counts == [(0, 0, 3), (1, 1, 3), (2, 2, 3)]


def test_columns_agree_with_one_row_at_a_time() -> None:
    task = SLiM(modulus=10, types=3)
    given = task.draw(6, np.random.default_rng(0), "typical", 20)
    whole = Reading(task, given, tracing=True)
    for index in range(6):
        value, levels = whole.sources("y", index)
        for row in range(20):
            one = Reading(task, {"x": given["x"][row : row + 1]}, tracing=True)
            single, single_levels = one.sources("y", index)
            assert single[0] == value[row]
            assert (single_levels[0] == levels[row]).all()


@pytest.mark.parametrize("tracing", [False, True])
def test_values_behind_what_is_written_are_walked_through(tracing: bool) -> None:
    task = SLiM(modulus=10, types=3)
    given = task.draw(8, np.random.default_rng(0), "typical", 50)
    answers = task.solve(given)["y"]
    reading = Reading(task, given, {("y", i): answers[:, i] for i in range(3)}, tracing=tracing)
    assert (reading.value("y", 7) == answers[:, 7]).all()


def test_a_negative_index_is_no_read_from_the_end() -> None:
    class FromTheEnd(Parity):
        def step(self, read: Reader, kind: str, index: int) -> Column:
            return read.read("state", np.full(2, -1))

    bits = {"x": np.array([[1, 0], [1, 1]])}
    with pytest.raises(TaskError, match=r"step read state\[-1\]"):
        Reading(FromTheEnd(), bits, {("state", 0): np.array([1, 1])}).value("state", 1)
