"""Attention that forgets: each symbol read since a key weakens it by as much as the symbol says."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor, nn
from torch.nn import functional

from lengthwise.models.doors import AttentionModule, Shape, drawn
from lengthwise.models.memory import Memory, Seen
from lengthwise.models.where import Where


@dataclass(frozen=True)
class Forgetting:
    """Add to each score the logarithms of the gates of all symbols read after the key (arXiv:2503.02130).

    Formula: z_ij + sum over t = j+1..i of ln f_t = z_ij + c_i - c_j, f_t = sigmoid(w_h . x_t + b_h) for each head, x
    the layer's normalised input, c its running sum of ln f, kept beside each key. b starts at `start`; at 0 half is
    forgotten with every symbol.

    With every gate at 1/2, a key 3 back loses 3 ln 2 = 2.0794.

    >>> module = Forgetting().build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> x, there = torch.zeros(1, 4, 2), Where(torch.arange(4)[None], torch.zeros(1, 4, 1, dtype=torch.long))
    >>> seen = module.extend(None, x, Seen(torch.zeros(1, 1, 4, 2), torch.zeros(1, 1, 4, 2), there))
    >>> round(float(module.scores(torch.zeros(1, 1, 4, 4), there, seen)[0, 0, 3, 0].detach()), 4)
    -2.0794
    """

    start: float = 0.0

    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> "ForgettingModule":
        """Gates that see little of the symbol at first."""
        return ForgettingModule(self.start, shape, generator)


class ForgettingModule(AttentionModule):
    """The gates."""

    def __init__(self, start: float, shape: Shape, generator: Generator) -> None:
        super().__init__()
        self.w = drawn(generator, shape.width**-0.5, shape.heads, shape.width)
        self.b = nn.Parameter(torch.full((shape.heads,), start))

    def extend(self, memory: Memory | None, x: Float[Tensor, "batch time width"], fresh: Seen) -> Seen:
        """The running sum beside each key, in fp32: it grows with the line."""
        gates = functional.logsigmoid(functional.linear(x, self.w, self.b).float()).transpose(1, 2)
        sums = gates.cumsum(-1)
        if memory is None:
            return fresh._replace(more=sums)
        if memory.length:
            before = memory.seen().more
            assert before is not None
            sums = sums + before[..., -1:]
        return memory.add(fresh._replace(more=sums))

    def scores(
        self, z: Float[Tensor, "#batch #heads #queries #keys"], query: Where, seen: Seen
    ) -> Float[Tensor, "#batch #heads #queries #keys"]:
        """The score plus c_i - c_j; the symbol of time t is the t-th that was seen."""
        assert seen.more is not None
        rows, heads, _ = seen.more.shape
        own = seen.more.gather(2, query.time[:, None].expand(rows, heads, -1))
        return z + (own[..., None] - seen.more[:, :, None])
