"""Some heads look back over a few symbols only; the others see everything and know no position."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape
from lengthwise.models.where import Where


@dataclass(frozen=True)
class HardALiBi:
    """Let head h = 1..m see itself and the h - 1 symbols before it; the other heads see all (arXiv:2402.01032).

    Formula: z_ij - infinity if t_i - t_j >= h for head h <= m = `windowed`, else z_ij, with t the time of a symbol, not
    its id: a window is over symbols as they were read.

    With m = 2 the symbol at time 5 is seen from time 6 by head 2 and not by head 1.

    >>> module = HardALiBi(windowed=2).build(Shape(layers=1, heads=3, width=3, levels=1), torch.Generator())
    >>> there = Where(torch.tensor([[5, 6]]), torch.zeros(1, 2, 1, dtype=torch.long))
    >>> module.bias(there, there)[0, :, 1, 0].tolist()
    [-inf, 0.0, 0.0]
    """

    windowed: int = 2

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "none"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.windowed < 1:
            raise ConfigError(f"HardALiBi(windowed={self.windowed}) hides nothing; use at least 1, or NoPE")

    def build(self, shape: Shape, generator: Generator) -> "HardALiBiModule":
        """Nothing is learned, so nothing is drawn."""
        if self.windowed > shape.heads:
            raise ConfigError(
                f"HardALiBi(windowed={self.windowed}) needs as many heads and the network has {shape.heads}; use at "
                f"most {shape.heads}"
            )
        return HardALiBiModule(self.windowed, shape.heads)


class HardALiBiModule(EncodingModule):
    """The windows, in symbols; heads without one have a window longer than any line."""

    def __init__(self, windowed: int, heads: int) -> None:
        super().__init__()
        windows = torch.full((heads,), 2**62)
        windows[:windowed] = torch.arange(1, windowed + 1)
        self.register_buffer("windows", windows, persistent=False)

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """Minus infinity outside the head's window."""
        back = query.time[:, None, :, None] - key.time[:, None, None, :]
        outside = back >= self.get_buffer("windows")[:, None, None]
        return torch.zeros(outside.shape, device=outside.device).masked_fill(outside, -torch.inf)

    def visible(self, count: Int[Tensor, "batch 1 queries"]) -> Int[Tensor, "batch heads queries"]:
        """No more than the window holds."""
        return torch.minimum(count, self.get_buffer("windows")[:, None])
