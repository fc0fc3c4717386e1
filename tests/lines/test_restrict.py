"""Restriction: the worked examples, by hand; soundness on draws; and what it refuses."""

from typing import cast

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from lengthwise.core.errors import RestrictionRefused, UnknownName
from lengthwise.core.given import END
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.restrict import Form, Restricted, next_symbol, restrict
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.auxiliary.count import Count
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM

LIST = [14, 3, 9, 17, 6, 11]


def cut(line: Line, slot: int, keep: list[int], form: Form) -> Restricted:
    """The line over the inputs at `keep`, seen from slot number `slot` of the long line."""
    scores = np.zeros((1, len(line.frame.entries)))
    scores[0, keep] = 1
    found = restrict(line, slot, len(keep), form, scores)
    assert isinstance(found, Restricted)
    return found


def shown(found: Restricted) -> str:
    """`3 9 17 11 = 3 9 [11]`, the target in brackets."""
    target = int(found.target[0])
    symbol = "end" if target == END else found.line.task.symbols[target]
    return f"{found.line} [{symbol}]"


@pytest.mark.parametrize(
    ("task", "x", "slot", "keep", "form", "expected"),
    [
        (Sort(values=20), LIST, 3, [1, 2, 3, 5], "closed", "3 9 17 11 = 3 9 [11]"),
        (Sort(values=20), LIST, 3, [1, 2, 3, 5], "query", "3 9 17 11 = 9 [11]"),
        (Sort(values=20), LIST, 6, [1, 2, 3], "query", "3 9 17 = 17 [end]"),
        (Sort(values=20), LIST, 6, [1, 2, 3], "closed", "3 9 17 = 3 9 17 [end]"),
        (Sort(values=20), LIST, 0, [1, 3, 5], "query", "3 17 11 = [3]"),
        (Reverse(values=20), [4, 8, 1, 6, 2], 2, [2, 3, 4], "closed", "1 6 2 = 2 6 [1]"),
        (Reverse(values=20), [4, 8, 1, 6, 2], 2, [2, 3, 4], "query", "1 6 2 = 6 [1]"),
        (Copy(values=20), [4, 8, 1, 6, 2], 3, [0, 2, 3], "closed", "4 1 6 = 4 1 [6]"),
        (Copy(values=20), [4, 8, 1, 6, 2], 3, [0, 2, 3], "query", "4 1 6 = 1 [6]"),
        (CopyRepeats(), [3, 3, 5, 3, 8], 3, [0, 2, 3], "closed", "3 5 3 = 3 5 [3]"),
        (ReverseRepeats(), [3, 3, 5, 3, 8], 1, [0, 3, 4], "closed", "3 3 8 = 8 [3]"),
    ],
)
def test_the_worked_examples_come_out(
    task: Task, x: list[int], slot: int, keep: list[int], form: Form, expected: str
) -> None:
    assert shown(cut(write(task, {"x": np.array([x])}), slot, keep, form)) == expected


def test_increment_goes_on_with_the_carry_as_written() -> None:
    # 9 9 4 7 = 0 1 0 1 [5] without place 0: digit and carry of place 1 stay, and 4 + 1 = 5.
    found = cut(write(Increment(), {"x": np.array([[9, 9, 4, 7]])}, Carries(), LeastFirst()), 4, [1, 2, 3], "closed")
    assert shown(found) == "9 4 7 = 0 1 [5]"
    assert next_symbol(found)[0] == 5


def test_parity_goes_on_with_the_state_as_written() -> None:
    # 1 0 1 1 = 1 1 0 [1] over places 2 and 3: the state 0 stays as written; a fresh line would say 1 after the first 1.
    found = cut(write(Parity(), {"x": np.array([[1, 0, 1, 1]])}, RunningState()), 3, [2, 3], "closed")
    assert shown(found) == "1 1 = 0 [1]"
    assert next_symbol(found)[0] == 1
    assert str(write(Parity(), found.line.given, RunningState())) == "1 1 = 1 0"


def test_copy_with_repeats_as_a_query_asks_for_another_place() -> None:
    found = cut(write(CopyRepeats(), {"x": np.array([[3, 4, 5, 6, 8]])}), 3, [0, 2, 3], "query")
    assert shown(found) == "3 5 6 = [6]"
    assert next_symbol(found)[0] == 3  # so the form is refused: see test_admit


def test_the_top_digit_of_a_sum_is_never_dropped() -> None:
    # 7 5 8 + 6 4 1 least first: digits 3 0 0 1, carries 1 1 1... over place 1 and 2 and the target the top digit.
    line = write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 5, 1]])}, Carries(), LeastFirst())
    assert str(line) == "7 5 8 + 6 5 1 = 3 1 1 1 0 1 1"
    found = restrict(line, 6, 2, "closed", np.array([[0.0, 1.0, 1.0]]))
    assert isinstance(found, Restricted)
    assert shown(found) == "5 8 + 5 1 = 1 1 0 1 [1]"


def test_places_of_slim_run_on_through_the_answer() -> None:
    # Types of modulus 10, types 3: 0:2 1:0 2:0 3:2 4:0 5:1 6:1 7:1 8:0 9:2. 4 9 1 8 = 9 8 [6]: the newest symbol is the
    # written 8, and the last earlier number of its type the given 8.
    line = write(SLiM(modulus=10, types=3), {"x": np.array([[4, 9, 1, 8]])})
    assert shown(cut(line, 2, [0, 3], "query")) == "4 8 = 8 [6]"
    found = cut(line, 2, [0, 1, 3], "query")
    assert shown(found) == "4 9 8 = 8 [6]"


def test_an_unknown_form_and_scores_of_another_shape_are_refused() -> None:
    line = write(Sort(values=20), {"x": np.array([LIST])})
    with pytest.raises(UnknownName, match="no form of a restriction is called 'clsd'; did you mean 'closed'"):
        restrict(line, 3, 4, cast("Form", "clsd"), np.zeros((1, 6)))
    for shape in ((1, 5), (2, 6), (6,)):
        with pytest.raises(RestrictionRefused, match="give one for each of the 1 rows and 6 places"):
            restrict(line, 3, 4, "closed", np.zeros(shape))


SPARSE: list[tuple[Task, Trace, Layout, tuple[Form, ...]]] = [
    (Sort(values=30), Nothing(), Plain(), ("closed", "query")),
    (Copy(values=30), Nothing(), Plain(), ("closed", "query")),
    (Reverse(values=30), Nothing(), Plain(), ("closed", "query")),
    (SLiM(modulus=10, types=3), Nothing(), Plain(), ("closed", "query")),
    (CopyRepeats(values=3), Nothing(), Plain(), ("closed",)),
    (ReverseRepeats(values=3), Nothing(), Plain(), ("closed",)),
    (Parity(), RunningState(), Plain(), ("closed",)),
    (Addition(), Carries(), Plain(), ("closed",)),
    (Addition(), Carries(), LeastFirst(), ("closed",)),
    (Increment(), Carries(), ReversedAnswer(), ("closed",)),
    (Increment(), Nothing(), LeastFirst(), ("closed",)),
]


@pytest.mark.parametrize(("task", "trace", "layout", "forms"), SPARSE, ids=lambda v: type(v).__name__)
@drawn(seed=st.integers(0, 2**32))
def test_the_restricted_line_says_the_long_lines_symbol(
    task: Task, trace: Trace, layout: Layout, forms: tuple[Form, ...], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    longer, beside = int(rng.integers(6, 13)), bool(rng.integers(2))
    line = write(task, task.draw(longer, rng, "typical", 8), trace, layout)
    slot = int(rng.integers(len(line.frame.slots)))
    for form in forms:
        try:
            found = restrict(line, slot, int(rng.integers(3, longer)), form, rng.random((8, 4 * longer)), beside=beside)
        except RestrictionRefused:  # the whole chain of a carry that is not written may need more places
            continue
        assert isinstance(found, Restricted)
        assert (next_symbol(found) == np.where(found.fits, found.target, -2)).all()
        first = len(line.frame.prompt)
        assert (found.target == line.contents[:, first + slot]).all()


@drawn(seed=st.integers(0, 2**32))
def test_the_whole_form_is_an_ordinary_line_over_the_kept_places(seed: int) -> None:
    rng = np.random.default_rng(seed)
    line = write(Sort(values=30), Sort(values=30).draw(9, rng, "typical", 4))
    short = restrict(line, 4, 5, "whole", rng.random((4, 9)))
    assert isinstance(short, Line)
    for row in range(4):
        kept = [int(v) for v in short.given["x"][row]]
        assert [v for v in line.given["x"][row].tolist() if v in kept] == kept  # in their order
        fourth, fifth = sorted(line.given["x"][row].tolist())[3:5]
        assert {fourth, fifth} <= set(kept)  # the witness stays
        assert str(short[row]) == " ".join(map(str, [*kept, "=", *sorted(kept)]))


def test_beside_keeps_the_length_beside_the_witness() -> None:
    line = write(Sort(values=20), {"x": np.array([LIST])})
    scores = np.array([[6.0, 5, 4, 3, 2, 1]])
    within, beside = (restrict(line, 3, 3, "query", scores, beside=b) for b in (False, True))
    assert isinstance(within, Restricted)
    assert isinstance(beside, Restricted)
    assert shown(within) == "14 9 11 = 9 [11]"
    assert shown(beside) == "14 3 9 17 11 = 9 [11]"


def test_rows_of_a_block_keep_their_own_places() -> None:
    line = write(Sort(values=20), {"x": np.array([[1, 2, 3, 4], [4, 3, 2, 1]])})
    found = restrict(line, 1, 3, "query", np.tile([1, 2, 4, 3], (2, 1)))
    assert isinstance(found, Restricted)
    assert str(found.line).split("\n") == ["1 2 3 = 1", "3 2 1 = 1"]


@pytest.mark.parametrize("task", [Majority(), Count()], ids=lambda t: t.name)
def test_dense_tasks_refuse_by_name(task: Task) -> None:
    line = write(task, task.draw(6, np.random.default_rng(0), "typical", 2))
    with pytest.raises(RestrictionRefused, match=task.name):
        restrict(line, 0, 3, "closed", np.zeros((2, 7)))


def test_a_witness_that_is_longer_than_the_cut_is_refused_with_the_remedy() -> None:
    line = write(Parity(), {"x": np.array([[1, 0, 1, 1]])})
    with pytest.raises(RestrictionRefused, match=r"4 places.*raise the length"):
        restrict(line, 0, 3, "closed", np.zeros((1, 4)))


def test_an_end_that_the_shape_fixes_is_no_target() -> None:
    line = write(CopyRepeats(), {"x": np.array([[1, 0, 1, 1]])})
    with pytest.raises(RestrictionRefused, match="its end is fixed by the shape"):
        restrict(line, 4, 3, "closed", np.zeros((1, 4)))
