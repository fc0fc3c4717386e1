"""What a task gets for nothing: its name, its symbols, its refusals."""

import numpy as np
import pytest

from lengthwise.core.errors import TaskError, UnknownName
from lengthwise.core.task import case_number
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.auxiliary.add_digit import AddDigit
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM


def test_the_folder_names_the_task() -> None:
    assert Addition().name == "arithmetic/addition"
    assert Sort(values=7).name == "ordering/sort"  # fields are no part of it


def test_a_task_of_ones_own_is_named_after_its_file() -> None:
    class Mine(Parity):
        pass

    assert Mine().name == "test_task.py:Mine"


def test_tasks_are_values() -> None:
    assert Sort(values=7) == Sort(values=7) != Sort(values=8)
    assert hash(Sort(values=7)) == hash(Sort(values=7))


def test_separators_come_after_the_alphabet_each_once() -> None:
    assert Addition().symbols == (*"0123456789", "+", "=")
    assert AddDigit().symbols == (*"0123456789", "+", "=")
    assert Addition().inputs == ("a", "b")


@pytest.mark.parametrize(
    ("task", "length", "message"),
    [
        (Sort(values=20), 21, "goes up to length 20, not 21; choose a shorter length or widen"),
        (Sort(values=20), 0, "lengths start at 1"),
        (Successor(), 1, "lengths start at 2"),
        (AddDigit(), 2, "goes up to length 1"),
    ],
)
def test_a_length_that_cannot_be_drawn_is_refused(task: Sort, length: int, message: str) -> None:
    with pytest.raises(TaskError, match=message):
        task.check_length(length)


def test_a_case_that_a_task_lacks_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownName, match=r"no case 'adjacnt'; it has typical, adjacent, spaced_as\(N\)"):
        Sort().check_length(5, "adjacnt")


def test_a_case_with_a_number_reads_it() -> None:
    assert case_number("spaced_as(40)", "spaced_as") == 40
    assert case_number("typical", "spaced_as") is None
    with pytest.raises(TaskError, match="whole number N"):
        case_number("spaced_as(many)", "spaced_as")


def test_spaced_as_draws_neighbours_of_a_longer_list() -> None:
    x = np.sort(Sort(values=100).draw(5, np.random.default_rng(0), "spaced_as(50)", 4000)["x"], axis=1)
    # 50 of 100 numbers in order: the mean gap between neighbours is (100 + 1) / (50 + 1).
    assert abs(np.diff(x, axis=1).mean() - 101 / 51) < 0.05


def test_first_partner_puts_the_partner_where_it_says() -> None:
    from lengthwise.tasks.recall._family import type_table

    task = SLiM(modulus=30, types=6)
    table = type_table(30, 6)
    for case, distance in (("first_partner(1)", 1), ("first_partner(N/2)", 4), ("first_partner(N)", 8)):
        x = task.draw(9, np.random.default_rng(0), case, 200)["x"]
        same = table[x[:, :-1]] == table[x[:, -1:]]
        assert (same[:, 8 - distance]).all()
        assert not same[:, 9 - distance :].any()
