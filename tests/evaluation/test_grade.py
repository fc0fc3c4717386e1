"""Grading: every kind of outcome, and the two ways to a verdict agree."""

import numpy as np
import pytest

from lengthwise.core.given import END
from lengthwise.core.line import Line
from lengthwise.core.outcome import Outcome
from lengthwise.core.request import Finish
from lengthwise.evaluation.grade import Part, Scores, expected, grade, grade_scores
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort


def sort_line() -> Line:
    return write(Sort(values=20), {"x": np.array([[14, 3, 9], [1, 0, 19]])})


def sum_line() -> Line:
    return write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])})


@pytest.mark.parametrize(
    ("text", "outcome", "first"),
    [
        ("3 9 14", Outcome.CORRECT, None),
        ("  3  9 14 ", Outcome.CORRECT, None),
        ("3 14 9", Outcome.WRONG, 1),
        ("3 9", Outcome.WRONG, 2),  # sorting ends by content: a wrong end is a wrong answer
        ("3 9 14 15", Outcome.WRONG, 3),
        ("", Outcome.UNFINISHED, 0),
        ("3 9 x", Outcome.MALFORMED, 2),
        ("3 9 20", Outcome.MALFORMED, 2),  # one past the alphabet
    ],
)
def test_a_sorted_list_is_graded_symbol_by_symbol(text: str, outcome: Outcome, first: int | None) -> None:
    graded = grade(sort_line(), 0, text)
    assert (graded.outcome, graded.first_wrong) == (outcome, first)


@pytest.mark.parametrize(
    ("text", "outcome", "first"),
    [
        ("1 0 0 3", Outcome.CORRECT, None),
        ("1 0 0 4", Outcome.WRONG, 3),
        ("1 0 0", Outcome.MALFORMED, 3),  # the shape fixes four digits
        ("1 0 0 3 3", Outcome.MALFORMED, 4),
    ],
)
def test_a_sum_of_a_wrong_width_is_malformed(text: str, outcome: Outcome, first: int | None) -> None:
    graded = grade(sum_line(), 0, text)
    assert (graded.outcome, graded.first_wrong) == (outcome, first)


def test_a_reply_at_its_limit_is_truncated_even_if_its_symbols_are_right() -> None:
    assert grade(sort_line(), 0, "3 9 14", Finish.LIMIT).outcome is Outcome.TRUNCATED


def test_wrong_working_spoils_the_line_and_not_the_answer() -> None:
    line = write(Parity(), {"x": np.array([[1, 0, 1, 1]])}, RunningState())
    assert expected(line, 0) == ["1", "1", "0", "1"]
    assert grade(line, 0, "1 0 0 1", part="answer").outcome is Outcome.CORRECT
    graded = grade(line, 0, "1 0 0 1", part="line")
    assert (graded.outcome, graded.first_wrong) == (Outcome.WRONG, 1)
    assert grade(line, 0, "1 1").outcome is Outcome.UNFINISHED  # working, and no answer


@pytest.mark.parametrize("layout", [Plain(), ReversedAnswer(), LeastFirst()])
@pytest.mark.parametrize("part", ["answer", "line"])
def test_every_one_symbol_corruption_of_the_answer_is_caught(
    layout: Plain | ReversedAnswer | LeastFirst, part: Part
) -> None:
    line = write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}, Carries(), layout)
    symbols = expected(line, 0)
    assert grade(line, 0, " ".join(symbols), part=part).outcome is Outcome.CORRECT
    answer = [t for t, entry in enumerate(line.frame.slots) if entry.kind == "digit"]
    for t in range(len(symbols)) if part == "line" else answer:
        for other in line.task.alphabet:
            if other != symbols[t]:
                spoilt = [*symbols[:t], other, *symbols[t + 1 :]]
                graded = grade(line, 0, " ".join(spoilt), part=part)
                assert (graded.outcome, graded.first_wrong) == (Outcome.WRONG, t)


def test_one_pass_and_reading_the_text_agree_on_every_small_reply() -> None:
    """Exhaustive: all replies of up to 3 symbols to a list of 2, once as text and once as teacher-forced choices."""
    line = write(Sort(values=3), {"x": np.array([[2, 0]])})  # 0 2
    for choices in np.ndindex(4, 4, 4):
        codes = [c - 1 for c in choices]  # -1 is the end
        right = np.array([[codes[0] == 0, codes[1] == 2, codes[2] == END]])
        upto = codes.index(END) if END in codes else 3
        text = " ".join(str(c) for c in codes[:upto])
        block = grade_scores(line, Scores(right, 0, np.array([codes])))
        graded = grade(line, 0, text)
        assert block.outcomes[0] == graded.outcome, (text, codes)
        if graded.first_wrong is not None:
            assert block.first_wrong[0] == graded.first_wrong


def test_only_the_end_wrong_is_a_stop_failure() -> None:
    block = grade_scores(sort_line(), Scores(np.array([[True, True, True, False], [True, False, True, False]])))
    assert block.stopped_wrong.tolist() == [True, False]
    assert block.first_wrong.tolist() == [3, 1]
