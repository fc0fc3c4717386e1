"""Schedules: what every update is made of, from the mixture alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.cut import Cut, Hard
from lengthwise.feeding.mixture import Ingredient, Mixture, Plan, schedule
from lengthwise.feeding.source import Source
from tests.feeding.diets import MAIN, cut, diet

SIZES = {length: 2 * length + 2 for length in range(1, 41)}


def plans(mixture: Mixture, updates: int) -> list[Plan]:
    return list(schedule(mixture, updates, SIZES))


def rows_of(found: Sequence[Plan]) -> Counter[int]:
    rows: Counter[int] = Counter()
    for plan in found:
        for portion in plan.portions:
            rows[portion.ingredient] += portion.rows
    return rows


def test_all_seeds_read_the_same_lengths_and_as_many_rows_of_each_ingredient() -> None:
    made = [diet(MAIN, cut("query"), seed=seed) for seed in (0, 1, 2)]
    about = [[(b.length.tolist(), b.ingredient.tolist()) for b in Source(each).batches()] for each in made]
    assert about[0] == about[1] == about[2]
    symbols = [[b.symbols.tolist() for b in Source(each).batches()] for each in made]
    assert symbols[0] != symbols[1], "and other problems"


@pytest.mark.parametrize("weights", [(1.0, 1.0), (3.0, 1.0), (1.0, 2.0, 7.0)])
def test_shares_of_rows_follow_the_weights_to_a_row(weights: tuple[float, ...]) -> None:
    mixture = Mixture(tuple(Ingredient(weight=weight) for weight in weights), symbols=500)
    rows = rows_of(plans(mixture, 400))
    total = sum(rows.values())
    for number, weight in enumerate(weights):
        assert abs(rows[number] - total * weight / sum(weights)) <= len(weights)


def test_lengths_are_uniform_over_updates() -> None:
    seen = Counter(plan.length for plan in plans(Mixture((Ingredient(lengths=(3, 7)),)), 5000))
    assert set(seen) == {3, 4, 5, 6, 7}
    assert all(abs(count - 1000) < 5 * 28.3 for count in seen.values()), "five deviations of a count of 1000 in 5000"


def test_a_ramp_grows_from_nothing_to_the_full_share() -> None:
    mixture = Mixture((Ingredient(), Ingredient(ramp=0.5)), symbols=1000)
    found = plans(mixture, 1000)
    shares = [rows_of(part) for part in (found[:100], found[200:300], found[500:])]
    share = [rows[1] / (rows[0] + rows[1]) for rows in shares]
    assert share[0] == pytest.approx(0.09, abs=0.03)  # weights 1 and 0.1 on average: 0.1 / 1.1
    assert share[1] == pytest.approx(0.333, abs=0.03)  # 0.5 / 1.5
    assert share[2] == pytest.approx(0.5, abs=0.01)


def test_a_curriculum_lets_the_longest_length_grow() -> None:
    found = plans(Mixture((Ingredient(lengths=(1, 40)),), curriculum=0.5), 1000)
    lengths = np.array([plan.length for plan in found])
    assert lengths[:10].max() <= 2
    assert lengths[245:255].max() <= 21
    assert lengths[500:].max() == 40
    assert lengths[500:].min() <= 2


def test_a_longer_training_begins_as_a_shorter_one() -> None:
    mixture = Mixture((Ingredient(), Ingredient(weight=2.0)), symbols=700)
    assert plans(mixture, 100) == plans(mixture, 300)[:100]


def test_every_row_of_an_ingredient_is_taken_once_and_in_order() -> None:
    following: dict[tuple[int, int], int] = {}
    for plan in plans(Mixture((Ingredient(), Ingredient(weight=0.3)), symbols=900), 500):
        for portion in plan.portions:
            where = portion.ingredient, portion.length
            assert portion.start == following.get(where, 0)
            following[where] = portion.start + portion.rows


def test_a_batch_has_about_the_symbols_asked_for_and_counts_what_it_has() -> None:
    made = diet(symbols=600, updates=40)
    sizes = [batch.symbols.size for batch in Source(made).batches()]
    assert sum(sizes) == made.processed()
    assert all(480 <= size <= 600 for size in sizes), "lines of up to 14 symbols, rounded down to whole rows"


def test_long_lines_that_are_only_read_count_as_symbols_read() -> None:
    plain, hard = diet(MAIN, cut("query")), diet(MAIN, cut("query", choice=Hard()))
    assert hard.processed() > 1.2 * plain.processed()


@pytest.mark.parametrize("form", ["query", "closed", "whole"])
def test_no_line_is_longer_than_planned_where_the_witness_is_kept_beside_the_length(form: str) -> None:
    made = diet(cut(form, beside="beside"))
    planned = made.symbols_at()
    for batch, plan in zip(Source(made).batches(), made.plans(), strict=True):
        assert batch.symbols.shape[1] <= planned[plan.portions[0].length]


def test_one_batch_holds_one_length() -> None:
    for batch in Source(diet(MAIN, cut("closed"), MAIN)).batches():
        assert len(set(batch.length.tolist())) == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Mixture(()), "at least one Ingredient"),
        (lambda: Ingredient(lengths=(5, 4)), "hold no length"),
        (lambda: Ingredient(lengths=(0, 4)), "hold no length"),
        (lambda: Ingredient(weight=0.0), "above 0"),
        (lambda: Ingredient(weight=-1.0), "above 0"),
        (lambda: Ingredient(lengths=(1, 30), cut=Cut(longest=20)), "raise cut.longest to 30"),
        (lambda: Mixture((MAIN, replace(MAIN, lengths=(1, 9)))), "share one range"),
        (lambda: Mixture(symbols=0), "symbols"),
        (lambda: Mixture(curriculum=1.5), "curriculum"),
        (lambda: Ingredient(ramp=-0.5), "ramp"),
        (lambda: Cut(forms=()), "form"),
        (lambda: Cut(longest=10, shortest=20), "shortest"),
        (lambda: Hard(every=0), "every"),
    ],
)
def test_what_cannot_be_fed_is_refused_with_what_to_change(make: object, message: str) -> None:
    assert callable(make)
    with pytest.raises(ConfigError, match=message):
        make()


def test_a_mixture_whose_every_ingredient_is_ramped_still_fills_its_batches() -> None:
    found = plans(Mixture((Ingredient(ramp=0.5),), symbols=500), 10)
    assert all(sum(p.rows for p in plan.portions) >= 1 for plan in islice(found, 10))
