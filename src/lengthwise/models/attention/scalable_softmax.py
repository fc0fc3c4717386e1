"""A softmax whose scores grow with the logarithm of the number of keys, at a learned rate."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn

from lengthwise.models.doors import AttentionModule, Shape


@dataclass(frozen=True)
class ScalableSoftmax:
    """Multiply the scores by s ln n, n the number of keys visible to this query, s learned (arXiv:2501.19399).

    Formula: w_ij = n_i^(s_h z_ij) / sum over j' of n_i^(s_h z_ij'), which is a softmax of s_h ln(n_i) z_ij. One s for
    each head of each layer, at first 0.43, about where a fit without this form came out: our reading.

    With s = 1 and 8 keys, a score is multiplied by ln 8 = 2.0794.

    >>> module = ScalableSoftmax(start=1.0).build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> round(float(module.scale(torch.tensor([[[8]]])).detach()), 4)
    2.0794
    """

    start: float = 0.43

    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> "ScalableSoftmaxModule":
        """One number a head, all alike at first."""
        return ScalableSoftmaxModule(self.start, shape.heads)


class ScalableSoftmaxModule(AttentionModule):
    """The numbers s."""

    def __init__(self, start: float, heads: int) -> None:
        super().__init__()
        self.s = nn.Parameter(torch.full((heads,), start))

    def scale(self, visible: Int[Tensor, "batch some queries"]) -> Float[Tensor, "batch heads queries"]:
        """The head's s times the logarithm of the count."""
        return self.s[:, None] * visible.float().log()
