# ruff: noqa: E501 -- a program on one line is read faster than on ten
"""Inside the subset everything works as in CPython; outside, every offending line is named before anything runs."""

from pathlib import Path

import pytest

from lengthwise.core.errors import RuleError
from lengthwise.rules import STYLES, LimitError, Limits, Rule, judge
from tests.rules.test_as_cpython import agree

INSIDE = [
    ("chained comparison", "def f(x):\n    return 1 < x <= 5 != 3", {"x": 4}),
    ("short circuit", "def f(x):\n    return x and x[0] or 'none'", {"x": []}),
    ("conditional", "def f(x):\n    y = 'a' if x else 'b'\n    return y", {"x": 0}),
    ("unpacking", "def f(x):\n    (a, b), *c = x\n    a, b = b, a\n    return a, b, c", {"x": [[1, 2], 3, 4]}),
    ("swap of elements", "def f(x):\n    x[0], x[1] = x[1], x[0]\n    return x", {"x": [1, 2]}),
    ("slice assignment", "def f(x):\n    x[1:2] = [7, 8]\n    x[::2] = [0, 0]\n    return x", {"x": [1, 2, 3]}),
    ("slice deletion", "def f(x):\n    del x[1:], x[0]\n    return x", {"x": [1, 2, 3]}),
    ("deleted name", "def f(x):\n    y = x\n    del y\n    return y", {"x": 1}),
    ("augmented element", "def f(x):\n    x[0] += 1\n    x[-1] *= 3\n    x[1] -= 2\n    x[1] //= 2\n    return x", {"x": [1, 9, 3]}),
    ("augmented alias", "def f(x):\n    y = x\n    y += [1]\n    y *= 2\n    return x", {"x": [0]}),
    ("augmented nested", "def f(x):\n    x[0] += [1]\n    return x", {"x": [[0], 2]}),
    ("augmented evaluates once", "def f(x):\n    y = [0, 1, 2]\n    x[y.pop()] += y[-1]\n    return x, y", {"x": [5, 6, 7]}),
    ("elif and else", "def f(x):\n    if x < 0:\n        return -1\n    elif x == 0:\n        return 0\n    else:\n        return 1", {"x": 0}),
    ("while else", "def f(x):\n    while x:\n        x -= 1\n        if x == 9:\n            break\n    else:\n        return 'else'\n    return 'break'", {"x": 3}),
    ("for else break", "def f(x):\n    for v in x:\n        if v:\n            break\n    else:\n        return 'none'\n    return v", {"x": [0, 2]}),
    ("continue in else", "def f(x):\n    n = 0\n    for v in x:\n        for w in []:\n            pass\n        else:\n            n += 1\n            continue\n        n += 9\n    return n", {"x": [0, 2]}),
    ("growing list", "def f(x):\n    for v in x:\n        if len(x) < 6:\n            x.append(v)\n    return x", {"x": [1, 2]}),
    ("enumerate from", "def f(x):\n    return [i * v for i, v in enumerate(x, 1)]", {"x": [3, 4]}),
    ("zip", "def f(x):\n    return [(a, b) for a, b in zip(x, x[1:])], dict(zip(x, x))", {"x": [3, 4, 5]}),
    ("nested comprehension", "def f(x):\n    return [[a + b for a in x if a] for b in x], {a: b for a in x for b in x}", {"x": [0, 1, 2]}),
    ("comprehension scope", "def f(x):\n    v = 'mine'\n    y = [v for v in x]\n    return v, y", {"x": [1]}),
    ("set of int", "def f(x):\n    s = {v % 3 for v in x}\n    s.add(7)\n    return sorted(s), 7 in s, [v for v in s], s | {1}", {"x": [5, 6, 7, 8]}),
    ("f-string", "def f(x):\n    return f'{x!r:>10}|{x:0>5}|{len(x)}|{x}'", {"x": "ab"}),
    ("format width", "def f(x):\n    return f'{x:{x}d}|{1.5:.3f}'", {"x": 4}),
    ("lambda key", "def f(x):\n    x.sort(key=lambda v: (-len(v), v))\n    return x, max(x, key=len), sorted(x, reverse=True)", {"x": ["b", "aa", "a"]}),
    ("map and filter", "def f(x):\n    a, b = map(int, x.split())\n    return list(filter(None, [a, b])), list(map(lambda v: v + a, [1, 2]))", {"x": "3 4"}),
    ("helper and constant", "BASE = [1, 2]\ndef g(x, y=2, *, z=1):\n    return x * y + z\ndef f(x):\n    BASE.append(x)\n    return g(x) + g(x, z=5) + len(BASE)", {"x": 3}),
    ("recursion", "def f(x):\n    return 1 if x < 2 else x * f(x - 1)", {"x": 30}),
    ("mutual recursion", "def odd(x):\n    return x > 0 and even(x - 1)\ndef even(x):\n    return x == 0 or odd(x - 1)\ndef f(x):\n    return even(x)", {"x": 11}),
    ("try", "def f(x):\n    try:\n        y = int(x)\n    except (ValueError, KeyError):\n        y = -1\n    else:\n        y += 1\n    return y", {"x": "a"}),
    ("nested try", "def f(x):\n    try:\n        try:\n            return x[9]\n        except KeyError:\n            return 'key'\n    except LookupError:\n        return 'lookup'", {"x": [1]}),
    ("caught in caller", "def g(x):\n    return 1 // x\ndef f(x):\n    try:\n        return g(x)\n    except ArithmeticError:\n        return 'zero'", {"x": 0}),
    ("raise", "def f(x):\n    if x:\n        raise ValueError(f'no {x}')\n    return 1", {"x": 2}),
    ("assert", "def f(x):\n    assert x > 3, 'small'\n    return 1", {"x": 2}),
    ("unbound", "def f(x):\n    if x:\n        y = 1\n    return y", {"x": 0}),
    ("read where unbound", "def f(x):\n    if x or y:\n        return 1\n    y = 2", {"x": 0}),
    ("not reached unbound", "def f(x):\n    if x or y:\n        return 1\n    y = 2", {"x": 1}),
    ("wrong type", "def f(x):\n    return x + 1", {"x": "a"}),
    ("missing method", "def f(x):\n    return x.append(1)", {"x": "a"}),
    ("big integers", "def f(x):\n    return x ** 300 % 97, x << 100, pow(x, 50, 7), divmod(x ** 40, 13)", {"x": 12345}),
    ("floats", "def f(x):\n    return x / 3, round(x, 2), x // 1, x % 1, float('nan') != 1, x.is_integer(), x ** 0.5", {"x": 2.5}),
    ("string methods", "def f(x):\n    return x.strip().split(','), x.replace('a', 'bb', 1), x.find('z'), x.partition(','), x.center(9, '*'), x.title()", {"x": " a,b a"}),
    ("dict methods", "def f(x):\n    x.setdefault('q', []).append(1)\n    x.update({'z': 2}, y=3)\n    return list(x.items()), x.pop('a'), 'a' in x, list(x), {**x, 'k': 0}", {"x": {"a": 1}}),
    ("list methods", "def f(x):\n    x.extend(v for v in [1, 2])\n    x.insert(1, 9)\n    x.remove(1)\n    y = x.copy()\n    y.clear()\n    return x, y, x.index(9), x.count(2), list(reversed(x))", {"x": [1]}),
    ("tuples", "def f(x):\n    t = (x, *x, (1,))\n    return t[1:], t + (2,), t.index(1), len(t), tuple(x) < (1, 5)", {"x": [1, 2]}),
    ("strings are rows", "def f(x):\n    return [c for c in x], x[::-1], min(x), sorted(x), x * 2, 2 * x, 'b' in x, list(enumerate(x))", {"x": "cab"}),
    ("numbers to text", "def f(x):\n    return str(x), repr(x), bin(x), hex(x), oct(x), chr(x), ord('a'), int('ff', 16), bool(x)", {"x": 65}),
    ("isinstance", "def f(x):\n    return isinstance(x, int), isinstance(x, (str, list)), isinstance(True, int)", {"x": 65}),
    ("annotations", "def f(x: list[int]) -> int:\n    '''Doc.'''\n    y: int = 3\n    z: str\n    return y + len(x)", {"x": []}),
    ("several targets", "def f(x):\n    a = b = x\n    a.append(1)\n    return b", {"x": []}),
    ("none", "def f(x):\n    pass", {"x": []}),
    ("is none", "def f(x):\n    return x is None, x is not None", {"x": None}),
    ("bits", "def f(x):\n    return x & 6, x | 1, x ^ 3, ~x, x >> 1, x.bit_length(), -x, +x, not x", {"x": 12}),
    ("any and all", "def f(x):\n    return any(v > 2 for v in x), all(x), sum(x, 10), max(x, default=0)", {"x": [1, 3]}),
    ("lists in order", "def f(x):\n    return x < [1, 4], x == [1, 3], [x, x] != [x], (1, 'a') in [(1, 'a')]", {"x": [1, 3]}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "given"), [row[1:] for row in INSIDE], ids=[row[0] for row in INSIDE])
def test_every_construct_behaves_as_in_cpython(text: str, given: dict[str, object]) -> None:
    agree(text, "f", given, ["recite", "changes", "frames"])


OUTSIDE = [
    "import os", "from os import path", "x.__class__", "x.__len__()", "().__class__.__bases__", "f'{x.__class__}'", "f'{x.real}'",
    "open('a')", "eval('1')", "exec('1')", "__import__('os')", "globals()", "locals()", "vars()", "type(x)", "getattr(x, 'y')",
    "setattr(x, 'y', 1)", "print(x)", "input()", "breakpoint()", "compile('1', '', 'eval')", "__builtins__", "__name__",
    "x.format(1)", "'{0.__class__}'.format(x)", "x.format_map({})", "x.encode()", "x.mro()", "x.gi_frame", "(yield x)",
    "(await x)", "(y := 1)", "lambda: 1", "g = lambda v: v", "class A: pass", "def g(): pass", "global x", "nonlocal x",
    "with x: pass", "async def g(): pass", "match x:\n        case 1: pass", "x @ x", "len", "g = len", "[len, int]", "x = ValueError",
    "b'a'", "1j", "...", "range(3)", "y = zip(x, x)", "y = (v for v in x)", "y = x.items()", "x()", "x[0]()", "(lambda: 1)()",
    "x.append", "x.y = 1", "del x.y", "for x.y in []: pass", "for x[0] in []: pass", "list = []", "try:\n        pass\n    finally:\n        pass",
    "try:\n        pass\n    except:\n        pass", "try:\n        pass\n    except BaseException:\n        pass",
    "try:\n        pass\n    except Exception as e:\n        pass", "raise x", "raise SystemExit", "raise ValueError from x", "raise",
    "x is 1", "max(*x)", "max(**x)", "sorted(x, key=open)", "__x = 1", "y = __x", "isinstance(x, object)",
    "[v for x.y in x]", "undefined", "undefined(1)", "'a'.join", "Exception()", "object()", "super()", "id(x)", "hash(x)",
    "x.sort.__self__", "print.__self__", "[].append.__self__.__class__", "map(print, x)", "sorted(x, key=lambda *a: 1)",
]  # fmt: skip


@pytest.mark.parametrize("line", OUTSIDE)
def test_what_is_outside_is_refused_with_its_line(line: str) -> None:
    text = f"def f(x):\n    y = 1\n    {line}\n    return y"
    with pytest.raises(RuleError, match=r":(3|4|5|6):"):
        Rule(text, "f")


def test_a_default_that_can_change_is_refused() -> None:
    with pytest.raises(RuleError, match="shared by all calls"):
        Rule("def f(x, seen=[]):\n    return x")


def test_all_offending_lines_are_listed_at_once() -> None:
    with pytest.raises(RuleError) as caught:
        Rule("def f(x):\n    import os\n    y = open(x)\n    print(y)\n    return os.name\n", "f")
    assert all(f":{line}:" in str(caught.value) for line in (2, 3, 4, 5))


def test_a_file_is_parsed_and_never_run(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "import nothing_like_this\nraise SystemExit\nTEN = 10\n\n\ndef helper(x):\n    return x + TEN\n\n\ndef f(x):\n    return helper(x)\n"
    )
    assert Rule(f"{path}:f").execute(x=1).answer == 11


def sample(xs: list[int]) -> int:
    best = 0
    for x in xs:
        best = max(best, x)
    return best


def test_a_function_object_is_read_from_its_file() -> None:
    rule = Rule(sample)
    assert rule.execute(xs=[3, 5, 1]).answer == sample([3, 5, 1])
    assert rule.text.startswith("def sample(xs")


HOSTILE = [
    ("while True:\n        pass", "steps"),
    ("for i in range(10 ** 9):\n        pass", "steps"),
    ("x = 2\n    while True:\n        x = x * x", "bits"),
    ("x = 10 ** 10 ** 10", "bits"),
    ("x = 1 << 10 ** 9", "bits"),
    ("x = pow(7, 10 ** 8)", "bits"),
    ("x = 3\n    x **= 10 ** 9", "bits"),
    ("x = 3\n    x <<= 10 ** 9", "bits"),
    ("x = 1\n    while True:\n        x += x", "bits"),
    ("x = 'a' * 10 ** 10", "elements"),
    ("x = [0] * 10 ** 10", "elements"),
    ("x = 'a'\n    while True:\n        x += x", "elements"),
    ("x = [0]\n    while True:\n        x.extend(x)", "elements"),
    ("x = [0]\n    while True:\n        x += x", "elements"),
    ("x = (0,)\n    while True:\n        x = x + x", "elements"),
    ("x = []\n    while True:\n        x = [x, x]", "nested"),
    ("x = ()\n    for i in range(60):\n        x = (x, x)\n    return x == x", "nested"),
    ("x = {}\n    for i in range(60):\n        x = {1: x, 2: x}", "nested"),
    ("x = [[0]]\n    x[0].append(x)\n    return str(x)", "nested"),
    ("x = list(range(10 ** 12))", "elements"),
    ("x = sum(range(10 ** 12))", "elements"),
    ("x = 10 ** 12 - 1\n    return max(map(abs, range(x)))", "elements"),
    ("x = [v for v in range(10 ** 12)]", "elements"),
    ("x = 'a'.ljust(10 ** 10)", "elements"),
    ("x = '7'.zfill(10 ** 10)", "elements"),
    ("x = f'{1:{10 ** 9}}'", "elements"),
    ("x = f'{1:999999999}'", "elements"),
    ("x = ('a' * 1000).replace('a', 'b' * 10000)", "elements"),
    ("x = ('b' * 10000).join(['a'] * 1000)", "elements"),
    ("x = round(5, -10 ** 9)", "bits"),
    ("x = '%999999999d' % 1", "not supported"),
    ("x = '%s'\n    x %= 1", "not supported"),
    ("return f(1)", "calls inside"),
    ("i = 0\n    i += 1\n    return [i % 1 for i in ['%999999999d']]", "not supported"),
    ("x = ['ab']\n    while True:\n        x = list(map(lambda v: v + v, x))", "elements"),
    ("x = [0] * 1000\n    while True:\n        x = sum([x] * 1000, [])", "elements"),
    ("x = []\n    y = [x, x]\n    for i in range(40):\n        z = []\n        x.append(z)\n        x.append(z)\n        x = z\n    return min(y, y)", "nested"),
    ("x = [0] * 100000\n    n = 0\n    while True:\n        n += len(x[1:])", "worked on"),
    ("x = (-8) ** 0.5", "complex"),
    ("x = {'b', 'a'}\n    return list(x)", "sorted"),
    ("x = {'b', 'a'}\n    return str(x)", "sorted"),
    ("x = {'b', 'a'}\n    return f'{x}'", "sorted"),
    ("x = {('b', 1), ('a', 1)}\n    for v in x:\n        return v", "sorted"),
    ("x = {None, 1}\n    a, b = x", "sorted"),
    ("x = {'a'}\n    return [v for v in x]", "sorted"),
    ("x = {'a'}\n    return ''.join(x)", "sorted"),
    ("x = {'a'}\n    y = [*x]", "sorted"),
    ("x = [{'a'}]\n    return repr(x)", "sorted"),
    ("x = {'a', 'b'}\n    return sorted(x, key=len)", "sorted"),
    ("x = {'a', 'b'}\n    return x.pop()", "reproducible"),
    ("x = ['a']\n    x += {'b', 'c'}\n    return x", "sorted"),
    ("try:\n        while True:\n            pass\n    except Exception:\n        return 1", "steps"),
    ("x = []\n    while True:\n        x.append('a' * 200000)", "worked on"),
    ("x = []\n    while True:\n        x.append([0] * 200000)", "worked on"),
    ("return 1.5 in range(10 ** 12)", "elements"),  # CPython looks for what is no whole number one by one
    ("return 'a' not in range(10 ** 12)", "elements"),
    ("return 0 < 1.5 in range(10 ** 12)", "elements"),
    ("return pow(3, 10 ** 4000, 10 ** 4000 + 7)", "worked on"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "word"), HOSTILE)
def test_hostile_rules_get_a_clear_error_of_their_own(body: str, word: str) -> None:
    rule = Rule(f"def f(x):\n    {body}\n    return x", "f")
    with pytest.raises(RuleError, match=word):
        rule.run({"x": 1}, limits=Limits(steps=100_000, work=20_000_000, items=300_000))
    with pytest.raises(RuleError, match=f"{word}|characters of trace|nested"):
        rule.trace({"x": 1}, limits=Limits(steps=20_000, work=20_000_000, items=300_000, text=20_000_000))


def test_a_judged_text_cannot_turn_a_number_into_a_format() -> None:
    """A stated value may change a type: what was inferred from the rule's own stores must not be trusted then."""
    rule = Rule("def f(x):\n    i = 1\n    y = i % 2\n    return y\n")
    text = rule.trace({"x": 1}).replace("i = 1\ny", "i = '%999999999d'\ny")
    judgement = judge(rule, {"x": 1}, STYLES["recite"], text)
    assert not judgement.accepted
    assert judgement.faults[0].stated == "'%999999999d'"


def test_edges_run_no_rule_that_guards_refuse() -> None:
    with pytest.raises(LimitError, match="bits"):
        Rule("def f(x):\n    return 10 ** 10 ** x\n").trail({"x": 10})


@pytest.mark.parametrize("value", [3, True, 2.0, 7.5, "a", -1, None, (1, 2)])
def test_a_range_has_what_cpython_says_and_a_long_one_whole_numbers_at_once(value: object) -> None:
    rule = Rule(
        "def f(x):\n    a = x in range(1, 9)\n    b = x not in range(1, 9, 2)\n    return a, b, 0 in range(3) in [x, True]\n"
    )
    assert rule.run({"x": value}).answer == (value in range(1, 9), value not in range(1, 9, 2), False)
    big = Rule("def f(x):\n    return x in range(10 ** 12), x not in range(10 ** 12)\n")
    if type(value) in (int, bool):
        assert big.run({"x": value}).answer == (value in range(10**12), value not in range(10**12))


def test_a_power_modulo_a_number_of_ordinary_size_is_no_matter() -> None:
    rule = Rule("def f(x):\n    return [pow(x, 10 ** 50 + i, 10 ** 40 + 7) for i in range(1000)][-1]\n")
    assert rule.execute(x=3).answer == pow(3, 10**50 + 999, 10**40 + 7)


def test_the_text_of_a_trace_has_a_limit_too() -> None:
    rule = Rule("def f(x):\n    y = 'a' * 100000\n    while True:\n        x += 1\n        z = y\n    return x", "f")
    with pytest.raises(LimitError, match="characters of trace"):
        rule.trace({"x": 1}, limits=Limits(text=5_000_000))


def test_sets_of_strings_may_be_asked_and_sorted() -> None:
    rule = Rule(
        "def f(x):\n    s = set(x)\n    s.add('q')\n    return 'a' in s, len(s), sorted(s), max(s), s == {'q'}", "f"
    )
    assert rule.execute(x="ba").answer == (True, 3, ["a", "b", "q"], "q", False)
    assert "s = {'a', 'b'}" in rule.trace({"x": "ba"})


@pytest.mark.parametrize("given", [{}, {"x": 1, "y": 2}, {"x": {1, 2}}, {"x": b"a"}, {"x": object()}, {"x": [1j]}])
def test_wrong_arguments_are_named(given: dict[str, object]) -> None:
    with pytest.raises(RuleError, match="x"):
        Rule("def f(x):\n    return x", "f").run(given)


def test_what_is_given_is_never_changed() -> None:
    given = {"x": [1, [2]]}
    Rule("def f(x):\n    x[1].append(3)\n    return x", "f").run(given)
    assert given == {"x": [1, [2]]}


@pytest.mark.parametrize(
    "text", ["", "x = 1", "def f(:", "def f(x):\n    return 1\ndef g(x):\n    return 2", "def f(*x):\n    return x\n"]
)
def test_what_is_no_single_function_is_refused(text: str) -> None:
    with pytest.raises(RuleError):
        Rule(text + "\n")
