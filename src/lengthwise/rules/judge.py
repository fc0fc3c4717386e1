"""Judge a trace, and grade what a model wrote."""

import math
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from lengthwise.core.errors import RuleError
from lengthwise.core.outcome import Outcome
from lengthwise.rules.replay import EARLY_STOP, FORMAT, NON_TERMINATION, Ended, Fault, Replay
from lengthwise.rules.rule import Rule
from lengthwise.rules.runtime.limits import LIMITS, Limits
from lengthwise.rules.scanner import scan
from lengthwise.rules.styles.pieces import Style

RECENT = 4  # decisions before a mismatch that may explain it, where a style does not say them
MOST_FLIPS = 8


@dataclass(frozen=True)
class Judgement:
    """What is right and wrong with a trace.

    `accepted`: equal to true execution. `right` and `wrong` count events, each judged given what was stated before it;
    `unjudged` counts the lines after the trace was lost. `ambiguous`: another set of decisions explains it as well.
    """

    accepted: bool
    right: int
    wrong: int
    unjudged: int
    faults: tuple[Fault, ...]
    answer: str | None
    ambiguous: bool = False
    correct_before: int = 0

    @property
    def first(self) -> Fault | None:
        """The first fault."""
        return self.faults[0] if self.faults else None


def judge(rule: Rule, given: Mapping[str, Any], style: Style, text: str, *, limits: Limits = LIMITS) -> Judgement:
    r"""Replay a text against the rule.

    >>> from lengthwise.rules import Rule, style
    >>> rule = Rule("def double(x):\n    y = x + x\n    return y\n")
    >>> text = rule.trace({"x": 4}).replace("now, y = 8", "now, y = 9").replace("\ny = 8", "\ny = 9")
    >>> judge(rule, {"x": 4}, style("recite"), text.replace("answer is 8", "answer is 9")).faults[0].kind
    'wrong value'
    """
    true = rule.trace(given, style, limits=limits)
    reading = _Reading(rule, given, style, text, enough(rule, given, text, true, limits))
    best, ambiguous = reading.replay(frozenset()), False
    if style.states.verdicts != "said":
        best, ambiguous = reading.explain(best)
    accepted = not best.faults and best.ended and best.at == len(text) and text == true
    unjudged = text.count("\n", best.at) if not best.ended else 0
    faults = sorted(best.faults, key=lambda f: (f.start, f.event))
    if not accepted and not faults:  # nothing wrong was found in what could be read: what is left over is wrong
        faults = [Fault(FORMAT, best.events, best.at, len(text), text[best.at :], "", "mark")]
    before = faults[0].event if faults else best.right
    return Judgement(accepted, best.right, best.wrong, unjudged, tuple(faults), best.answer, ambiguous, before)


def enough(rule: Rule, given: Mapping[str, Any], text: str, true: str, limits: Limits) -> Limits:
    """Limits in proportion to what is read: a stated value may start an endless loop that writes nothing."""
    steps = rule.run(given, limits=limits).steps + text.count("\n")
    written = len(text) + len(true)
    return replace(limits, steps=min(limits.steps, 1_000 + 20 * steps), text=min(limits.text, 1_000_000 + 50 * written))


@dataclass(frozen=True)
class _Reading:
    """One text, read against one rule."""

    rule: Rule
    given: Mapping[str, Any]
    style: Style
    text: str
    limits: Limits

    def replay(self, flips: frozenset[int]) -> Replay:
        replay = Replay(self.style, self.text, flips)
        with suppress(Ended, RuleError):  # the true run is within its limits: what stops this one, the text has stated
            self.rule.run(self.given, replay, limits=self.limits, group=self.style.group)
        if replay.ended and replay.at < len(self.text):
            rest = self.text[replay.at :]
            replay.faults.append(Fault(FORMAT, replay.events, replay.at, len(self.text), rest, "", "mark"))
        return replay

    def explain(self, best: Replay) -> tuple[Replay, bool]:
        """Flip decisions that the text does not say, one at a time, while that leaves fewer faults."""
        ambiguous = False
        for _ in range(MOST_FLIPS):
            if not best.unread and not any(f.kind == EARLY_STOP for f in best.faults):
                break
            decided = best.unread[0][0] if best.unread else best.decisions
            tried = [
                self.replay(best.flips | {number})
                for number in range(max(0, decided - RECENT), decided)
                if number not in best.flips
            ]
            better = [t for t in tried if _better(t, best)]
            if not better:
                break
            best = min(better, key=_cost)
            ambiguous |= sum(_cost(t)[:2] == _cost(best)[:2] for t in better) > 1
        return best, ambiguous


def _cost(replay: Replay) -> tuple[bool, int, int]:
    return (not replay.ended, len(replay.faults), -replay.right)


def _better(one: Replay, other: Replay) -> bool:
    further = not one.ended and not other.ended and one.at > other.at
    return _cost(one)[:2] < _cost(other)[:2] or further


@dataclass(frozen=True)
class Grade:
    """How well a model executed a rule.

    `answered`: the final answer is right. `whole`: every word is. `error`: (class, role, event) of the first fault.
    `rate`: wrong events per judged event; `horizon`: after how many steps half of all such traces would have failed.
    """

    outcome: Outcome
    answered: bool
    whole: bool
    steps_to_first_error: int
    error: tuple[str, str, int] | None
    rate: float
    horizon: float
    judgement: Judgement


def grade_text(
    rule: Rule, given: Mapping[str, Any], style: Style, text: str, *, finished: bool = True, limits: Limits = LIMITS
) -> Grade:
    """Grade what a model wrote; `finished` is False where it was cut off at its token limit."""
    judgement = judge(rule, given, style, text, limits=limits)
    right = final_answer(rule.trace(given, style, limits=limits))
    stated = final_answer(text)
    answered = stated is not None and stated == right
    first = judgement.first
    error = None if judgement.accepted or first is None else (first.kind, first.role, first.event)
    if error is not None and not finished and error[0] == EARLY_STOP:
        error = (NON_TERMINATION, error[1], error[2])
    judged = judgement.right + judgement.wrong
    rate = judgement.wrong / judged if judged else float(not judgement.accepted)
    return Grade(
        outcome_of(stated, answered=answered, finished=finished), answered, judgement.accepted,
        judgement.correct_before,
        error, rate, horizon(rate), judgement,
    )  # fmt: skip


def outcome_of(stated: str | None, *, answered: bool, finished: bool) -> Outcome:
    """Correct, wrong, malformed, unfinished (ended without an answer) or truncated (cut off without one)."""
    if stated is None:
        return Outcome.UNFINISHED if finished else Outcome.TRUNCATED
    if answered:
        return Outcome.CORRECT
    return Outcome.WRONG if stated.startswith("So it raises ") or is_literal(stated) else Outcome.MALFORMED


def is_literal(text: str) -> bool:
    """Whether the text is one value, as a trace writes it."""
    try:
        return scan(text)[1] == len(text)
    except (ValueError, RecursionError, OverflowError):
        return False


def final_answer(text: str) -> str | None:
    """What stands on the last line that gives an answer, with its kind of ending."""
    for line in reversed(text.splitlines()):
        for said in ("So the answer is ", "So it raises "):
            if line.startswith(said):
                return line if said == "So it raises " else line[len(said) :].strip()
    return None


def horizon(rate: float, success: float = 0.5) -> float:
    """Steps after which a trace is right with probability `success`, if each fails alone: ln s / ln(1 - rate)."""
    if rate <= 0:
        return math.inf
    return 0.0 if rate >= 1 else math.log(success) / math.log1p(-rate)
