"""A task with automatic places draws the same problems, writes the same pages, and `Coupled` numbers it."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

from lengthwise.conformance.numberings import check_on
from lengthwise.core.errors import NumberingError, TaskError
from lengthwise.core.given import Given, shape_of
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.line import Line
from lengthwise.core.plain import from_plain, to_plain
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.coupling.automatic import Automatic
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.products import Products
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import frame_of, write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication
from lengthwise.tasks.arithmetic.many_addition import ManyAddition
from lengthwise.tasks.arithmetic.multiplication import Multiplication
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.grids.minesweeper import Minesweeper
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats
from lengthwise.tasks.ordering.sort import Sort

TASKS: list[Task] = [
    Addition(),
    Addition(second="any"),
    ManyAddition(4, fewest=2),
    RunningAddition(),
    Multiplication(1),
    Multiplication(2),
    LongMultiplication(),
    CopyRepeats(),
    ReverseRepeats(),
    Parity(),
    Minesweeper(),
]


@pytest.mark.parametrize("task", TASKS, ids=repr)
def test_short_and_long_shapes_have_places(task: Task) -> None:
    automatic = Automatic(task)
    for length in (1, 2, 3, 8):
        given = task.draw(length, np.random.default_rng(length), "typical", 4)
        frame = frame_of(automatic, shape_of(given), Nothing(), ReversedAnswer())
        ids, _ = Coupled(axes=automatic.levels, start=1).begin(frame, np.random.default_rng(0), 1, before=0)
        values = [t for t, entry in enumerate(frame.prompt) if entry.kind is not None]
        assert (ids[0, values].max(axis=1) > 0).all(), "every value of the question is on some level"


def test_problems_splits_and_pages_are_the_tasks_own() -> None:
    for task in (Addition(), ReverseRepeats()):
        own, automatic = (block(BlockKey(t, 5, "test", seed=3)) for t in (task, Automatic(task)))
        assert all((own[kind] == automatic[kind]).all() for kind in own)
        assert str(write(task, own)) == str(write(Automatic(task), own))
        assert Automatic(task).name == task.name
        assert Automatic(task).symbols == task.symbols


@pytest.mark.parametrize(
    ("task", "trace"), [(Addition(), Nothing()), (CopyRepeats(), Nothing()), (Parity(), RunningState())], ids=repr
)
def test_separators_get_their_ids_by_the_houses_rule(task: Task, trace: Trace) -> None:
    given = task.draw(6, np.random.default_rng(0), "typical", 1)
    automatic = Automatic(task)
    derived = frame_of(automatic, shape_of(given), trace, ReversedAnswer())
    by_hand = frame_of(task, shape_of(given), trace, ReversedAnswer())
    ids, _ = Coupled(axes=automatic.levels, start=1).begin(derived, np.random.default_rng(0), 1)
    expected, _ = Coupled(start=1).begin(by_hand, np.random.default_rng(0), 1)
    assert (ids == expected).all()


@pytest.mark.parametrize("length", [1, 2, 6])
@pytest.mark.parametrize("task", [Addition(), ManyAddition(3), Multiplication(1), Multiplication(2)], ids=repr)
def test_separators_before_a_single_digit_have_the_papers_ids_too(task: Task, length: int) -> None:
    given = task.draw(length, np.random.default_rng(0), "typical", 1)
    automatic = Automatic(task)
    derived = frame_of(automatic, shape_of(given), Nothing(), ReversedAnswer())
    by_hand = frame_of(task, shape_of(given), Nothing(), ReversedAnswer())
    ids, _ = Coupled(axes=automatic.levels, start=1).begin(derived, np.random.default_rng(0), 1)
    expected, _ = Coupled(start=1).begin(by_hand, np.random.default_rng(0), 1)
    assert (ids == expected).all()


def test_on_its_own_axes_a_view_has_the_places_of_the_task() -> None:
    task = LongMultiplication()
    shape = shape_of(task.draw(3, np.random.default_rng(0), "typical", 1))
    by_hand = frame_of(task, shape, Products(), ReversedAnswer()).entries
    for view, axes in ((Automatic(task), len(task.axes)), (Hinted(task), len(task.axes))):
        assert [e.place[:axes] for e in frame_of(view, shape, Products(), ReversedAnswer()).entries] == [
            e.place for e in by_hand
        ]


def test_a_view_starts_at_the_length_at_which_the_task_starts() -> None:
    @dataclass(frozen=True)
    class Later(Addition):
        shortest: ClassVar[int] = 3

    with pytest.raises(TaskError, match="lengths start at 3"):
        Hinted(Later()).check_length(2)


def test_automatic_ids_keep_to_the_contracts_of_coupled_ones() -> None:
    automatic = Automatic(LongMultiplication())

    def written(given: Given) -> Line:
        return write(automatic, given, Products(), ReversedAnswer())

    first, second = (automatic.draw(3, np.random.default_rng(seed), "typical", 4) for seed in (1, 2))
    check_on(Coupled(axes=automatic.levels), written(first), written(second))


def test_a_task_without_a_coupling_is_refused_when_its_levels_are_asked_for() -> None:
    with pytest.raises(NumberingError, match="depends on values"):
        _ = Automatic(Sort()).levels


def test_a_config_comes_back_from_json() -> None:
    automatic = Automatic(Multiplication(1))
    assert from_plain(to_plain(automatic)) == automatic
