"""Which encoding goes with which numbering and frame: refused before a run, by stated properties, with the remedy."""

from typing import Protocol, runtime_checkable

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Frame
from lengthwise.models.doors import Encoding


@runtime_checkable
class Numbers(Protocol):
    """What is asked of a numbering here."""

    @property
    def levels(self) -> int:
        """How many ids a symbol carries."""

    @property
    def monotone(self) -> bool:
        """Whether ids never fall from one symbol to the next."""

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """The lowest and the highest id that this frame and `extra` symbols after it can get."""


def check_pair(encoding: Encoding, numbering: Numbers, levels: int | None = None) -> None:
    """Refuse an encoding that cannot make sense of this numbering's ids.

    `levels` is what the network is built for where that is more than the numbering gives (a mixture whose widest
    ingredient has more).
    """
    name, ids = type(encoding).__name__, type(numbering).__name__
    if encoding.distance == "forward" and not numbering.monotone:
        raise ConfigError(
            f"{name} measures how far a key lies behind, and the ids of {ids} may fall along a line, so earlier keys "
            "would lie ahead; use an encoding of signed distances (RoPE, ClippedBias) or of none (Absolute, NoPE), or "
            "a numbering whose ids never fall (Sequential, RandomStart)"
        )
    many = numbering.levels if levels is None else max(levels, numbering.levels)
    if many > 1 and encoding.levels == "one":
        raise ConfigError(
            f"{name} reads one id level and {ids} gives {many}; use an encoding of many levels (Absolute, RoPE, "
            "ClippedBias) or a numbering of one"
        )


def check_span(encoding: Encoding, numbering: Numbers, frame: Frame, length: int, extra: int = 0) -> None:
    """Refuse a frame (of the task's `length`) whose ids, `extra` symbols past its end included, leave the table."""
    if encoding.limit is None:
        return
    lowest, highest = numbering.span(frame, extra)
    if lowest < 1 or highest > encoding.limit:
        raise ConfigError(
            f"length {length} needs ids from {lowest} to {highest} under {type(numbering).__name__}, and "
            f"{type(encoding).__name__} has a table of 1 to {encoding.limit}; raise its limit to at least {highest}, "
            f"test up to a shorter length, or take an encoding without a table"
        )
