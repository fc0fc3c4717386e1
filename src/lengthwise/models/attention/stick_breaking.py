"""Weights by breaking a stick: the newest key takes its share first, the next one of what is left."""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Bool, Float
from torch import Generator, Tensor
from torch.nn import functional

from lengthwise.models.doors import AttentionModule, Shape
from lengthwise.models.where import Where


@dataclass(frozen=True)
class StickBreaking:
    """Go back from the newest earlier key; each takes the share sigmoid(z) of what is left (arXiv:2410.17980).

    Formula: w_ij = sigmoid(z_ij) * product over j < t < i of (1 - sigmoid(z_it)), for j < i. A symbol does not see
    itself, and what is left of the stick at the line's start is dropped, so a row sums to at most 1. Where a key is
    hidden it takes nothing.

    Three keys with score 0 get 1/8, 1/4 and 1/2, the newest the most.

    >>> import torch
    >>> module = StickBreaking().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> [round(weight, 6) for weight in module.weigh(torch.zeros(1, 1, 1, 3))[0, 0, 0].tolist()]
    [0.125, 0.25, 0.5]
    """

    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = False

    def build(self, shape: Shape, generator: Generator) -> "StickBreakingModule":
        """Nothing is learned, so nothing is drawn."""
        return StickBreakingModule()


class StickBreakingModule(AttentionModule):
    """The stick, in log space."""

    def hide(self, query: Where, key: Where) -> Bool[Tensor, "batch queries keys"]:
        """A symbol itself."""
        return key.time[:, None, :] >= query.time[:, :, None]

    def weigh(self, z: Float[Tensor, "batch heads queries keys"]) -> Float[Tensor, "batch heads queries keys"]:
        """The logarithm of a share, plus what the newer keys have left."""
        z = z.float()
        left = -functional.softplus(z)
        newer = left.flip(-1).cumsum(-1).flip(-1) - left
        return (functional.logsigmoid(z) + newer).exp()
