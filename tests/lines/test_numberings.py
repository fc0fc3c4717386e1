"""Sequential and RandomStart: ids by hand, causal, by shape alone, `ahead` = `next` again and again."""

from collections.abc import Callable

import numpy as np
import pytest

from lengthwise.conformance.numberings import check_on
from lengthwise.core.errors import NumberingError
from lengthwise.core.numbering import Numbering
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.write import write
from lengthwise.tasks.ordering.sort import Sort

TASK = Sort(values=30)
LINE = write(TASK, TASK.draw(4, np.random.default_rng(0), "typical", 8))  # 4 numbers, "=", 4 answers


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("numbering", [Sequential(), RandomStart(ids=40), RandomStart(ids=40, start=3)], ids=repr)
def test_ids_are_causal_follow_from_the_shape_and_go_on(numbering: Numbering) -> None:
    check_on(numbering, LINE, write(TASK, TASK.draw(4, rng(1), "typical", 8)))


@pytest.mark.parametrize("numbering", [Sequential(), RandomStart(ids=40)], ids=repr)
def test_ahead_is_next_again_and_again(numbering: Numbering) -> None:
    symbols = rng(2).integers(5, 30, size=(8, 60))
    ids, state = numbering.begin(LINE.frame, rng(), 8)
    ahead = numbering.ahead(state, symbols)
    for t in range(60):
        one, state = numbering.next(state, symbols[:, t])
        assert (one == ahead[:, t]).all()
    assert ids.shape == (8, 6, 1)  # the start and five symbols of the prompt


def test_sequential_counts_from_one_after_what_opens_the_line() -> None:
    ids, state = Sequential().begin(LINE.frame, rng(), 2, before=2)
    assert ids[:, :, 0].tolist() == [[0, 0, 1, 2, 3, 4, 5]] * 2
    assert Sequential().ahead(state, np.zeros((2, 3), dtype=int))[0, :, 0].tolist() == [6, 7, 8]
    assert Sequential().span(LINE.frame, extra=1) == (1, 10)


def test_random_starts_are_uniform_over_where_the_page_fits() -> None:
    ids, _ = RandomStart(ids=12).begin(LINE.frame, rng(), 40000)
    starts = ids[:, 1, 0]
    # 9 symbols in 12 ids: starts 1 to 4, a quarter each; four standard errors are 0.009.
    shares = np.bincount(starts, minlength=6)[1:] / 40000
    assert shares[:4] == pytest.approx([0.25] * 4, abs=0.009)
    assert shares[4] == 0
    assert (np.diff(ids[:, 1:, 0], axis=1) == 1).all()


def test_in_measurement_a_random_start_stands_in_the_middle_or_where_it_was_told_to() -> None:
    needed = len(LINE.frame.entries)
    middle, _ = RandomStart(ids=needed + 6).fixed().begin(LINE.frame, rng(), 3)
    assert middle[:, :, 0].tolist() == [[0, 4, 5, 6, 7, 8]] * 3
    assert RandomStart(ids=needed + 6).fixed().span(LINE.frame) == (4, needed + 3)
    ids, _ = RandomStart(ids=12, measured=1).fixed().begin(LINE.frame, rng(), 3)
    assert ids[:, :, 0].tolist() == [[0, 1, 2, 3, 4, 5]] * 3


def test_past_the_table_there_are_no_ids() -> None:
    numbering = RandomStart(ids=12, start=7)
    ids, state = numbering.begin(LINE.frame, rng(), 1)
    assert ids[0, :, 0].tolist() == [0, 7, 8, 9, 10, 11]
    assert numbering.ahead(state, np.zeros((1, 3), dtype=int))[0, :, 0].tolist() == [12, 0, 0]


def test_a_page_that_is_wider_than_the_table_is_refused() -> None:
    with pytest.raises(NumberingError, match=r"9 symbols does not fit.*ids=8.*at least 9"):
        RandomStart(ids=8).begin(LINE.frame, rng(), 1)


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: Coupled(ids=0), "no id to give; use at least 1"),
        (lambda: RandomStart(ids=0), "no id to give"),
        (lambda: Randomized(ids=0), "no id to give"),
        (lambda: Abacus(ids=-3), "no id to give"),
        (lambda: Coupled(start=-5), "start of -5 is no id; use 1 or more"),
        (lambda: Coupled(measured=-9), "start of -9 is no id"),
        (lambda: RandomStart(start=-7), "start of -7 is no id"),
        (lambda: Abacus(start=-2), "start of -2 is no id"),
        (lambda: Coupled(axes=()), "name an axis"),
    ],
)
def test_a_table_without_rows_and_a_start_that_is_none_are_refused(make: Callable[[], object], remedy: str) -> None:
    with pytest.raises(NumberingError, match=remedy):
        make()
