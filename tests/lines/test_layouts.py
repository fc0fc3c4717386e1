"""Layouts: reading a page gives back what was written on it, and a page that is no page is refused."""

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from lengthwise.core.errors import LayoutError
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import computed, write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity

LAYOUTS = [Plain(), ReversedAnswer(), LeastFirst()]
PAGES: list[tuple[Task, Trace]] = [(Addition(), Nothing()), (Addition(), Carries()), (Parity(), RunningState())]


@pytest.mark.parametrize("layout", LAYOUTS, ids=repr)
@pytest.mark.parametrize(("task", "trace"), PAGES, ids=lambda v: type(v).__name__)
@drawn(length=st.integers(1, 9), seed=st.integers(0, 2**32))
def test_read_is_the_inverse_of_write(layout: Layout, task: Task, trace: Trace, length: int, seed: int) -> None:
    given = task.draw(length, np.random.default_rng(seed), "typical", 1)
    line = write(task, given, trace, layout)
    written = line.words()[line.prompt_symbols :]
    truth = computed(task, given)
    assert line.layout.read(line.frame, written) == {
        e.tag: task.symbols[int(truth[e.tag][0])] for e in line.frame.slots if e.kind is not None
    }


@pytest.mark.parametrize("layout", LAYOUTS, ids=repr)
def test_a_layout_moves_values_and_loses_none(layout: Layout) -> None:
    line = write(Addition(), Addition().draw(5, np.random.default_rng(0), "typical", 1), Carries(), layout)
    plain = write(Addition(), line.given, Carries(), LeastFirst())
    assert {e.tag for e in line.frame.slots} == {e.tag for e in plain.frame.slots}
    assert sorted(line.words()) == sorted(plain.words())


def test_digits_turn_round_on_significance_and_nowhere_else() -> None:
    line = write(Parity(), {"x": np.array([[1, 0, 0]])}, RunningState(), Plain())
    assert str(line) == "1 0 0 = 1 1 1"  # a string of bits has positions, not significance


@pytest.mark.parametrize("symbols", [["1"], ["1", "0", "0", "3", "3"], []], ids=["short", "long", "empty"])
def test_a_page_with_too_few_or_too_many_symbols_is_malformed(symbols: list[str]) -> None:
    frame = write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}).frame
    with pytest.raises(LayoutError, match=f"{len(symbols)} symbols were written where the page has 4 slots"):
        Plain().read(frame, symbols)
