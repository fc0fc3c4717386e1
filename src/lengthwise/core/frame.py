"""What the shape of a prompt fixes: which value stands where, never what it is.

A task lists its `Slot`s in order of computation. A trace chooses which of them are written, a layout orders them on the
page, and the result is a `Frame`: the entries of the prompt, then the entries that the model writes.
"""

from typing import NamedTuple

Index = int | tuple[int, ...]
Tag = tuple[str, Index]  # a value's name: kind and index
Place = tuple[int | None, ...]  # where a value belongs, one number (or none) for each of the task's axes
Cell = tuple[str | None, Index]

PROMPT, WORKING, ANSWER = "prompt", "working", "answer"


class Slot(NamedTuple):
    """One value that can be written, as the task lists it. A separator inside the answer has kind None and a symbol."""

    kind: str | None
    index: Index  # type: ignore[assignment]  # a named tuple's own `index` method is never wanted here
    role: str = ANSWER  # "working" or "answer"
    symbol: str | None = None


class Entry(NamedTuple):
    """One symbol of the page: a value (kind, index) or a separator (kind None, symbol), its place and its role."""

    kind: str | None
    index: Index  # type: ignore[assignment]  # a named tuple's own `index` method is never wanted here
    symbol: str | None
    place: Place
    role: str

    @property
    def tag(self) -> Tag:
        """The value's name. Separators have none, and asking for it is a mistake in the code."""
        assert self.kind is not None, f"the separator {self.symbol!r} has no tag"
        return (self.kind, self.index)


class Frame(NamedTuple):
    """The prompt's template and the slots to fill, in page order, and the names of the axes that places lie on."""

    prompt: tuple[Entry, ...]
    slots: tuple[Entry, ...]
    axes: tuple[str, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The whole page."""
        return self.prompt + self.slots

    def columns(self) -> dict[Tag, int]:
        """Where on the page each value stands."""
        return {(e.kind, e.index): t for t, e in enumerate(self.entries) if e.kind is not None}
