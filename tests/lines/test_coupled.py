"""Coupled ids are the papers' ids, for every task of arXiv:2405.20671 and arXiv:2410.15787.

Each `rule` below is written from the papers' words, symbol by symbol, and knows nothing of places or separators.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column, shape_of
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.products import Products
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.traces.running_sums import RunningSums
from lengthwise.lines.write import frame_of
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication
from lengthwise.tasks.arithmetic.many_addition import ManyAddition
from lengthwise.tasks.arithmetic.multiplication import Multiplication
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.grids.minesweeper import Minesweeper
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats

Levels = list[tuple[int, ...]]


def up(first: int, count: int) -> list[int]:
    return [first + i for i in range(count)]


def down(last: int, count: int) -> list[int]:
    return [last + i for i in reversed(range(count))]


def one(ids: list[int]) -> Levels:
    return [(i,) for i in ids]


def addition(n: int, s: int) -> Levels:
    """Units s + 1, tens s + 2 ... in both operands (most significant first) and the reversed answer; signs s."""
    return one([*down(s + 1, n), s, *down(s + 1, n), s, *up(s + 1, n + 1)])


def three_operands(n: int, s: int) -> Levels:
    """As addition, with an answer of the digits that 3 * 99..9 has."""
    return one([*[*down(s + 1, n), s] * 3, *up(s + 1, n + 1)])


def times(m: int) -> Callable[[int, int], Levels]:
    """Units of a, b and product share an id, ids fall with significance down to s, signs are units + 1."""

    def rule(n: int, s: int) -> Levels:
        units = s + n + m - 1
        return one([*up(units - n + 1, n), units + 1, *up(units - m + 1, m), units + 1, *down(s, n + m)])

    return rule


def copy(n: int, s: int) -> Levels:
    return one([*up(s + 1, n), s, *up(s + 1, n)])


def reverse(n: int, s: int) -> Levels:
    return one([*up(s, n), s + n, *down(s, n)])


def parity(n: int, s: int) -> Levels:
    return one([*up(s + 1, n), s, *up(s + 1, n)])


def minesweeper(n: int, s: int) -> Levels:
    board = [(s + 1 + column, s + 1 + row) for row in range(n) for column in range(n)]
    return [*board, (s, s), *board]


def running_sums(n: int, s: int) -> Levels:
    """Level 1: as addition, signs and '>' s. Level 2: operand j and the sum before it is added share an id."""
    width = n + 1  # of 3 * 99..9
    prompt = [(i, s + j) for j in range(3) for i in [*([s] if j else []), *down(s + 1, n)]]
    return [*prompt, *[(i, s + j) for j in range(4) for i in [s, *up(s + 1, width)]]]


def long_multiplication(n: int, s: int) -> Levels:
    """Level 1: significance in a and the products. Level 2: b's digit, its product and its sum. Level 3: significance

    in the result, of products (shifted) and sums. A sign opens its block: one below the block's first digit on a level
    that counts digits; '*' has nothing. Level 3 begins with the sign before the first product, at s.
    """
    a = [(i, 0, 0) for i in down(s + 1, n)]
    b = [(0, i, 0) for i in down(s, n)]
    line: Levels = [*a, (0, 0, 0), *b]
    for j in range(n):
        line += [(s + i, s + j, s + j + i) for i in range(n + 2)]
    for j in range(n):
        line += [(0, s + j, s + i) for i in range(2 * n + 1)]
    return line


class Golden(NamedTuple):
    """A task as the paper writes it, the numbering with its sign, and the rule."""

    task: Task
    trace: Trace
    layout: Layout
    numbering: Coupled
    rule: Callable[[int, int], Levels]
    lowest: int = 1  # the lowest id that the rule uses, s = 1


GOLDEN = {
    "addition": Golden(Addition(), Nothing(), ReversedAnswer(), Coupled(), addition),
    "k operands": Golden(ManyAddition(3), Nothing(), ReversedAnswer(), Coupled(), three_operands),
    "N x 1": Golden(Multiplication(1), Nothing(), ReversedAnswer(), Coupled(sign=(-1,)), times(1)),
    "N x 2": Golden(Multiplication(2), Nothing(), ReversedAnswer(), Coupled(sign=(-1,)), times(2)),
    "copy": Golden(CopyRepeats(), Nothing(), Plain(), Coupled(), copy),
    "reverse": Golden(ReverseRepeats(), Nothing(), Plain(), Coupled(), reverse),
    "reverse, distinct symbols": Golden(Reverse(values=40), Nothing(), Plain(), Coupled(), reverse),
    "copy, distinct symbols": Golden(Copy(values=40), Nothing(), Plain(), Coupled(), copy),
    "parity": Golden(Parity(), RunningState(), Plain(), Coupled(), parity),
    "minesweeper": Golden(Minesweeper(), Nothing(), Plain(), Coupled(axes=("column", "row")), minesweeper),
    "several operands, sums": Golden(
        RunningAddition(3), RunningSums(), ReversedAnswer(), Coupled(axes=("significance", "operand")), running_sums
    ),
    "multiplication, products": Golden(
        LongMultiplication(),
        Products(),
        ReversedAnswer(),
        Coupled(axes=("column", "row", "power")),
        long_multiplication,
    ),
}


def page(golden: Golden, length: int) -> Frame:
    given = golden.task.draw(length, np.random.default_rng(0), "typical", 1)
    return frame_of(golden.task, shape_of(given), golden.trace, golden.layout)


def numbered(numbering: Coupled, frame: Frame, extra: int = 0, seed: int = 0, count: int = 1) -> Column:
    ids, state = numbering.begin(frame, np.random.default_rng(seed), count)
    after = numbering.ahead(state, np.zeros((count, len(frame.slots) + extra), dtype=np.int64))
    return np.concatenate([ids[:, 1:], after], axis=1)


@pytest.mark.parametrize("length", [1, 2, 3, 7, 12])
@pytest.mark.parametrize("start", [1, 5])
@pytest.mark.parametrize("name", GOLDEN)
def test_ids_are_those_of_the_papers_rule(name: str, start: int, length: int) -> None:
    golden = GOLDEN[name]
    expected = golden.rule(length, start)
    from_start = Coupled(sign=golden.numbering.sign, axes=golden.numbering.axes, start=start)
    assert numbered(from_start, page(golden, length))[0].tolist() == [list(ids) for ids in expected]


@pytest.mark.parametrize("name", GOLDEN)
def test_measurement_starts_at_one_where_asked_as_in_the_papers(name: str) -> None:
    golden = GOLDEN[name]
    measured = replace(golden.numbering, measured=1).fixed()
    assert numbered(measured, page(golden, 6))[0].tolist() == [list(ids) for ids in golden.rule(6, 1)]


@pytest.mark.parametrize("name", GOLDEN)
def test_measurement_stands_in_the_middle_of_the_table_on_every_level(name: str) -> None:
    golden = GOLDEN[name]
    ids = numbered(replace(golden.numbering, ids=101).fixed(), page(golden, 6))[0]
    for level in ids.T:
        below, above = level[level > 0].min() - 1, 101 - level.max()
        assert 0 <= above - below <= 1
    assert golden.numbering.fixed().span(page(golden, 6))[1] <= golden.numbering.ids


def test_the_wrong_sign_is_caught() -> None:
    golden = GOLDEN["N x 2"]
    assert numbered(Coupled(start=1), page(golden, 6))[0].tolist() != [list(ids) for ids in golden.rule(6, 1)]


def test_the_start_is_uniform_over_every_value_that_fits_and_drawn_for_each_level() -> None:
    golden = GOLDEN["minesweeper"]
    frame = page(golden, 3)  # offsets 0 .. 3 on both axes
    first = numbered(Coupled(ids=9, axes=("column", "row")), frame, count=20_000)[:, 9]  # the equals sign has the start
    counts = np.array([[(first == [s, t]).all(axis=1).sum() for t in range(1, 7)] for s in range(1, 7)])
    assert counts.sum() == 20_000
    expected = 20_000 / 36
    assert (np.abs(counts - expected) < 5 * np.sqrt(expected)).all()


@pytest.mark.parametrize("name", GOLDEN)
def test_every_drawn_id_lies_in_the_table_and_the_tightest_table_still_fits(name: str) -> None:
    golden = GOLDEN[name]
    frame = page(golden, 5)
    highest = replace(golden.numbering, start=1).span(frame)[1]
    assert highest == max(max(ids) for ids in golden.rule(5, 1))
    sign, axes = golden.numbering.sign, golden.numbering.axes
    tight = numbered(Coupled(highest, sign, axes), frame, count=4)
    widest = numbered(Coupled(highest, sign, axes, start=1), frame)
    assert (tight.max(axis=(0, 1)) <= highest).all()
    assert (tight[:, :, widest[0].max(axis=0).argmax()] == widest[:, :, widest[0].max(axis=0).argmax()]).all()
    with pytest.raises(NumberingError, match=f"at least {highest}"):
        numbered(Coupled(highest - 1, sign, axes), frame)


def test_past_the_last_slot_ids_go_on_with_their_last_difference_and_outside_the_table_are_nothing() -> None:
    assert numbered(Coupled(ids=7, start=1), page(GOLDEN["addition"], 3), extra=4)[0, -5:, 0].tolist() == [
        5,
        6,
        7,
        0,
        0,
    ]
    assert numbered(Coupled(start=1), page(GOLDEN["reverse"], 3), extra=3)[0, -5:, 0].tolist() == [2, 1, 0, 0, 0]


def test_next_and_ahead_agree_for_ever() -> None:
    golden = GOLDEN["multiplication, products"]
    frame, numbering = page(golden, 3), Coupled(ids=30, axes=("column", "row", "power"))
    many = len(frame.slots) + 40
    _, state = numbering.begin(frame, np.random.default_rng(3), 5)
    ahead = numbering.ahead(state, np.zeros((5, many)))
    for t in range(many):
        ids, state = numbering.next(state, np.zeros(5))
        assert (ids == ahead[:, t]).all()


def test_several_axes_must_be_named_and_known() -> None:
    with pytest.raises(NumberingError, match="name those to number"):
        numbered(Coupled(), page(GOLDEN["minesweeper"], 3))
    with pytest.raises(NumberingError, match="numbers none of them"):
        numbered(Coupled(axes=("significance",)), page(GOLDEN["minesweeper"], 3))
    with pytest.raises(NumberingError, match="each of 1 levels"):
        Coupled(sign=(1, -1))


def test_a_level_whose_axis_the_page_lacks_has_no_ids() -> None:
    ids = numbered(Coupled(axes=("significance", "operand"), start=1), page(GOLDEN["addition"], 2))[0]
    assert ids[:, 0].tolist() == [i for (i,) in addition(2, 1)]
    assert not ids[:, 1].any()
