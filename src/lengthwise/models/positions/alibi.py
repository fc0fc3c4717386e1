"""A penalty that grows with distance, at a different slope in each head."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape
from lengthwise.models.where import Where, distance


@dataclass(frozen=True)
class ALiBi:
    """Subtract from each score the distance times the head's slope (arXiv:2108.12409).

    Formula: z_ij - m_h d, d = p_i - p_j >= 0 in ids, m_h = 2^(-8h / H) for head h = 1..H. Where H is not a power of two
    this keeps the same geometric series, which the paper's code interpolates instead. A pair without two ids has no
    penalty.

    With 2 heads the slopes are 1/16 and 1/256: a key 3 back loses 0.1875 in the first.

    >>> import torch
    >>> module = ALiBi().build(Shape(layers=1, heads=2, width=4, levels=1), torch.Generator())
    >>> there = Where(torch.tensor([[0, 1]]), torch.tensor([[[1], [4]]]))
    >>> module.bias(there, there)[0, :, 1, 0].tolist()
    [-0.1875, -0.01171875]
    """

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "forward"
    levels: ClassVar[Levels] = "one"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> "ALiBiModule":
        """Nothing is learned, so nothing is drawn."""
        return ALiBiModule(shape.heads)


class ALiBiModule(EncodingModule):
    """The slopes."""

    def __init__(self, heads: int) -> None:
        super().__init__()
        slopes = 2.0 ** (-8.0 * torch.arange(1, heads + 1) / heads)
        self.register_buffer("slopes", slopes, persistent=False)

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """Minus slope times distance."""
        apart, _ = distance(query, key)
        return apart[:, None] * -self.get_buffer("slopes")[:, None, None]
