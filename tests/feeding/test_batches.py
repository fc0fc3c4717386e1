"""Batches: each row is read back as text, and what should be learned in it is worked out from the text alone."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from lengthwise.core.vocabulary import Vocabulary
from lengthwise.feeding.batch import Batch, Pages, stack
from lengthwise.feeding.cut import AtRandom, Blocks, Near
from lengthwise.feeding.mixture import Ingredient
from lengthwise.feeding.source import Diet, Source
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.ordering.sort import Sort
from tests.feeding.diets import MAIN, SORT, cut, diet, words

PAD = 2


def batches(made: Diet, count: int = 12) -> list[Batch]:
    found = []
    for batch in Source(made).batches():
        found.append(batch)
        if len(found) == count:
            break
    return found


def next_of_sort(prompt: list[str], written: list[str]) -> str:
    """What a sorted list goes on with, from its text: the smallest number above the last one written, or the end."""
    last = int(written[-1]) if written else -1
    larger = sorted(int(word) for word in prompt if int(word) > last)
    return str(larger[0]) if larger else "<end>"


def check_sort(batch: Batch, row: int, vocabulary: Vocabulary, *, targets: int | None = None) -> None:
    """Targets stand beside the symbol they follow; the answer, the end and nothing else is learned."""
    text = words(batch, row, vocabulary)
    equals = text.index("=")
    learned = np.flatnonzero(batch.weights[row]).tolist()
    if targets is None:  # a whole line
        assert learned == list(range(equals, len(text)))
        assert len(text) - 1 - equals == equals - 1, "as many answers as inputs"
    else:
        assert learned == [len(text) - 1], "the one target follows the last symbol that was kept"
    for column in learned:
        expected = next_of_sort(text[1:equals], text[equals + 1 : column + 1])
        assert vocabulary.symbols[batch.targets[row, column]] == expected


def check_all(batch: Batch, made: Diet) -> None:
    for row in range(len(batch.symbols)):
        ingredient = made.mixture.ingredients[batch.ingredient[row]]
        whole = ingredient.cut is None or ingredient.cut.forms == ("whole",)
        check_sort(batch, row, made.vocabulary, targets=None if whole else 1)


@pytest.mark.parametrize(
    "ingredient",
    [
        MAIN,
        cut("closed"),
        cut("query"),
        cut("whole"),
        cut("query", choice=Near()),
        cut("closed", choice=Blocks()),
        cut("query", beside="beside"),
        cut("query", choice=AtRandom()),
    ],
)
def test_targets_stand_beside_the_symbol_they_follow_and_only_answers_and_the_end_are_learned(
    ingredient: Ingredient,
) -> None:
    made = diet(ingredient)
    for batch in batches(made):
        check_all(batch, made)


@pytest.mark.parametrize("form", ["closed", "query"])
def test_the_end_is_a_target_of_a_restriction_of_sort_and_every_slot_is(form: str) -> None:
    made = diet(replace(cut(form, longest=8), lengths=(6, 6)), symbols=2000, updates=60)
    ends, columns = 0, set()
    for batch in Source(made).batches():
        ends += int(((batch.targets == 1) & (batch.weights > 0)).sum())
        columns |= set(batch.weights.argmax(axis=1).tolist())
    assert ends > 100
    assert columns == ({7, 8} if form == "query" else set(range(7, 14)))


@pytest.mark.parametrize(
    "bug",
    [
        lambda batch: batch._replace(targets=np.roll(batch.targets, 1, axis=1)),
        lambda batch: batch._replace(targets=np.roll(batch.targets, -1, axis=1)),
        lambda batch: batch._replace(weights=np.roll(batch.weights, 1, axis=1)),
        lambda batch: batch._replace(weights=np.ones_like(batch.weights)),
        lambda batch: batch._replace(targets=batch.symbols),
    ],
)
@pytest.mark.parametrize("ingredient", [MAIN, cut("query"), cut("closed")])
def test_a_shift_by_one_or_a_wrong_mask_is_caught(bug: Callable[[Batch], Batch], ingredient: Ingredient) -> None:
    made = diet(ingredient)
    with pytest.raises((AssertionError, ValueError)):
        check_all(bug(batches(made, 1)[0]), made)


def test_restricted_and_whole_lines_of_one_batch_keep_their_own_targets() -> None:
    made = diet(MAIN, cut("query"))
    seen = set()
    for batch in batches(made):
        check_all(batch, made)
        seen |= set(batch.ingredient.tolist())
        assert (batch.drawn_from[batch.ingredient == 0] == batch.length[batch.ingredient == 0]).all()
        assert (batch.drawn_from >= batch.length).all()
        assert batch.drawn_from.max() <= 20
    assert seen == {0, 1}


def test_carries_and_digits_of_a_sum_are_learned_in_the_order_of_the_page() -> None:
    made = diet(Ingredient(lengths=(1, 4)), task=Addition(), trace=Carries(), layout=LeastFirst())
    for batch in batches(made):
        for row in range(len(batch.symbols)):
            text = words(batch, row, made.vocabulary)
            plus, equals = text.index("+"), text.index("=")
            a, b = (int("".join(reversed(part))) for part in (text[1:plus], text[plus + 1 : equals]))
            expected, carry = [], 0
            for place in range(plus - 1):
                total = a // 10**place % 10 + b // 10**place % 10 + carry
                carry = total // 10
                expected += [str(total % 10), str(carry)]
            expected += [str(carry), "<end>"]
            learned = np.flatnonzero(batch.weights[row])
            assert learned.tolist() == list(range(equals, len(text)))
            assert [made.vocabulary.symbols[n] for n in batch.targets[row, learned]] == expected


def test_one_target_counts_where_one_is_asked_for_and_it_falls_on_every_slot() -> None:
    made = diet(Ingredient(lengths=(4, 4), targets="one"))
    columns = []
    for batch in batches(made):
        assert (batch.weights.sum(axis=1) == 1).all()
        whole = batch._replace(weights=np.zeros_like(batch.weights))
        whole.weights[:, 5:10] = 1
        for row in range(len(batch.symbols)):
            check_sort(whole, row, made.vocabulary)
        columns += batch.weights.argmax(axis=1).tolist()
    assert set(columns) == {5, 6, 7, 8, 9}, "four answers and the end"


def test_each_line_carries_the_mark_of_its_task_where_there_are_several() -> None:
    made = diet(MAIN, Ingredient(lengths=MAIN.lengths, task=Successor(values=40)))
    marks = {0: "<ordering/sort>", 1: "<auxiliary/successor>"}
    seen = set()
    for batch in batches(made):
        for row, number in enumerate(batch.ingredient.tolist()):
            text = words(batch, row, made.vocabulary)
            assert text[:2] == ["<start>", marks[number]]
            seen.add(number)
            if number == 1:  # the last two symbols are the equals sign and q
                column = len(text) - 2
                assert np.flatnonzero(batch.weights[row]).tolist() == [column, column + 1]
                expected = next_of_sort(text[2 : text.index("=")], [text[column]])
                assert made.vocabulary.symbols[batch.targets[row, column]] == expected
    assert seen == {0, 1}


def test_one_task_alone_is_not_marked() -> None:
    made = diet(MAIN, cut("query"))
    assert not any(symbol.startswith("<ordering") for symbol in made.vocabulary.symbols)


def test_ids_of_a_random_start_run_on_from_every_start_inside_the_table() -> None:
    made = diet(Ingredient(lengths=(2, 2)), numbering=RandomStart(ids=9))
    starts = set()
    for batch in batches(made):
        assert (batch.ids[:, 0] == 0).all(), "the start symbol has no id"
        first = batch.ids[:, 1, 0]
        assert (batch.ids[:, 1:, 0] == first[:, None] + np.arange(5)).all()
        starts |= set(first.tolist())
    assert starts == {1, 2, 3, 4, 5}, "a page of five symbols fits at five places"


def test_coupled_ids_of_one_significance_are_equal_in_every_line() -> None:
    made = diet(Ingredient(lengths=(1, 4)), task=Addition(), layout=LeastFirst(), numbering=Coupled(ids=30))
    for batch in batches(made):
        for row in range(len(batch.symbols)):
            text, ids = words(batch, row, made.vocabulary), batch.ids[row, :, 0]
            plus, equals = text.index("+"), text.index("=")
            count = plus - 1
            assert (ids[1:plus] == ids[plus + 1 : equals]).all()
            assert (ids[1:plus] == ids[equals + 1 : equals + 1 + count]).all()
            assert (np.diff(ids[equals + 1 : len(text)]) == 1).all()


def test_ids_that_the_model_predicts_are_those_of_the_next_symbol() -> None:
    made = diet(Ingredient(lengths=(1, 4)), task=Addition(), layout=LeastFirst(), numbering=Predicted(Coupled(ids=30)))
    for batch in batches(made):
        assert batch.next_ids is not None
        for row in range(len(batch.symbols)):
            length = len(words(batch, row, made.vocabulary))
            assert (batch.next_ids[row, : length - 1] == batch.ids[row, 1:length]).all()


def test_stacking_pads_to_the_longest_and_learns_nothing_there() -> None:
    made = diet()
    pages, rng = Pages(made.vocabulary, made.numbering), np.random.default_rng(0)
    short, long = (write(SORT, {"x": np.array([x])}) for x in ([3, 1], [9, 4, 7, 5]))
    batch = stack([(pages.full(short, rng), 0, 2, 2), (pages.full(long, rng), 1, 4, 4)])
    text = " ".join(made.vocabulary.symbols[n] for n in batch.symbols[0])
    assert text == "<start> 3 1 = 1 3 <pad> <pad> <pad> <pad>"
    assert [made.vocabulary.symbols[n] for n in batch.targets[0, 3:6]] == ["1", "3", "<end>"]
    assert batch.weights[0].tolist() == [0, 0, 0, 1, 1, 1, 0, 0, 0, 0]
    assert (batch.ids[0, 6:] == 0).all()
    assert batch.length.tolist() == [2, 4]
    assert batch.ingredient.tolist() == [0, 1]


def test_rows_of_a_restriction_that_ends_early_are_padded_behind_their_target() -> None:
    made = diet(cut("closed"), task=Sort(values=40))
    for batch in batches(made):
        for row in range(len(batch.symbols)):
            used = len(words(batch, row, made.vocabulary))
            assert (batch.symbols[row, used:] == PAD).all()
            assert (batch.weights[row, used:] == 0).all()
