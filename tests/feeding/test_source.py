"""The source: the same batches from any update on, and no problem of another split in any of them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.given import Column
from lengthwise.core.instance import in_split
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.cut import Hard, Near, places_of
from lengthwise.feeding.mixture import Ingredient
from lengthwise.feeding.source import Diet, Source
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM
from tests.feeding.diets import MAIN, SORT, cut, diet, words

MIXED = diet(
    MAIN,
    cut("query", "whole", choice=Near()),
    Ingredient(lengths=(2, 6), task=Successor(values=40), ramp=0.5),
    numbering=RandomStart(ids=60),
)
HARD = diet(MAIN, cut("query", "whole", choice=Hard(every=5)))


def same(first: Batch, second: Batch) -> bool:
    return all(
        a is b is None or (a is not None and b is not None and a.dtype == b.dtype and np.array_equal(a, b))
        for a, b in zip(first, second, strict=True)
    )


class Taste:
    """Stands in for a model: attends to the places in an order that its last look decided."""

    def __init__(self, look: int = 0) -> None:
        self.look = look

    def __call__(self, line: Line, slots: Sequence[int]) -> list[Column]:
        rng = np.random.default_rng([self.look, len(line.frame.slots), *slots])
        return [rng.random((len(line), places_of(line))) for _ in slots]


def uninterrupted(made: Diet, every: int = 5) -> list[Batch]:
    """As the loop does: a look after each multiple of `every` updates, and begun groups are forgotten."""
    taste = Taste()
    source, found = Source(made, taste), []
    for number, batch in enumerate(source.batches(), start=1):
        found.append(batch)
        if number % every == 0:
            taste.look = number
            source.forget()
    return found


@pytest.mark.parametrize("start", [1, 2, 13, 29])
def test_a_source_started_late_gives_what_one_from_the_beginning_gives(start: int) -> None:
    whole = list(Source(MIXED).batches())
    late = list(Source(MIXED).batches(start))
    assert len(whole) == 30
    assert all(same(a, b) for a, b in zip(whole[start:], late, strict=True))


@pytest.mark.parametrize("start", [3, 5, 7, 10, 24])
def test_hard_lines_are_the_same_after_a_resume_with_the_same_look(start: int) -> None:
    whole = uninterrupted(HARD)
    taste = Taste(start // 5 * 5)
    source = Source(HARD, taste)
    for number, batch in enumerate(source.batches(start), start=start + 1):
        assert same(whole[number - 1], batch)
        if number % 5 == 0:
            taste.look = number
            source.forget()


def test_without_forgetting_the_resumed_lines_would_differ() -> None:
    """The bug that `forget` is there for: a group begun before a look is cut by older scores."""
    taste = Taste()
    source, found = Source(HARD, taste), []
    for number, batch in enumerate(source.batches(), start=1):
        found.append(batch)
        if number % 5 == 0:
            taste.look = number
    assert not all(same(a, b) for a, b in zip(found, uninterrupted(HARD), strict=True))


def test_what_the_model_attends_to_decides_what_is_kept() -> None:
    """A model that looks at the largest numbers only leaves lines of the largest numbers (and the witness)."""

    def by_value(line: Line, slots: Sequence[int]) -> list[Column]:
        return [line.given["x"] * 1.0 for _ in slots]

    made = diet(replace(cut("query", shortest=20, choice=Hard()), lengths=(6, 6)))
    for batch in islice(Source(made, by_value).batches(), 5):
        for row in range(len(batch.symbols)):
            text = words(batch, row, made.vocabulary)
            prompt = sorted(int(word) for word in text[1 : text.index("=")])
            assert prompt[2] >= 15, "of 20 numbers below 40 all but the two of the witness are the largest"


PAGES: list[tuple[Task, Trace, tuple[str, ...]]] = [
    (Sort(values=12), Nothing(), ("query", "closed", "whole")),
    (Reverse(values=12), Nothing(), ("query", "closed", "whole")),
    (CopyRepeats(), Nothing(), ("closed", "whole")),
    (Addition(), Carries(), ("closed", "whole")),
    (Increment(), Carries(), ("closed", "whole")),
    (Parity(), RunningState(), ("closed", "whole")),
    (SLiM(modulus=10, types=3), Nothing(), ("closed", "whole")),
]


def givens(batch: Batch, made: Diet) -> list[dict[str, Column]]:
    """The problems of a batch, from the text between the start and the last equals sign of the question."""
    found = []
    kinds = made.task.inputs
    for row in range(len(batch.symbols)):
        text = words(batch, row, made.vocabulary)[1:]
        given: dict[str, Column] = {}
        for kind in kinds:
            stop = next(t for t, word in enumerate(text) if word in made.task.separators)
            given[kind] = np.array([[made.task.alphabet.index(word) for word in text[:stop]]])
            text = text[stop + 1 :]
        found.append(given)
    return found


@pytest.mark.parametrize(("task", "trace", "forms"), PAGES, ids=lambda value: getattr(value, "name", ""))
def test_no_line_that_training_reads_is_a_test_or_validation_problem(
    task: Task, trace: Trace, forms: tuple[str, ...]
) -> None:
    ingredients = [Ingredient(lengths=(3, 4))]
    ingredients += [replace(cut(form, longest=8), lengths=(3, 4)) for form in forms]
    made = diet(*ingredients, task=task, trace=trace, layout=LeastFirst(), symbols=800, updates=24)
    source, seen = Source(made), set()
    for batch in source.batches():
        for row, given in enumerate(givens(batch, made)):
            assert in_split(task, given, "train")[0]
            assert not in_split(task, given, "test")[0]
            seen.add(int(batch.ingredient[row]))
    assert seen == set(range(len(ingredients)))
    assert source.redrawn > 0, "some cuts were test problems, and were left out"


def test_the_check_of_splits_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the mask taken out, short lines that are test problems come through."""
    monkeypatch.setattr("lengthwise.feeding.source.in_split", lambda _task, given, _: np.ones(len(given["x"]), bool))
    made = diet(cut("query"), symbols=800, updates=20)
    wrong = [
        given for batch in Source(made).batches() for given in givens(batch, made) if not in_split(SORT, given, "train")
    ]
    assert wrong


def test_a_witness_larger_than_the_length_is_given_room() -> None:
    made = diet(replace(cut("query"), lengths=(1, 1)))
    for batch in islice(Source(made).batches(), 5):
        for row in range(len(batch.symbols)):
            text = words(batch, row, made.vocabulary)
            assert text.index("=") <= 3, "the two numbers of the witness"


def test_a_dense_task_has_no_restriction_and_says_so() -> None:
    made = diet(replace(cut("closed"), lengths=(3, 3)), task=Majority())
    with pytest.raises(RestrictionRefused, match="majority"):
        next(Source(made).batches())


def test_kept_places_give_a_short_line_the_ids_of_the_long_one() -> None:
    made = diet(
        replace(cut("closed", longest=12, places="kept"), lengths=(4, 4)),
        task=Addition(),
        trace=Carries(),
        layout=LeastFirst(),
        numbering=Coupled(ids=40),
    )
    gaps = 0
    for batch in islice(Source(made).batches(), 20):
        for row in range(len(batch.symbols)):
            text, ids = words(batch, row, made.vocabulary), batch.ids[row, :, 0]
            plus, equals = text.index("+"), text.index("=")
            assert (ids[1:plus] == ids[plus + 1 : equals]).all(), "digits of one significance share their id"
            steps = np.diff(ids[1:plus])
            assert (steps > 0).all()
            gaps += int((steps > 1).any())
    assert gaps > 50, "places that were dropped leave gaps"
