"""Frames: what the shape alone fixes."""

import pytest

from lengthwise.core.frame import ANSWER, PROMPT, WORKING
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import frame_of
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.recall.slim import SLiM


def test_a_frame_lists_the_prompt_and_the_slots_with_their_places() -> None:
    frame = frame_of(Parity(), (("x", 2),), Nothing(), Plain())
    prompt = [(e.kind, e.index, e.symbol, e.role) for e in frame.prompt]
    assert prompt == [("x", 0, None, PROMPT), ("x", 1, None, PROMPT), (None, 0, "=", PROMPT)]
    assert [(e.kind, e.index, e.place, e.role) for e in frame.slots] == [("state", 1, (1,), ANSWER)]


def test_the_trace_adds_working_slots_in_order_of_computation() -> None:
    frame = frame_of(Addition(), (("a", 2), ("b", 2)), Carries(), LeastFirst())
    assert [(e.kind, e.index, e.role) for e in frame.slots] == [
        ("digit", 0, ANSWER),
        ("carry", 0, WORKING),
        ("digit", 1, ANSWER),
        ("carry", 1, WORKING),
        ("digit", 2, ANSWER),
    ]


def test_columns_find_every_value_and_no_separator() -> None:
    frame = frame_of(Addition(), (("a", 2), ("b", 2)), Nothing(), Plain())
    columns = frame.columns()
    assert len(columns) == len(frame.entries) - 2
    assert all(frame.entries[t].tag == tag for tag, t in columns.items())


def test_a_separator_has_no_tag() -> None:
    frame = frame_of(Parity(), (("x", 2),), Nothing(), Plain())
    with pytest.raises(AssertionError, match="separator '='"):
        _ = frame.prompt[2].tag


@pytest.mark.parametrize(
    ("task", "shape", "places"),
    [
        # One step before the block's first value in order of computation.
        (Addition(), (("a", 2), ("b", 2)), [(-1,), (-1,)]),
        (Parity(), (("x", 3),), [(-1,)]),  # the task's own: where it stands before the states, written or not
        (SLiM(), (("x", 3),), [(2,)]),  # a block of one value has no steps: the value's own place
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_separator_opens_the_block_after_it(task: object, shape: object, places: list[tuple[int]]) -> None:
    frame = frame_of(task, shape, Nothing(), LeastFirst())
    assert [e.place for e in frame.entries if e.kind is None] == places
