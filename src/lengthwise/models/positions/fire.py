"""A small network that turns the relative distance into a bias, normalised by how far the query stands."""

import math
from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape, drawn
from lengthwise.models.where import Where, distance


@dataclass(frozen=True)
class FIRE:
    """Add to each score a learned function of the distance over the query's own position (arXiv:2310.04418).

    Formula: z_ij + f_h(psi(d) / psi(max(L, i))), psi(x) = ln(c x + 1), d = p_i - p_j in ids, i the query's id distance
    to the first key that it sees and that has an id (in the paper, its position), f a ReLU network of one hidden layer
    with an output a head, c > 0 and L > 0 learned, from 0.1 and `threshold`. One network for all layers. A pair without
    two ids gets nothing.

    With c = 1 and L = 7, a key 3 back from the 16th id has ln 4 / ln 16 = 0.5 as the network's input.

    >>> module = FIRE(threshold=7.0).build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> _ = module.log_c.data.zero_()
    >>> there = Where(torch.arange(16)[None], torch.arange(1, 17)[None, :, None])
    >>> round(float(module.share(there, there)[0, 15, 12].detach()), 4)
    0.5
    """

    threshold: float = 512.0
    hidden: int = 32

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "forward"
    levels: ClassVar[Levels] = "one"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.threshold <= 0 or self.hidden < 1:
            raise ConfigError(
                f"FIRE(threshold={self.threshold}, hidden={self.hidden}): the threshold is a positive length, the "
                "hidden width at least 1"
            )

    def build(self, shape: Shape, generator: Generator) -> "FIREModule":
        """A network with inputs of 0 to 1."""
        return FIREModule(self, shape.heads, generator)


class FIREModule(EncodingModule):
    """The network f, and the logarithms of c and L."""

    def __init__(self, blueprint: FIRE, heads: int, generator: Generator) -> None:
        super().__init__()
        self.log_c = nn.Parameter(torch.tensor(math.log(0.1)))
        self.log_threshold = nn.Parameter(torch.tensor(math.log(blueprint.threshold)))
        self.first = drawn(generator, 1.0, blueprint.hidden, 1)
        self.first_bias = drawn(generator, 1.0, blueprint.hidden)
        self.second = drawn(generator, blueprint.hidden**-0.5, heads, blueprint.hidden)
        self.second_bias = nn.Parameter(torch.zeros(heads))

    def share(self, query: Where, key: Where) -> Float[Tensor, "batch queries keys"]:
        """The network's input: psi of the distance over psi of the query's own, 0 at the query, 1 at the first key."""
        apart, _ = distance(query, key)
        seen = (key.time[:, None, :] <= query.time[:, :, None]) & (key.ids[:, None, :, 0] > 0)
        far = torch.iinfo(apart.dtype).max
        lowest = key.ids[:, None, :, 0].expand_as(apart).masked_fill(~seen, far).amin(-1, keepdim=True)
        own = (query.ids[:, :, :1] - lowest).clamp(min=0)
        c = self.log_c.exp()
        # Later keys lie ahead and are hidden; their logarithm must not be NaN.
        return (c * apart.clamp(min=0)).log1p() / (c * torch.maximum(own, self.log_threshold.exp())).log1p()

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """The network's answer for each pair."""
        _, known = distance(query, key)
        hidden = functional.relu(functional.linear(self.share(query, key)[..., None], self.first, self.first_bias))
        answer = functional.linear(hidden, self.second, self.second_bias) * known[..., None]
        return answer.permute(0, 3, 1, 2)
