"""What a task's answers keep to: `step` and `solve` agree and share nothing, and every wrong answer is caught."""

import sys
from collections.abc import Callable, Iterator
from functools import partial
from types import FrameType
from typing import Any, Protocol

import numpy as np

from lengthwise.conformance.pages import draws, lines, rng_of
from lengthwise.core.errors import ConformanceError
from lengthwise.core.frame import ANSWER
from lengthwise.core.given import END, HOLE, Given, shape_of
from lengthwise.core.line import Line
from lengthwise.core.outcome import Graded, Outcome
from lengthwise.core.reader import Reading, written_before
from lengthwise.core.request import Finish
from lengthwise.core.task import Task
from lengthwise.evaluation.grade import Part, expected, grade
from lengthwise.lines.restrict import target_entry
from lengthwise.lines.write import computed, solved, stepped

WIDE = 60  # symbols of the pages whose answers are spoilt in every way: the cost is the square of it


class Grader(Protocol):
    """What grades one text against one row; `evaluation.grade` is one."""

    def __call__(self, line: Line, row: int, text: str, finish: Finish = ..., part: Part = ...) -> Graded:
        """The verdict."""
        ...


def check_next_is_solve(task: Task) -> None:
    """On every page, each symbol is what `step` says from what stands before it; answers are those of `solve`."""
    for length, case, given in draws(task):
        by_step = computed(task, given)
        _check_counts(task, given)
        for tag, column in solved(task, given).items():
            if (by_step[tag] != column).any():
                row = int((by_step[tag] != column).argmax())
                problem = {kind: values[row].tolist() for kind, values in given.items()}
                raise ConformanceError(
                    f"{tag[0]}[{tag[1]}] of {problem} (length {length}, {case}): step says {by_step[tag][row]}, "
                    f"solve {column[row]}"
                )
    for line in lines(task):
        for slot, wanted in _wanted(line):
            entry = target_entry(line.task, line.frame, slot)
            said = Reading(task, line.given, written_before(line.frame, line.contents, slot)).value(*entry.tag)
            differs = (said != wanted) & (wanted != HOLE)
            if differs.any():
                row = int(differs.argmax())
                raise ConformanceError(
                    f"slot {slot} of {str(line[row])!r} ({line.trace!r}, {line.layout!r}): next is {said[row]}, "
                    f"the page has {wanted[row]}"
                )


def _check_counts(task: Task, given: Given) -> None:
    """`solve` gives as many values of each kind as there are answer slots."""
    slots = [slot.kind for slot in task.slots(dict(shape_of(given))) if slot.role == ANSWER and slot.kind is not None]
    wanted = {kind: slots.count(kind) for kind in slots}
    found = {kind: column.shape[1] for kind, column in task.solve(given).items()}
    if found != wanted:
        raise ConformanceError(f"solve gives {found} values, and slots() lists {wanted} answers")


def _wanted(line: Line) -> Iterator[tuple[int, Any]]:
    """Every value of the page, and the end where it is a value."""
    first = len(line.frame.prompt)
    for slot, _ in stepped(line):
        yield slot, line.contents[:, first + slot]
    if line.task.ends == "by content":
        full = line.contents[:, -1] != HOLE
        yield len(line.frame.slots), np.where(full, END, HOLE)


def check_pages_have_no_gaps(task: Task) -> None:
    """A row fills its slots from the first on: answers of natural width would shift every count behind them."""
    for line in lines(task):
        empty = line.contents[:, len(line.frame.prompt) :] < 0
        if empty.any() and task.ends == "by shape":
            raise ConformanceError(
                f"a page of {line.given} has an empty slot, and the task says that the shape fixes its end; write as "
                "many symbols as the shape has slots (leading zeros too), or end by content"
            )
        gaps = empty[:, :-1] & ~empty[:, 1:]
        if gaps.any():
            raise ConformanceError(
                f"{str(line[int(gaps.any(axis=1).argmax())])!r} ({line.layout!r}) leaves a slot empty before one "
                "that is "
                "filled; write as many symbols as the shape has slots (leading zeros too)"
            )


def check_solve_is_independent(task: Task) -> None:
    """`solve` works where `step` is broken, `step` where `solve` is, and no helper of the task's file serves both."""
    for _, _, given in draws(task, 4):
        by_solve, by_step = solved(task, given), computed(task, given)
        for broken, act, truth in (("step", solved, by_solve), ("solve", computed, by_step)):
            values = act(_without(task, broken), given)
            if any((values[tag] != truth[tag]).any() for tag in truth):
                raise ConformanceError(f"answers change where {broken} is broken: the two are to share nothing")
        shared = _functions(task, partial(computed, task, given)) & _functions(task, partial(solved, task, given))
        if shared:
            raise ConformanceError(
                f"step and solve both call {', '.join(sorted(shared))}: compute one of them another way"
            )


def _without(task: Task, method: str) -> Task:
    """The same task with one method broken."""

    def broken(*_: object) -> None:
        raise ConformanceError(f"this needs `{method}`, which it is to be independent of")

    copy: Task = object.__new__(type(type(task).__name__, (type(task),), {method: broken}))
    vars(copy).update(vars(task))
    return copy


def _functions(task: Task, act: Callable[[], Any]) -> set[str]:
    """The functions of the task's own file that run meanwhile, its facts and its slots aside."""
    file = sys.modules[type(task).__module__].__file__
    names: set[str] = set()

    def note(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_filename == file:
            names.add(frame.f_code.co_name)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return {name for name in names if not name.startswith("<") and not hasattr(Task, name)}


def check_wrong_answers_are_caught(task: Task, grader: Grader = grade) -> None:
    """The right page is correct; with one symbol changed, cut off or added anywhere it is not."""
    shortest = min(len(line.frame.entries) for line in lines(task, rows=1))
    for line in lines(task, rows=1):
        if len(line.frame.entries) > max(shortest, WIDE):
            continue
        rng = rng_of(task, "corruptions")
        for row in range(len(line)):
            right = expected(line, row)
            for part in ("answer", "line"):
                if grader(line, row, " ".join(right), part=part).outcome is not Outcome.CORRECT:
                    raise ConformanceError(f"the right answer {' '.join(right)!r} is graded as wrong")
            for what, symbols in _corruptions(line, right, rng):
                if grader(line, row, " ".join(symbols), part="line").outcome is Outcome.CORRECT:
                    raise ConformanceError(
                        f"{' '.join(symbols)!r} ({what}) is graded as correct, and {' '.join(right)!r} is the answer"
                    )


def _corruptions(line: Line, right: list[str], rng: np.random.Generator) -> Iterator[tuple[str, list[str]]]:
    """Every truncation and extension, and at each symbol a few changes (all of them where the alphabet is small)."""
    alphabet = line.task.alphabet
    few = alphabet if len(alphabet) <= 12 else tuple(rng.choice(alphabet, size=4, replace=False).tolist())
    for t, symbol in enumerate(right):
        yield "truncated", right[:t]
        yield "one symbol left out", right[:t] + right[t + 1 :]
        for other in few:
            if other != symbol:
                yield f"symbol {t} changed", [*right[:t], other, *right[t + 1 :]]
            yield "one symbol added", [*right[:t], other, *right[t:]]
    for other in few:
        yield "extended", [*right, other]
