"""Attention as it was first written."""

from dataclasses import dataclass
from typing import ClassVar

from torch import Generator

from lengthwise.models.doors import AttentionModule, Shape


@dataclass(frozen=True)
class Plain:
    """Weigh the keys by a softmax of the scores (arXiv:1706.03762).

    Formula: w_ij = exp(z_ij) / sum over j' <= i of exp(z_ij'), z_ij = q_i . k_j / sqrt(channels).

    Two keys with scores ln 3 and 0 get the weights 3/4 and 1/4.

    >>> import torch
    >>> module = Plain().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> [round(weight, 4) for weight in module.weigh(torch.tensor([[[[3.0, 1.0]]]]).log())[0, 0, 0].tolist()]
    [0.75, 0.25]
    """

    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> AttentionModule:
        """A module that opens no door."""
        return AttentionModule()
