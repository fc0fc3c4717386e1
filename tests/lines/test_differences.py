"""What restrictions change: placebo where it is predicted, the gap in sort, and the share of impossible prefixes."""

from itertools import pairwise
from typing import Self

import numpy as np
import pytest

from lengthwise.core.catalogue import find
from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.differences import Cuts, Difference, Differences, differences, exchangeable, two_sample
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM


@pytest.mark.parametrize("name", ["ordering/copy", "ordering/reverse", "ordering/copy_repeats"])
def test_closed_restriction_is_exactly_a_placebo_on_copy_and_reverse(name: str) -> None:
    report = differences(find("tasks", name)(), Nothing(), Plain(), Cuts("closed", 20, 10))
    assert (report.placebo, report.illegal) == (True, 0.0)
    assert report.exact


@pytest.mark.parametrize(
    ("task", "trace"), [(Addition(), Carries()), (Increment(), Carries()), (Parity(), RunningState())], ids=repr
)
def test_closed_restriction_is_a_placebo_on_digits_but_for_its_prefixes(task: Task, trace: Trace) -> None:
    report = differences(task, trace, LeastFirst(), Cuts("closed", 20, 10))
    assert report.placebo
    assert report.illegal > 0.3
    assert "of prefixes are of no legal line" in str(report)


def test_only_sort_gets_smaller_gaps() -> None:
    report = differences(Sort(), Nothing(), Plain(), Cuts("closed", 20, 10))
    gap = next(one for one in report.found if one.statistic == "gap")
    assert gap.restricted < gap.ordinary
    assert "differs in" in str(report)


def test_keeping_near_numbers_makes_gaps_smaller_still() -> None:
    def near(line: Line, slot: int, rng: np.random.Generator) -> Column:
        target = line.contents[:, len(line.frame.prompt) + slot]
        scores: Column = -np.abs(line.given["x"] - target[:, None])
        return scores.astype(float)

    random, close = (differences(Sort(), Nothing(), Plain(), Cuts("query", 20, 10, s)) for s in (None, near))
    gaps = [next(one.restricted for one in report.compared if one.statistic == "gap") for report in (random, close)]
    assert gaps[1] < 0.8 * gaps[0]


def test_partners_of_slim_come_from_farther_than_a_short_line_has_them() -> None:
    report = differences(SLiM(), Nothing(), Plain(), Cuts("closed", 40, 10))
    assert "distance to source" in {one.statistic for one in report.found}


def test_the_share_of_impossible_prefixes_is_that_of_a_count_by_hand() -> None:
    # A kept state is as a fresh line has it unless an odd number of ones was dropped since the last kept bit: a half
    # for each stretch of dropped bits before the target. Targets are uniform; they and the bit before always stay.
    rng = np.random.default_rng(0)
    legal = []
    for _ in range(4000):
        slot = int(rng.integers(20))
        needed = [slot, slot - 1] if slot else [slot]
        others = [i for i in range(20) if i not in needed]
        kept = sorted([*needed, *rng.choice(others, 10 - len(needed), replace=False).tolist()])
        before = [-1, *[i for i in kept if i < slot]]
        stretches = sum(b - a > 1 for a, b in pairwise(before))
        legal.append(0.5**stretches)
    report = differences(Parity(), RunningState(), Plain(), Cuts("closed", 20, 10))
    # 24 slots are drawn: the share moves by some 0.06.
    assert report.illegal == pytest.approx(1 - float(np.mean(legal)), abs=0.15)


def test_exchangeable_draws_are_told_from_others() -> None:
    assert exchangeable(CopyRepeats())
    assert exchangeable(Sort())
    assert not exchangeable(Increment())  # the top digit is not 0


def test_a_biased_draw_is_not_exchangeable() -> None:
    class Biased(CopyRepeats):
        def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> dict[str, Column]:
            x = rng.integers(3, size=(count, length))
            x[:, 0] = np.minimum(x[:, 0], rng.integers(3, size=count))
            return {"x": x}

        def tiny(self) -> tuple[Self, int]:
            return self, 4

    assert not exchangeable(Biased(values=3))


def test_a_form_that_is_not_admitted_has_no_report() -> None:
    with pytest.raises(RestrictionRefused, match="does not admit the form query"):
        differences(CopyRepeats(), Nothing(), Plain(), Cuts("query", 20, 10))


def test_the_two_sample_test_has_its_level_and_its_power() -> None:
    rng = np.random.default_rng(1)
    ps = [two_sample(rng.normal(size=300), rng.normal(size=300)) for _ in range(400)]
    assert np.mean(np.array(ps) < 0.05) < 0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5
    assert np.mean(np.array(ps) < 0.5) > 0.35  # and is not asleep
    assert two_sample(rng.normal(size=300), rng.normal(0.5, size=300)) < 1e-3


def test_holm_lets_the_smallest_p_pass_first() -> None:
    def report(*ps: float) -> int:
        return len(Differences("", tuple(Difference(str(p), 0, 0, p) for p in ps), 0.0).found)

    # At 0.01 over three: 0.0033, 0.005, 0.01.
    assert report(0.004, 0.5, 0.5) == 0
    assert report(0.003, 0.006, 0.5) == 1
    assert report(0.003, 0.004, 0.009) == 3
