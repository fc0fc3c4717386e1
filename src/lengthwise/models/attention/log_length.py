"""Scores that grow with the logarithm of the number of visible keys, so that attention does not dilute."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from jaxtyping import Float, Int
from torch import Generator, Tensor

from lengthwise.models.doors import AttentionModule, Shape, drawn


@dataclass(frozen=True)
class LogLength:
    """Multiply the scores by a number that grows as ln n, where n counts the keys visible to this query.

    Formula: z_ij * ln n_i (`fixed`, arXiv:2202.12172), or z_ij * (1 + tau_h ln n_i) with tau_h learned for each head of
    each layer from N(0, 0.02) (`learned`; the length-dependent temperature of task hinting, arXiv:2310.00726). Without
    it the weight of one key among n with bounded scores falls as 1 / n.

    The tenth symbol of a line sees 10 keys, so `fixed` multiplies its scores by 2.3026.

    >>> import torch
    >>> module = LogLength("fixed").build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> round(float(module.scale(torch.tensor([[[10]]]))), 4)
    2.3026
    """

    form: Literal["fixed", "learned"] = "learned"

    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def build(self, shape: Shape, generator: Generator) -> AttentionModule:
        """`learned` draws one number per head."""
        return FixedLogLength() if self.form == "fixed" else LearnedLogLength(shape.heads, generator)


class FixedLogLength(AttentionModule):
    """The factor ln n."""

    def scale(self, visible: Int[Tensor, "batch heads queries"]) -> Float[Tensor, "batch heads queries"]:
        """The logarithm of the count."""
        return visible.float().log()


class LearnedLogLength(AttentionModule):
    """The factor 1 + tau ln n."""

    def __init__(self, heads: int, generator: Generator) -> None:
        super().__init__()
        self.tau = drawn(generator, 0.02, heads)

    def scale(self, visible: Int[Tensor, "batch heads queries"]) -> Float[Tensor, "batch every queries"]:
        """One plus the head's tau times the logarithm of the count."""
        return 1 + self.tau[:, None] * visible.float().log()
