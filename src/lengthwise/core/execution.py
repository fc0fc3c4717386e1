"""Where a value came from, in the words that hand-written tasks and executed rules share.

Three relations between a value and the symbols before it, each contained in the next:

- *carriers*: whose content entered the value;
- *witness*: what fixes it when everything else is deleted (carriers, and what only found the place);
- *influence*: whose change could alter it (the witness, and everything looked over).
"""

from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple, Protocol

from lengthwise.core.frame import Tag


class Sources(NamedTuple):
    """The content of one value of one row, and the tags it came from."""

    content: Any
    carriers: frozenset[Tag]
    witness: frozenset[Tag]
    influence: frozenset[Tag]


class Execution(Protocol):
    """One run of a rule. `written` are the tags whose values the style prints: paths stop there, as written wins."""

    @property
    def answer(self) -> Any:
        """What the rule returned."""
        ...

    @property
    def steps(self) -> int:
        """How many events were executed."""
        ...

    def sources(self, tag: Tag, written: AbstractSet[Tag]) -> Sources:
        """Content, carriers, witness and influence of one value."""
        ...
