"""Tasks made of a rule are measured, and answers and traces of theirs graded, as other tasks' are."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.outcome import Outcome, Tally
from lengthwise.core.request import Finish, Reply, Request
from lengthwise.evaluation.lengths import PastFailure
from lengthwise.evaluation.rule_answers import grade_rules_file, problem_of_rule
from lengthwise.evaluation.rule_evaluate import evaluate_rules
from lengthwise.evaluation.rule_measure import RuleMeasurement
from lengthwise.evaluation.rule_sheets import grade_rule
from lengthwise.prompting.direct import Direct
from lengthwise.prompting.rule_in_code import RuleInCode
from lengthwise.rules import style
from lengthwise.rules.task import RuleBlock, RuleInstance, instances
from lengthwise.solvers.file import File
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program
from lengthwise.tasks.collections import collection, rule_task

TASKS = collection("meta_rfft")


def asked(name: str, length: int, count: int) -> list[RuleInstance]:
    return list(instances(RuleBlock(rule_task(name), length, "test"), count))


def written(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)
def test_program_and_oracle_are_right_on_every_task(task: Any) -> None:
    measurement = RuleMeasurement(task, lengths=(6,), instances=3)
    for solver in (Program(), Oracle()):
        assert evaluate_rules(solver, measurement).curve.tally(6) == Tally(correct=3)
    question = task.ask(next(instances(RuleBlock(task, 6, "test"), 1)).given)
    assert [other.name for other in TASKS if problem_of_rule(other, question) is not None] == [task.name]


def test_a_growing_list_of_lengths_stops_past_the_first_that_failed() -> None:
    class UpTo12(Program):
        def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
            for reply in super().answer(requests):
                yield reply if reply.instance.length <= 12 else replace(reply, text="So the answer is None\n")

    growing = RuleMeasurement(rule_task("coin_flip"), lengths=PastFailure(trained=6, cap=100), instances=8)
    curve = evaluate_rules(UpTo12(), growing).curve
    assert 20 <= max(curve.lengths()) <= 30
    assert str(curve.reach()) == "12"


def test_errors_are_counted_at_their_rate_in_answers_and_in_traces() -> None:
    task = rule_task("coin_flip")
    curve = evaluate_rules(Oracle(error=0.5), RuleMeasurement(task, lengths=(12,), instances=200)).curve
    assert 70 < curve.tally(12).correct < 130
    assert curve.tally(12).asked == 200
    traced = RuleMeasurement(task, RuleInCode(), lengths=(12,), instances=60)
    cell = evaluate_rules(Oracle(error=0.01, style="recite"), traced).curve.cell(12)
    assert cell.line.correct < cell.headline.correct <= 60  # a slip in the working need not reach the answer
    assert 0 < sum(cell.errors) / sum(cell.targets) < 0.02
    right = evaluate_rules(Oracle(style="recite"), traced).curve.cell(12)
    assert right.line == right.headline == Tally(correct=60)
    assert sum(right.errors) == 0


def test_a_right_answer_without_the_trace_that_was_asked_for_is_a_wrong_line() -> None:
    cell = evaluate_rules(
        Program(), RuleMeasurement(rule_task("get_digit"), RuleInCode(), lengths=(8,), instances=9)
    ).curve.cell(8)
    assert cell.headline == Tally(correct=9)
    assert cell.line.correct == 0


def test_a_file_of_answers_is_graded_by_instance_and_by_question(tmp_path: Path) -> None:
    some = asked("digits/get_digit", 7, 12)
    right = [rule_task("get_digit").solve(x.given) for x in some]
    said = [f"So the answer is {d}" for d in right]
    said[3:8] = [str(right[3]), f"It is {right[4]}.", f"So the answer is {9 - right[5]}", "", "So the answer is [1"]
    by_instance = [{"instance": x.identity, "answer": text} for x, text in zip(some, said, strict=True)]
    by_prompt = [
        {"prompt": Direct().request(x, style("recite")).plain, "length": 7, "answer": text}
        for x, text in zip(some, said, strict=True)
    ]
    by_prompt[8]["finish"] = by_instance[8]["finish"] = "limit"  # it had answered before: a right answer counts
    both: list[list[dict[str, Any]]] = [by_instance, by_prompt]
    for number, rows in enumerate(both):
        found = grade_rules_file(written(tmp_path / f"{number}.jsonl", rows), TASKS).evaluation
        assert found.curve.tally(7) == Tally(correct=8, wrong=1, malformed=2, unfinished=1)
        assert [s.outcome for s in found.samples][3:8] == ["correct", "malformed", "wrong", "unfinished", "malformed"]
    assert next(s for s in found.samples if s.outcome == "malformed").written == f"It is {right[4]}."
    kept = next(s for s in found.samples if s.outcome == "wrong")
    assert kept.prompt == rule_task("get_digit").ask(some[5].given)
    assert (kept.expected, kept.written) == (str(right[5]), str(9 - right[5]))


def test_traces_are_graded_with_steps_to_the_first_error_and_its_class(tmp_path: Path) -> None:
    (instance,) = asked("digits/number_length", 4, 1)
    true = rule_task("number_length").program.trace(instance.given, style("recite"))
    slip = true.replace("now, count = 3", "now, count = 5", 1)
    rows = [{"instance": instance.identity, "answer": text} for text in (true, slip, true[:150], "no idea")]
    rows[2]["finish"] = "limit"
    (traced,) = grade_rules_file(written(tmp_path / "a.jsonl", rows), TASKS, style("recite")).traces
    assert (traced.task, traced.length, traced.traces, traced.whole) == ("digits/number_length", 4, 4, 1)
    assert dict(traced.errors)["wrong value"] == 1
    assert sum(count for _, count in traced.errors) == 3
    assert traced.before is not None
    assert traced.before > 1
    assert 0 < traced.rate < 1
    graded = grade_rule(instance.block.task, instance.given, slip, Finish.ENDED, style("recite"))
    stripped = grade_rule(instance.block.task, instance.given, true.rstrip(), Finish.ENDED, style("recite"))
    assert stripped.verdict.line.outcome is Outcome.CORRECT
    cut = grade_rule(instance.block.task, instance.given, true.rstrip(), Finish.LIMIT, style("recite"))
    assert cut.verdict.line.outcome is Outcome.WRONG
    place = graded.verdict.line.first_wrong
    assert place is not None
    assert graded.verdict.line.outcome is Outcome.WRONG
    assert graded.verdict.wrong.index(True) == place
    assert graded.grade is not None
    assert graded.grade.judgement.first is not None
    assert (graded.grade.judgement.first.stated, graded.grade.judgement.first.expected) == ("5", "3")


def test_a_file_is_a_solver_of_rule_tasks_too(tmp_path: Path) -> None:
    some = asked("coin_flip", 9, 5)
    rows = [
        {"instance": x.identity, "answer": f"So the answer is {rule_task('coin_flip').solve(x.given)}"}
        for x in some[:3]
    ]
    found = evaluate_rules(
        File(str(written(tmp_path / "a.jsonl", rows))),
        RuleMeasurement(rule_task("coin_flip"), lengths=(9,), instances=5),
    )
    assert found.curve.tally(9) == Tally(correct=3, unanswered=2)


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"instance": "digits/get_digit/7/test/0/typical/0/500", "answer": "1"}, "names row 500 of 128"),
        (
            {"instance": "digits/get_digit/7/tests/0/typical/0/5", "answer": "1"},
            "one reads TASK/LENGTH",
        ),
        ({"instance": "digits/get_digit/x/test/0/typical/0/5", "answer": "1"}, "one reads TASK/LENGTH"),
        ({"instance": "digits/get_digit/0/test/0/typical/0/5", "answer": "1"}, "lengths start at 1"),
        ({"instance": "ordering/sort/5/test/0/typical/0/5", "answer": "1"}, "is no instance of"),
        ({"prompt": "What is love?", "answer": "1", "length": 3}, "is a question of none of"),
        ({"prompt": "How many digits does '12' have?", "answer": "2"}, "no `length`"),
        ({"answer": "2"}, "says not what it answers"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, row: dict[str, Any], complaint: str) -> None:
    file = written(tmp_path / "answers.jsonl", [row])
    with pytest.raises((ConfigError, TaskError), match=complaint) as raised:
        grade_rules_file(file, TASKS)
    assert "answers.jsonl, row 1" in str(raised.value)


def test_a_question_is_read_back_only_as_it_was_asked() -> None:
    task = rule_task("word_pattern")
    given = {"pattern": "ab", "words": ["it's, then", "pattern ab: {x}"]}
    assert problem_of_rule(task, task.ask(given)) == given
    assert problem_of_rule(task, task.ask(given) + " Now!") is None
    assert problem_of_rule(task, task.ask(given).replace("\"it's", "\"it's\\")) is None
    assert problem_of_rule(task, "") is None
