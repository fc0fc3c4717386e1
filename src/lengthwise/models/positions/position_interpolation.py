"""RoPE with ids squeezed into the range seen in training."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Generator

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, Levels, Shape
from lengthwise.models.positions._turning import Turning, speeds


@dataclass(frozen=True)
class PositionInterpolation:
    """Divide every id by `scale` before RoPE turns by it, so that long lines stay in the trained range.

    Formula: pair c turns by (id / s) * theta^(-2c / channels) radians, s = tested length / trained length
    (arXiv:2306.15595). The scale is one number for all lines: one that followed the line's length would change keys
    that are already cached.

    At scale 4, id 8 turns the fastest pair by 2 radians.

    >>> import torch
    >>> shape = Shape(layers=1, heads=1, width=2, levels=1)
    >>> float(8 * PositionInterpolation(scale=4.0).build(shape, torch.Generator()).speeds)
    2.0
    """

    scale: float = 4.0
    theta: float = 10_000.0

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "signed"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.scale < 1 or self.theta <= 0:
            raise ConfigError(
                f"PositionInterpolation(scale={self.scale}, theta={self.theta}): scale is tested length / trained "
                "length, at least 1, and theta is positive"
            )

    def build(self, shape: Shape, generator: Generator) -> Turning:
        """Nothing is learned, so nothing is drawn."""
        return Turning(speeds(self.theta, shape.channels) / self.scale, shape)
