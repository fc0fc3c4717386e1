"""Sheets of problems of rule tasks: asked as text; graded by the answer, and where one is asked for by the trace."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from lengthwise.core.outcome import Graded, Outcome
from lengthwise.core.request import Finish, Reply, Request
from lengthwise.evaluation.cells import Planned
from lengthwise.evaluation.rule_measure import RuleMeasurement
from lengthwise.evaluation.sheets import Verdict
from lengthwise.prompting.way import LAST_LINE, Prompting
from lengthwise.rules import Grade, Style, grade_text
from lengthwise.rules.judge import final_answer, outcome_of
from lengthwise.rules.replay import EARLY_STOP, NON_TERMINATION
from lengthwise.rules.runtime.render import render
from lengthwise.rules.styles import style as style_named
from lengthwise.rules.task import Problem, RuleBlock, RuleInstance, RuleTask, answer, instances

STOPPED = (EARLY_STOP, NON_TERMINATION)


class RuleVerdict(NamedTuple):
    """A reply graded: as every solver's is, and step by step where a style says how it should have been written."""

    verdict: Verdict
    expected: str  # the answer alone
    grade: Grade | None = None


@dataclass(frozen=True, eq=False)
class RuleSheet:
    """Problems of one length and case of a rule task."""

    instances: tuple[RuleInstance, ...]
    prompting: Prompting
    style: Style
    limit: int
    line: None = None

    @property
    def has_working(self) -> bool:
        """Whether more than the answer's one line is asked for."""
        return not self.expected(0).startswith(LAST_LINE)

    def __len__(self) -> int:
        return len(self.instances)

    def identity(self, row: int) -> str:
        """The instance's name."""
        return self.instances[row].identity

    def request(self, row: int) -> Request:
        """The messages, and the plain text."""
        return self.prompting.request(self.instances[row], self.style, self.limit)

    def expected(self, row: int) -> str:
        """The whole reply."""
        return self.prompting.reply(self.instances[row], self.style)

    def grade(self, row: int, reply: Reply) -> Verdict:
        """The answer, and where a trace is asked for, its steps."""
        instance = self.instances[row]
        style = self.style if self.has_working else None
        return grade_rule(instance.block.task, instance.given, reply.text, reply.finish, style).verdict


def rule_sheet(measurement: RuleMeasurement, cell: Planned[RuleTask]) -> RuleSheet:
    """The problems of one cell: fewer than asked for where the split has fewer."""
    block = RuleBlock(cell.task, cell.length, measurement.split, measurement.seed, 0, cell.case)
    found = tuple(instances(block, measurement.instances))
    return RuleSheet(found, measurement.prompting, style_named(measurement.style), measurement.limit)


def grade_rule(task: RuleTask, given: Problem, text: str, finish: Finish, style: Style | None = None) -> RuleVerdict:
    r"""Grade what was written: the last line that gives an answer counts, or the one line there is.

    With a style the text is judged as a trace in it, too (its last newline may be missing): `line` is the whole trace,
    `wrong` one flag for each step (event) that could be judged and one for a trace that stops too early.

    >>> from lengthwise.tasks.logic.coin_flip import CoinFlip
    >>> said = "It was turned.\nSo the answer is False"
    >>> grade_rule(CoinFlip(), {"turned": [True]}, said, Finish.ENDED).verdict.answer.outcome
    <Outcome.CORRECT: 'correct'>
    """
    finished = finish is not Finish.LIMIT
    if style is None:
        right = render(answer(task, given).answer)
        stated = stated_in(text)
        outcome = outcome_of(stated, answered=stated == right, finished=finished)
        is_wrong = outcome is not Outcome.CORRECT
        graded = Graded(outcome, _read(text), 0 if is_wrong else None)
        return RuleVerdict(Verdict(graded, graded, (is_wrong, False)), right)
    text += "\n" if finished and not text.endswith("\n") else ""  # what ends a reply may stand for its last newline
    grade = grade_text(task.program, given, style, text, finished=finished)
    graded = Graded(grade.outcome, _read(text))
    whole = Graded(_of_trace(grade), text, None if grade.whole else grade.steps_to_first_error)
    right = final_answer(task.program.trace(given, style)) or ""
    return RuleVerdict(Verdict(graded, whole, _steps(grade)), right, grade)


def stated_in(text: str) -> str | None:
    """The answer that a text gives: after the last 'So the answer is', or the text itself where it is one line."""
    stated = final_answer(text)
    alone: Any = text.strip()
    return stated if stated is not None or "\n" in alone or not alone else alone


def _read(text: str) -> str:
    """The answer given, or the last line where there is none."""
    stated = stated_in(text)
    return stated if stated is not None else f"... {text.strip().rpartition(chr(10))[2]}" if text.strip() else ""


def _of_trace(grade: Grade) -> Outcome:
    """What became of the trace: an answer that is right by luck does not make it right."""
    if grade.whole:
        return Outcome.CORRECT
    return Outcome.WRONG if grade.outcome is Outcome.CORRECT else grade.outcome


def _steps(grade: Grade) -> tuple[bool, ...]:
    faults = grade.judgement.faults
    wrong = {fault.event for fault in faults if fault.kind not in STOPPED}
    judged = max(grade.judgement.right + grade.judgement.wrong, *(event + 1 for event in wrong), 0)
    return (*(step in wrong for step in range(judged)), any(fault.kind in STOPPED for fault in faults))
