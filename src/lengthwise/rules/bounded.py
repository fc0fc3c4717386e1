"""Bounded-state mode: a trace in segments, each continuing from a stated state alone.

After a number of statements the trace stops and states everything that the rest depends on: the statement it stands
before, every variable, how far each `for` has come (`item 2 of 5`, or what is left of a sequence that no variable
holds), the calls under way, and which names share a container (`b is a`). The next segment is made from that text and
the rule, nothing else; so a model, too, can go on with a context that does not grow. Cuts fall between statements;
inside a helper only where its call stands alone (`x = f(...)`, `return f(...)`, `f(...)`), since the results of the
other parts of an expression have no names.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lengthwise.core.errors import RuleError
from lengthwise.rules.rewrite.residual import Residual, before_name, loops_around, rows_name
from lengthwise.rules.rewrite.textual import Textual, text_names
from lengthwise.rules.rule import Rule
from lengthwise.rules.runtime.guards import Guards
from lengthwise.rules.runtime.limits import LIMITS, Limits
from lengthwise.rules.runtime.render import render
from lengthwise.rules.scanner import scan
from lengthwise.rules.styles.knobs import RECITE
from lengthwise.rules.styles.pieces import Style

HEAD = re.compile(r"(?:state before|call under way in) line (\d+) \(statement (\d+)\)")
ITEM = re.compile(r"statement (\d+): item (\d+) of (\d+) of (\w+(?:#\d+)?)")
LEFT = re.compile(r"statement (\d+): left ")
ALIAS = re.compile(r"(\w+(?:#\d+)?)((?:\[.+\])?) is (\w+(?:#\d+)?)((?:\[.+\])?)")
BEFORE = re.compile(r"before the call, (\w+) = ")
CONTAINERS = (list, dict, set)
Locals = Mapping[str, Any]


@dataclass(frozen=True)
class Segment:
    """A piece of a trace: the state it starts from (nothing at the very start), and its text."""

    state: str
    text: str


class Cut(BaseException):
    """Leaves a rule between two statements; collects each frame on its way out, innermost first."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[tuple[int, Locals]] = []


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
    """One segment under way: counts statements, and frames that a cut could leave."""

    def __init__(self, budget: int) -> None:
        self.budget, self.count = budget, 0
        self.frames = self.marks = 0

    def cut(self, identity: int, local: Locals) -> None:
        self.count += 1
        if self.count > self.budget and self.frames == self.marks:
            cut = Cut()
            cut.frames.append((identity, local))
            raise cut

    def caught(self, cut: Cut, identity: int, local: Locals) -> None:
        cut.frames.append((identity, local))

    def again(self, rows: Rows) -> Iterator[Any]:
        yield None  # the turn that was cut
        yield from rows

    def push(self) -> None:
        self.frames += 1

    def drop(self) -> None:
        self.frames -= 1

    def mark(self) -> None:
        self.marks += 1

    def unmark(self) -> None:
        self.marks -= 1

    def names(self) -> dict[str, Any]:
        own = {"cut": self.cut, "caught": self.caught, "rows": Rows, "again": self.again, "push": self.push}
        own |= {"drop": self.drop, "mark": self.mark, "unmark": self.unmark, "Cut": Cut}
        return {f"${name}": value for name, value in own.items()}


# ---- writing a state


def write_state(rule: Rule, frames: list[tuple[int, Locals]]) -> str:
    """Everything that the rest depends on; `frames` outermost first."""
    plan = rule.plan()
    around = loops_around(rule.functions, plan)
    labelled: dict[str, Any] = {}
    for depth, (identity, local) in enumerate(frames):
        names = plan.nodes[identity].names
        labelled |= {label(name, depth, frames): local[name] for name in names if name in local}
    lines: list[str] = []
    for depth, (identity, local) in enumerate(frames):
        node = plan.nodes[identity]
        where = "state before" if depth + 1 == len(frames) else "call under way in"
        lines.append(f"{where} line {node.shown} (statement {identity})")
        lines += [f"{name} = {render(local[name])}" for name in node.names if name in local]
        changed = [(name, local.get(before_name(name))) for name in node.writes if depth + 1 < len(frames)]
        lines += [f"before the call, {name} = {text}" for name, text in changed if text is not None]
        lines += [position(loop, local[rows_name(loop)], labelled) for loop in around[identity]]
    return "\n".join([*lines, *aliases_of(labelled)]) + "\n"


def label(name: str, depth: int, frames: list[tuple[int, Locals]]) -> str:
    """A variable's name; with its frame's number where there are several."""
    return name if len(frames) == 1 else f"{name}#{depth}"


def position(identity: int, rows: Rows, labelled: Locals) -> str:
    holder = next((n for n, v in labelled.items() if v is rows.source and rows.indexed), None)
    if holder is not None:
        return f"statement {identity}: item {rows.place} of {len(rows.source)} of {holder}"
    return f"statement {identity}: left {render(rows.left())}"


def aliases_of(labelled: Locals) -> list[str]:
    """`b is a` for every container that a second name, or a second place, holds."""
    first: dict[int, str] = {}
    lines: list[str] = []
    pending = list(reversed(list(labelled.items())))
    while pending:
        path, value = pending.pop()
        if isinstance(value, CONTAINERS):
            if id(value) in first:
                lines.append(f"{path} is {first[id(value)]}")
                continue
            first[id(value)] = path
        parts = (
            enumerate(value) if isinstance(value, list | tuple) else value.items() if isinstance(value, dict) else ()
        )
        inner = [(f"{path}[{render(k)}]", part) for k, part in parts if isinstance(part, list | dict | set | tuple)]
        pending += reversed(inner)
    return lines


# ---- reading a state


def read_state(text: str) -> tuple[tuple[int, ...], list[dict[str, Any]]]:
    """The statements to go on at, and the variables and loops of each frame, outermost first."""
    lines = text.splitlines()
    if not lines or HEAD.fullmatch(lines[0]) is None:
        given = lines[0] if lines else ""
        raise RuleError(f"a state begins with `state before line N (statement M)`, not with {given!r}")
    statements: list[int] = []
    frames: list[dict[str, Any]] = []
    later: list[tuple[int, re.Match[str]]] = []
    for line in lines:
        if head := HEAD.fullmatch(line):
            statements.append(int(head.group(2)))
            frames.append({})
        elif item := ITEM.fullmatch(line):
            later.append((len(frames) - 1, item))
        elif left := LEFT.match(line):
            frames[-1][rows_name(int(left.group(1)))] = Rows(scan(line, left.end())[0])
        elif before := BEFORE.match(line):
            frames[-1][before_name(before.group(1))] = line[before.end() :]
        elif " = " in line and line.partition(" = ")[0].isidentifier():
            name, _, value = line.partition(" = ")
            frames[-1][name] = scan(value)[0]
        elif alias := ALIAS.fullmatch(line):
            share(frames, *alias.groups())
        else:
            raise RuleError(
                f"the state line {line!r} is no variable, position or alias; write it as the mode prints it"
            )
    for depth, item in later:
        owner, name = holder_of(frames, item.group(4))
        frames[depth][rows_name(int(item.group(1)))] = Rows(owner[name], int(item.group(2)))
    return tuple(statements), frames


def holder_of(frames: list[dict[str, Any]], labelled: str) -> tuple[dict[str, Any], str]:
    """The frame and the name that a label means."""
    name, _, depth = labelled.partition("#")
    frame = frames[int(depth or 0)] if int(depth or 0) < len(frames) else {}
    if name not in frame and not depth:
        raise RuleError(f"the state speaks of {labelled!r}, which it does not state; state every variable first")
    return frame, name


def share(frames: list[dict[str, Any]], name: str, keys: str, other: str, other_keys: str) -> None:
    """Let two places hold one container again."""
    frame, plain = holder_of(frames, other)
    shared = frame[plain]
    for key in path_of(other_keys):
        shared = shared[key]
    owner: Any
    owner, last = holder_of(frames, name)
    path = [last, *path_of(keys)]
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


# ---- segments


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
    run = Bounded(budget)
    statements, frames = read_state(state) if state else ((), [])
    guards, out = Guards(limits), list[str]()
    names = {"$o": out.append, **text_names(guards.text, style.digits.spell), **run.names(), "$state": frames}
    code = rule.compiled(
        ("bounded", style, statements),
        lambda: Residual(rule.functions, rule.plan(), Textual(style, overrides=True), statements),
    )
    try:
        if state:
            rule.call(code, guards, names, None, start="$frame0")
        else:
            rule.call(code, guards, names, given)
    except Cut as cut:
        return "".join(out), write_state(rule, cut.frames[::-1])
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
