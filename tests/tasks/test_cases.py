"""The cases of a draw are what they are called."""

import numpy as np
import pytest

from lengthwise.core.given import Column
from lengthwise.lines.write import computed
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.sort import Sort


def rng() -> np.random.Generator:
    return np.random.default_rng(5)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_a_full_chain_of_addition_carries_at_every_place(length: int) -> None:
    given = Addition().draw(length, rng(), "full_chain", 300)
    values = computed(Addition(), given)
    assert all((values["carry", place] == 1).all() for place in range(length))
    assert len(np.unique(np.concatenate([given["a"], given["b"]], axis=1), axis=0)) > 20


def test_repeated_digits_are_one_digit_a_number() -> None:
    given = Addition().draw(6, rng(), "repeated", 50)
    assert all((digits == digits[:, :1]).all() for digits in given.values())


def test_a_full_chain_of_increment_runs_up_to_the_two_free_digits() -> None:
    x = Increment().draw(8, rng(), "full_chain", 500)["x"]
    assert (x[:, :6] == 9).all()
    assert len(np.unique(x[:, 6:], axis=0)) == 90  # all of 10 to 99, the chain through every place among them


def test_any_chain_has_chains_of_every_length_alike() -> None:
    x = Increment().draw(8, rng(), "any_chain", 8000)["x"]
    chain = np.where((x == 9).all(axis=1), 8, (x != 9).argmax(axis=1))
    counts = np.bincount(chain, minlength=9)
    # Each length has a ninth, and a tenth of them run on by chance, so that every one lies between 0.09 and 0.14.
    assert counts.min() > 0.08 * 8000
    assert counts.max() < 0.15 * 8000


@pytest.mark.parametrize("length", [1, 4, 7])
def test_balanced_bits_are_as_close_to_a_tie_as_can_be(length: int) -> None:
    ones = Majority().draw(length, rng(), "balanced", 400)["x"].sum(axis=1)
    assert set(ones.tolist()) == {length // 2, length // 2 + 1}


def test_parity_of_all_ones_and_of_a_single_one() -> None:
    ones = Parity().draw(9, rng(), "all_ones", 300)["x"].sum(axis=1)
    assert set(ones.tolist()) == {8, 9}
    single = Parity().draw(9, rng(), "single_one", 300)["x"].sum(axis=1)
    assert set(single.tolist()) == {0, 1, 2}


def test_adjacent_numbers_have_gaps_of_one() -> None:
    x = np.sort(Sort(values=90).draw(7, rng(), "adjacent", 300)["x"], axis=1)
    assert (np.diff(x, axis=1) == 1).all()
    assert (x.min(), x.max()) == (0, 89)


def test_repeated_contexts_say_nothing_about_the_place() -> None:
    x = CopyRepeats().draw(20, rng(), "repeated_contexts", 100)["x"]

    def periods(row: Column) -> list[int]:
        # One symbol was changed: it breaks at most two of the equalities of a period.
        return [p for p in range(1, 11) if (row[p:] != row[:-p]).sum() <= 2]

    assert all(periods(row) for row in x)


def test_a_nearly_constant_list_has_one_other_symbol() -> None:
    x = CopyRepeats().draw(9, rng(), "nearly_constant", 200)["x"]
    most = [np.bincount(row).max() for row in x]
    assert set(most) == {8, 9}
