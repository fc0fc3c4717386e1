"""Claims: each verdict on planted curves, and what keeps a claim from being judged."""

from dataclasses import replace

import numpy as np
import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.claims import (
    AtLeast,
    Claim,
    Equal,
    GrowsAtMost,
    Judged,
    Order,
    Succeeds,
    Verdict,
    judge,
    judge_all,
)
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve


def arm(shares: list[float], asked: int = 1000, learned: float = 1.0) -> LengthCurve:
    """An arm of one run a seed: `learned` at the trained length 10, its share at length 100."""
    cells = {}
    for seed, share in enumerate(shares):
        for length, p in ((10, learned), (100, share)):
            tally = Tally(correct=round(p * asked), wrong=asked - round(p * asked))
            cells[CellKey("t", "typical", length, seed)] = Cell(tally, tally)
    return LengthCurve(cells, trained=(1, 10))


def verdict(claim: Claim, **curves: LengthCurve) -> Judged:
    return judge([claim], curves)[0]


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([0.95] * 5, Verdict.UPHELD),
        ([0.95] * 4 + [0.905], Verdict.UNDECIDED),  # one seed's lower bound is below 0.9
        ([0.99, 0.99, 0.8, 0.8, 0.8], Verdict.REFUTED),  # the median seed's upper bound is below
        ([0.99, 0.99, 0.9, 0.5, 0.5], Verdict.UNDECIDED),
        ([0.95] * 4, Verdict.UNDECIDED),  # four seeds carry nothing
    ],
)
def test_a_claim_of_at_least_90_percent(shares: list[float], expected: Verdict) -> None:
    assert verdict(AtLeast("a", 100), a=arm(shares)).verdict is expected


def test_a_claim_needs_a_thousand_instances_a_length() -> None:
    judged = verdict(AtLeast("a", 100), a=arm([1.0] * 5, asked=200))
    assert judged.verdict is Verdict.UNDECIDED
    assert "200 instances" in judged.evidence


def test_a_run_that_did_not_learn_enters_no_claim() -> None:
    judged = verdict(AtLeast("a", 100), a=arm([1.0] * 5, learned=0.98))
    assert judged.verdict is Verdict.UNDECIDED
    assert "5 not learned" in judged.evidence


def test_an_arm_that_was_not_run_leaves_its_claims_undecided() -> None:
    assert verdict(AtLeast("b", 100), a=arm([1.0] * 5)).evidence == "the arm 'b' was not run"


def test_a_claim_on_an_imported_curve_is_refused() -> None:
    with pytest.raises(ConfigError, match="imported"):
        verdict(AtLeast("a", 100), a=replace(arm([1.0] * 5), imported="a paper"))


def test_an_order_is_upheld_by_five_of_five_and_refuted_by_none() -> None:
    a, b = arm([0.9, 0.8, 0.7, 0.9, 0.8]), arm([0.8, 0.7, 0.6, 0.8, 0.7])
    primary = Order("a", "b", 100, primary=True)
    assert verdict(primary, a=a, b=b).verdict is Verdict.UPHELD
    assert verdict(primary, a=b, b=a).verdict is Verdict.REFUTED
    near = arm([0.8, 0.7, 0.6, 0.8, 0.81])
    assert verdict(primary, a=a, b=near).verdict is Verdict.UNDECIDED


def test_orders_that_are_not_primary_or_have_three_seeds_decide_nothing() -> None:
    a, b = arm([0.9] * 5), arm([0.1] * 5)
    assert verdict(Order("a", "b", 100), a=a, b=b).verdict is Verdict.UNDECIDED
    assert verdict(Order("a", "b", 100), a=a, b=b).exploratory
    short = verdict(Order("a", "b", 100, primary=True), a=arm([0.9] * 3), b=arm([0.1] * 3))
    assert (short.verdict, short.exploratory) == (Verdict.UNDECIDED, True)


def test_five_seeds_carry_one_primary_order_and_not_two() -> None:
    curves = {"a": arm([0.9] * 5), "b": arm([0.1] * 5), "c": arm([0.5] * 5)}
    two = judge([Order("a", "b", 100, primary=True), Order("a", "c", 100, primary=True)], curves)
    assert [j.verdict for j in two] == [Verdict.UNDECIDED] * 2
    assert two[0].numbers["p_holm"] == 2 / 32
    with_others = judge([Order("a", "b", 100, primary=True), Order("a", "c", 100)], curves)
    assert with_others[0].verdict is Verdict.UPHELD


def test_holm_runs_over_all_stages_of_a_study() -> None:
    curves = {"a": arm([0.9] * 5), "b": arm([0.1] * 5)}
    claim = Order("a", "b", 100, primary=True)
    assert [group[0].verdict for group in judge_all([([claim], curves)])] == [Verdict.UPHELD]
    two = judge_all([([claim], curves), ([AtLeast("a", 100), claim], curves)])
    assert [two[0][0].verdict, two[1][1].verdict] == [Verdict.UNDECIDED] * 2


def test_success_rates_use_the_exact_interval() -> None:
    claim = Succeeds("a", 100, rate=0.4)
    assert verdict(claim, a=arm([0.95] * 5)).verdict is Verdict.UPHELD  # 5 of 5: at least 0.478
    assert verdict(claim, a=arm([0.95] * 4 + [0.2])).verdict is Verdict.UNDECIDED
    assert verdict(Succeeds("a", 100, rate=0.6), a=arm([0.2] * 5)).verdict is Verdict.REFUTED  # at most 0.522


def test_a_placebo_is_equal_within_its_margin_in_every_seed() -> None:
    base = arm([0.5, 0.6, 0.7, 0.5, 0.6])
    assert verdict(Equal("a", "b", (100,)), a=arm([0.52, 0.57, 0.7, 0.5, 0.64]), b=base).verdict is Verdict.UPHELD
    assert verdict(Equal("a", "b", (100,)), a=arm([0.6, 0.7, 0.8, 0.6, 0.7]), b=base).verdict is Verdict.REFUTED
    assert verdict(Equal("a", "b", (100,)), a=arm([0.6, 0.6, 0.7, 0.5, 0.6]), b=base).verdict is Verdict.UNDECIDED


def with_errors(power: float) -> LengthCurve:
    rng = np.random.default_rng(3)
    cells = {CellKey("t", "typical", 10, seed): Cell(Tally(correct=1000), Tally(correct=1000)) for seed in range(5)}
    for length in (20, 25, 31, 38, 47, 58, 72, 90):
        for seed in range(5):
            targets = 1000 * length
            errors = int(rng.poisson(targets * 1e-3 * (length / 20) ** power))
            tally = Tally(wrong=1000)
            cells[CellKey("t", "typical", length, seed)] = Cell(tally, tally, errors=(errors,), targets=(targets,))
    return LengthCurve(cells, trained=(1, 10))


@pytest.mark.parametrize(
    ("power", "expected"), [(0.5, Verdict.UPHELD), (1.0, Verdict.UNDECIDED), (1.6, Verdict.REFUTED)]
)
def test_the_linear_bound_is_judged_by_the_exponents_interval(power: float, expected: Verdict) -> None:
    judged = verdict(GrowsAtMost("a", lengths=(20, 25, 31, 38, 47, 58, 72, 90)), a=with_errors(power))
    assert judged.verdict is expected, judged.evidence


def test_a_judged_claim_comes_back_from_json() -> None:
    judged = verdict(AtLeast("a", 100), a=arm([0.95] * 5))
    assert Judged.from_json(judged.to_json()) == judged
