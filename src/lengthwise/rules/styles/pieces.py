"""What styles are made of: pieces of text with holes, known before the rule runs.

A style answers, for each moment of each statement, with a tuple of pieces. The text density compiles them into the
rewritten program as f-strings; the event density fills them from events. One definition, two ways, the same bytes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from lengthwise.rules.events import Event
from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.runtime.render import render
from lengthwise.rules.scanner import scan


class Say(NamedTuple):
    """Fixed text. Roles: head, line, mark, verdict, name."""

    role: str
    text: str


class Bind(NamedTuple):
    """`prefix name = value suffix`; nothing if the name is unbound, or, with `changed`, if its value stayed.

    `shown` is written instead of the name, `joint` instead of the equals sign.
    """

    name: str
    prefix: str = ""
    suffix: str = "\n"
    changed: bool = False
    joint: str = " = "
    shown: str = ""


class All(NamedTuple):
    """Every bound variable of the function."""

    suffix: str = "\n"


class Parts(NamedTuple):
    """The elements of a variable that changed, one by one: `xs[2] = 7`; with `fresh`, all elements and the length."""

    name: str
    prefix: str = ""
    suffix: str = "\n"
    fresh: bool = False


class Result(NamedTuple):
    """What a function returned, or the name of the error that it raised."""


Piece = Say | Bind | Parts | All | Result


class Word(NamedTuple):
    """A word of a trace: its role (head, line, mark, name, verdict, value, answer), text, event and variable."""

    role: str
    text: str
    event: int
    name: str | None = None


class Joined(NamedTuple):
    """Numbers as they are written."""

    def spell(self, text: str) -> str:
        return text

    def unspell(self, text: str) -> str:
        return text


class Spaced(NamedTuple):
    """A space between any two digits that meet, so that a tokenizer sees each; `'1 2'` becomes `'1  2'`, and back."""

    def spell(self, text: str) -> str:
        return re.sub(r"(?<=\d)( *)(?=\d)", r"\1 ", text)

    def unspell(self, text: str) -> str:
        return re.sub(r"(?<=\d) ( *)(?=\d)", r"\1", text)


Digits = Joined | Spaced
JOINED = Joined()


@dataclass(frozen=True)
class States:
    """What a style states: values (read, changed, all), verdicts (said, implied, not stated), lines."""

    values: str
    verdicts: str
    lines: str


class Style(Protocol):
    """A way to write a trace."""

    @property
    def name(self) -> str: ...
    @property
    def states(self) -> States: ...
    @property
    def digits(self) -> Digits: ...
    @property
    def group(self) -> int:
        """How many consecutive simple statements are written as one."""
        ...

    def pieces(self, moment: str, node: Node, part: int = -1) -> tuple[Piece, ...]:
        """Moments: enter, begin (before a statement), open, test, sub, true, false, item, close, leave, fail."""
        ...


def moments(event: Event) -> tuple[str, ...]:
    """The moments of a style that an event stands for."""
    match event.kind:
        case "open":
            return ("begin", "open")
        case "test":
            return ("begin", "test") if event.iteration == 0 else ("test",)
        case "verdict":
            return ("true",) if event.verdict else ("false",)
        case "close":
            return ("sub",) if event.part >= 0 else ("close",)
        case "leave":
            return ("fail",) if event.error else ("leave",)
    return (event.kind,)


def fill(style: Style, event: Event, index: int) -> list[Word]:
    """The words of one event."""
    return [
        word
        for moment in moments(event)
        for piece in style.pieces(moment, event.node, event.part)
        for word in _fill(piece, event, index, style.digits)
    ]


def _fill(piece: Piece, event: Event, index: int, digits: Digits) -> Iterator[Word]:
    match piece:
        case Say(role=role, text=text):
            yield Word(role, text, index)
        case Bind():
            value = event.values.get(piece.name)
            if value is not None and not (piece.changed and event.before.get(piece.name) == value):
                yield from _binding(piece, value, index, digits)
        case Parts():
            value = event.values.get(piece.name)
            for name, part in () if value is None else parts_of(piece, event.before.get(piece.name), value):
                yield from _binding(Bind(name, piece.prefix, piece.suffix), part, index, digits)
        case All(suffix=suffix):
            for name in event.node.names:
                if name in event.state:
                    yield from _binding(Bind(name, suffix=suffix), event.state[name], index, digits)
        case Result():
            role = "answer" if event.node.entry else "value"
            yield Word(role, event.error or digits.spell(event.values[""]), index, "" if not event.error else None)


def _binding(bind: Bind, value: str, index: int, digits: Digits) -> Iterator[Word]:
    if bind.prefix:
        yield Word("mark", bind.prefix, index)
    yield Word("name", bind.shown or bind.name, index)
    yield Word("mark", bind.joint, index)
    yield Word("value", digits.spell(value), index, bind.name)
    yield Word("mark", bind.suffix, index)


def parts_of(piece: Parts, before: str | None, after: str) -> list[tuple[str, str]]:
    """Which elements changed, by name and text; the whole value where it is no list, text or dict, or became one.

    >>> parts_of(Parts("xs"), "[1, 2]", "[1, 5, 7]")
    [('xs[1]', '5'), ('xs[2]', '7')]
    >>> parts_of(Parts("xs"), "[1, 2]", "[2]")
    [('xs[0]', '2'), ('len(xs)', '1')]
    """
    if before == after and not piece.fresh:
        return []
    try:
        new = scan(after)[0]
        old = type(new)() if piece.fresh or before is None else scan(before)[0]
    except (ValueError, RecursionError):
        return [(piece.name, after)]
    if (
        type(new) is not type(old)
        or not isinstance(new, list | str | dict)
        or (isinstance(new, dict) and set(old) - set(new))
    ):
        return [(piece.name, after)]
    known = old if isinstance(old, dict) else dict(enumerate(old))
    rows = new if isinstance(new, dict) else dict(enumerate(new))
    found = [
        (f"{piece.name}[{render(k)}]", render(v))
        for k, v in rows.items()
        if k not in known or render(known[k]) != render(v)
    ]
    shorter = len(new) < len(old) or piece.fresh
    return [*found, (f"len({piece.name})", str(len(new)))] if shorter else found


@dataclass(frozen=True)
class Line:
    """A trace: one row of words. `str(line)` is the only way text is made from it."""

    words: tuple[Word, ...]

    def __str__(self) -> str:
        return "".join(word.text for word in self.words)

    def of_event(self, index: int) -> Mapping[str, str]:
        """The values that one event states, by name."""
        return {w.name: w.text for w in self.words if w.event == index and w.name is not None}
