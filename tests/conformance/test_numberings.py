"""Every numbering keeps to its contracts, and planted leaks are rejected."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from lengthwise.conformance.numberings import check_ids_are_causal, check_numbering, check_on
from lengthwise.core.errors import ConformanceError, NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column, Given
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.predicted_steps import PredictedSteps
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.lines.numberings.recount import Recount
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition

NUMBERINGS = [
    Sequential(),
    RandomStart(),
    Randomized(),
    Coupled(),
    Coupled(ids=40, sign=(-1,)),
    Abacus(),
    Predicted(Coupled()),
    PredictedSteps(),
    PredictedSteps(Recount()),
    Recount(),
    PredictedSteps(reach=20, sign=-1),
]


def problems(length: int, number: int) -> Given:
    return Addition().draw(length, np.random.default_rng(number), "typical", 16)


def answers(given: Given) -> Line:
    return write(Addition(), given, layout=ReversedAnswer())


@pytest.mark.parametrize("numbering", [*NUMBERINGS, *(n.fixed() for n in NUMBERINGS)], ids=repr)
def test_numberings_keep_to_their_contracts(numbering: Numbering) -> None:
    report = check_numbering(numbering)
    assert report.passed, str(report)
    assert len(report.findings) == 5
    skipped = [finding.contract for finding in report.findings if finding.verdict == "skip"]
    assert skipped == ([] if numbering.shape_only else ["from the shape alone"])


@pytest.mark.parametrize("axes", [("column", "row", "power"), ("significance",), ("column", "row"), ("row",)], ids=repr)
def test_numberings_of_several_levels_keep_to_them(axes: tuple[str, ...]) -> None:
    assert check_numbering(Coupled(axes=axes)).passed


def test_places_by_the_order_of_the_contents_are_rejected() -> None:
    def sorted_places(given: Given) -> Line:
        line = write(Addition(), given)
        return replace(line, places=np.argsort(line.contents, axis=1, kind="stable")[:, :, None])

    with pytest.raises(ConformanceError, match="other contents changed them"):
        check_on(Coupled(), sorted_places(problems(4, 1)), sorted_places(problems(4, 2)))


def test_a_page_taken_from_the_finished_run_is_rejected() -> None:
    def trimmed(given: Given) -> Line:
        line = write(Addition(), given, layout=Plain())
        zeros = int(
            (line.contents[:, len(line.frame.prompt) :] == 0).all(axis=0).cumprod().sum()
        )  # leading in all rows
        frame = line.frame._replace(slots=line.frame.slots[zeros:])
        keep = [t for t in range(line.contents.shape[1]) if not 0 <= t - len(line.frame.prompt) < zeros]
        return replace(line, frame=frame, contents=line.contents[:, keep])

    small, large = ({"a": np.full((4, 3), digit), "b": np.full((4, 3), digit)} for digit in (1, 9))  # 0222 and 1998
    with pytest.raises(ConformanceError, match="follows the contents"):
        check_on(Coupled(), trimmed(small), trimmed(large))


@dataclass(frozen=True)
class Stopping(Coupled):
    """The bug: nothing after the last slot has an id."""

    def next(self, state: object, symbols: Column, proposed: Column | None = None) -> tuple[Column, object]:  # type: ignore[override]
        ids, after = super().next(state, symbols)  # type: ignore[arg-type]
        return np.where(after.entry <= len(after.offsets.of), ids, 0), after

    def ahead(self, state: object, symbols: Column) -> Column:
        return Numbering.ahead(self, state, symbols)


def test_ids_that_stop_at_the_answers_end_are_rejected() -> None:
    with pytest.raises(ConformanceError, match="where the answer ends"):
        check_on(Stopping(), answers(problems(4, 1)), answers(problems(4, 2)))


@dataclass(frozen=True)
class Peeking(Sequential):
    """The bug: an id that knows the rest of the answer."""

    shape_only = False

    def ahead(self, state: int, symbols: Column) -> Column:
        return np.argsort(symbols, axis=1)[:, :, None]


def test_ids_that_know_later_symbols_are_rejected() -> None:
    with pytest.raises(ConformanceError, match="changed ids up to it"):
        check_ids_are_causal(Peeking(), answers(problems(4, 1)))


@dataclass(frozen=True)
class Wavering(Sequential):
    """The bug: training and decoding number differently."""

    def ahead(self, state: int, symbols: Column) -> Column:
        return super().ahead(state, symbols) + 1


def test_a_difference_between_training_and_decoding_is_rejected() -> None:
    with pytest.raises(ConformanceError, match="`next` and `ahead`"):
        check_ids_are_causal(Wavering(), answers(problems(4, 1)))


@dataclass(frozen=True)
class Restless(Coupled):
    """The bug: it says that ids follow from the shape, and counts what was written."""

    def next(self, state: object, symbols: Column, proposed: Column | None = None) -> tuple[Column, object]:  # type: ignore[override]
        ids, after = super().next(state, symbols)  # type: ignore[arg-type]
        return ids + symbols[:, None] % 2, after

    def ahead(self, state: object, symbols: Column) -> Column:
        return Numbering.ahead(self, state, symbols)


def test_a_report_says_which_contract_is_broken() -> None:
    planted = (Stopping(), Restless(), Wavering())
    broken = {type(one).__name__: [finding.contract for finding in check_numbering(one).failures] for one in planted}
    assert broken == {
        "Stopping": ["goes on past the end", "the form used in measurement"],
        "Restless": ["from the shape alone", "the form used in measurement"],
        "Wavering": ["causal", "goes on past the end", "as stated", "the form used in measurement"],
    }


def test_ids_that_look_at_symbols_and_deny_it_are_rejected() -> None:
    with pytest.raises(ConformanceError, match="other contents changed them"):
        check_on(Restless(), answers(problems(4, 1)), answers(problems(4, 2)))


@dataclass(frozen=True)
class SaysMonotone(Coupled):
    """The bug: ids fall along an answer, and encodings of forward distances would take it."""

    monotone = True


@dataclass(frozen=True)
class SaysFromTime(Coupled):
    """The bug: a page's places number it, and its runs would count as regime A."""

    from_time = True


@dataclass(frozen=True)
class ShowsPlaces(PredictedSteps):
    """The bug: what it predicts may come from places, and so does what it shows."""

    def begin(self, frame: Frame, *rest: Any, **others: Any) -> tuple[Column, Any]:
        ids, state = super().begin(frame, *rest, **others)
        shown, _ = Coupled(start=1).begin(frame, np.random.default_rng(0), len(ids))
        return shown, state

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        return 1, 99


@dataclass(frozen=True)
class SaysTwoLevels(Sequential):
    @property
    def levels(self) -> int:
        return 2


@dataclass(frozen=True)
class SaysNarrow(Sequential):
    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        return 1, len(frame.slots) + extra


@dataclass(frozen=True)
class Below(Sequential):
    """The bug: ids from -1 on."""

    def begin(self, *args: Any, **named: Any) -> tuple[Column, Any]:
        ids, state = super().begin(*args, **named)
        return ids - 2, state


@pytest.mark.parametrize(
    ("numbering", "word"),
    [
        (SaysMonotone(), "states monotone = True, and ids fall"),
        (SaysFromTime(), "states from_time = True"),
        (ShowsPlaces(reach=20, sign=-1), "states from_time = True"),
        (SaysTwoLevels(), "shape"),
        (SaysNarrow(), "span says 1 to"),
        (Below(), "span says 1 to"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_a_numbering_states_is_held_against_its_ids(numbering: Numbering, word: str) -> None:
    broken = {finding.contract: finding.detail for finding in check_numbering(numbering).failures}
    assert word in broken["as stated"]


@dataclass(frozen=True)
class Raises(Sequential):
    def begin(self, *args: Any, **named: Any) -> tuple[Column, Any]:
        raise ZeroDivisionError("boom")


@dataclass(frozen=True)
class Refuses(Sequential):
    def begin(self, *args: Any, **named: Any) -> tuple[Column, Any]:
        raise NumberingError("for other pages")


def test_a_numbering_that_raises_breaks_its_contracts_and_one_for_other_pages_is_not_judged() -> None:
    assert {finding.verdict for finding in check_numbering(Raises()).findings} == {"fail"}
    assert {finding.verdict for finding in check_numbering(Refuses()).findings} == {"skip"}
