"""Automatic coupling finds the papers' ids from reads alone, and refuses by name what it cannot couple."""

import re

import numpy as np
import pytest

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Place, Tag
from lengthwise.core.given import shape_of
from lengthwise.core.task import Task
from lengthwise.lines.coupling.discover import discover
from lengthwise.lines.coupling.graph import reads
from lengthwise.lines.coupling.spread import spread
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication
from lengthwise.tasks.arithmetic.many_addition import ManyAddition
from lengthwise.tasks.arithmetic.multiplication import Multiplication
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.auxiliary.add_digit import AddDigit
from lengthwise.tasks.grids.minesweeper import Minesweeper
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.key_value import KeyValue
from lengthwise.tasks.recall.slim import SLiM
from tests.lines.coupling import unseen

Places = dict[Tag, Place]
Ids = dict[Tag, int]


def found(task: Task, length: int) -> Places:
    return spread(discover(task), reads(task, length))


def level(places: Places, number: int, kinds: set[str]) -> Ids:
    values = {tag: place[number] for tag, place in places.items() if tag[0] in kinds}
    return {tag: value for tag, value in values.items() if value is not None}


def same_up_to_sign_and_shift(one: Ids, other: Ids) -> bool:
    if one.keys() != other.keys():
        return False
    tags = sorted(one, key=repr)
    a, b = (np.array([ids[tag] for tag in tags]) for ids in (one, other))
    return any(len(set((a - sign * b).tolist())) == 1 for sign in (1, -1))


def digits(counts: dict[str, int]) -> Places:
    """The papers' rule for numbers: the place of a digit is its significance."""
    return {(kind, p): (p,) for kind, count in counts.items() for p in range(count)}


def by_rule(name: str, n: int) -> Places:
    """Written from the papers: which values share an id, for the values of question and answer."""
    board: Places = {(kind, i): (i % n, i // n) for kind in "xy" for i in range(n * n)}
    turned: Places = {("x", i): (i,) for i in range(n)}
    turned |= {("y", i): (n - 1 - i,) for i in range(n)}
    rules: dict[str, Places] = {
        "addition": digits({"a": n, "b": n, "digit": n + 1}),
        "k operands": digits({"x0": n, "x1": n, "x2": n, "digit": n + 1}),
        "increment": digits({"x": n, "digit": n + 1}),
        "copy": digits({"x": n, "y": n}),
        "copy by content": digits({"x": n, "y": n}),
        "reverse": turned,
        "reverse by content": turned,
        "parity": digits({"x": n, "state": n}),
        "N x 1": digits({"a": n, "b": 1, "digit": n + 1}),
        "N x 2": digits({"a": n, "b": 2, "digit": n + 2}),
        "minesweeper": board,
    }
    return rules[name]


MUST: dict[str, Task] = {
    "addition": Addition(),
    "k operands": ManyAddition(3),
    "increment": Increment(),
    "copy": CopyRepeats(),
    "copy by content": Copy(),
    "reverse": ReverseRepeats(),
    "reverse by content": Reverse(),
    "parity": Parity(),
    "N x 1": Multiplication(1),
    "N x 2": Multiplication(2),
    "minesweeper": Minesweeper(),
}


def matches(places: Places, rule: Places) -> bool:
    """Whether the levels of both agree, in any order of the levels, each up to sign and shift."""
    kinds = {tag[0] for tag in rule}
    count = len(next(iter(rule.values())))
    mine = [level(places, number, kinds) for number in range(len(next(iter(places.values()))))]
    theirs = [level(rule, number, kinds) for number in range(count)]
    return len(mine) == count and all(any(same_up_to_sign_and_shift(a, b) for a in mine) for b in theirs)


@pytest.mark.parametrize("length", [3, 4, 9])
@pytest.mark.parametrize("name", MUST)
def test_the_papers_ids_follow_from_the_reads(name: str, length: int) -> None:
    assert matches(found(MUST[name], length), by_rule(name, length))


@pytest.mark.parametrize("name", MUST)
def test_names_and_places_do_not_matter(name: str) -> None:
    task, new = unseen.renamed(MUST[name])
    rule = {(new[kind], index): place for (kind, index), place in by_rule(name, 5).items()}
    places = found(task, 5)
    assert not {tag[0] for tag in places} & set(new)
    assert matches(places, rule)


def test_a_wrong_rule_is_caught() -> None:
    shifted = by_rule("addition", 5) | {("b", p): (p + 1,) for p in range(5)}
    assert not matches(found(Addition(), 5), shifted)
    assert not matches(found(CopyRepeats(), 5), by_rule("reverse", 5))


@pytest.mark.parametrize(("task", "length"), [(Addition(), 60), (CopyRepeats(), 200), (Minesweeper(), 12)], ids=repr)
def test_a_table_from_a_tiny_shape_holds_at_any_length(task: Task, length: int) -> None:
    name = next(name for name, other in MUST.items() if other == task)
    assert matches(found(task, length), by_rule(name, length))


def test_several_operands_have_a_level_for_significance_and_one_for_the_operand() -> None:
    places = found(RunningAddition(3), 4)
    first: Ids = {(f"x{j}", p): p for j in range(3) for p in range(4)}
    first |= {("sum", (j, p)): p for j in range(4) for p in range(5)}
    # The paper couples an operand with the sum before it is added, reads with the sum after: a constant apart.
    second: Ids = {(f"x{j}", p): j + 1 for j in range(3) for p in range(4)}
    second |= {("sum", (j, p)): j for j in range(4) for p in range(5)}
    kinds = {"x0", "x1", "x2", "sum"}
    assert same_up_to_sign_and_shift(level(places, 0, kinds), first)
    assert same_up_to_sign_and_shift(level(places, 1, kinds), second)


def test_multiplication_with_products_has_two_levels_significance_of_the_first_factor_and_row() -> None:
    n = 3
    places = found(LongMultiplication(), n)
    first: Ids = {("a", p): p for p in range(n)}
    first |= {("product", (j, p)): p for j in range(n) for p in range(n + 1)}
    first |= {("sum", (j, q)): q - j for j in range(n) for q in range(2 * n)}
    second: Ids = {("b", j): j for j in range(n)}
    second |= {("product", (j, p)): j for j in range(n) for p in range(n + 1)}
    second |= {("sum", (j, q)): j for j in range(n) for q in range(2 * n)}
    kinds = {"a", "b", "product", "sum"}
    assert same_up_to_sign_and_shift(level(places, 0, kinds), first)
    assert same_up_to_sign_and_shift(level(places, 1, kinds), second)


def even(kinds: tuple[str, ...], count: int) -> Ids:
    """One id for each number, shared by these kinds."""
    return {(kind, i): i for kind in kinds for i in range(count)}


def test_unseen_tasks_are_coupled() -> None:
    turned: Ids = {("x", (i + 3) % 7): i for i in range(7)}
    turned |= {("y", i): i for i in range(7)}
    assert same_up_to_sign_and_shift(level(found(unseen.Shifted(), 7), 0, {"x", "y"}), turned)
    second = level(found(unseen.EverySecond(), 6), 0, {"x", "y"})
    assert all(second["y", i] == second["x", 2 * i] == second["y", 0] + i for i in range(6))
    assert same_up_to_sign_and_shift(level(found(unseen.Neighbours(), 6), 0, {"x", "y"}), even(("x", "y"), 6))
    counted = level(found(unseen.Balance(), 6), 0, {"x", "y", "seen"})
    assert same_up_to_sign_and_shift(counted, even(("x", "y", "seen"), 6))
    less = level(found(unseen.Subtraction(), 6), 0, {"a", "b", "digit"})
    assert same_up_to_sign_and_shift(less, even(("a", "b", "digit"), 6))


REFUSED: list[tuple[Task, str]] = [
    (Sort(), "ordering/sort: .* reads x at an address that depends on values"),
    (SLiM(), "recall/slim: .* at an address that depends on values"),
    (KeyValue(), "recall/key_value: .* reads x at an address that depends on values"),
    (unseen.Lookup(), "reads x at an address that depends on values"),
    (Majority(), "logic/majority: no fixed distance"),
    (unseen.Twice(), "no fixed distance"),
    (unseen.EachTwice(), "no fixed distance"),
    (unseen.TwoChains(), "ambiguous"),
    (AddDigit(), "ends at length 1"),
]


@pytest.mark.parametrize(("task", "reason"), REFUSED, ids=lambda value: repr(value)[:30])
def test_what_cannot_be_coupled_is_refused_with_the_reason(task: Task, reason: str) -> None:
    with pytest.raises(NumberingError, match=reason):
        discover(task)


def test_a_table_that_does_not_hold_at_a_shape_is_refused() -> None:
    table = discover(Addition())
    broken = tuple(
        one._replace(lags={role: lag + (role[::3] == ("digit", "b")) for role, lag in one.lags.items()})
        for one in table
    )
    with pytest.raises(NumberingError, match=re.escape("would need two ids")):
        spread(broken, reads(Addition(), 6))


def test_nothing_depends_on_the_contents_of_a_problem() -> None:
    table = discover(Addition())
    assert table == discover(Addition())
    given = Addition().draw(6, np.random.default_rng(1), "full_chain", 8)
    assert dict(shape_of(given)) == {"a": 6, "b": 6}
    from_carries = spread(table, reads(Addition(), 6))
    assert from_carries == found(Addition(), 6)
