"""Styles: both densities write the same bytes, spelling can be undone, statements grouped, and words are stable."""

import dataclasses
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from lengthwise.core.errors import ConfigError, UnknownName
from lengthwise.rules import STYLES, Knobs, Rule, Spaced, judge, rule_in_words, style
from lengthwise.rules.styles.pieces import Joined, Style
from tests.rules.examples import EXAMPLES

RULES: dict[str, tuple[Rule, dict[str, Any]]] = {n: (Rule(text, n), given) for n, (text, given) in EXAMPLES.items()}
LISTS = "def f(xs):\n    xs[1] = 5\n    xs.append(6)\n    xs.pop(0)\n    return xs\n"


def same_both_ways(rule: Rule, given: Mapping[str, Any], way: Style) -> str:
    text = rule.trace(given, way)
    assert text == str(rule.line(given, way))
    assert judge(rule, given, way, text).accepted
    return text


@pytest.mark.parametrize("name", RULES)
def test_text_and_event_density_write_the_same_bytes_in_every_style(name: str) -> None:
    rule, given = RULES[name]
    for way in STYLES.values():
        text = same_both_ways(rule, given, way)
        assert text.splitlines()[-1].startswith("So the answer is ")


@pytest.mark.parametrize("name", STYLES)
def test_digits_can_be_spaced_and_statements_grouped_in_every_style(name: str) -> None:
    way = STYLES[name]
    rule, given = RULES["addition"]
    spaced = dataclasses.replace(way, digits=Spaced())  # type: ignore[type-var]
    assert "'1 9 7'" in same_both_ways(rule, given, spaced) or name in ("changes", "steps", "signposts")
    grouped = dataclasses.replace(way, group=3)  # type: ignore[type-var]
    same_both_ways(rule, given, grouped)


def test_a_group_recites_its_lines_together_and_states_its_variables_at_its_end() -> None:
    rule = Rule("def f(x):\n    while x:\n        a = x + 1\n        b = a * 2\n        x = 0\n    return b\n")
    text = rule.trace({"x": 3}, Knobs(group=3))
    assert "a = x + 1\nb = a * 2\nx = 0\nx = 3\nnow, a = 4\nnow, b = 8\nnow, x = 0\n" in text


@drawn(st.text(alphabet="0123456789 a,'[]-.", max_size=30))
def test_spacing_of_digits_can_be_undone(text: str) -> None:
    assert Spaced().unspell(Spaced().spell(text)) == text
    assert Joined().unspell(Joined().spell(text)) == text


def test_signposts_write_changed_elements_only() -> None:
    text = Rule(LISTS).trace({"xs": [4, 7]}, STYLES["signposts"])
    assert text == (
        "xs[0] = 4\nxs[1] = 7\nlen(xs) = 2\n"
        "xs[1] = 5\nxs[1] = 5\n"
        "xs.append(6)\nxs[2] = 6\n"
        "xs.pop(0)\nxs[0] = 5\nxs[1] = 6\nlen(xs) = 2\n"
        "return xs\nSo the answer is [5, 6]\n"
    )


def test_one_wrong_element_is_one_fault_and_is_carried_on() -> None:
    rule, way = Rule(LISTS), STYLES["signposts"]
    true = rule.trace({"xs": [4, 7]}, way)
    wrong = true.replace("xs.append(6)\nxs[2] = 6", "xs.append(6)\nxs[2] = 9").replace(
        "xs[1] = 6\nlen", "xs[1] = 9\nlen"
    )
    wrong = wrong.replace("[5, 6]", "[5, 9]")
    faults = judge(rule, {"xs": [4, 7]}, way, wrong).faults
    assert [(f.kind, f.stated) for f in faults] == [("wrong value", "9")]


def test_words_carry_role_event_and_name() -> None:
    rule, given = RULES["parity"]
    words = rule.line(given).words
    assert {w.role for w in words} == {"head", "line", "mark", "name", "verdict", "value", "answer"}
    assert words[-2].role == "answer"
    assert next(w.name for w in words if w.role == "value" and w.text == "[1, 0, 1]") == "bits"
    assert [w.event for w in words] == sorted(w.event for w in words)


def test_a_rule_in_words_has_the_steps_that_its_trace_names() -> None:
    for rule, given in RULES.values():
        steps = {line.partition(". ")[0] for line in rule_in_words(rule).splitlines()}
        text = rule.trace(given, STYLES["natural"])
        named = {line.removeprefix("Step ").partition(":")[0] for line in text.splitlines() if line.startswith("Step ")}
        assert named <= steps
        assert len(named) >= 3


def test_an_else_goes_on_counting() -> None:
    text = "def f(x):\n    if x:\n        y = 1\n    else:\n        y = 2\n        y = 3\n    return y\n"
    words = rule_in_words(Rule(text))
    assert "1. If x is neither zero nor empty, go on with step 1.1; else go to step 1.2." in words
    assert "1.1. Set y to 1; then go to step 2." in words
    assert "1.3. Set y to 3; then go to step 2." in words


def test_an_unknown_style_and_an_unknown_knob_are_refused() -> None:
    with pytest.raises(UnknownName, match="recite"):
        style("recit")
    with pytest.raises(ConfigError, match="implied"):
        Knobs(verdicts="loud")
    with pytest.raises(ConfigError, match="three"):
        Knobs(group=4)
