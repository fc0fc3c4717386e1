"""Grade a file of what was written about tasks made of a rule: each row names its instance, or shows its question.

>>> from lengthwise.tasks.digits.get_digit import GetDigit
>>> problem_of_rule(GetDigit(), GetDigit().ask({"number": "507", "index": 2}))
{'number': '507', 'index': 2}
"""

import re
import string
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.instance import identified
from lengthwise.core.outcome import Outcome
from lengthwise.evaluation.answers import Answer, read_answers
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.evaluation.evaluate import Evaluation, Sample, cell_of_verdicts
from lengthwise.evaluation.rule_sheets import RuleVerdict, grade_rule
from lengthwise.rules import Grade, Style
from lengthwise.rules.judge import horizon
from lengthwise.rules.scanner import scan
from lengthwise.rules.task import Problem, RuleBlock, RuleInstance, RuleTask, rule_block

ASKED = re.compile(r"^Q: (.*)$", re.MULTILINE)


class Traced(NamedTuple):
    """What the traces of one task and length came to: counts, and the mean rate of wrong steps with its horizon."""

    task: str
    length: int
    traces: int
    whole: int
    before: float | None  # mean steps before the first error of those that have one
    rate: float
    horizon: float
    errors: tuple[tuple[str, int], ...]  # class of the first error and how often, commonest first


class RuleGraded(NamedTuple):
    """A curve over the answers with every row as a sample, and with a style what became of the traces."""

    evaluation: Evaluation
    traces: tuple[Traced, ...] = ()


class _Row(NamedTuple):
    key: CellKey
    name: str
    question: str
    text: str
    graded: RuleVerdict


def grade_rules_file(path: Path, tasks: Sequence[RuleTask], style: Style | None = None, keep: int = 8) -> RuleGraded:
    """Grade the rows of a JSONL file, with a style as traces, too; of `keep` wrong ones a length the texts are kept."""
    blocks: dict[RuleBlock, list[dict[str, Any]]] = {}
    rows: dict[CellKey, list[_Row]] = {}
    for written in read_answers(path):
        task, given, length, case = _problem(written, tasks, blocks)
        key = CellKey(task.name, case, length, 0)
        graded = grade_rule(task, given, written.text, written.finish, style)
        row = _Row(key, written.instance or written.where, task.ask(given), written.text, graded)
        rows.setdefault(key, []).append(row)
    cells = {key: _cell(rows[key]) for key in sorted(rows)}
    main = min(key.task for key in cells) if len({key.task for key in cells}) == 1 else tasks[0].name
    chance = {key.length: task.chance(key.length) for task in tasks for key in cells if task.name == key.task == main}
    samples = tuple(sample for key in cells for sample in _samples(rows[key], keep))
    traced = tuple(_traced(key, [r.graded.grade for r in rows[key] if r.graded.grade is not None]) for key in cells)
    return RuleGraded(Evaluation(LengthCurve(cells, chance=chance), samples), traced if style is not None else ())


def _cell(rows: Sequence[_Row]) -> Cell:
    return cell_of_verdicts([row.graded.verdict for row in rows], 0)


def _samples(rows: Sequence[_Row], keep: int) -> list[Sample]:
    samples, kept = [], 0
    for row in rows:
        answer, grade = row.graded.verdict.answer, row.graded.grade
        is_kept = answer.outcome is not Outcome.CORRECT and kept < keep
        kept += is_kept
        texts = (row.question, row.graded.expected, answer.read) if is_kept else ("", "", "")
        first = None if grade is None or grade.whole else grade.steps_to_first_error
        samples.append(Sample(row.name, *row.key, answer.outcome.value, first, *texts))
    return samples


def _traced(key: CellKey, grades: Sequence[Grade]) -> Traced:
    errors = Counter(grade.error[0] for grade in grades if grade.error is not None)
    before = [grade.steps_to_first_error for grade in grades if grade.error is not None]
    wrong = sum(grade.judgement.wrong for grade in grades)
    judged = wrong + sum(grade.judgement.right for grade in grades)
    rate = wrong / judged if judged else 1.0
    mean = sum(before) / len(before) if before else None
    whole = sum(grade.whole for grade in grades)
    return Traced(key.task, key.length, len(grades), whole, mean, rate, horizon(rate), tuple(errors.most_common()))


# -- what a row is about -------------------------------------------------------------------------------------------


def _problem(
    written: Answer, tasks: Sequence[RuleTask], blocks: dict[RuleBlock, list[dict[str, Any]]]
) -> tuple[RuleTask, Problem, int, str]:
    if written.instance:
        block, row = _named(written, tasks)
        if block not in blocks:
            try:
                blocks[block] = rule_block(block)
            except TaskError as error:
                raise ConfigError(f"{written.where}: {error}") from error
        if row >= len(blocks[block]):
            raise ConfigError(f"{written.where}: {written.instance!r} names row {row} of {len(blocks[block])}, from 0")
        return block.task, RuleInstance(block, row, blocks[block][row]).given, block.length, block.case
    shown = ASKED.findall(written.prompt)
    question = shown[-1] if shown else written.prompt.strip()
    found = [(task, given) for task in tasks if (given := problem_of_rule(task, question)) is not None]
    if len(found) != 1:
        told = ", ".join(task.name for task in tasks) if not found else ", ".join(task.name for task, _ in found)
        raise ConfigError(
            f"{written.where}: {question[:80]!r} is a question of {'none' if not found else 'several'} of {told}; "
            "name the `instance` (the `id` of an exported row), or the task"
        )
    if written.length is None:
        raise ConfigError(f"{written.where}: no `length`; a question does not say it, so give it beside the prompt")
    return *found[0], written.length, "typical"


def _named(written: Answer, tasks: Sequence[RuleTask]) -> tuple[RuleBlock, int]:
    """What `RuleInstance.identity` says: task/length/split/seed/case/number/row."""
    of, said = {task.name: task for task in tasks}, identified(written.instance)
    if said is None or said.task not in of:
        raise ConfigError(
            f"{written.where}: {written.instance!r} is no instance of {', '.join(of)}; "
            "one reads TASK/LENGTH/SPLIT/SEED/CASE/BLOCK/ROW"
        )
    return RuleBlock(of[said.task], said.length, said.split, said.seed, said.number, said.case), said.row


def problem_of_rule(task: RuleTask, question: str) -> dict[str, Any] | None:
    """The problem that a question states, None where it is not this task's question."""
    given: dict[str, Any] = {}
    at = 0
    for literal, name, *_ in string.Formatter().parse(task.question):
        if not question.startswith(literal, at):
            return None
        at += len(literal)
        if name is None:
            continue
        try:
            given[name], at = scan(question, at)
        except (ValueError, RecursionError, OverflowError):
            return None
    return given if at == len(question) and task.ask(given) == question else None
