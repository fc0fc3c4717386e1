"""The vocabulary: one order that does not depend on who came first, and a table from codes to numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import END, HOLE
from lengthwise.core.vocabulary import PAD, START, STOP, Vocabulary
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort


@given(st.lists(st.sampled_from("abcdefgh"), min_size=1), st.randoms())
def test_the_order_depends_on_nothing_but_the_symbols(symbols: list[str], random: object) -> None:
    shuffled = list(symbols)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Vocabulary.of(symbols).symbols == Vocabulary.of(shuffled).symbols


def test_specials_come_first_then_marks_then_sorted_symbols() -> None:
    vocabulary = Vocabulary.of(["b", "=", "a"], marks=["sort", "copy"])
    assert vocabulary.symbols == ("<start>", "<end>", "<pad>", "<copy>", "<sort>", "=", "a", "b")
    assert [START, STOP, PAD] == [0, 1, 2]


def test_it_is_the_union_over_all_tasks() -> None:
    tasks = [Addition(), Parity(), Sort(values=12)]
    vocabulary = Vocabulary.over(tasks, marks=[task.name for task in tasks])
    wanted = {str(v) for v in range(12)} | {"+", "="}
    assert set(vocabulary.symbols[6:]) == wanted
    assert vocabulary.symbols[vocabulary.mark(Parity())] == "<logic/parity>"


def test_the_table_maps_codes_shifted_by_two() -> None:
    task = Sort(values=3)
    vocabulary = Vocabulary.over([task, Parity()])
    table = vocabulary.table(task)
    assert [vocabulary.symbols[n] for n in table[2:]] == ["0", "1", "2", "="]
    assert (table[HOLE + 2], table[END + 2]) == (PAD, STOP)


def test_an_unknown_symbol_says_what_to_do() -> None:
    with pytest.raises(ConfigError, match="'9' is not in this vocabulary of 5; build it over every task"):
        Vocabulary.of(["0", "1"]).number("9")
