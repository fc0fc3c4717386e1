"""A learned number for each range of distances and each head."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape, drawn
from lengthwise.models.where import Where, distance


@dataclass(frozen=True)
class T5Bias:
    """Add to each score a learned number for the head and the bucket of the distance (arXiv:1910.10683, section 2.1).

    Formula: z_ij + b_h[bucket(d)], d = p_i - p_j in ids. With n buckets and e = n / 2, a distance below e is its own
    bucket; from there on bucket(d) = min(n - 1, e + floor((n - e) ln(d / e) / ln(farthest / e))). One table for all
    layers. A pair without two ids gets nothing.

    With the usual 32 buckets up to distance 128, a distance of 40 is in bucket 16 + floor(16 * 0.4406) = 23.

    >>> module = T5Bias().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> int(module.bucket(torch.tensor(40)))
    23
    """

    buckets: int = 32
    farthest: int = 128

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "forward"
    levels: ClassVar[Levels] = "one"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.buckets < 2 or self.farthest <= self.buckets // 2:
            raise ConfigError(
                f"T5Bias(buckets={self.buckets}, farthest={self.farthest}): at least 2 buckets, and a farthest "
                "distance beyond half their number"
            )

    def build(self, shape: Shape, generator: Generator) -> "T5BiasModule":
        """Small numbers, so that at first near and far are nearly alike."""
        return T5BiasModule(self, shape.heads, generator)


class T5BiasModule(EncodingModule):
    """The table and the first distance of each far bucket."""

    def __init__(self, blueprint: T5Bias, heads: int, generator: Generator) -> None:
        super().__init__()
        self.exact = blueprint.buckets // 2
        self.table = drawn(generator, 0.02, blueprint.buckets, heads)
        far = blueprint.buckets - self.exact
        growth = blueprint.farthest / self.exact
        # Rounded up to whole distances once, in float64; the small step keeps a whole number from becoming the next.
        firsts = [math.ceil(self.exact * growth ** (number / far) - 1e-9) for number in range(1, far)]
        self.register_buffer("firsts", torch.tensor(firsts, dtype=torch.long), persistent=False)

    def bucket(self, apart: Tensor) -> Tensor:
        """The bucket of each distance."""
        near = apart.clamp(0, self.exact)
        return near + torch.bucketize(apart, self.get_buffer("firsts"), right=True)

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """The learned number of each pair."""
        apart, known = distance(query, key)
        numbers = functional.embedding(self.bucket(apart), self.table) * known[..., None]
        return numbers.permute(0, 3, 1, 2)
