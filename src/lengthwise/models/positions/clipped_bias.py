"""A learned number for each small id difference; all that is further ahead or behind is alike."""

import math
from dataclasses import dataclass
from typing import ClassVar

from jaxtyping import Float
from torch import Generator, Tensor
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.models.doors import Distance, EncodingModule, Levels, Shape, drawn
from lengthwise.models.where import Where


@dataclass(frozen=True)
class ClippedBias:
    """Add to each score a learned number for the head and the clipped id difference, summed over the id levels.

    Formula: z_ij + ln n_i * sum over levels l of (g b_lh[clip(p_il - p_jl, -k, k)] - s), with k = `reach`, g = `gain`,
    s = 1 with `sink` and else 0, and n_i the number of symbols read so far, i's own included; without `grows` the
    factor ln n_i is left out. The clipped differences are those of arXiv:1803.02155, section 3.2, as numbers on the
    scores instead of vectors; the factor is that of log-length scaling (arXiv:2202.12172), here on the numbers alone. A
    level on which a pair has not two ids adds nothing.

    A larger gain lets the scores move further in one step of an optimiser whose steps have one size (AdamW), and leaves
    them as they are at the start. With `sink` all keys with an id together weigh, at the start, as much as one without
    (the start symbol), so that a query whose ids nobody has finds the same at any length.

    There is no table of ids to run out of: all that lies beyond `reach` is one case, and it is trained as soon as
    training lines are longer than `reach`. With bounded numbers the weight of one near key among n falls as 1 / n; with
    the factor it is n^gb against n, which any gb > 1 wins at every length. Made for the ids of position coupling
    (`Coupled`), where symbols that belong together differ by 0 or 1 in a problem of any length; with ids that count
    symbols it tells near from far and nothing more.

    With reach 2 and gain 3 a key 7 behind and one 2 behind get the same number, 3 b[2] ln n; one 7 ahead gets
    3 b[-2] ln n. The fourth symbol adds 3 * 0.5 * ln 4 = 2.0794 where b is 0.5.

    >>> import torch
    >>> module = ClippedBias(reach=2, gain=3).build(Shape(layers=1, heads=1, width=2, levels=1), torch.Generator())
    >>> there = Where(torch.tensor([[0, 1, 2, 3]]), torch.tensor([[[3], [8], [17], [10]]]))
    >>> scores = module.bias(there, there)[0, 0, 3]
    >>> bool(scores[0] == scores[1]), torch.allclose(scores[2], 3 * module.table[0, 0, 0] * torch.tensor(4).log())
    (True, True)
    """

    reach: int = 8
    grows: bool = True
    gain: float = 1.0
    sink: bool = False

    limit: ClassVar[int | None] = None
    distance: ClassVar[Distance] = "signed"
    levels: ClassVar[Levels] = "many"
    shift_invariant: ClassVar[bool] = True
    cached: ClassVar[bool] = True
    fused: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if self.reach < 1:
            raise ConfigError(f"ClippedBias(reach={self.reach}) tells no two differences apart; use at least 1")
        if not 0 < self.gain < math.inf:
            raise ConfigError(
                f"ClippedBias(gain={self.gain}) says nothing of where symbols stand; use a finite number above 0"
            )
        if self.sink and not self.grows:
            raise ConfigError("ClippedBias(sink=True, grows=False): a sink weighs against n keys; leave grows=True")

    def build(self, shape: Shape, generator: Generator) -> "ClippedBiasModule":
        """Numbers large enough to be told apart from the scores of contents, which drown smaller ones in training."""
        return ClippedBiasModule(self, shape, generator)


class ClippedBiasModule(EncodingModule):
    """A table for each level: 2 reach + 1 differences, from far ahead to far behind, by heads."""

    def __init__(self, blueprint: ClippedBias, shape: Shape, generator: Generator) -> None:
        super().__init__()
        self.reach, self.grows, self.gain = blueprint.reach, blueprint.grows, blueprint.gain
        self.less = 1.0 if blueprint.sink else 0.0
        self.table = drawn(generator, 0.3 / self.gain, shape.levels, 2 * self.reach + 1, shape.heads)

    def bias(self, query: Where, key: Where) -> Float[Tensor, "batch heads queries keys"]:
        """The learned numbers of each pair, summed over levels."""
        total: Tensor | float = 0.0
        for level, table in enumerate(self.table):
            asking, asked = query.ids[:, :, None, level], key.ids[:, None, :, level]
            apart = (asking - asked).clamp(-self.reach, self.reach) + self.reach
            known = (asking > 0) & (asked > 0)
            total = total + (self.gain * functional.embedding(apart, table) - self.less) * known[..., None]
        assert isinstance(total, Tensor), "a numbering has at least one level"
        numbers = total.permute(0, 3, 1, 2)
        return numbers * (query.time + 1).float().log()[:, None, :, None] if self.grows else numbers
