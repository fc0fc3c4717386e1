"""Randomized, Abacus and predicted ids, each against its paper's rule."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column, shape_of
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.zero_padded import ZeroPadded
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_sums import RunningSums
from lengthwise.lines.write import frame_of
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.logic.parity import Parity


def page(task: Task, length: int) -> Frame:
    given = task.draw(length, np.random.default_rng(0), "typical", 1)
    return frame_of(task, shape_of(given), Nothing(), LeastFirst())


def all_ids(numbering: Numbering, frame: Frame, count: int, extra: int = 0) -> Column:
    ids, state = numbering.begin(frame, np.random.default_rng(0), count)
    return np.concatenate([ids[:, 1:], numbering.ahead(state, np.full((count, len(frame.slots) + extra), 7))], axis=1)[
        :, :, 0
    ]


def test_randomized_ids_are_every_choice_of_that_many_ids_equally_often() -> None:
    frame = page(Parity(), 2)  # x x = state: four of six ids
    found = all_ids(Randomized(ids=6), frame, 15_000)
    counts = {choice: int((found == choice).all(axis=1).sum()) for choice in combinations(range(1, 7), 4)}
    assert sum(counts.values()) == 15_000
    assert all(abs(count - 1000) < 5 * np.sqrt(1000) for count in counts.values())


def test_randomized_ids_go_on_with_the_last_difference_of_each_row() -> None:
    found = all_ids(Randomized(ids=200), page(Parity(), 4), 50, extra=3)
    step = found[:, 5] - found[:, 4]
    for k in range(1, 4):
        expected = found[:, 5] + k * step
        assert (found[:, 5 + k] == np.where(expected <= 200, expected, 0)).all()


def test_randomized_ids_need_a_table_as_long_as_the_page() -> None:
    with pytest.raises(NumberingError, match="at least 4"):
        all_ids(Randomized(ids=3), page(Parity(), 2), 1)


def test_abacus_counts_the_digits_of_each_number_and_nothing_else() -> None:
    # arXiv:2405.17399: the digits of every number count from its own first digit, other symbols have no number.
    assert all_ids(Abacus(start=1), page(Addition(), 3), 1)[0].tolist() == [1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4]


def test_abacus_draws_one_start_a_line_from_all_that_fit() -> None:
    found = all_ids(Abacus(ids=10), page(Addition(), 3), 5000)
    starts = found[:, 0]
    assert set(starts.tolist()) == set(range(1, 8)), "the longest number has four digits: starts 1 .. 7"
    assert (found - np.where(found > 0, starts[:, None] - 1, 0) == [1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 4]).all()
    with pytest.raises(NumberingError, match="at least 4"):
        all_ids(Abacus(ids=3), page(Addition(), 3), 1)


def test_abacus_starts_anew_after_a_written_separator() -> None:
    task = RunningAddition(2)
    vocabulary = Vocabulary.over([task])
    frame = frame_of(task, (("x0", 2), ("x1", 2)), RunningSums(), LeastFirst())
    abacus = replace(Abacus.over(vocabulary), measured=1).fixed()
    digit, mark = vocabulary.number("4"), vocabulary.number(">")
    _, state = abacus.begin(frame, np.random.default_rng(0), 1)
    ids = abacus.ahead(state, np.array([[digit, digit, mark, digit, digit, digit, mark, digit]]))
    assert ids[0, :, 0].tolist() == [1, 2, 0, 1, 2, 3, 0, 1]


def test_abacus_is_measured_in_the_middle_of_its_table() -> None:
    frame = frame_of(Addition(), (("a", 3), ("b", 3)), Nothing(), LeastFirst())  # the sum has four digits
    ids = all_ids(Abacus(ids=10).fixed(), frame, 1)[0]
    assert ids.tolist()[:8] == [4, 5, 6, 0, 4, 5, 6, 0]
    assert Abacus(ids=10).fixed().span(frame) == (4, 7)


def test_abacus_counts_padding_zeros_as_digits() -> None:
    frame = frame_of(Addition(second="any"), (("a", 3), ("b", 1)), Nothing(), ZeroPadded(LeastFirst()))
    assert all_ids(Abacus(start=1), frame, 1)[0, :8].tolist() == [1, 2, 3, 0, 1, 2, 3, 0]


def test_predicted_ids_are_the_inner_ones_in_training_and_the_networks_in_decoding() -> None:
    frame = page(Addition(), 3)
    inner, predicted = Coupled(ids=40), Predicted(Coupled(ids=40))
    assert (all_ids(predicted, frame, 6) == all_ids(inner, frame, 6)).all()
    _, state = predicted.begin(frame, np.random.default_rng(0), 2)
    ids, state = predicted.next(state, np.array([7, 7]), np.array([[31], [5]]))
    assert ids.tolist() == [[31], [5]]
    ids, _ = predicted.next(state, np.array([7, 7]), np.array([[0], [6]]))
    assert ids.tolist() == [[0], [6]]


def test_predicted_ids_belong_to_the_regime_of_those_of_the_prompt() -> None:
    assert not Predicted(Coupled()).from_time
    assert Predicted(RandomStart()).from_time
    assert not Predicted(RandomStart()).shape_only
    assert Predicted(Coupled(measured=1)).fixed() == Predicted(Coupled(measured=1, start=1))
    assert Predicted(Coupled(axes=("row", "column"))).levels == 2
