"""Blocks and splits: the same on every machine, apart from each other, full where the space is large enough."""

import numpy as np
import pytest

from lengthwise.core.errors import TaskError, UnknownName
from lengthwise.core.given import Column, batch_of, join
from lengthwise.core.instance import BLOCK, SPLITS, BlockKey, Instance, block, distinct, in_split, problems, split_hash
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.sort import Sort


def rows(given: dict[str, np.ndarray]) -> set[bytes]:
    return {np.concatenate([given[k][i] for k in sorted(given)]).tobytes() for i in range(batch_of(given))}


@pytest.mark.parametrize("split", SPLITS)
def test_a_block_has_128_problems_all_of_its_split(split: str) -> None:
    given = block(BlockKey(Sort(), 10, split))
    assert batch_of(given) == BLOCK
    assert in_split(Sort(), given, split).all()
    assert not any(in_split(Sort(), given, other).any() for other in SPLITS if other != split)


def test_blocks_of_different_names_share_no_problem() -> None:
    names = [
        BlockKey(Sort(), 10),
        BlockKey(Sort(), 10, seed=1),
        BlockKey(Sort(), 10, number=1),
        BlockKey(Sort(), 10, "test"),
    ]
    found = [rows(dict(block(name))) for name in names]
    for i, one in enumerate(found):
        assert all(not one & other for other in found[i + 1 :])


def test_a_whole_space_is_split_as_stated() -> None:
    # All 8,100 problems of two digits: an eighth each, six eighths; three standard errors are 0.012 of the share.
    digits = np.arange(10)
    tens, a0 = np.meshgrid(digits[1:], digits)
    numbers = np.stack([a0.ravel(), tens.ravel()], axis=1)
    a = np.repeat(numbers, 90, axis=0)
    b = np.tile(numbers, (90, 1))
    given = {"a": a, "b": b}
    assert batch_of(given) == 8100
    shares = {split: in_split(Addition(), given, split).mean() for split in SPLITS}
    assert shares["test"] == pytest.approx(1 / 8, abs=0.012)
    assert shares["validation"] == pytest.approx(1 / 8, abs=0.012)
    assert shares["train"] == pytest.approx(6 / 8, abs=0.015)


def test_the_split_sees_the_task_and_the_problem_and_nothing_else() -> None:
    given = block(BlockKey(Addition(), 3))
    plain, least = (write(Addition(), given, layout=layout) for layout in (Plain(), LeastFirst()))
    assert (split_hash(Addition(), plain.given) == split_hash(Addition(), least.given)).all()
    lists = block(BlockKey(Sort(values=50), 5))
    assert (split_hash(Sort(values=50), lists) == split_hash(Sort(values=80), lists)).all()  # fields are not the name
    assert (split_hash(Sort(values=50), lists) != split_hash(Copy(values=50), lists)).all()


def test_every_symbol_of_a_problem_moves_its_hash() -> None:
    given = block(BlockKey(Sort(values=50), 6))
    before = split_hash(Sort(values=50), given)
    for column in range(6):
        changed = given["x"].copy()
        changed[:, column] += 1
        assert (split_hash(Sort(values=50), {"x": changed}) != before).all()
    swapped = {"x": given["x"][:, ::-1].copy()}
    assert (split_hash(Sort(values=50), swapped) != before).all()  # order counts


def test_hashes_are_pinned() -> None:
    # A change would move problems between the splits of every run that was ever made.
    bits = {"x": np.array([[1, 0, 1], [1, 1, 1]])}
    assert split_hash(Parity(), bits).tolist() == [9482136672353251710, 6761462747833682195]


def every_string(length: int) -> dict[str, Column]:
    return {"x": np.arange(2**length)[:, None] >> np.arange(length) & 1}


def test_where_the_space_is_small_rows_repeat_and_where_there_is_none_it_says_so() -> None:
    given = block(BlockKey(Increment(), 2, "test"))
    assert batch_of(given) == BLOCK
    assert len(distinct(given)) <= 90
    none = next(n for n in (1, 2, 3) if not in_split(Parity(), every_string(n), "test").any())
    with pytest.raises(TaskError, match="too small"):
        block(BlockKey(Parity(), none, "test"))


def test_problems_are_different_and_as_many_as_asked_where_there_are_so_many() -> None:
    found = problems(BlockKey(Sort(), 8, "test"), 300)
    assert [batch_of(given) for given in found] == [300]
    assert len(rows(dict(join(list(found))))) == 300
    few = problems(BlockKey(Increment(), 2, "test"), 300)
    assert batch_of(few[0]) == len(rows(dict(few[0]))) < 90


def test_an_unknown_split_and_a_length_too_long_are_refused() -> None:
    with pytest.raises(TaskError, match="no split 'tset'; choose one of test, validation, train"):
        block(BlockKey(Sort(), 5, "tset"))
    with pytest.raises(TaskError, match="goes up to length 256"):
        block(BlockKey(Sort(), 300))
    with pytest.raises(UnknownName):
        block(BlockKey(Sort(), 5, case="ascending"))


def test_a_block_is_the_same_when_it_is_drawn_again() -> None:
    name = BlockKey(Sort(), 9, "test", seed=2)
    assert (block(name)["x"] == block(name)["x"]).all()


def test_an_instance_names_itself() -> None:
    name = BlockKey(Sort(), 9, "test", seed=2, number=4)
    instance = Instance(name, 7, {"x": block(name)["x"][7:8]})
    assert instance.identity == "ordering/sort/9/test/2/typical/4/7"
    assert instance.length == 9
