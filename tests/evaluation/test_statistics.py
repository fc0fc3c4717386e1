"""The statistics against published values and independent sums."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core.errors import ConfigError
from lengthwise.core.holm import holm
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.statistics import (
    clopper_pearson,
    exponent,
    paired_difference,
    sign_test,
    spread,
    student,
)


def test_wilson_agrees_with_the_published_example() -> None:
    low, high = Tally(correct=81, wrong=182).interval()  # Newcombe 1998, table I: 81 of 263
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)


def test_clopper_pearson_agrees_with_the_published_example() -> None:
    low, high = clopper_pearson(81, 263)  # Newcombe 1998, table I
    assert (round(low, 4), round(high, 4)) == (0.2527, 0.3676)
    assert clopper_pearson(0, 10)[0] == 0
    assert clopper_pearson(0, 10)[1] == pytest.approx(1 - 0.025 ** (1 / 10))


@given(st.integers(1, 30), st.data())
def test_clopper_pearson_leaves_exactly_its_tails(trials: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, trials))
    low, high = clopper_pearson(k, trials)

    def exact(p: float, a: int, b: int) -> float:
        return sum(comb(trials, i) * p**i * (1 - p) ** (trials - i) for i in range(a, b))

    if k > 0:
        assert exact(low, k, trials + 1) == pytest.approx(0.025)
    if k < trials:
        assert exact(high, 0, k + 1) == pytest.approx(0.025)


def test_five_of_five_is_one_in_thirty_two_and_four_of_five_is_not_enough() -> None:
    assert Fraction(sign_test(5, 0)) == Fraction(1, 32)
    assert Fraction(sign_test(4, 1)) == Fraction(6, 32)
    assert sign_test(0, 0) == 1.0


def test_holm_multiplies_by_what_is_left_and_never_falls() -> None:
    assert holm([0.04, 0.001, 0.03]) == pytest.approx([0.06, 0.003, 0.06])
    assert holm([]) == []


def test_an_even_number_of_seeds_has_a_median_that_is_a_seeds_own() -> None:
    assert spread([0.1, 0.2, 0.8, 0.9])[:3] == (0.2, 0.1, 0.9)
    assert spread([0.0] * 5).coverage == 0.9375


def test_a_paired_difference_counts_discordant_instances_and_covers_the_truth() -> None:
    rng = np.random.default_rng(0)
    missed = 0
    for _ in range(400):
        both = rng.random(300)
        first, second = both < 0.8, (both < 0.7) | (both > 0.97)  # true difference 0.8 - 0.73
        d = paired_difference(first, second)
        missed += not d.low <= 0.07 <= d.high
    assert missed <= 400 * 0.08
    d = paired_difference(np.array([True, True, False]), np.array([False, True, True]))
    assert (d.value, d.first_only, d.second_only, d.instances) == (0.0, 1, 1, 3)


@pytest.mark.parametrize(("freedom", "table"), [(1, 12.706), (4, 2.776), (30, 2.042), (400, 1.966)])
def test_students_quantiles_are_those_of_the_tables(freedom: int, table: float) -> None:
    assert student(0.975, freedom) == pytest.approx(table, abs=6e-4)


@pytest.mark.parametrize("true", [0.0, 1.0, 2.0])
def test_an_exponent_is_found_again(true: float) -> None:
    rng = np.random.default_rng(1)
    lengths, seeds = np.repeat([20, 25, 31, 40, 50, 62, 80, 100], 5), np.tile(range(5), 8)
    targets = lengths * 1000
    rate = 1e-4 * np.array([1, 2, 0.5, 1.5, 3])[seeds] * (lengths / 20) ** true
    missed = 0
    for _ in range(40):
        errors = rng.poisson(rate * targets)
        fit = exponent(lengths.tolist(), errors.tolist(), targets.tolist(), seeds.tolist())
        missed += not fit.low <= true <= fit.high
    assert missed <= 6


def test_an_exponent_of_two_lengths_is_refused() -> None:
    with pytest.raises(ConfigError, match="3 lengths"):
        exponent([10, 20, 10, 20], [1, 2, 1, 2], [9, 9, 9, 9], [0, 0, 1, 1])


@pytest.mark.parametrize("errors", [[0, 0, 0, 7], [7, 0, 0, 0], [0, 0, 0, 1]])
def test_errors_at_one_end_alone_fix_no_exponent(errors: list[int]) -> None:
    with pytest.raises(ConfigError, match="all errors are at the"):
        exponent([10, 20, 30, 40], errors, [1000, 2000, 3000, 4000], [0] * 4)
    both = exponent([10, 20, 30, 40] * 2, [*errors, 0, 1, 0, 0], [1000, 2000, 3000, 4000] * 2, [0] * 4 + [1] * 4)
    assert both.low < both.value < both.high, "one seed's errors in between hold it"
