"""What is asked of a solver and what comes back: the same for a network, a program and an endpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lengthwise.core.instance import Instance
from lengthwise.core.keys import key
from lengthwise.core.line import Line


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

    instance: Instance
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

    instance: Instance
    text: str
    finish: Finish = Finish.ENDED
    tokens: int = 0
    seconds: float = 0.0
    notes: Mapping[str, float] = field(default_factory=dict)
