"""Every planted bug is rejected, by the contract that is there for it; what is right but looks odd passes."""

import re

import pytest

from lengthwise.conformance.answering import check_wrong_answers_are_caught
from lengthwise.conformance.tasks import check_task
from lengthwise.core.errors import ConformanceError
from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.outcome import Graded, Outcome
from lengthwise.core.request import Finish
from lengthwise.core.task import Task
from lengthwise.evaluation.grade import Part, grade
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from tests.conformance.planted import PLANTED, StableMajority, Thawed


def spelt(value: object) -> str:
    return type(value).__name__ if isinstance(value, Task) else str(value).replace(" ", "_")


@pytest.mark.parametrize(("task", "contract", "word"), PLANTED, ids=spelt)
def test_a_planted_bug_is_rejected_by_its_contract(task: Task, contract: str, word: str) -> None:
    broken = {finding.contract: finding.detail for finding in check_task(task, only={contract}).failures}
    assert contract in broken
    assert re.search(word, broken[contract])


def test_what_is_no_task_is_told_so_once() -> None:
    report = check_task(Thawed())
    assert [finding.contract for finding in report.findings] == ["made as a task"]
    assert not report.passed


def test_copy_with_repeats_by_whole_places_passes() -> None:
    report = check_task(CopyRepeats())
    report.demand()
    assert not any(finding.verdict == "skip" for finding in report.findings if "restriction" in finding.contract)


def test_a_contract_that_means_nothing_for_a_task_is_skipped_by_name() -> None:
    skips = {f.contract: f.detail for f in check_task(StableMajority.__mro__[1]()).findings if f.verdict == "skip"}
    assert set(skips) == {
        "golden hashes",
        "reads are steady",
        "carriers are right",
        "claimed restrictions",
        "witness is sound",
        "witness is minimal",
    }
    assert "logic/majority" in skips["witness is sound"]


def test_a_lenient_grader_is_caught() -> None:
    def kind(line: Line, row: int, text: str, finish: Finish = Finish.ENDED, part: Part = "answer") -> Graded:
        return Graded(Outcome.CORRECT, text)

    with pytest.raises(ConformanceError, match="graded as correct"):
        check_wrong_answers_are_caught(Parity(), kind)


def test_a_grader_that_forgets_the_end_is_caught() -> None:
    def short(line: Line, row: int, text: str, finish: Finish = Finish.ENDED, part: Part = "answer") -> Graded:
        return grade(line, row, " ".join(text.split()[: len(line.frame.slots)]), finish, part)

    with pytest.raises(ConformanceError, match=r"extended|one symbol added"):
        check_wrong_answers_are_caught(CopyRepeats(), short)


def test_a_strict_grader_is_caught() -> None:
    def strict(line: Line, row: int, text: str, finish: Finish = Finish.ENDED, part: Part = "answer") -> Graded:
        return Graded(Outcome.WRONG, text)

    with pytest.raises(ConformanceError, match="graded as wrong"):
        check_wrong_answers_are_caught(Parity(), strict)


def test_the_suite_of_a_crashing_task_says_what_it_raised() -> None:
    class Crashing(Parity):
        def step(self, read: object, kind: str, index: int) -> Column:
            raise ZeroDivisionError("on purpose")

    report = check_task(Crashing(), only={"next = solve"})
    assert [finding.detail for finding in report.failures] == ["ZeroDivisionError: on purpose"]
