"""RoPE stretched for longer lines, pair by pair: the fast pairs stay, the slow ones are interpolated."""

import math
from dataclasses import dataclass
from typing import ClassVar

from torch import Generator

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, Levels, Shape
from lengthwise.models.positions._turning import Turning, speeds


@dataclass(frozen=True)
class YaRN:
    """Keep the pairs that turned many times over the trained length and slow down those that did not.

    Formula (arXiv:2309.00071): with w_c = theta^(-2c / channels) and r_c = trained * w_c / 2 pi turns in training, pair
    c turns by w_c (g_c + (1 - g_c) / s) per id, where g_c goes linearly from 0 at r_c = slow to 1 at r_c = fast.
    Queries and keys are multiplied by 0.1 ln s + 1, so scores by its square. s = `scale` = tested length / trained
    length, one number for all lines.

    Over 64 trained ids the fastest pair turns 10.2 times: g = 0.2963, so at s = 4 it turns by 0.4722 radians per id.

    >>> import torch
    >>> shape = Shape(layers=1, heads=1, width=2, levels=1)
    >>> round(float(YaRN(scale=4.0, trained=64).build(shape, torch.Generator()).speeds), 4)
    0.4722
    """

    scale: float = 4.0
    trained: int = 64
    theta: float = 10_000.0
    slow: float = 1.0
    fast: float = 32.0

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "signed"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.scale < 1 or self.trained < 1 or self.theta <= 0 or not 0 <= self.slow < self.fast:
            raise ConfigError(
                f"{self}: scale and trained are at least 1, theta is positive, and slow is below fast (turns over the "
                "trained length)"
            )

    def build(self, shape: Shape, generator: Generator) -> Turning:
        """Nothing is learned, so nothing is drawn."""
        pace = speeds(self.theta, shape.channels)
        turns = self.trained * pace / (2 * math.pi)
        kept = ((turns - self.slow) / (self.fast - self.slow)).clamp(0.0, 1.0)
        return Turning(pace * (kept + (1 - kept) / self.scale), shape, factor=0.1 * math.log(self.scale) + 1)
