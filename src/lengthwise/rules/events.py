"""The seven events of an execution, and the one hook that sees them.

    enter    a function begins           values: the arguments
    open     a statement begins          values: the variables it reads
    test     a condition is evaluated    values: the variables it reads
    verdict  a condition, or the next turn of a `for`, is decided     verdict, iteration; the depth is `node.depth`
    item     a `for` hands out item k of n                            values: the loop variables
    close    a sub-expression (part >= 0) or a statement is done      values: its value, or the variables written
    leave    a function ends             values: {"": the result}, or `error`

The hook's answer may override what is stored or decided; `None` leaves everything as computed.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from lengthwise.rules.rewrite.nodes import Node


class Event(NamedTuple):
    """One moment of an execution. Values are texts, rendered at once, never references."""

    kind: str
    node: Node
    values: Mapping[str, str]
    before: Mapping[str, str] = {}
    part: int = -1
    verdict: bool | None = None
    iteration: int = 0
    of: int | None = None
    error: str = ""
    state: Mapping[str, str] = {}


class Override(NamedTuple):
    """What the hook wants instead: variables by name, a sub-expression or a result under "", or a verdict."""

    values: Mapping[str, Any] = {}
    verdict: bool | None = None


class Hook(Protocol):
    """Sees every event of an execution."""

    @property
    def whole(self) -> bool:
        """Whether `Event.state` must hold all variables: dear, so only where a style prints them."""
        ...

    def on(self, event: Event) -> Override | None:
        """What to do instead, if anything."""
        ...


class Recorder:
    """A hook that keeps every event."""

    def __init__(self, *, whole: bool = False) -> None:
        self.whole = whole
        self.events: list[Event] = []

    def on(self, event: Event) -> Override | None:
        self.events.append(event)
        return None
