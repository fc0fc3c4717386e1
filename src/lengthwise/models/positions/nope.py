"""No position encoding: order is known only through the causal mask."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Generator

from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape


@dataclass(frozen=True)
class NoPE:
    """Give the network no position at all; a causal mask still lets it count (arXiv:2305.19466).

    Formula: z_ij = q_i . k_j / sqrt(channels), for j <= i.

    >>> from lengthwise.models.doors import Shape
    >>> import torch
    >>> len(list(NoPE().build(Shape(layers=1, heads=2, width=8, levels=1), torch.Generator()).parameters()))
    0
    """

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "none"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> EncodingModule:
        """A module that opens no door."""
        return EncodingModule()
