"""What a user gets wrong is told by file, line and remedy, before anything is printed."""

from pathlib import Path
from typing import Any

import pytest

from lengthwise.core.errors import RuleError
from lengthwise.rules import STYLES, Rule, judge
from lengthwise.rules.bounded import segments

FILE = '''"""A file with what does not belong to the rule above it."""

import os

UNUSED = 7


def other(x):
    return x


PAIRS = {"(": ")"}
MANY = [
    1,
    2,
]


def helper(c):
    """Closes a bracket."""
    return PAIRS.get(c, "")


def rule(s):
    """Closes brackets."""
    out = ""
    for c in s:
        if helper(c) != "":
            out = helper(c) + out
    return out + str(MANY[0])
'''


def test_line_numbers_in_traces_are_those_of_the_rule_as_a_prompt_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(FILE)
    rule = Rule(f"{file}:rule")
    lines = rule.text.splitlines()
    assert lines[:2] == ["MANY = [1, 2]", 'PAIRS = {"(": ")"}']
    assert (lines[3], lines[7]) == ("def helper(c):", "def rule(s):")
    trace = rule.trace({"s": "x("}, STYLES["steps"])
    assert trace.splitlines() == [
        "1. Initialize", "s = 'x('", "line 10", "out = ''",
        "line 11", "c = 'x'", "line 12", "enter helper", "c = 'x'", "line 6", "helper returns ''",
        "line 11", "c = '('", "line 12", "enter helper", "c = '('", "line 6", "helper returns ')'",
        "line 13", "enter helper", "c = '('", "line 6", "helper returns ')'", "out = ')'",
        "line 11", "line 14", "So the answer is ')1'",
    ]  # fmt: skip
    for number, text in (
        (10, 'out = ""'),
        (11, "for c in s:"),
        (12, 'if helper(c) != "":'),
        (14, "return out + str(MANY[0])"),
    ):
        assert lines[number - 1].strip() == text
    assert judge(rule, {"s": "x("}, STYLES["steps"], trace).accepted
    first = list(segments(rule, {"s": "x("}, 2))[1].state
    assert first.startswith("state before line 12 (statement ")


@pytest.mark.parametrize("lead", ["", "\n\n", "# a comment\n\nX = 3\n\n"])
def test_where_a_rule_stands_in_its_file_changes_nothing_of_its_trace(lead: str) -> None:
    plain = "def f(n):\n    x = n + 1\n    return x\n"
    for style in STYLES.values():
        assert Rule(lead + plain, "f").trace({"n": 3}, style) == Rule(plain).trace({"n": 3}, style)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def f(x):\n    return (x\n", r"<rule>:2: not Python \('\(' was never closed\); give one ordinary function"),
        ("def f(x):\n    return x\n\0", r"<rule>:3: not Python \(.*null bytes"),
        ("x = 1\ndef_ = 2\n", "<rule> defines no function; write one ordinary `def`"),
        ("def f(x):\n    return lenn(x)\n", r"<rule>:2: `lenn\(...\)` is neither .* did you mean `len`\?"),
        ("def f(x):\n    print(x)\n    return x\n", "<rule>:2: .* its trace shows every value"),
        ("def f(x):\n    return frobnicate(x)\n", "<rule>:2: .* write it as a `def` in the same file"),
        ("def f(x):\n    return x\ndef g(x):\n    return x\n", "2 functions .* 2 of them could be the rule; name it"),
        ("def f(x):\n    return g(x)\ndef g(x):\n    return f(x)\n", "2 functions .* none of them could be the rule"),
    ],
)
def test_what_is_no_rule_is_told_with_line_and_remedy(source: str, said: str) -> None:
    with pytest.raises(RuleError, match=f"(?s){said}"):
        Rule(source)


def test_what_is_no_plain_function_is_told_by_what_it_is(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text("\n\nasync def late(x):\n    return x\n\n\nclass Kind:\n    pass\n\n\ndef f(x):\n    return x\n")
    for name, what in (("late", "AsyncFunctionDef at line 3"), ("Kind", "ClassDef at line 7")):
        with pytest.raises(
            RuleError,
            match=rf"no function '{name}' \('{name}' is a {what}\); write one ordinary `def`, or name one of f",
        ):
            Rule(f"{file}:{name}")
    with pytest.raises(RuleError, match="a lambda is no rule"):
        Rule(lambda x: x)


def test_a_file_may_begin_with_a_byte_order_mark_and_end_lines_as_windows_does(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_bytes(b"\xef\xbb\xbfdef f(x):\r\n    y = x + 1\r\n    return y\r\n")
    assert Rule(f"{file}:f").execute(x=2).answer == 3


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"a": 1}, "takes a, b; missing: b$"),
        ({"a": 1, "b": 2, "c": 3}, "takes a, b; unknown: c$"),
        ({"A": 1}, "takes a, b; missing: a, b; unknown: A$"),
    ],
)
def test_arguments_that_do_not_fit_are_told_with_the_line_of_the_rule(given: dict[str, Any], said: str) -> None:
    rule = Rule("\n\ndef f(a, b):\n    return a + b\n")
    for way in (rule.run, rule.trace, rule.trail):
        with pytest.raises(RuleError, match=f"^<rule>:3: the rule 'f' {said}"):
            way(given)


def test_a_number_too_large_to_count_its_bits_is_told_without_writing_it_out() -> None:
    with pytest.raises(
        RuleError, match=r"<rule>:4: the rule 'f': an integer of more than 10\*\*12 bits; at most 14000"
    ):
        Rule("def f(x):\n    y = 2\n    for _ in range(9):\n        y = y ** y ** x\n    return y\n").execute(x=9)
