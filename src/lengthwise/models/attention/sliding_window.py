"""Attention to the last few symbols only."""

from dataclasses import dataclass, field

from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor

from lengthwise.core.errors import ConfigError
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import Attention, AttentionModule, Shape
from lengthwise.models.memory import Memory, Seen
from lengthwise.models.where import Where


@dataclass(frozen=True)
class SlidingWindow:
    """Let each symbol see itself and the `width` - 1 symbols before it (arXiv:2004.05150), by time and not by id.

    Formula: z_ij - infinity if t_i - t_j >= width, else z_ij. What is left is weighed by `inner`, which counts visible
    keys inside the window.

    In a window of 3, the symbol at time 6 sees times 4, 5 and 6.

    >>> import torch
    >>> module = SlidingWindow(width=3).build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> there = Where(torch.tensor([[3, 4, 5, 6]]), torch.zeros(1, 4, 1, dtype=torch.long))
    >>> module.hide(there, there)[0, 3].tolist()
    [True, False, False, False]
    """

    width: int = 8
    inner: Attention = field(default_factory=Plain)

    def __post_init__(self) -> None:
        if self.width < 1:
            raise ConfigError(f"SlidingWindow(width={self.width}) sees nothing; a symbol sees at least itself: use 1")

    @property
    def cached(self) -> bool:
        """As `inner`; the cache keeps keys that have left the window."""
        return self.inner.cached

    @property
    def fused(self) -> bool:
        """As `inner`, with a mask."""
        return self.inner.fused

    def build(self, shape: Shape, generator: Generator) -> "SlidingWindowModule":
        """What is drawn is drawn by `inner`."""
        return SlidingWindowModule(self.width, self.inner.build(shape, generator))


class SlidingWindowModule(AttentionModule):
    """The window around another attention."""

    def __init__(self, width: int, inner: AttentionModule) -> None:
        super().__init__()
        self.width, self.inner = width, inner

    def scale(self, visible: Int[Tensor, "batch some queries"]) -> Float[Tensor, "batch heads queries"] | None:
        """The inner factor, for the keys in the window."""
        return self.inner.scale(visible.clamp(max=self.width))

    def hide(self, query: Where, key: Where) -> Bool[Tensor, "batch queries keys"]:
        """What is too long ago, and what `inner` hides."""
        old = query.time[:, :, None] - key.time[:, None, :] >= self.width
        more = self.inner.hide(query, key)
        return old if more is None else old | more

    def extend(self, memory: Memory | None, x: Float[Tensor, "batch time width"], fresh: Seen) -> Seen:
        """As `inner`."""
        return self.inner.extend(memory, x, fresh)

    def scores(
        self, z: Float[Tensor, "#batch #heads #queries #keys"], query: Where, seen: Seen
    ) -> Float[Tensor, "#batch #heads #queries #keys"]:
        """As `inner`."""
        return self.inner.scores(z, query, seen)

    def weigh(self, z: Float[Tensor, "batch heads queries keys"]) -> Float[Tensor, "batch heads queries keys"]:
        """As `inner`."""
        return self.inner.weigh(z)
