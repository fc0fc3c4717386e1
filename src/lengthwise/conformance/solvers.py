"""What every solver keeps to: one plain reply a request, in any order, and `score` that agrees with `answer`."""

import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from lengthwise.conformance.report import Check, NotApplicable, Report, judge
from lengthwise.core.errors import ConformanceError
from lengthwise.core.instance import BlockKey, Instance, block
from lengthwise.core.line import Line
from lengthwise.core.outcome import Outcome
from lengthwise.core.plain import to_plain
from lengthwise.core.request import Finish, Reply, Request
from lengthwise.core.task import Task
from lengthwise.evaluation.grade import Scores, grade, grade_scores
from lengthwise.lines.write import write
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort

ROWS = 12
TASKS: tuple[tuple[Task, int], ...] = ((Sort(values=20), 4), (Parity(), 6))


def check_solver(solver: Any, line: Line | None = None, *, first_failure: bool = False) -> Report:
    """Every contract of a solver, on the problems of `line`: by default some of sorting and of parity.

    >>> from lengthwise.solvers.oracle import Oracle
    >>> check_solver(Oracle()).passed
    True
    """
    lines = (
        [line]
        if line is not None
        else [write(task, block(BlockKey(task, length, "test"), ROWS)) for task, length in TASKS]
    )
    checks: list[Check] = [
        ("offers answer or score", partial(check_it_offers_something, solver)),
        ("kept as plain JSON", partial(check_it_can_be_kept, solver)),
        ("requests stay as they are", partial(check_requests_stay, solver, lines)),
        ("one plain reply a request", partial(check_replies_are_plain, solver, lines)),
        ("any order", partial(check_order_does_not_matter, solver, lines)),
        ("score agrees with answer", partial(check_score_agrees, solver, lines)),
    ]
    return judge(repr(solver), checks, first_failure=first_failure)


def requests_of(line: Line) -> list[Request]:
    """One request for every row, as the evaluate loop asks."""
    found = []
    for row in range(len(line)):
        name = BlockKey(line.task, max(column.shape[1] for column in line.given.values()), "test")
        instance = Instance(name, row, line[row].given)
        found.append(Request(instance, line[row], line.part("prompt", row), limit=2 * len(line.frame.slots) + 2))
    return found


def check_it_offers_something(solver: Any) -> None:
    """`answer`, `score`, or both."""
    if not callable(getattr(solver, "answer", None)) and not callable(getattr(solver, "score", None)):
        raise ConformanceError("it has neither answer(requests) nor score(line); give it one of them")


def check_it_can_be_kept(solver: Any) -> None:
    """What a measurement leaves says who was measured, with all fields."""
    if not dataclasses.is_dataclass(solver):
        raise ConformanceError(
            f"{type(solver).__name__} is no dataclass, and `measure` writes down who was measured, with its fields; "
            "write @dataclass(frozen=True) above it"
        )
    to_plain(solver)


def _answers(solver: Any, requests: Sequence[Request]) -> dict[str, Reply]:
    if not callable(getattr(solver, "answer", None)):
        raise NotApplicable("it answers nothing freely: it scores")
    found: dict[str, Reply] = {}
    for reply in solver.answer(requests):
        if not isinstance(reply, Reply):
            raise ConformanceError(f"answer gave {type(reply).__name__}; it gives Replies")
        if reply.instance.identity in found:
            raise ConformanceError(f"two replies to {reply.instance.identity}; a request has one at most")
        found[reply.instance.identity] = reply
    unknown = set(found) - {request.instance.identity for request in requests}
    if unknown:
        raise ConformanceError(f"a reply to {unknown.pop()}, which was not asked")
    return found


def check_replies_are_plain(solver: Any, lines: list[Line]) -> None:
    """Text, how it ended, and what it cost; a refused or failed one is a reply too."""
    asked = [requests_of(line) for line in lines]
    replies = [reply for requests in asked for reply in _answers(solver, requests).values()]
    if not replies:
        raise ConformanceError(
            f"it replied to none of {sum(map(len, asked))} requests, so nothing can be judged; what answers some "
            "problems alone is checked with check_solver(solver, line) on a line of those"
        )
    for reply in replies:
        text: object = reply.text
        if not isinstance(text, str) or reply.finish not in list(Finish):
            raise ConformanceError(f"the reply {reply!r} is to have a text and one of {', '.join(Finish)}")
        if reply.tokens < 0 or not reply.seconds >= 0:
            raise ConformanceError(
                f"the reply cost {reply.tokens} tokens and {reply.seconds} seconds; both are 0 or more"
            )


def check_order_does_not_matter(solver: Any, lines: list[Line]) -> None:
    """The other way round, and each request alone, the replies are the same."""
    for line in lines:
        requests = requests_of(line)
        first = {name: reply.text for name, reply in _answers(solver, requests).items()}
        turned = {name: reply.text for name, reply in _answers(solver, requests[::-1]).items()}
        alone = {name: reply.text for request in requests[:3] for name, reply in _answers(solver, [request]).items()}
        if first != turned or any(first.get(name) != text for name, text in alone.items()):
            raise ConformanceError("replies depend on which other requests are asked, or on their order")


def check_requests_stay(solver: Any, lines: list[Line]) -> None:
    """Pages are read, never written."""
    for line in lines:
        before = line.contents.copy()
        if callable(getattr(solver, "answer", None)):
            _answers(solver, requests_of(line))
        if callable(getattr(solver, "score", None)):
            solver.score(line)
        if not np.array_equal(before, line.contents):
            raise ConformanceError("it changed the page it was given; work on a copy")


def check_score_agrees(solver: Any, lines: list[Line]) -> None:
    """A row whose every choice is right in one pass is a row that is answered right, and no other."""
    if not all(callable(getattr(solver, method, None)) for method in ("answer", "score")):
        raise NotApplicable("it has only one of answer and score")
    for line in lines:
        found = solver.score(line)
        graded = grade_scores(line, found if isinstance(found, Scores) else Scores(*found))
        requests = requests_of(line)
        replies = _answers(solver, requests)
        for row, request in enumerate(requests):
            reply = replies.get(request.instance.identity)
            if reply is None:
                continue
            freely = grade(line, row, reply.text, reply.finish, part="line").outcome is Outcome.CORRECT
            if freely != (graded.outcomes[row] is Outcome.CORRECT):
                raise ConformanceError(
                    f"{str(line[row])!r} is {'right' if freely else 'wrong'} when answered ({reply.text!r}) and "
                    f"{graded.outcomes[row]} when scored"
                )
