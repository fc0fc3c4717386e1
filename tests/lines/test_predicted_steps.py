"""Ids in steps: what is taught, and that following what is taught leads to the ids that are fed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import shape_of
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.coupling.fit import check_fits
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted_steps import PredictedSteps
from lengthwise.lines.numberings.recount import Recount
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.traces.running_sums import RunningSums
from lengthwise.lines.write import frame_of
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.recall.slim import SLiM

TASKS: list[tuple[Task, Trace, Layout, int]] = [
    (Increment(), Nothing(), LeastFirst(), 1),
    (Increment(), Carries(), LeastFirst(), 1),
    (Increment(), Nothing(), Plain(), -1),
    (Parity(), RunningState(), Plain(), 1),
    (Copy(values=40), Nothing(), Plain(), 1),
    (Reverse(values=40), Nothing(), Plain(), 1),
    (Addition(), Carries(), LeastFirst(), 1),
]


def page(task: Task, trace: Trace, layout: Layout, length: int) -> Frame:
    return frame_of(task, shape_of(task.draw(length, np.random.default_rng(0), "typical", 1)), trace, layout)


def taught(steps: PredictedSteps, frame: Frame, extra: int = 0) -> tuple[list[int], list[int]]:
    ids, state = steps.begin(frame, np.random.default_rng(0), 1)
    return ids[0, 1:, 0].tolist(), steps.ahead(state, np.zeros((1, len(frame.slots) + extra)))[0, :, 0].tolist()


@pytest.mark.parametrize(
    ("case", "sign", "prompt", "answer"),
    [
        ((Copy(values=9), Nothing(), Plain(), 4), 1, [3, 4, 5, 6, 7], [3, 4, 5, 6]),
        ((Reverse(values=9), Nothing(), Plain(), 4), 1, [3, 4, 5, 6, 7], [6, 5, 4, 3]),
        ((Increment(), Carries(), LeastFirst(), 2), 1, [3, 4, 5], [3, 3, 4, 4, 5]),
        ((Parity(), RunningState(), Plain(), 3), 1, [3, 4, 5, 6], [3, 4, 5]),
        ((Addition(), Nothing(), LeastFirst(), 2), 1, [3, 4, 5, 6, 7, 8], [3, 4, 5]),
    ],
)
def test_the_answer_has_the_ids_of_what_it_comes_from(
    case: tuple[Task, Trace, Layout, int], sign: int, prompt: list[int], answer: list[int]
) -> None:
    assert taught(PredictedSteps(sign=sign), page(*case)) == (prompt, answer)


def test_with_a_recount_the_kth_symbol_of_the_answer_meets_the_kth_of_the_prompt() -> None:
    frame = page(SLiM(modulus=9, types=2), Nothing(), Plain(), 4)
    steps = PredictedSteps(Recount())
    assert taught(steps, frame, extra=2) == ([3, 4, 5, 6, 7], [3, 4, 5, 6, 7, 8])
    check_fits(steps, SLiM())
    with pytest.raises(NumberingError, match="depends on values"):
        check_fits(PredictedSteps(), SLiM())


@given(st.sampled_from(TASKS), st.integers(1, 30), st.integers(1, 4))
def test_a_network_that_says_what_it_is_taught_gets_the_ids_that_it_was_fed(
    case: tuple[Task, Trace, Layout, int], length: int, extra: int
) -> None:
    task, trace, layout, sign = case
    steps, frame = PredictedSteps(reach=3, sign=sign), page(task, trace, layout, length)
    ids, state = steps.begin(frame, np.random.default_rng(0), 1)
    fed = steps.ahead(state, np.zeros((1, len(frame.slots) + extra)))
    said = steps.taught(np.concatenate([ids, fed], axis=1), ids.shape[1])[:, ids.shape[1] - 1 :]
    assert said.min() >= 0
    assert said.max() <= steps.says(frame)
    for t in range(said.shape[1]):
        proposed, state = steps.next(state, np.array([7]), said[:, t])
        assert proposed.tolist() == fed[:, t].tolist()


def test_two_numbers_that_mean_one_id_are_heard_alike() -> None:
    steps, ids = PredictedSteps(), np.array([[[4], [9]]])  # after the ids 4 and 9; the prompt starts at 3
    assert steps.heard(np.array([[[2], [2]]]), ids).tolist() == [[[3], [3]]], "back to the first"
    assert steps.heard(np.array([[[6], [6]]]), ids).tolist() == [[[3], [8]]], "one down"


def test_what_is_said_does_not_grow_with_the_length() -> None:
    steps = PredictedSteps()
    said = []
    for length in (5, 500):
        frame = page(Reverse(values=600), Nothing(), Plain(), length)
        ids, state = steps.begin(frame, np.random.default_rng(0), 1)
        fed = steps.ahead(state, np.zeros((1, length)))
        said.append(set(steps.taught(np.concatenate([ids, fed], axis=1), ids.shape[1])[0, length + 1 :, 0].tolist()))
    assert said == [{6}, {6}]  # one down, always: -1 + 3 reach + 1


def test_a_wrong_step_stays_wrong_and_no_id_lies_below_one() -> None:
    frame = page(Copy(values=9), Nothing(), Plain(), 1)
    _, state = PredictedSteps(reach=2).begin(frame, np.random.default_rng(0), 3)
    ids, state = PredictedSteps(reach=2).next(state, np.zeros(3), np.array([[5], [7], [2]]))
    assert ids.tolist() == [[2], [4], [3]]
    ids, _ = PredictedSteps(reach=2).next(state, np.zeros(3), np.array([[5], [8], [1]]))
    assert ids.tolist() == [[0], [5], [2]]


@pytest.mark.parametrize(
    ("make", "remedy"),
    [
        (lambda: PredictedSteps(reach=0), "at least 1"),
        (lambda: PredictedSteps(sign=2), "rise or fall"),
        (lambda: PredictedSteps(Coupled(axes=("row", "column"))), "has 2"),
        (lambda: taught(PredictedSteps(), page(Increment(), Nothing(), Plain(), 5)), "the other sign"),
        (lambda: taught(PredictedSteps(sign=-1), page(Increment(), Nothing(), LeastFirst(), 5)), "the other sign"),
        (lambda: taught(PredictedSteps(), page(Addition(), Nothing(), Plain(), 5)), "the other sign"),
        (
            lambda: PredictedSteps().begin(
                page(Copy(values=9), Nothing(), Plain(), 2), np.random.default_rng(0), 1, places=np.zeros((1, 4, 1))
            ),
            "renumbered",
        ),
    ],
)
def test_pages_that_cannot_be_stepped_through_are_refused_with_the_remedy(make: object, remedy: str) -> None:
    with pytest.raises(NumberingError, match=remedy):
        make()  # type: ignore[operator]


def test_a_page_with_longer_steps_says_how_long() -> None:
    frame = page(RunningAddition(2), RunningSums(), LeastFirst(), 6)  # every sum starts at the lowest digit again
    with pytest.raises(NumberingError, match="name those to number"):
        taught(PredictedSteps(), frame)
    with pytest.raises(NumberingError, match=r"move by \d+ .* at least that"):
        taught(PredictedSteps(Coupled(axes=("significance",))), frame)
    assert len(taught(PredictedSteps(Coupled(axes=("significance",)), reach=8), frame)[1]) == len(frame.slots)
