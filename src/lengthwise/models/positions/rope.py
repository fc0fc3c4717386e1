"""Queries and keys turned by their position ids, so that their product sees the difference."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Generator

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, Levels, Shape
from lengthwise.models.positions._turning import Turning, speeds


@dataclass(frozen=True)
class RoPE:
    """Turn each channel pair of queries and keys by the id times the pair's speed (arXiv:2104.09864).

    Formula: z_ij = (R(p_i) q_i) . (R(p_j) k_j) / sqrt(channels), where R(p) turns pair c by p * theta^(-2c / channels)
    radians, so z depends on p_i - p_j alone. With several levels the heads are split among them in order. Id 0 is not
    turned, so a symbol without id acts as one at position 0 and is outside the shift invariance.

    A head of 2 channels has one pair, of speed 1: q = k = (1, 0) at ids 3 and 1 give cos 2 / sqrt 2.

    >>> import torch
    >>> from lengthwise.models.where import Where
    >>> module = RoPE().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> there = Where(torch.tensor([[0, 1]]), torch.tensor([[[1], [3]]]))
    >>> q, k = module.turn(*[torch.tensor([[[[1.0, 0.0], [1.0, 0.0]]]])] * 2, there, there)
    >>> round(float(q[0, 0, 1] @ k[0, 0, 0]), 4)
    -0.4161
    """

    theta: float = 10_000.0

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "signed"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.theta <= 0:
            raise ConfigError(f"RoPE(theta={self.theta}) has no speeds; theta is a positive number, usually 10000")

    def build(self, shape: Shape, generator: Generator) -> Turning:
        """Nothing is learned, so nothing is drawn."""
        return Turning(speeds(self.theta, shape.channels), shape)
