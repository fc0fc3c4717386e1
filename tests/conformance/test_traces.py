"""The traces' suite: those of the house pass, planted bugs do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest

from lengthwise.conformance.traces import check_trace
from lengthwise.core.catalogue import find, names
from lengthwise.core.frame import Slot
from lengthwise.core.trace import Trace
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.tasks.logic.parity import Parity

TRACES = [name for name in names("traces") if isinstance(find("traces", name)(), Trace)]


@pytest.mark.parametrize("name", TRACES)
def test_the_traces_of_the_house_keep_to_every_contract(name: str) -> None:
    report = check_trace(find("traces", name)())
    report.demand()
    assert all(finding.verdict == "pass" for finding in report.findings)


@dataclass(frozen=True)
class Text(Trace):
    kinds: ClassVar[Any] = "carry"


@dataclass(frozen=True)
class Computes(Trace):
    kinds: ClassVar[frozenset[str]] = frozenset({"carry"})

    def carry(self, a: int, b: int) -> int:
        return (a + b) // 10


@pytest.mark.parametrize(
    ("trace", "contract"), [(Text(), "names kinds of value"), (Computes(), "computes nothing")], ids=repr
)
def test_a_planted_bug_is_rejected(trace: Trace, contract: str) -> None:
    assert contract in {finding.contract for finding in check_trace(trace).failures}


def test_a_task_that_lists_its_working_as_an_answer_is_caught() -> None:
    class Shouts(Parity):
        def slots(self, shape: Mapping[str, int]) -> list[Slot]:
            return [*Parity.slots(self, shape), Slot("state", 0)]

    assert not check_trace(RunningState(), (Shouts(),)).passed


def test_a_trace_of_no_task_is_skipped_by_name() -> None:
    @dataclass(frozen=True)
    class Misspelt(Trace):
        kinds: ClassVar[frozenset[str]] = frozenset({"carri"})

    skipped = [finding for finding in check_trace(Misspelt()).findings if finding.verdict == "skip"]
    assert [("carri" in finding.detail) for finding in skipped] == [True, True]
