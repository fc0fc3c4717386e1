"""Padding zeros are part of the page, have their digit's place, and are taken out when an answer is read."""

import numpy as np
import pytest

from lengthwise.core.errors import LayoutError
from lengthwise.core.given import Given
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.layouts.zero_padded import ZeroPadded
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.running_sums import RunningSums
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.running_addition import RunningAddition
from lengthwise.tasks.logic.parity import Parity

UNEQUAL: Given = {"a": np.array([[7, 5, 8]]), "b": np.array([[6]])}  # 857 + 6 = 863
ADDITION = Addition(second="any")


@pytest.mark.parametrize(
    ("layout", "page"),
    [
        (ZeroPadded(Plain()), "8 5 7 + 0 0 6 = 0 8 6 3"),
        (ZeroPadded(LeastFirst()), "7 5 8 + 6 0 0 = 3 6 8 0"),
        (ZeroPadded(Plain(), width=4), "0 8 5 7 + 0 0 0 6 = 0 0 8 6 3"),
    ],
    ids=repr,
)
def test_numbers_are_padded_on_the_side_of_their_highest_digit(layout: ZeroPadded, page: str) -> None:
    assert str(write(ADDITION, UNEQUAL, layout=layout)) == page


def test_carries_stay_beside_their_digits_and_are_not_padded() -> None:
    assert str(write(ADDITION, UNEQUAL, Carries(), ZeroPadded(LeastFirst(), width=4))) == (
        "7 5 8 0 + 6 0 0 0 = 3 1 6 0 8 0 0 0"
    )


def test_ids_follow_the_papers_rule_for_numbers_padded_to_one_width() -> None:
    # arXiv:2405.20671: both operands padded to the longer one; units 2, tens 3 ... in all three numbers, signs 1.
    line = write(ADDITION, UNEQUAL, layout=ZeroPadded())
    ids, state = Coupled(start=1).begin(line.frame, np.random.default_rng(0), 1, before=0)
    assert ids[0, :, 0].tolist() == [4, 3, 2, 1, 4, 3, 2, 1]
    assert Coupled(start=1).ahead(state, np.zeros((1, 4)))[0, :, 0].tolist() == [2, 3, 4, 5]


def test_an_answer_is_read_without_its_zeros_and_another_symbol_there_is_malformed() -> None:
    line = write(ADDITION, UNEQUAL, layout=ZeroPadded(width=4))
    symbols = line.words()[len(line.frame.prompt) :]
    assert symbols == ["3", "6", "8", "0", "0"]
    assert line.layout.read(line.frame, symbols) == {("digit", p): s for p, s in enumerate("3680")}
    with pytest.raises(LayoutError, match="has the separator '0'"):
        line.layout.read(line.frame, [*symbols[:-1], "1"])


def test_numbers_that_are_wider_and_pages_without_digits_are_refused() -> None:
    with pytest.raises(LayoutError, match="at least 3"):
        write(ADDITION, UNEQUAL, layout=ZeroPadded(width=2))
    with pytest.raises(LayoutError, match="has the axes position"):
        write(Parity(), {"x": np.array([[1, 0]])}, layout=ZeroPadded())


def test_every_operand_of_several_is_padded() -> None:
    given = {"x0": np.array([[7]]), "x1": np.array([[4]]), "x2": np.array([[9]])}
    page = str(write(RunningAddition(), given, RunningSums(), ZeroPadded(width=2)))
    assert page == "0 7 + 0 4 + 0 9 = 0 0 0 > 7 0 0 > 1 1 0 > 0 2 0"


def test_operands_of_any_length_are_drawn_and_added() -> None:
    shapes = set()
    for seed in range(40):
        for case in Addition.cases:
            given = ADDITION.draw(4, np.random.default_rng(seed), case, 20)
            shapes.add((given["a"].shape[1], given["b"].shape[1]))
            digits = ADDITION.solve(given)["digit"]
            for a, b, digit in zip(given["a"], given["b"], digits, strict=True):
                values = [sum(int(d) * 10**p for p, d in enumerate(number)) for number in (a, b, digit)]
                assert values[0] + values[1] == values[2]
            if case == "full_chain":
                assert (digits[:, -1] == 1).all()
    assert shapes == {(4, 1), (4, 2), (4, 3), (4, 4)}
