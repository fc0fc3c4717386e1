"""RoPE on its fast pairs alone; the slow ones carry content."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Generator

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, Levels, Shape
from lengthwise.models.positions._turning import Turning, speeds


@dataclass(frozen=True)
class PRoPE:
    """Turn only the fastest fraction `p` of the channel pairs, as in RoPE, and leave the rest alone (arXiv:2410.06205).

    Formula: pair c of C turns by id * theta^(-2c / channels) radians if c < p C, else not at all. p = 1 is RoPE, p = 0
    is NoPE.

    Of the 4 pairs of an 8-channel head, p = 0.5 turns the first two, by 1 and 0.1 radians per id.

    >>> module = PRoPE(p=0.5).build(Shape(layers=1, heads=1, width=8, levels=1), torch.Generator())
    >>> [round(speed, 4) for speed in module.speeds.tolist()]
    [1.0, 0.1, 0.0, 0.0]
    """

    p: float = 0.75
    theta: float = 10_000.0

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "signed"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 <= self.p <= 1 or self.theta <= 0:
            raise ConfigError(f"PRoPE(p={self.p}, theta={self.theta}): p is a fraction of 0 to 1 and theta is positive")

    def build(self, shape: Shape, generator: Generator) -> Turning:
        """Nothing is learned, so nothing is drawn."""
        every = speeds(self.theta, shape.channels)
        return Turning(every * (torch.arange(len(every)) < self.p * len(every)), shape)
