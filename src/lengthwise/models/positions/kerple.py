"""A penalty that grows with the logarithm of the distance, learned for each head."""

from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Generator, Tensor

from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape, drawn
from lengthwise.models.where import Where, distance


@dataclass(frozen=True)
class KERPLE:
    """Subtract r ln(1 + a d) from each score, with r and a learned for each head (the log form of arXiv:2205.09921).

    Formula: z_ij - r_h ln(1 + a_h d), d = p_i - p_j in ids, r_h, a_h > 0. One pair of numbers a head for all layers;
    here r = exp(u) and a = exp(v) with u, v drawn from N(0, 0.5), which keeps them positive. A pair without two ids
    gets nothing.

    With r = a = 1, a key 3 back loses ln 4 = 1.3863.

    >>> import torch
    >>> module = KERPLE().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> _ = module.u.data.zero_(), module.v.data.zero_()
    >>> there = Where(torch.tensor([[0, 1]]), torch.tensor([[[1], [4]]]))
    >>> round(float(module.bias(there, there)[0, 0, 1, 0].detach()), 4)
    -1.3863
    """

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "forward"
    levels: ClassVar[Levels] = "one"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> "KERPLEModule":
        """Numbers around 1, different in each head."""
        return KERPLEModule(shape.heads, generator)


class KERPLEModule(EncodingModule):
    """The logarithms of r and a."""

    def __init__(self, heads: int, generator: Generator) -> None:
        super().__init__()
        self.u = drawn(generator, 0.5, heads)
        self.v = drawn(generator, 0.5, heads)

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """Minus r ln(1 + a d)."""
        apart, _ = distance(query, key)
        far = apart.clamp(min=0)[:, None]  # later keys lie ahead and are hidden; their logarithm must not be NaN
        return -self.u.exp()[:, None, None] * (self.v.exp()[:, None, None] * far).log1p()
