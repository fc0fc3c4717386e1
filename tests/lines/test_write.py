"""Writing lines: answers by `solve`, working by `step`, one page a shape."""

import numpy as np
import pytest

from lengthwise.core.errors import TaskError
from lengthwise.core.given import HOLE, Column, Given
from lengthwise.core.layout import Layout
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import computed, frame_of, solved, write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort

# 857 + 146 = 1003, with the carries 1 (7 + 6), 1 (5 + 4 + 1), 1 (8 + 1 + 1); digits are least first in `given`.
SUM = {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}


@pytest.mark.parametrize(
    ("layout", "carries", "page"),
    [
        (Plain(), False, "8 5 7 + 1 4 6 = 1 0 0 3"),
        (ReversedAnswer(), False, "8 5 7 + 1 4 6 = 3 0 0 1"),
        (LeastFirst(), False, "7 5 8 + 6 4 1 = 3 0 0 1"),
        (Plain(), True, "8 5 7 + 1 4 6 = 1 1 1 1 0 0 3"),
        (ReversedAnswer(), True, "8 5 7 + 1 4 6 = 3 1 0 1 0 1 1"),
        (LeastFirst(), True, "7 5 8 + 6 4 1 = 3 1 0 1 0 1 1"),
    ],
)
def test_a_sum_on_every_page(layout: Layout, carries: bool, page: str) -> None:
    assert str(write(Addition(), SUM, Carries() if carries else Nothing(), layout)) == page


def test_increment_writes_digit_and_carry() -> None:
    # 7499 + 1 = 7500
    line = write(Increment(), {"x": np.array([[9, 9, 4, 7]])}, Carries(), LeastFirst())
    assert str(line) == "9 9 4 7 = 0 1 0 1 5 0 7 0 0"


def test_answers_alone_are_written_by_solve_and_working_by_step() -> None:
    class Odd(Parity):
        def solve(self, given: Given) -> dict[str, Column]:
            return {"state": np.full((len(given["x"]), 1), 1)}

    given = {"x": np.array([[1, 1]])}
    assert str(write(Odd(), given)) == "1 1 = 1"
    assert str(write(Odd(), given, RunningState())) == "1 1 = 1 0"


def test_after_an_end_by_content_there_are_holes() -> None:
    values = computed(Sort(values=9), {"x": np.array([[4, 2], [7, 7]])})  # a list with a repetition ends early
    assert [values["y", i].tolist() for i in range(2)] == [[2, 7], [4, HOLE]]


def test_a_frame_depends_on_nothing_but_the_shape() -> None:
    one, other = (write(Addition(), {"a": np.array([d]), "b": np.array([d])}).frame for d in ([1, 1], [9, 9]))
    assert one is other is frame_of(Addition(), (("a", 2), ("b", 2)), Nothing(), Plain())


def test_a_solve_that_gives_too_little_is_named() -> None:
    class Short(Sort):
        def solve(self, given: Given) -> dict[str, Column]:
            return {"y": given["x"][:, 1:].copy()}

    with pytest.raises(TaskError, match=r"solve gave no y\[2\]"):
        solved(Short(values=9), {"x": np.array([[4, 2, 3]])})


def test_a_question_that_shows_what_was_not_drawn_is_named() -> None:
    with pytest.raises(TaskError, match=r"shows 'b'; draw gave a"):
        frame_of(Addition(), (("a", 2),), Nothing(), Plain())
