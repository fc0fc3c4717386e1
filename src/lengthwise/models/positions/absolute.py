"""A learned vector for every position id."""

from dataclasses import dataclass
from typing import ClassVar

import torch
from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape, drawn
from lengthwise.models.where import Where


@dataclass(frozen=True)
class Absolute:
    """Add to each symbol a learned vector for its id; several levels have a table each and are summed.

    Formula: x_i += E_1[p_i1] + E_2[p_i2] + ..., with p_il the id of symbol i on level l in 1..limit (arXiv:1706.03762,
    section 3.5; the sum over levels is position coupling's, arXiv:2405.20671). Id 0 adds nothing.

    >>> import torch
    >>> from lengthwise.models.doors import Shape
    >>> table = Absolute(limit=4).build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> ids = torch.tensor([[[0], [3]]])
    >>> added = table.embed(Where(torch.tensor([[0, 1]]), ids))
    >>> added[0, 0].tolist(), bool((added[0, 1] == table.table[0, 3]).all())
    ([0.0, 0.0], True)
    """

    limit: int = 512

    distance: ClassVar[Distance] = "none"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = False
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.limit < 1:
            raise ConfigError(f"Absolute(limit={self.limit}) has no row for any id; give a limit of at least 1")

    def build(self, shape: Shape, generator: Generator) -> "AbsoluteModule":
        """Tables as visible as the symbols: both are drawn with deviation 1 / sqrt(width)."""
        return AbsoluteModule(self.limit, shape, generator)


class AbsoluteModule(EncodingModule):
    """The tables, one per level."""

    def __init__(self, limit: int, shape: Shape, generator: Generator) -> None:
        super().__init__()
        self.table = drawn(generator, shape.width**-0.5, shape.levels, limit + 1, shape.width)
        with torch.no_grad():
            self.table[:, 0] = 0.0

    def embed(self, where: Where) -> Float[Tensor, "batch time width"]:
        """The sum over levels of the id's row; row 0 is zero and is never trained."""
        total = None
        for level, table in enumerate(self.table):
            rows = functional.pad(table[1:], (0, 0, 1, 0))  # not `padding_idx`, which a stack of tables does not obey
            row = functional.embedding(where.ids[..., level], rows)
            total = row if total is None else total + row
        if total is None:
            raise ConfigError("Absolute was given ids with no level; a numbering has at least one")
        return total
