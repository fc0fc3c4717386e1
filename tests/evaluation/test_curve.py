"""Curves: adding cells, reach, factor, the learned mark, JSON and CSV."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve, total
from lengthwise.evaluation.curve_csv import from_csv, to_csv
from lengthwise.evaluation.lengths import PastFailure, grid, growing


def curve(shares: dict[int, float], seed: int = 0, asked: int = 100) -> LengthCurve:
    cells = {}
    for n, share in shares.items():
        tally = Tally(correct=round(share * asked), wrong=asked - round(share * asked))
        cells[CellKey("t", "typical", n, seed)] = Cell(tally, tally, errors=(1, 2), targets=(100, 100))
    return LengthCurve(cells, trained=(1, 10))


def test_reach_stops_at_the_first_length_that_fails_even_if_a_longer_one_passes() -> None:
    assert str(curve({5: 1, 10: 0.95, 12: 0.89, 15: 1.0}).reach(0.9)) == "10"


def test_reach_at_the_end_of_the_grid_is_printed_as_a_lower_bound() -> None:
    c = curve({5: 1, 10: 0.9, 20: 0.9})
    assert (str(c.reach(0.9)), str(c.factor(0.9))) == (">= 20", ">= 2x")


def test_reach_is_zero_where_the_shortest_length_fails() -> None:
    assert str(curve({5: 0.5, 10: 1}).reach(0.9)) == "0"


def test_reach_over_seeds_is_the_median_of_each_seeds_own() -> None:
    c = total([curve({5: 1, 10: 1, 20: a}, seed) for seed, a in enumerate([0.0, 1.0, 1.0])])
    assert [str(r) for r in c.reaches(0.9).values()] == ["10", ">= 20", ">= 20"]
    assert str(c.reach(0.9)) == ">= 20"


def test_cells_of_one_seed_add_and_other_seeds_stand_beside() -> None:
    c = curve({5: 1}) + curve({5: 0.5}) + curve({5: 0}, seed=1)
    assert (c.tally(5, 0).correct, c.tally(5, 0).asked, c.tally(5).asked) == (150, 200, 300)
    assert c.cell(5, 0).errors == (2, 4)
    assert c.accuracies(5) == {0: 0.75, 1: 0.0}


def test_curves_of_two_regimes_are_never_one() -> None:
    with pytest.raises(ConfigError, match="keep them apart"):
        curve({5: 1}) + replace(curve({5: 1}), regime="B")


def test_a_run_below_99_percent_at_a_trained_length_is_not_learned() -> None:
    assert curve({5: 0.99, 10: 1, 20: 0}).learned(0)
    assert not curve({5: 0.98, 10: 1, 20: 0}).learned(0)
    assert not curve({20: 1}).learned(0)  # never looked at: not known to be learned


def test_a_curve_without_trained_lengths_has_no_factor() -> None:
    with pytest.raises(ConfigError, match="set `trained`"):
        replace(curve({5: 1}), trained=None).factor()


def test_a_curve_comes_back_from_json_as_it_was() -> None:
    c = replace(
        curve({5: 1, 10: 0.3}) + curve({5: 0.5}, seed=3), longest_line=61, cut_from=100, chance={5: 0.25, 10: 0.0}
    )
    assert LengthCurve.from_json(c.to_json()) == c
    with pytest.raises(ConfigError, match="no length curve"):
        LengthCurve.from_json({"cells": [{"task": "t"}]})


def test_oracle_length_moves_stop_failures_to_the_correct() -> None:
    cell = Cell(line=Tally(correct=5, wrong=3, truncated=2), stop_failures=2)
    assert (cell.oracle_length().correct, cell.oracle_length().asked) == (7, 10)


def test_a_curve_goes_through_csv_and_is_marked_as_imported(tmp_path: Path) -> None:
    c = curve({5: 1, 10: 0.3})
    file = tmp_path / "theirs.csv"
    file.write_text(to_csv(c))
    back = from_csv(file, trained=(1, 10))
    assert back.imported == "theirs.csv"
    assert [back.tally(n) for n in (5, 10)] == [c.tally(n) for n in (5, 10)]
    assert str(back.reach()) == "5"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("length,accuracy\n5,0.9\n", "row 1: the header has no correct, asked"),
        ("length,correct,asked\n5,9,10\n8,11,10\n", "row 3: 11 correct of 10"),
        ("length,correct,asked\n5,nine,10\n", "row 2: correct is 'nine'"),
        ("length,correct,asked\n5,9,10\n5,9,10\n", "row 3.*stands above"),
        ("length,correct,asked\n", "no rows"),
        ("length,correct,asked\n5,9,10,11\n", "row 2: more cells than the header"),
        (f"length,correct,asked\n{'5' * 5000},9,10\n", "row 2: length is"),
        (f"length,correct,asked\n{'5' * 200_000},9,10\n", "row 2: not CSV"),
    ],
)
def test_a_bad_csv_gives_the_number_of_its_row(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        from_csv(file)


def test_a_grid_grows_by_a_quarter_at_most_and_goes_through_the_longest_trained_length() -> None:
    lengths = grid(trained=20, last=100)
    assert lengths[0] == 1
    assert lengths[-1] == 100
    assert 20 in lengths
    assert all(b <= max(a + 1, a * 1.25) for a, b in pairwise(lengths))


def test_a_growing_grid_ends_at_twice_the_first_failure() -> None:
    accuracies: dict[int, float] = {}
    tested = []
    for n in PastFailure(trained=10, cap=1000).lengths(accuracies):
        tested.append(n)
        accuracies[n] = 1.0 if n <= 30 else 0.0
    first_failure = min(n for n in tested if n > 30)
    assert first_failure * 2 / 1.25 <= tested[-1] <= first_failure * 2


def test_an_empty_range_of_lengths_is_refused() -> None:
    with pytest.raises(ConfigError, match="give 1 <= first <= last"):
        growing(10, 5)


def test_a_curve_draws_itself_in_a_notebook() -> None:
    html = curve({5: 1, 10: 0.95, 20: 0.4})._repr_html_()
    assert html.count("<svg") == 1
    assert "reach at 90 %: 10, factor 1x" in html
    assert "trained 1–10" in html
    assert "empty" in LengthCurve()._repr_html_()
