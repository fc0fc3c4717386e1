# ruff: noqa: E501 -- a program on one line is read faster than on ten
"""Every limit says at which file and line it was met, and what to do."""

from pathlib import Path

import pytest

from lengthwise.core.errors import RuleError
from lengthwise.rules import STYLES, LimitError, Limits, Recorder, Rule
from lengthwise.rules.bounded import segments

# Each rule, what it is given, the limits, the line that is at fault, and a word of the remedy.
STOPPED: dict[str, tuple[str, dict[str, object], Limits, int, str]] = {
    "an endless loop": (
        "def f(x):\n    y = 1\n    while x:\n        y = 2\n    return y\n", {"x": 1}, Limits(steps=500), 3, "Limits(steps=...)",
    ),
    "the inner of two loops": (
        "def f(x):\n    while x:\n        x = x + 1\n        while x:\n            x = x\n    return x\n",
        {"x": 1}, Limits(steps=500), 4, "endless loop",
    ),
    "an endless loop in a helper": (
        "def g(x):\n    for _ in range(10):\n        x = x\n    while True:\n        x = 1\n\ndef f(x):\n    y = 0\n    y = g(x)\n    return y\n",
        {"x": 1}, Limits(steps=500), 4, "shorten the input",
    ),
    "an integer": (
        "def f(x):\n    y = x\n    for _ in range(40):\n        y = y + 1\n        y = y * y\n    return y\n",
        {"x": 7}, Limits(), 5, "Limits(bits=...)",
    ),
    "an integer that is returned": ("def f(x):\n    y = 1\n    return x << y * 99999\n", {"x": 7}, Limits(), 3, "Limits(bits=...)"),
    "an integer in a condition": (
        "def f(x):\n    y = 1\n    if (\n        x ** 99999\n        > 5\n    ):\n        y = 2\n    return y\n", {"x": 7}, Limits(), 3, "bits",
    ),
    "an integer in an elif": (
        "def f(x):\n    if x < 5:\n        return 1\n    elif x ** 99999 > 5:\n        return 2\n    return 3\n", {"x": 7}, Limits(), 4, "bits",
    ),
    "elements": ("def f(x):\n    y = [x]\n    z = y * 2000000\n    return z\n", {"x": 7}, Limits(), 3, "Limits(items=...)"),
    "elements in a comprehension": (
        "def f(x):\n    y = [x]\n    z = [\n        x\n        for x in range(9000)\n    ]\n    return z\n",
        {"x": 7}, Limits(work=5000), 3, "Limits(work=...)",
    ),
    "a string that grows": (
        "def f(x):\n    while True:\n        y = 0\n        x = x + x\n", {"x": "ab"}, Limits(), 4, "Limits(items=...)",
    ),
    "work": (
        "def f(x):\n    y = x\n    for _ in range(9):\n        y = sorted(y)\n    return y\n",
        {"x": list(range(500))}, Limits(work=4000), 4, "Limits(work=...)",
    ),
    "calls inside calls": (
        "def g(x):\n    y = 0\n    y = g(x + 1)\n    return y\n\ndef f(x):\n    return g(x)\n", {"x": 0}, Limits(), 3, "Limits(depth=...)",
    ),
    "the rule calls itself": (
        "def f(x):\n    y = 0\n    return [f(x + 1) for _ in range(1)]\n", {"x": 0}, Limits(), 3, "calls inside each other",
    ),
    "a set's order": (
        "def f(x):\n    y = {x, 'b'}\n    z = 0\n    for c in y:\n        z = c\n    return z\n", {"x": "a"}, Limits(), 4, "sorted(...)",
    ),
    "a complex number": ("def f(x):\n    y = 1\n    y = x ** 0.5\n    return y\n", {"x": -2}, Limits(), 3, "test the sign"),
}  # fmt: skip


@pytest.mark.parametrize("what", STOPPED)
def test_what_stops_a_rule_is_told_with_file_line_and_remedy(what: str, tmp_path: Path) -> None:
    text, given, limits, line, remedy = STOPPED[what]
    file = tmp_path / "own.py"
    file.write_text('"""A file."""\n\nimport os\n\n' + text)
    rule = Rule(f"{file}:f")
    ways = (
        lambda: rule.run(given, limits=limits),
        lambda: rule.run(given, Recorder(), limits=limits),
        lambda: rule.trace(given, limits=limits),
        lambda: rule.trace(given, STYLES["frames"], limits=limits),
    )
    for way in ways:
        with pytest.raises(RuleError) as raised:
            way()
        assert str(raised.value).startswith(f"{file}:{line + 4}: the rule 'f': "), (what, raised.value)
        assert remedy in str(raised.value)


@pytest.mark.parametrize("what", ["an integer", "elements", "work", "a set's order"])
def test_a_cut_trace_is_stopped_at_the_same_line(what: str) -> None:
    text, given, limits, line, _ = STOPPED[what]
    with pytest.raises(RuleError, match=f"<rule>:{line}: "):
        list(segments(Rule(text), given, 3, limits=limits))


def test_the_longest_trace_stops_at_the_statement_that_would_write_on() -> None:
    rule = Rule("def f(x):\n    y = 0\n    for i in range(100):\n        y = x\n    return y\n")
    with pytest.raises(LimitError, match=r"<rule>:[34]: the rule 'f': more than 5000 characters of trace"):
        rule.trace({"x": "a" * 90}, limits=Limits(text=5000))


def test_what_is_given_may_be_too_large_itself() -> None:
    with pytest.raises(LimitError, match="is given: nested containers of more than 20"):
        Rule("def f(x):\n    return x\n").run({"x": [1] * 30}, limits=Limits(items=20))


def test_a_rule_inside_a_test_has_the_lines_of_its_file() -> None:
    def forever(x: int) -> int:
        while x:  # the line that is named
            x += 1
        return x

    line = next(i for i, text in enumerate(Path(__file__).read_text().splitlines(), 1) if "that is named" in text)
    with pytest.raises(LimitError, match=f"{Path(__file__).name}:{line}: "):
        Rule(forever).run({"x": 1}, limits=Limits(steps=100))
