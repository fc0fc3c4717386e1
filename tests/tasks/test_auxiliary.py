"""Tasks made by hand look like a query of their main task, so that what is learned there serves here."""

import numpy as np
import pytest

from lengthwise.core.task import Task
from lengthwise.lines.restrict import Restricted, restrict
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.auxiliary.add_digit import AddDigit
from lengthwise.tasks.auxiliary.bigram_lookup import BigramLookup
from lengthwise.tasks.auxiliary.last_same_type_sum import LastSameTypeSum
from lengthwise.tasks.auxiliary.predecessor_in_list import PredecessorInList
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM


@pytest.mark.parametrize(
    ("main", "auxiliary"),
    [
        (Sort(values=40), Successor(values=40)),
        (Reverse(values=40), PredecessorInList(values=40)),
        (Copy(values=40), BigramLookup(values=40)),
    ],
    ids=lambda task: task.name,
)
def test_a_query_of_the_main_task_is_a_line_of_the_auxiliary_one(main: Task, auxiliary: Task) -> None:
    line = write(main, main.draw(12, np.random.default_rng(0), "typical", 40))
    cut = restrict(line, 5, 6, "query", np.random.default_rng(1).random((40, 12)))
    assert isinstance(cut, Restricted)
    for row in range(40):
        one = cut.line[row]
        asked = one.contents[0, len(one.frame.prompt)]
        made = write(auxiliary, {"x": one.given["x"], "q": np.array([[asked]])})
        assert str(made) == f"{one} {main.symbols[int(cut.target[row])]}"


def test_the_last_same_type_sum_is_a_step_of_slim() -> None:
    # 3 numbers of the list, and q as the newest of SLiM: SLiM over (x, q) writes the same sum first.
    auxiliary, main = LastSameTypeSum(modulus=20, types=5), SLiM(modulus=20, types=5)
    given = auxiliary.draw(7, np.random.default_rng(0), "typical", 200)
    stream = {"x": np.concatenate([given["x"], given["q"]], axis=1)}
    assert (auxiliary.solve(given)["y"][:, 0] == main.solve(stream)["y"][:, 0]).all()


def test_one_digit_with_carry_is_a_place_of_addition() -> None:
    every = [(a, b, c) for a in range(10) for b in range(10) for c in range(2)]
    a, b, c = (np.array(column)[:, None] for column in zip(*every, strict=True))
    found = AddDigit().solve({"a": a, "b": b, "c": c})
    # The carry comes from a place below: 9 + c carries c.
    sums = Addition().solve(
        {"a": np.concatenate([9 * np.ones_like(a), a], axis=1), "b": np.concatenate([c, b], axis=1)}
    )
    assert (found["digit"][:, 0] == sums["digit"][:, 1]).all()
    assert (found["carry"][:, 0] == sums["digit"][:, 2]).all()
