"""The linear bound beside the errors: figures worked out by hand."""

from pathlib import Path

import pytest

from lengthwise.core.outcome import Tally
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.reports.bound import bounds, growing, growth, looked
from lengthwise.reports.gather import Arm, Point, Report, Restricted, Series, gather
from lengthwise.run import Run

LENGTHS = (10, 20, 40, 80)
LINES = 10_000


def growing_like(power: float, seeds: int = 2) -> LengthCurve:
    """Symbol errors of exactly 0.001 (N / 10) ** power in lines of N symbols and their end."""
    cells = {}
    for n in LENGTHS:
        targets = (LINES,) * (n + 1)
        errors = (round(0.001 * (n / 10) ** power * LINES),) * (n + 1)
        tally = Tally(correct=LINES - 50 * n, wrong=50 * n)
        for seed in range(seeds):
            cells[CellKey("ordering/sort", "typical", n, seed)] = Cell(tally, tally, errors=errors, targets=targets)
    return LengthCurve(cells, trained=(1, 10))


def arm_of(curve: LengthCurve) -> Arm:
    series = (Series("attention on the witness", "share", (Point(40, 0.25, 0.2, 0.3),)),)
    return Arm("near", "ordering/sort", curve, "2", series, restricted={40: Restricted(10, 5, 4000)})


def test_bound_and_independent_lines_are_those_of_the_formulas() -> None:
    twenty, forty, eighty = looked(arm_of(growing_like(1)))
    assert (twenty.length, forty.length, eighty.length) == (20, 40, 80)  # 10 is trained
    assert forty.error == pytest.approx(0.004)
    assert forty.bound == pytest.approx(40 / 10 * 5 / 4000)
    assert twenty.bound is None
    assert forty.line == pytest.approx(0.2)
    assert forty.independent == pytest.approx(1 - 0.996**41)
    assert (forty.attention, forty.margin) == (0.25, None)


@pytest.mark.parametrize("power", [1.0, 2.0])
def test_the_exponent_of_a_power_law_is_found_with_an_interval_around_it(power: float) -> None:
    fit = growth(growing_like(power))
    assert fit is not None
    assert fit.value == pytest.approx(power, abs=0.01)
    assert fit.low < power < fit.high


def test_errors_at_trained_lengths_do_not_enter_the_exponent() -> None:
    curve = growing_like(1)
    key = next(key for key in curve.cells if key.length == 10)
    spoiled = LengthCurve({**curve.cells, key: Cell(errors=(LINES,), targets=(LINES,))}, trained=(1, 10))
    assert growth(spoiled) == growth(curve)


def test_the_table_shows_what_was_not_measured_as_such_and_none_where_nothing_was_wrong() -> None:
    shown = bounds(Report("r", (arm_of(growing_like(1)),)), "2", "ordering/sort")
    assert shown is not None
    assert shown.rows == (("near", "40", "4.0e-03", "5.0e-03", "0.200", "0.152", "0.25", "–", shown.rows[0][-1]),)
    assert shown.rows[0][-1].startswith("1.00 [")
    right = {key: Cell(cell.answer, cell.line, targets=cell.targets) for key, cell in growing_like(1).cells.items()}
    assert bounds(Report("r", (arm_of(LengthCurve(right, trained=(1, 10))),)), "2", "ordering/sort") is None
    assert not growing([(0, arm_of(LengthCurve(right, trained=(1, 10))))])
    assert growing([(0, arm_of(growing_like(1)))]).count('class="bound"') == 1


def test_errors_on_restrictions_add_over_the_runs_of_an_arm(tmp_path: Path) -> None:
    for seed in (0, 1):
        run = Run.begin(tmp_path, {"seed": seed}, labels={"arm": "a", "seed": seed}).run
        run.write("restrictions", {"errors": [{"length": 20, "restricted_to": 10, "errors": 1 + seed, "targets": 100}]})
        run.finish("done", growing_like(1, seeds=1))
    (arm,) = gather(tmp_path).arms
    assert arm.restricted == {20: Restricted(10, 3, 200)}
