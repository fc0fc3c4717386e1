"""Solvers without weights: the program shares nothing with the page, and the oracle's errors are reproducible."""

import pytest

from lengthwise.conformance.solvers import check_solver
from lengthwise.core.errors import ConfigError
from lengthwise.core.task import Task
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.traces.carries import Carries
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort


def test_the_program_writes_the_page_that_was_asked_for() -> None:
    curve, _ = evaluate(Program(), Measurement(Addition(), Carries(), ReversedAnswer(), lengths=(3, 6), instances=64))
    assert [curve.tally(n).correct for n in (3, 6)] == [64, 64]
    assert curve.cell(6).line.correct == 64


def test_the_oracles_errors_are_the_same_on_every_call_and_other_seeds_have_others() -> None:
    measurement = Measurement(Addition(), lengths=(6,), instances=64, way="free running")
    outcomes = [[s.outcome for s in evaluate(Oracle(0.1, seed), measurement).samples] for seed in (0, 0, 1)]
    assert outcomes[0] == outcomes[1]
    assert outcomes[0] != outcomes[2]


@pytest.mark.parametrize("task", [Addition(), Sort(values=20)], ids=repr)
def test_the_oracle_writes_in_one_pass_what_it_answers_and_keeps_it(task: Task) -> None:
    check_solver(Oracle(error=0.2)).demand()
    one_pass, freely = (
        evaluate(Oracle(error=0.2), Measurement(task, lengths=(5,), instances=300, way=way))
        for way in ("one pass", "free running")
    )
    assert one_pass.curve.tally(5).correct == freely.curve.tally(5).correct
    written = {sample.prompt: sample.written for sample in freely.samples if sample.prompt}
    shown = [sample for sample in one_pass.samples if sample.prompt]
    assert shown
    assert all(sample.written == written[sample.prompt] for sample in shown)


def test_the_oracles_errors_differ_from_block_to_block() -> None:
    measurement = Measurement(Sort(), lengths=(4,), instances=256)
    wrong = [sample.outcome for sample in evaluate(Oracle(error=0.3), measurement).samples]
    assert wrong[:128] != wrong[128:]


def test_an_impossible_error_rate_is_refused() -> None:
    with pytest.raises(ConfigError, match="from 0 to 1"):
        Oracle(1.5)
