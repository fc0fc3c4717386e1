"""What is asked of a solver and what comes back: the same for a network, a program and an endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import Instance
from lengthwise.core.keys import key
from lengthwise.core.line import Line


class Asked(Protocol):
    """What a request needs to know of the problem it asks: an `Instance`, or one of a task made of a rule."""

    @property
    def identity(self) -> str:
        """A short text that names it."""
        ...

    @property
    def length(self) -> int:
        """The task's nominal length."""
        ...


class Finish(StrEnum):
    """How a reply came to its end."""

    ENDED = "ended"  # the solver ended it
    LIMIT = "limit"  # it ran into the limit of symbols or tokens
    REFUSED = "refused"  # the solver would not answer
    FAILED = "failed"  # no answer arrived


@dataclass(frozen=True, eq=False)
class Request:
    """One question: its instance, the page with the prompt written (`line`, a block of one) and the plain form.

    `messages` is the chat form, and `plain` the text that ends where the answer begins.
    """

    instance: Asked
    line: Line | None
    plain: str
    messages: tuple[Mapping[str, str], ...] = ()
    limit: int = 0  # symbols or tokens that the reply may have

    @property
    def identity(self) -> str:
        """The hash that a stored reply is found by (beside the solver's own name and parameters)."""
        return (
            key("request", self.plain, *[f"{m['role']}:{m['content']}" for m in self.messages], self.limit)
            .digest()
            .hex()
        )


@dataclass(frozen=True)
class Reply:
    """One answer: `text` as the solver wrote it (symbols are joined by single spaces), and how it ended."""

    instance: Asked
    text: str
    finish: Finish = Finish.ENDED
    tokens: int = 0
    seconds: float = 0.0
    notes: Mapping[str, float] = field(default_factory=dict)


def columnar(request: Request) -> Instance:
    """The request's instance, which must be a row of a columnar task's block."""
    if not isinstance(request.instance, Instance):
        raise ConfigError(
            f"{request.instance.identity} is of a task made of a rule, which has no page; ask a solver that reads text"
        )
    return request.instance
