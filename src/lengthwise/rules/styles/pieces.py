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


class Say(NamedTuple):
    """Fixed text. Roles: head, line, mark, verdict, name."""

    role: str
    text: str


class Bind(NamedTuple):
    """`prefix name = value suffix`; nothing if the name is unbound, or, with `changed`, if its value stayed."""

    name: str
    prefix: str = ""
    suffix: str = "\n"
    changed: bool = False


class All(NamedTuple):
    """Every bound variable of the function."""

    suffix: str = "\n"


class Result(NamedTuple):
    """What a function returned, or the name of the error that it raised."""


Piece = Say | Bind | All | Result


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
        case Bind(name=name, prefix=prefix, suffix=suffix, changed=changed):
            value = event.values.get(name)
            if value is not None and not (changed and event.before.get(name) == value):
                yield from _binding(name, value, prefix, suffix, index, digits)
        case All(suffix=suffix):
            for name in event.node.names:
                if name in event.state:
                    yield from _binding(name, event.state[name], "", suffix, index, digits)
        case Result():
            role = "answer" if event.node.entry else "value"
            yield Word(role, event.error or digits.spell(event.values[""]), index, "" if not event.error else None)


def _binding(name: str, value: str, prefix: str, suffix: str, index: int, digits: Digits) -> Iterator[Word]:
    if prefix:
        yield Word("mark", prefix, index)
    yield Word("name", name, index)
    yield Word("mark", " = ", index)
    yield Word("value", digits.spell(value), index, name)
    yield Word("mark", suffix, index)


@dataclass(frozen=True)
class Line:
    """A trace: one row of words. `str(line)` is the only way text is made from it."""

    words: tuple[Word, ...]

    def __str__(self) -> str:
        return "".join(word.text for word in self.words)

    def of_event(self, index: int) -> Mapping[str, str]:
        """The values that one event states, by name."""
        return {w.name: w.text for w in self.words if w.event == index and w.name is not None}
