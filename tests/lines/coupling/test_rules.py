"""Automatic coupling of rules: straight loops are coupled, value-dependent ones refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Tag
from lengthwise.lines.coupling.discover import agreed
from lengthwise.lines.coupling.graph import DRAWS, ReadGraph
from lengthwise.lines.coupling.rules import reads_of_rule
from lengthwise.lines.coupling.spread import spread
from lengthwise.rules.rule import Rule

ADD = """
def add(a, b):
    carry = 0
    out = []
    for i in range(len(a)):
        total = a[i] + b[i] + carry
        digit = total % 10
        out.append(digit)
        carry = total // 10
    out.append(carry)
    return out
"""

RUNNING_XOR = """
def running(x):
    state = 0
    out = []
    for bit in x:
        state = (state + bit) % 2
        out.append(state)
    return out
"""

BACKWARDS = """
def backwards(x):
    out = []
    for i in range(len(x)):
        last = x[len(x) - 1 - i]
        out.append(last)
    return out
"""

LARGEST = """
def largest(x):
    best = x[0]
    for v in x:
        if v > best:
            best = v
    return best
"""

FOLLOW = """
def follow(x):
    out = []
    for i in range(len(x)):
        there = x[i] % len(x)
        value = x[there]
        out.append(value)
    return out
"""


def graph(source: str, length: int) -> ReadGraph:
    rng = np.random.default_rng(length)
    names = Rule(source).parameters
    return reads_of_rule(
        Rule(source), [{name: rng.integers(10, size=length).tolist() for name in names} for _ in range(DRAWS)]
    )


def ids(source: str, length: int) -> dict[Tag, int]:
    table = agreed(graph(source, 4), graph(source, 5))
    assert len(table) == 1
    return {tag: place[0] for tag, place in spread(table, graph(source, length)).items() if place[0] is not None}


def shifted(found: dict[Tag, int], rule: Callable[[str, Any], int], kinds: dict[str, int]) -> bool:
    """Whether ids equal the rule's up to sign and shift."""
    tags = [(kind, i) for kind, count in kinds.items() for i in range(count)]
    wanted = [rule(kind, i) for kind, i in tags]
    return any(len({found[tag] - sign * want for tag, want in zip(tags, wanted, strict=True)}) == 1 for sign in (1, -1))


@pytest.mark.parametrize("length", [3, 6, 20])
def test_a_rule_that_adds_gets_the_ids_of_addition(length: int) -> None:
    kinds = {"a": length, "b": length, "digit": length, "answer": length + 1}
    assert shifted(ids(ADD, length), lambda _, i: int(i), kinds)


def test_running_states_and_reversed_lists_get_theirs() -> None:
    assert shifted(ids(RUNNING_XOR, 7), lambda _, i: int(i), {"x": 7, "answer": 7})
    assert shifted(ids(BACKWARDS, 7), lambda kind, i: 6 - i if kind == "x" else i, {"x": 7, "answer": 7})


@pytest.mark.parametrize("source", [LARGEST, FOLLOW])
def test_rules_that_go_by_values_are_refused(source: str) -> None:
    with pytest.raises(NumberingError, match=r"the rule \w+: .*(differs between problems|depend on values)"):
        ids(source, 5)
