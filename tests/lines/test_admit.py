"""Which forms of restriction are admitted: as the design notes found them by hand."""

import pytest

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.admit import admission, admitted_forms, require_admitted
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM

ALL, NO_QUERY = ("closed", "query", "whole"), ("closed", "whole")


@pytest.mark.parametrize(
    ("task", "trace", "layout", "forms"),
    [
        (Sort(), Nothing(), Plain(), ALL),
        (Copy(), Nothing(), Plain(), ALL),
        (Reverse(), Nothing(), Plain(), ALL),
        (SLiM(), Nothing(), Plain(), ALL),
        (SLiM(types=4), Nothing(), Plain(), ALL),
        (Successor(), Nothing(), Plain(), ALL),
        (CopyRepeats(), Nothing(), Plain(), NO_QUERY),
        (Parity(), RunningState(), Plain(), NO_QUERY),
        (Parity(), Nothing(), Plain(), ()),  # every bit is in the witness
        (Addition(), Carries(), Plain(), NO_QUERY),
        (Addition(), Carries(), LeastFirst(), NO_QUERY),
        (Addition(), Nothing(), Plain(), NO_QUERY),
        (Increment(), Carries(), LeastFirst(), NO_QUERY),
        (Majority(), Nothing(), Plain(), ()),
    ],
    ids=lambda v: type(v).__name__,
)
def test_the_forms_are_those_of_the_design_notes(
    task: Task, trace: Trace, layout: Layout, forms: tuple[str, ...]
) -> None:
    assert admitted_forms(task, trace, layout) == forms


def test_a_refusal_says_why_and_what_to_take() -> None:
    with pytest.raises(
        RestrictionRefused, match=r"copy_repeats does not admit the form query: in \d+ of \d+ .* closed or whole"
    ):
        require_admitted(CopyRepeats(), Nothing(), Plain(), "query")
    with pytest.raises(RestrictionRefused, match="train on the task itself"):
        require_admitted(Majority(), Nothing(), Plain(), "closed")
    require_admitted(CopyRepeats(), Nothing(), Plain(), "closed")


def test_a_verdict_counts_what_it_tried() -> None:
    assert admission(Sort(), Nothing(), Plain(), "query").tried > 1000
