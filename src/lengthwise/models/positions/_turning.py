"""Turning channel pairs by an angle: what the RoPE family shares."""

import torch
from jaxtyping import Float
from torch import Tensor

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import EncodingModule, Shape
from lengthwise.models.where import Where


def speeds(theta: float, channels: int) -> Float[Tensor, " pairs"]:
    """The turn of each channel pair per id, in radians: theta^(-2c / channels) for pair c = 0, 1, ..."""
    if channels % 2:
        raise ConfigError(
            f"RoPE turns pairs of channels and {channels} channels per head is odd; change width or heads"
        )
    return theta ** -(torch.arange(0, channels, 2, dtype=torch.float64) / channels)


class Turning(EncodingModule):
    """Turns pair c of each head by id times `speeds[c]`; pair c is made of channels c and c + channels / 2.

    With several levels the heads are split in order: head h turns by level h * levels // heads.
    """

    def __init__(self, speeds: Float[Tensor, " pairs"], shape: Shape, factor: float = 1.0) -> None:
        super().__init__()
        if shape.heads < shape.levels:
            raise ConfigError(f"{shape.levels} id levels cannot share {shape.heads} heads; give at least one head each")
        self.levels, self.factor = shape.levels, factor
        self.register_buffer("speeds", speeds.float(), persistent=False)
        level = torch.arange(shape.heads) * shape.levels // shape.heads
        self.register_buffer("level", level, persistent=False)

    def turn(
        self,
        q: Float[Tensor, "batch heads queries channels"],
        k: Float[Tensor, "batch heads keys channels"],
        query: Where,
        key: Where,
    ) -> tuple[Float[Tensor, "batch heads queries channels"], Float[Tensor, "batch heads keys channels"]]:
        """Queries and keys, each turned by its own ids."""
        asked = self._angles(key)
        asking = asked if query is key else self._angles(query)
        return _turned(q, asking, self.factor), _turned(k, asked, self.factor)

    def _angles(self, where: Where) -> Float[Tensor, "batch heads time pairs"]:
        ids = where.ids[..., :1] if self.levels == 1 else where.ids[..., self.get_buffer("level")]
        return ids.transpose(1, 2)[..., None] * self.get_buffer("speeds")


def _turned(
    x: Float[Tensor, "batch heads time channels"], angles: Float[Tensor, "rows some time pairs"], factor: float
) -> Float[Tensor, "batch heads time channels"]:
    cosine, sine = angles.cos() * factor, angles.sin() * factor
    first, second = x.chunk(2, dim=-1)
    return torch.cat([first * cosine - second * sine, second * cosine + first * sine], dim=-1).to(x.dtype)
