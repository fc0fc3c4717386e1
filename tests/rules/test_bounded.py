"""Cut anywhere between two statements and continued from the stated state alone, a trace is the uncut trace."""

import pytest

from lengthwise.core.errors import RuleError
from lengthwise.rules import STYLES, LimitError, Rule
from lengthwise.rules.bounded import go_on, read_state, segments
from tests.rules.examples import EXAMPLES
from tests.rules.programs import given, program


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_segments_are_the_uncut_trace(name: str) -> None:
    text, arguments = EXAMPLES[name]
    rule = Rule(text, name)
    for style in (STYLES["recite"], STYLES["changes"]):
        whole = rule.trace(arguments, style)
        for budget in (1, 2, 3, 7):
            pieces = list(segments(rule, arguments, budget, style))
            assert "".join(p.text for p in pieces) == whole
    assert len(list(segments(rule, arguments, 1))) > 3


def test_the_segments_of_generated_programs_are_their_uncut_traces() -> None:
    compared = 0
    for seed in range(20):
        rule, arguments = Rule(program(seed), "rule"), given(seed)
        try:
            whole = rule.trace(arguments)
        except LimitError:
            continue
        pieces = list(segments(rule, arguments, 4))
        assert "".join(p.text for p in pieces) == whole, program(seed)
        compared += len(pieces)
    assert compared > 60


ALIASES = """
def f(xs):
    ys = xs
    rows = [xs, [0]]
    row = rows[1]
    d = {'a': row}
    for x in [1, 2]:
        ys.append(x)
        row.append(x)
    while len(xs) < 5:
        d['a'].append(xs[-1])
        xs.append(7)
    return xs, ys, rows, row, d
"""


def test_shared_containers_stay_shared() -> None:
    rule = Rule(ALIASES)
    pieces = list(segments(rule, {"xs": [3]}, 1))
    assert "".join(p.text for p in pieces) == rule.trace({"xs": [3]})
    assert "ys is xs\n" in pieces[-1].state
    assert "row is rows[1]\n" in pieces[-1].state or "rows[1] is " in pieces[-1].state


def test_a_cut_inside_a_recursive_helper_states_the_calls_under_way() -> None:
    text, arguments = EXAMPLES["power"]
    rule = Rule(text, "power")
    pieces = list(segments(rule, arguments, 1))
    deep = [p.state for p in pieces if p.state.count("call under way in") == 3]
    assert len(deep) >= 2
    assert "".join(p.text for p in pieces) == rule.trace(arguments)


HELPERS = """
def fill(rows, row, x):
    for v in rows:
        if v is not None:
            row.append(x + len(v))
    return row

def f(xs):
    rows = [xs, [0]]
    total = 0
    for x in xs:
        last = fill(rows, rows[1], x)
        total += len(last)
        fill(rows, last, total)
        for c in 'ab':
            try:
                total += fill(rows, [], x)[0]
            except IndexError:
                total -= 1
    return fill(rows, xs, total)
"""


def test_containers_shared_between_frames_stay_shared() -> None:
    rule = Rule(HELPERS, "f")
    for budget in (1, 2, 5):
        pieces = list(segments(rule, {"xs": [3, 1]}, budget))
        assert "".join(p.text for p in pieces) == rule.trace({"xs": [3, 1]})
    states = [p.state for p in segments(rule, {"xs": [3, 1]}, 1)]
    assert any("row#1 is rows#0[1]" in s and "item 1 of 2 of rows#0" in s for s in states)


def test_a_list_that_grows_under_its_loop_is_continued() -> None:
    rule = Rule("def f(xs):\n    for x in xs:\n        if len(xs) < 6:\n            xs.append(x + 1)\n    return xs\n")
    assert "".join(p.text for p in segments(rule, {"xs": [1, 2]}, 1)) == rule.trace({"xs": [1, 2]})


def test_what_follows_a_stated_state_depends_on_the_statement_alone() -> None:
    """The planted bug: another stated value leads to another end, so nothing of the true run leaks in."""
    rule = Rule(EXAMPLES["parity"][0], "parity")
    pieces = list(segments(rule, {"bits": [1, 0, 1]}, 4))
    state = pieces[1].state
    other = state.replace("state = 1\n", "state = 0\n")
    assert other != state
    end = rest_of(rule, other)
    assert end.endswith("So the answer is 1\n")
    assert rest_of(rule, state).endswith("So the answer is 0\n")


def rest_of(rule: Rule, state: str) -> str:
    text = ""
    while state:
        more, state = go_on(rule, state, 3)
        text += more
    return text


@pytest.mark.parametrize(
    "text", ["", "hello", "state before line 1 (statement 1)\nx = [", "state before line 1 (statement 1)\n!\n"]
)
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises((RuleError, ValueError)):
        read_state(text)
