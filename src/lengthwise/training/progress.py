"""How far a training is."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """What the loop tells about itself."""

    update: int
    updates: int
    loss: float
    by_ingredient: Mapping[int, float]
    symbols: int
    seconds: float

    @property
    def rate(self) -> float:
        """Symbols per second."""
        return self.symbols / max(1e-9, self.seconds)

    @property
    def left(self) -> float:
        """Seconds until the end, at the rate so far."""
        return self.seconds / max(1, self.update) * (self.updates - self.update)
