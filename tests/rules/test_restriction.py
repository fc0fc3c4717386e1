"""What is cut of a given: elements of rows, and with them the numbers that count those rows."""

import random
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.frame import Tag
from lengthwise.rules import Rule
from lengthwise.rules.restriction import Restriction, counted
from lengthwise.rules.task import RuleTask
from lengthwise.tasks.collections import rule_task
from lengthwise.tasks.recall.slim import SLiM

BACKWARDS = """
def backwards(xs, n):
    out = []
    for k in range(n):
        y = xs[n - 1 - k]
        out.append(y)
    return out
"""
SLIM = """
MODULUS = 10
TYPES = [2, 0, 0, 2, 0, 1, 1, 1, 0, 2]

def slim(x, n):
    row = list(x)
    for k in range(n):
        newest = row[n + k - 1]
        partner = 0
        for p in range(n + k - 2, -1, -1):
            if TYPES[row[p]] == TYPES[newest]:
                partner = row[p]
                break
        y = (newest + partner) % MODULUS
        row.append(y)
    return row[n:]
"""


def written(run: Any, kind: str, at: int) -> tuple[Tag, frozenset[Tag]]:
    """The store number `at` of a kind, and those before it."""
    tags = run.tags(kind)
    return tags[at], frozenset(tags[:at])


def test_a_count_in_the_given_is_counted_again_over_what_is_kept() -> None:
    run = Rule(BACKWARDS).execute(xs=[5, 3, 8, 1, 9, 2], n=6)
    case = Restriction(run, *written(run, "y", 2), "closed", "value", {"n": "xs"})  # the third from behind is xs[3]
    assert case.given({1, 3, 5}) == {"xs": [3, 1, 2], "n": 3}
    assert case.given(set()) == {"xs": [], "n": 0}
    assert case.needed(1) == {("xs", 3)}
    assert case.value({0, 3, 5}, {("xs", 3)}) == 1


def test_a_count_that_stays_asks_for_places_that_are_gone() -> None:
    """The planted bug: without the declaration `n` stays 6, and the rule reads behind the end of three elements."""
    run = Rule(BACKWARDS).execute(xs=[5, 3, 8, 1, 9, 2], n=6)
    case = Restriction(run, *written(run, "y", 2), "closed", "value")
    assert case.given({0, 3, 5}) == {"xs": [5, 1, 2], "n": 6}
    assert not case.holds({0, 3, 5}, {("xs", 3)})
    with pytest.raises(RestrictionRefused, match="before it raises IndexError"):
        case.value({3}, {("xs", 3)})


@pytest.mark.parametrize("form", ["closed", "query"])
def test_slim_with_its_count_given_needs_the_newest_and_its_partner(form: Any) -> None:
    """The real task SLiM, its n given as a number of its own: from three numbers on, what else is kept is no matter."""
    task, rng = SLiM(modulus=10, types=3), random.Random(0)
    unchanged = 0
    for seed in range(4):
        x = task.draw(6, np.random.default_rng(seed), "typical", 1)["x"]
        run = Rule(SLIM).execute(x=x[0].tolist(), n=6)
        assert run.answer == task.solve({"x": x})["y"][0].tolist()
        target, before = written(run, "y", 2)
        case = Restriction(run, target, before, form, "place", {"n": "x"})
        row = [*x[0].tolist(), *run.answer]
        types = [2, 0, 0, 2, 0, 1, 1, 1, 0, 2]
        partner = next((p for p in range(6, -1, -1) if types[row[p]] == types[row[7]]), None)
        tags = [("x", p) if p < 6 else ("y", p - 6) for p in ([7] if partner is None else [7, partner])]
        assert case.witness == set(tags)
        for _ in range(20):
            others = {p for p in range(6) if rng.random() < 0.5}
            kept = case.places(tags) | others
            if len(kept) >= 3:  # as many answers as numbers are kept: the third needs three
                assert case.holds(kept, set(tags))
                unchanged += replace(case, counts={}).holds(kept, set(tags))
    assert unchanged < 40  # the planted bug: the count left as it was


def backwards(xs: list[int], n: int, decoy: int) -> list[int]:
    return [xs[n - 1 - k] for k in range(n) if n <= decoy]


@dataclass(frozen=True)
class Backwards(RuleTask):
    """A list backwards, its length given beside it, and a number that only sometimes equals it."""

    question: ClassVar[str] = "Write the {n} numbers {xs} backwards; {decoy} does not matter."
    counts: ClassVar[str] = "numbers"
    rule = staticmethod(backwards)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [
            {"xs": row, "n": length, "decoy": int(rng.integers(length, length + 2))}
            for row in rng.integers(10, size=(count, length)).tolist()
        ]

    def solve(self, given: Any) -> list[int]:
        return list(reversed(given["xs"]))

    def chance(self, length: int) -> float:
        return 10.0**-length


def test_a_task_tells_its_counts_from_numbers_that_only_happen_to_be_equal() -> None:
    assert Backwards().counted == {"n": "xs"}


@pytest.mark.parametrize(
    ("name", "number"), [("chunk_array", "size"), ("circular_game", "step"), ("get_digit", "index")]
)
def test_numbers_of_the_real_tasks_that_equal_a_length_by_chance_stay_whole(name: str, number: str) -> None:
    task = rule_task(name)
    problems = task.draw(4, np.random.default_rng(0), "typical", 60)
    row = next(n for n, v in problems[0].items() if isinstance(v, str | list))
    equal = [p for p in problems if p[number] == len(p[row])]
    if name != "get_digit":
        assert equal  # one problem alone would have said that it counts
    assert task.counted == {}


def test_one_length_alone_tells_no_count_from_a_constant() -> None:
    assert counted([{"n": 4, "xs": [1] * 4}] * 20) == {}
    assert counted([{"n": True, "xs": [1] * n} for n in (1, 1, 1)]) == {}
    assert counted([]) == {}


def test_a_count_of_something_that_is_no_row_is_refused() -> None:
    run = Rule(BACKWARDS).execute(xs=[5, 3], n=2)
    for wrong in ({"xs": "xs"}, {"n": "n"}, {"m": "xs"}, {"n": "ys"}):
        with pytest.raises(RestrictionRefused, match=r"was given|is given xs \(list\), n \(int\)"):
            Restriction(run, ("y", 0), frozenset(), counts=wrong)


def test_cells_of_nested_rows_have_the_place_of_the_row_that_holds_them() -> None:
    rule = Rule("def f(moves):\n    s = 0\n    for x, y in moves:\n        s = x + y\n    return s\n")
    run = rule.execute(moves=[[1, 2], [3, 4], [5, 6]])
    case = Restriction(run, run.tags("s")[-1], frozenset())
    assert case.witness == {("moves", 4), ("moves", 5)}
    assert case.places(case.witness) == {2}
    assert case.given(case.places(case.witness)) == {"moves": [[5, 6]]}
