"""Fixed waves of the position id, added to the symbols."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape
from lengthwise.models.where import Where


@dataclass(frozen=True)
class Sinusoidal:
    """Add sines and cosines of the id, from fast waves to slow ones (arXiv:1706.03762, section 3.5).

    Formula: x_i[2c] += s sin(p_i w_c), x_i[2c+1] += s cos(p_i w_c), w_c = base^(-2c / width), with p_i the id of symbol
    i and s = sqrt(2 / width), which gives the vector length 1, as the symbols have at the start. Several levels are
    summed. Id 0 adds nothing.

    >>> import torch
    >>> from lengthwise.models.doors import Shape
    >>> waves = Sinusoidal().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> [round(number, 4) for number in waves.embed(Where(torch.tensor([[1]]), torch.tensor([[[1]]])))[0, 0].tolist()]
    [0.8415, 0.5403]
    """

    base: float = 10_000.0

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "none"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = False
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not 0 < self.base < math.inf:
            raise ConfigError(f"Sinusoidal(base={self.base}) has no waves; base is a positive number, usually 10000")

    def build(self, shape: Shape, generator: Generator) -> "SinusoidalModule":
        """Nothing is learned, so nothing is drawn."""
        if shape.width % 2:
            raise ConfigError(f"Sinusoidal needs an even width, and {shape.width} is odd; use {shape.width + 1}")
        return SinusoidalModule(self.base, shape.width)


class SinusoidalModule(EncodingModule):
    """The waves, computed for the ids at hand, so no id is too large."""

    def __init__(self, base: float, width: int) -> None:
        super().__init__()
        self.base, self.width = base, width

    def embed(self, where: Where) -> Float[Tensor, "batch time width"]:
        """The waves of each symbol's id, summed over levels."""
        ids = where.ids[..., None].float()
        slow = torch.arange(0, self.width, 2, device=ids.device, dtype=torch.float32) / self.width
        angles = ids * torch.pow(self.base, -slow)
        waves = torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(-2) * (2 / self.width) ** 0.5
        total: Tensor = (waves * (ids > 0)).sum(dim=-2)
        return total
