"""Every numbering keeps to its contracts, and planted leaks are rejected."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from lengthwise.conformance.numberings import check_ids_are_causal, check_numbering
from lengthwise.core.errors import ConformanceError
from lengthwise.core.given import Column, Given
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.products import Products
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats

NUMBERINGS = [
    Sequential(),
    RandomStart(),
    Randomized(),
    Coupled(),
    Coupled(ids=40, sign=(-1,)),
    Abacus(),
    Predicted(Coupled()),
]


def problems(length: int, number: int) -> Given:
    return Addition().draw(length, np.random.default_rng(number), "typical", 16)


def answers(given: Given) -> Line:
    return write(Addition(), given, layout=ReversedAnswer())


@pytest.mark.parametrize("numbering", [*NUMBERINGS, *(n.fixed() for n in NUMBERINGS)], ids=repr)
def test_numberings_keep_to_their_contracts(numbering: Numbering) -> None:
    check_numbering(numbering, answers, problems(5, 1), problems(5, 2))
    check_numbering(numbering, lambda given: write(Addition(), given, Carries()), problems(4, 1), problems(4, 2))


def test_numberings_of_several_levels_keep_to_them() -> None:
    task = LongMultiplication()
    numbering = Coupled(axes=("column", "row", "power"))
    first, second = (task.draw(3, np.random.default_rng(seed), "typical", 8) for seed in (1, 2))
    check_numbering(numbering, lambda given: write(task, given, Products(), ReversedAnswer()), first, second)


def test_falling_ids_keep_to_them() -> None:
    first, second = (ReverseRepeats().draw(6, np.random.default_rng(seed), "typical", 8) for seed in (1, 2))
    check_numbering(Coupled(start=1), lambda given: write(ReverseRepeats(), given), first, second)


def test_places_by_the_order_of_the_contents_are_rejected() -> None:
    def sorted_places(given: Given) -> Line:
        line = write(Addition(), given)
        return replace(line, places=np.argsort(line.contents, axis=1, kind="stable")[:, :, None])

    with pytest.raises(ConformanceError, match="other contents changed them"):
        check_numbering(Coupled(), sorted_places, problems(4, 1), problems(4, 2))


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
        check_numbering(Coupled(), trimmed, small, large)


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
        check_numbering(Stopping(), answers, problems(4, 1), problems(4, 2))


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


def test_ids_that_look_at_symbols_and_deny_it_are_rejected() -> None:
    with pytest.raises(ConformanceError, match="other contents changed them"):
        check_numbering(Restless(), answers, problems(4, 1), problems(4, 2))
