"""Bounded-state mode: a trace in segments, each continuing from a stated state alone.

After a number of statements the trace stops and states everything that the rest depends on: the statement it stands
before, every variable, how far each `for` has come (`item 2 of 5`, or what is left of a sequence that no variable
holds), and which names share a container (`b is a`). The next segment is made from that text and the rule, nothing
else; so a model, too, can go on with a context that does not grow. Cuts fall between statements of the rule itself; a
helper call runs within one segment, however deep it goes, so that there is no call stack to state.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lengthwise.core.errors import RuleError
from lengthwise.rules.rewrite.residual import Residual, loops_around
from lengthwise.rules.rewrite.textual import Textual, text_names
from lengthwise.rules.rule import Rule
from lengthwise.rules.runtime.guards import Guards
from lengthwise.rules.runtime.limits import LIMITS, Limits
from lengthwise.rules.runtime.render import render
from lengthwise.rules.scanner import scan
from lengthwise.rules.styles.knobs import RECITE
from lengthwise.rules.styles.pieces import Style

HEAD = re.compile(r"state before line (\d+) \(statement (\d+)\)")
ITEM = re.compile(r"statement (\d+): item (\d+) of (\d+) of (\w+)")
LEFT = re.compile(r"statement (\d+): left ")
ALIAS = re.compile(r"(\w+)((?:\[.+\])?) is (\w+)((?:\[.+\])?)")
CONTAINERS = (list, dict, set)


@dataclass(frozen=True)
class Segment:
    """A piece of a trace: the state it starts from (nothing at the very start), and its text."""

    state: str
    text: str


class Cut(BaseException):
    """Leaves a rule between two statements."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Rows:
    """A `for` that knows how far it has come."""

    def __init__(self, source: Any, place: int = 0) -> None:
        self.source, self.place = source, place
        self.indexed = isinstance(source, list | str | tuple)
        self.iterator: Iterator[Any] = iter(()) if self.indexed else iter(list(source))

    def __iter__(self) -> "Rows":
        return self

    def __next__(self) -> Any:
        if not self.indexed:
            return next(self.iterator)
        if self.place >= len(self.source):
            raise StopIteration
        self.place += 1
        return self.source[self.place - 1]

    def left(self) -> list[Any]:
        if self.indexed:
            return list(self.source[self.place :])
        rest = list(self.iterator)
        self.iterator = iter(rest)
        return rest


class Bounded:
    """One segment under way."""

    def __init__(self, rule: Rule, budget: int) -> None:
        self.rule, self.budget, self.count = rule, budget, 0
        self.plan = rule.plan()
        self.around = loops_around(rule.functions[rule.start], self.plan)
        self.loops: dict[int, Rows] = {}

    def rows(self, identity: int, source: Any) -> Rows:
        self.loops[identity] = Rows(source)
        return self.loops[identity]

    def again(self, identity: int) -> Iterator[Any]:
        yield None  # the turn that was cut
        yield from self.loops[identity]

    def cut(self, identity: int, local: Mapping[str, Any]) -> None:
        self.count += 1
        if self.count > self.budget:
            raise Cut(self.state(identity, local))

    def state(self, identity: int, local: Mapping[str, Any]) -> str:
        node = self.plan.nodes[identity]
        bound = {name: local[name] for name in node.names if name in local}
        lines = [f"state before line {node.number} (statement {identity})"]
        lines += [f"{name} = {render(value)}" for name, value in bound.items()]
        lines += [self.position(loop, bound) for loop in self.around[identity]]
        return "\n".join([*lines, *aliases_of(bound)]) + "\n"

    def position(self, identity: int, bound: Mapping[str, Any]) -> str:
        rows = self.loops[identity]
        holder = next((n for n, v in bound.items() if v is rows.source and rows.indexed), None)
        if holder is not None:
            return f"statement {identity}: item {rows.place} of {len(rows.source)} of {holder}"
        return f"statement {identity}: left {render(rows.left())}"


def aliases_of(bound: Mapping[str, Any]) -> list[str]:
    """`b is a` for every container that a second name, or a second place, holds."""
    first: dict[int, str] = {}
    lines: list[str] = []
    pending = [(name, value, 0) for name, value in reversed(list(bound.items()))]
    while pending:
        path, value, depth = pending.pop()
        if isinstance(value, CONTAINERS):
            if id(value) in first:
                lines.append(f"{path} is {first[id(value)]}")
                continue
            first[id(value)] = path
        parts = (
            enumerate(value) if isinstance(value, list | tuple) else value.items() if isinstance(value, dict) else ()
        )
        inner = [
            (f"{path}[{render(key)}]", part, depth + 1)
            for key, part in parts
            if isinstance(part, list | dict | set | tuple)
        ]
        pending += reversed(inner)
    return lines


def read_state(text: str) -> tuple[int, dict[str, Any], dict[int, Rows]]:
    """The statement to go on at, the variables and the loops that a state states."""
    lines = text.splitlines()
    head = HEAD.fullmatch(lines[0]) if lines else None
    if head is None:
        raise RuleError(
            f"a state begins with `state before line N (statement M)`, not with {lines[0] if lines else ''!r}"
        )
    bound: dict[str, Any] = {}
    loops: dict[int, Rows] = {}
    places: list[re.Match[str]] = []
    for line in lines[1:]:
        if item := ITEM.fullmatch(line):
            places.append(item)
        elif left := LEFT.match(line):
            loops[int(left.group(1))] = Rows(scan(line, left.end())[0])
        elif " = " in line and line.partition(" = ")[0].isidentifier():
            name, _, value = line.partition(" = ")
            bound[name] = scan(value)[0]
        elif alias := ALIAS.fullmatch(line):
            share(bound, *alias.groups())
        else:
            raise RuleError(
                f"the state line {line!r} is no variable, position or alias; write it as the mode prints it"
            )
    for item in places:
        loops[int(item.group(1))] = Rows(bound[item.group(4)], int(item.group(2)))
    return int(head.group(2)), bound, loops


def share(bound: dict[str, Any], name: str, keys: str, other: str, other_keys: str) -> None:
    """Let two places hold one container again."""
    shared = bound[other]
    for key in path_of(other_keys):
        shared = shared[key]
    path = path_of(keys)
    if not path:
        bound[name] = shared
        return
    owner = bound[name]
    for key in path[:-1]:
        owner = owner[key]
    if isinstance(owner, tuple):
        raise RuleError(f"the tuple {name!r} shares a container with {other!r}; a state cannot say so, use a list")
    owner[path[-1]] = shared


def path_of(keys: str) -> list[Any]:
    """`[0]['a']` as keys."""
    path: list[Any] = []
    at = 0
    while at < len(keys):
        key, end = scan(keys, at + 1)
        path.append(key)
        at = end + 1
    return path


def go_on(
    rule: Rule,
    state: str,
    budget: int,
    style: Style = RECITE,
    *,
    given: Mapping[str, Any] | None = None,
    limits: Limits = LIMITS,
) -> tuple[str, str]:
    """The next segment from a state alone (or from `given`, at the start), and the state it ends in, "" at the end."""
    if style.group != 1:
        raise RuleError(f"the style {style.name!r} writes {style.group} statements as one; cuts need group=1")
    run = Bounded(rule, budget)
    start, bound = None, dict[str, Any]()
    if state:
        start, bound, run.loops = read_state(state)
    guards, out = Guards(limits), []  # type: tuple[Guards, list[str]]

    names = {"$o": out.append, **text_names(guards.text, style.digits.spell)}
    names |= {"$cut": run.cut, "$rows": run.rows, "$again": run.again, "$state": bound}
    rewriter = Residual(rule.functions, rule.plan(), Textual(style, overrides=True), start)
    code = rule.compiled(("bounded", style, start), rewriter)
    try:
        rule.call(code, guards, names, given if start is None else None)
    except Cut as cut:
        return "".join(out), cut.state
    return "".join(out), ""


def segments(
    rule: Rule, given: Mapping[str, Any], budget: int, style: Style = RECITE, *, limits: Limits = LIMITS
) -> Iterator[Segment]:
    r"""A trace in segments of `budget` statements; together they are the uncut trace.

    >>> rule = Rule("def f(xs):\n    n = 0\n    for x in xs:\n        n += x\n    return n\n")
    >>> print(list(segments(rule, {"xs": [4, 7]}, 3))[1].state, end="")
    state before line 4 (statement 3)
    xs = [4, 7]
    n = 4
    x = 7
    statement 2: item 2 of 2 of xs
    """
    state = ""
    while True:
        text, after = go_on(rule, state, budget, style, given=given, limits=limits)
        yield Segment(state, text)
        if not after:
            return
        state = after
