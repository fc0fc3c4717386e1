"""Answers without leading zeros: what is left away is put back, and what needs places refuses such pages by name."""

import numpy as np
import pytest

from lengthwise.conformance.layouts import check_layout
from lengthwise.core.errors import LayoutError, NumberingError, RestrictionRefused
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column
from lengthwise.core.layout import Layout
from lengthwise.core.outcome import Outcome
from lengthwise.core.task import Task
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.grade import expected, grade
from lengthwise.evaluation.measure import Measurement
from lengthwise.feeding.batch import Pages
from lengthwise.lines.admit import require_admitted
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.natural_width import NaturalWidth
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.layouts.zero_padded import ZeroPadded
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.multiplication import Multiplication
from lengthwise.tasks.ordering.sort import Sort

LAYOUTS = [NaturalWidth(), NaturalWidth(ReversedAnswer()), NaturalWidth(ZeroPadded(ReversedAnswer()))]


def pairs() -> tuple[Column, Column]:
    """All pairs of numbers below 100, as columns of two digits, the lowest first."""
    a, b = np.divmod(np.arange(10_000), 100)
    return a, b


@pytest.mark.parametrize("layout", LAYOUTS, ids=repr)
def test_every_sum_of_two_digits_is_written_as_people_write_it(layout: NaturalWidth) -> None:
    a, b = pairs()
    given = {name: np.stack([n % 10, n // 10], axis=1) for name, n in (("a", a), ("b", b))}
    line = write(Addition(), given, layout=layout)
    forwards = isinstance(layout.inner, type(NaturalWidth().inner))
    for row in range(0, 10_000, 7):
        wanted = str(int(a[row]) + int(b[row]))
        assert "".join(expected(line, row)) == (wanted if forwards else wanted[::-1])
    truth = write(Addition(), given, layout=layout.inner)
    for row in (0, 1, 99, 100, 5050, 9999):
        assert layout.read(line.frame, expected(line, row)) == layout.inner.read(truth.frame, expected(truth, row))


@pytest.mark.parametrize("layout", LAYOUTS, ids=repr)
def test_a_natural_width_keeps_the_contracts_of_a_layout(layout: Layout) -> None:
    check_layout(layout).demand()


def test_a_layout_that_forgets_a_zero_is_caught() -> None:
    class Forgets(NaturalWidth):
        def leave_away(self, task: Task, frame: Frame, contents: Column) -> Column:
            short = super().leave_away(task, frame, contents)
            short[:, -2:] = -2  # one digit more than the zeros
            return short

    assert {finding.contract for finding in check_layout(Forgets()).failures} == {"read is the inverse"}


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("7 8", Outcome.CORRECT),
        ("0 7 8", Outcome.MALFORMED),
        ("7", Outcome.WRONG),
        ("7 8 0", Outcome.WRONG),
        ("1 7 8 0", Outcome.MALFORMED),
        ("", Outcome.UNFINISHED),
    ],
)
def test_an_answer_is_right_in_one_way_only(text: str, outcome: Outcome) -> None:
    given = {"a": np.array([[7, 5]]), "b": np.array([[1, 2]])}
    assert grade(write(Addition(), given, layout=NaturalWidth()), 0, text).outcome is outcome


def test_working_stays_whole_before_an_answer_of_natural_width() -> None:
    given = {"a": np.array([[7, 0]]), "b": np.array([[1, 0]])}
    assert str(write(Addition(), given, Carries(), NaturalWidth())) == "0 7 + 0 1 = 0 0 8"
    with pytest.raises(LayoutError, match="other symbols between its digits"):
        write(Addition(), given, Carries(), NaturalWidth(LeastFirst()))


def test_the_end_of_each_row_is_learned_where_the_row_ends() -> None:
    given = {"a": np.array([[7, 5], [7, 5]]), "b": np.array([[6, 4], [1, 2]])}  # 103 and 78
    line = write(Addition(), given, layout=NaturalWidth())
    pages = Pages(Vocabulary.over([Addition()]), Sequential())
    assert pages.full(line, np.random.default_rng(0)).weights.sum(axis=1).tolist() == [4, 3]  # digits and the end


def test_a_program_is_always_right_and_an_oracle_with_mistakes_is_not() -> None:
    asked = Measurement(Addition(), layout=NaturalWidth(), lengths=(1, 4), instances=40)
    assert evaluate(Program(), asked).curve.tally(4).correct == 40
    assert 0 < evaluate(Oracle(error=0.2), asked).curve.tally(4).correct < 40


def test_what_needs_places_refuses_such_pages() -> None:
    given = Addition().draw(3, np.random.default_rng(0), "typical", 2)
    line = write(Addition(), given, layout=NaturalWidth())
    with pytest.raises(NumberingError, match="no axes"):
        Coupled().begin(line.frame, np.random.default_rng(0), 2)
    with pytest.raises(NumberingError, match="no axes"):
        Coupled(axes=("significance",)).span(line.frame)
    with pytest.raises(RestrictionRefused, match="leaves symbols away"):
        require_admitted(Addition(), Carries(), NaturalWidth(), "closed")
    with pytest.raises(LayoutError, match="one of the two"):
        write(Addition(), given, layout=ZeroPadded(NaturalWidth()))
    with pytest.raises(LayoutError, match="ends by content"):
        write(Sort(), {"x": np.array([[1, 2]])}, Nothing(), NaturalWidth())
    assert write(
        Multiplication(1), Multiplication(1).draw(3, np.random.default_rng(0), "typical", 2), Nothing(), NaturalWidth()
    )
