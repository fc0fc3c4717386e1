"""Grading: what became of an answer, and which symbol of it is the first wrong one.

Two ways lead to the same verdict. `grade` reads a text, as a program or an endpoint writes it; `grade_scores` looks at
one teacher-forced pass of a network, which says for every slot whether its first choice is right.

>>> import numpy as np
>>> from lengthwise.lines.write import write
>>> from lengthwise.tasks.ordering.sort import Sort
>>> line = write(Sort(values=20), {"x": np.array([[14, 3, 9]])})
>>> grade(line, 0, "3 9 14").outcome
<Outcome.CORRECT: 'correct'>
>>> graded = grade(line, 0, "3 14 9")
>>> graded.outcome.value, graded.first_wrong
('wrong', 1)
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

import numpy as np

from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import ANSWER, Entry
from lengthwise.core.given import END, HOLE, Column
from lengthwise.core.line import Line
from lengthwise.core.outcome import Graded, Outcome
from lengthwise.core.request import Finish

Part = Literal["answer", "line"]  # the answer alone, or the working as well


def expected(line: Line, row: int) -> list[str]:
    """The symbols that stand after the prompt, in page order, up to the row's end."""
    first = len(line.frame.prompt)
    return [line.task.symbols[code] for code in line.contents[row, first:].tolist() if code >= 0]


def grade(line: Line, row: int, text: str, finish: Finish = Finish.ENDED, part: Part = "answer") -> Graded:
    """Compare what was written after the prompt of one row with what stands there.

    The symbols are read back to values by the line's layout, so an answer counts whatever the order on its page. A
    reply that hit its limit is truncated; one that holds no symbol of the answer is unfinished; one that the layout
    cannot read, or with a symbol that is not in the task's alphabet, is malformed. Where a task ends by content, an
    end at the wrong place is a wrong answer; where the shape fixes the end it is malformed.
    """
    symbols, wanted = text.split(), expected(line, row)
    counted = _counted(line, part)
    first = _first_difference(symbols, wanted, counted)
    if finish is Finish.LIMIT:
        return Graded(Outcome.TRUNCATED, text, first)
    answer_from = next((t for t, e in enumerate(line.frame.slots) if e.role == ANSWER and e.kind is not None), 0)
    if len(symbols) <= answer_from:
        return Graded(Outcome.UNFINISHED, text, first)
    if any(s not in line.task.symbols for s in symbols):
        return Graded(Outcome.MALFORMED, text, first)
    try:
        values = line.layout.read(line.frame, _padded(line, symbols))
        truth = line.layout.read(line.frame, _padded(line, wanted))
    except LayoutError:
        ends_wrong = line.task.ends == "by content" and _separators_stand(line, symbols)
        return Graded(Outcome.WRONG if ends_wrong else Outcome.MALFORMED, text, first)
    tags = {e.tag for e in line.frame.slots if e.kind is not None and (part == "line" or e.role == ANSWER)}
    if all(values.get(tag) == truth.get(tag) for tag in tags):
        return Graded(Outcome.CORRECT, text)
    return Graded(Outcome.WRONG, text, first)


def _counted(line: Line, part: Part) -> list[bool]:
    return [part == "line" or entry.role == ANSWER for entry in line.frame.slots]


def _first_difference(symbols: Sequence[str], wanted: Sequence[str], counted: Sequence[bool]) -> int | None:
    """The first slot whose symbol is wrong or missing; the number of slots filled where only the end is wrong."""
    for t, symbol in enumerate(wanted):
        if counted[t] and (t >= len(symbols) or symbols[t] != symbol):
            return t
    return len(wanted) if len(symbols) != len(wanted) else None


def _padded(line: Line, symbols: list[str]) -> list[str]:
    """Where a task ends by content, the slots after the end are empty."""
    if line.task.ends == "by content" and len(symbols) < len(line.frame.slots):
        return symbols + [entry.symbol or "" for entry in line.frame.slots[len(symbols) :]]
    return symbols


def _separators_stand(line: Line, symbols: Sequence[str]) -> bool:
    pairs: zip[tuple[Entry, str]] = zip(line.frame.slots, symbols, strict=False)
    return all(entry.kind is not None or symbol == entry.symbol for entry, symbol in pairs)


class Scores(NamedTuple):
    """One teacher-forced pass over a block of lines, as a network's `score(line)` returns it (a plain tuple will do).

    `right[batch, slots + 1]` says for every slot of the page, and last for the end, whether the first choice is right;
    what stands after a row's end is not looked at. `near_ties` counts choices (in all, or per row) whose two best were
    so close that another device may choose the other. `written`, where given, are the choices as codes into the
    task's symbols (END for the end, HOLE for a symbol of another task), so that samples can show them. `told` says that
    the pass was given something beside the line that decoding has to find by itself (ids that the network predicts):
    answers are then decoded freely.
    """

    right: Column
    near_ties: int | Column = 0
    written: Column | None = None
    told: bool = False


class GradedBlock(NamedTuple):
    """A block of lines graded in columns: `first_wrong` is -1 where nothing is wrong."""

    outcomes: list[Outcome]
    first_wrong: Column  # int[batch]
    wrong: Column  # bool[batch, slots + 1]
    asked: Column  # bool[batch, slots + 1]: slots that the row fills, and its end
    stopped_wrong: Column  # bool[batch]: every symbol right, and only the end wrong


def grade_scores(line: Line, scores: Scores) -> GradedBlock:
    """Whole lines graded from one pass: correct where every choice is right, the end included.

    That is exactly what greedy decoding would write. The other outcomes are told by the first wrong symbol alone.
    """
    slots = len(line.frame.slots)
    codes = line.contents[:, len(line.frame.prompt) :]
    filled = (codes != HOLE) & (codes != END)
    count = filled.sum(axis=1)
    asked = np.arange(slots + 1)[None, :] <= count[:, None]
    wrong = ~np.asarray(scores.right, dtype=bool) & asked
    is_wrong = wrong.any(axis=1)
    first = np.where(is_wrong, wrong.argmax(axis=1), -1)
    outcomes = [
        Outcome.CORRECT if t < 0 else _outcome(line, scores, row, t, count) for row, t in enumerate(first.tolist())
    ]
    return GradedBlock(outcomes, first, wrong, asked, is_wrong & (first == count))


def _outcome(line: Line, scores: Scores, row: int, slot: int, count: Column) -> Outcome:
    """What greedy decoding is heading for, by its first wrong choice."""
    at_end = slot == int(count[row])
    ended = scores.written is not None and int(scores.written[row, slot]) == END
    foreign = scores.written is not None and not -1 <= int(scores.written[row, slot]) < len(line.task.symbols)
    if foreign or (not at_end and line.frame.slots[slot].kind is None):
        return Outcome.MALFORMED
    if ended and not any(e.role == ANSWER and e.kind is not None for e in line.frame.slots[:slot]):
        return Outcome.UNFINISHED
    if (at_end or ended) and line.task.ends == "by shape" and line.layout.fills_every_slot:
        return Outcome.MALFORMED
    return Outcome.WRONG
