"""The doors through which encodings and attentions act on a layer; each is optional, and the defaults do nothing.

A member of either axis is two classes in one file: a frozen dataclass (the blueprint, which states properties and has
`build`) and the module below it, which opens the doors it needs. Pairs without meaning are refused by the stated
properties (`compatible.py`), never by name.
"""

from typing import Literal, NamedTuple, Protocol, runtime_checkable

import torch
from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor, nn

from lengthwise.models.memory import Memory, Seen
from lengthwise.models.where import Where

Distance = Literal["none", "forward", "signed"]
Levels = Literal["one", "many"]


class Shape(NamedTuple):
    """What a blueprint is told when it is built: the network's sizes and how many id levels a symbol carries."""

    layers: int
    heads: int
    width: int
    levels: int

    @property
    def channels(self) -> int:
        """Channels of one head."""
        return self.width // self.heads


class EncodingModule(nn.Module):
    """How ids enter the network. One module serves all layers, so a bias is computed once per pass."""

    def embed(self, where: Where) -> Float[Tensor, "batch time width"] | None:
        """What is added to the symbols' embeddings."""
        return None

    def turn(
        self,
        q: Float[Tensor, "batch heads queries channels"],
        k: Float[Tensor, "batch heads keys channels"],
        query: Where,
        key: Where,
    ) -> tuple[Float[Tensor, "batch heads queries channels"], Float[Tensor, "batch heads keys channels"]]:
        """Queries and keys, turned by where they stand; keys are cached turned."""
        return q, k

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"] | None:
        """What is added to the scores; minus infinity hides. Later keys are hidden by the layer itself."""
        return None

    def visible(self, count: Int[Tensor, "batch 1 queries"]) -> Int[Tensor, "batch heads queries"]:
        """How many keys each head sees, given how many are not later; less than all only where `bias` hides by time."""
        return count


class AttentionModule(nn.Module):
    """How one layer scales, hides and normalises its scores."""

    def scale(self, visible: Int[Tensor, "batch heads queries"]) -> Float[Tensor, "batch heads queries"] | None:
        """The factor on each query, from the number of keys it may see."""
        return None

    def hide(self, query: Where, key: Where) -> Bool[Tensor, "batch queries keys"] | None:
        """True where a key is hidden from a query, by time. Later keys are hidden by the layer itself."""
        return None

    def extend(self, memory: Memory | None, x: Float[Tensor, "batch time width"], fresh: Seen) -> Seen:
        """Everything to look at, once `fresh`, made from the layer's normalised input `x`, has been read."""
        return fresh if memory is None else memory.add(fresh)

    def scores(
        self, z: Float[Tensor, "#batch #heads #queries #keys"], query: Where, seen: Seen
    ) -> Float[Tensor, "#batch #heads #queries #keys"]:
        """The scores before anything is hidden. A member that states `fused` may only add to z."""
        return z

    def weigh(self, z: Float[Tensor, "batch heads queries keys"]) -> Float[Tensor, "batch heads queries keys"]:
        """Weights from scores, in which hidden keys are minus infinity."""
        return torch.softmax(z, dim=-1)


@runtime_checkable
class Encoding(Protocol):
    """The blueprint of an encoding and what it states about itself."""

    @property
    def limit(self) -> int | None:
        """The largest id it can take; None where every whole number will do."""

    @property
    def distance(self) -> Distance:
        """Whether it looks at id differences: not at all, only where earlier keys have smaller ids, or of any sign."""

    @property
    def levels(self) -> Levels:
        """Whether a symbol may carry more than one id."""

    @property
    def shift_invariant(self) -> bool:
        """Whether adding one number to every id changes nothing (ids 0 stay 0 and are left out of the claim)."""

    @property
    def cached(self) -> bool:
        """Whether a cache is offered."""

    @property
    def fused(self) -> bool:
        """Whether stock attention kernels serve it, if need be with a float mask."""

    def build(self, shape: Shape, generator: Generator) -> EncodingModule:
        """The module, its weights drawn from `generator`."""


@runtime_checkable
class Attention(Protocol):
    """The blueprint of an attention and what it states about itself."""

    @property
    def cached(self) -> bool:
        """Whether a cache is offered."""

    @property
    def fused(self) -> bool:
        """Whether stock attention kernels serve it, if need be with a float mask."""

    def build(self, shape: Shape, generator: Generator) -> AttentionModule:
        """The module of one layer, its weights drawn from `generator`."""


def drawn(generator: Generator, deviation: float, *sizes: int) -> nn.Parameter:
    """A parameter of normal numbers around 0, from this generator and never from the global seed."""
    return nn.Parameter(torch.empty(sizes).normal_(0.0, deviation, generator=generator))
