"""One layer of a transformer: attention through the doors, then an MLP."""

from typing import NamedTuple

import torch
from jaxtyping import Bool, Float, Int
from torch import Generator, Tensor, nn
from torch.nn import functional

from lengthwise.models.doors import AttentionModule, EncodingModule
from lengthwise.models.memory import Memory, Seen
from lengthwise.models.where import Where, at

NORMS = ("pre", "post", "both")


class Sight(NamedTuple):
    """Which positions a layer continues and what each may look at, the same for every layer.

    `chosen` are the columns that ask (None: all of them). `mask` is the float bias or the boolean permission of each
    (query, key) pair; None with `square` means "the key is not later", None without it that nothing is hidden.
    """

    query: Where
    chosen: Tensor | None
    mask: Tensor | None
    square: bool
    visible: Tensor


class Layer(nn.Module):
    """Attention and an MLP, each added to the residual stream, with norms before, after the sum, or around them."""

    def __init__(self, sizes: tuple[int, int, int], norm: str, attention: AttentionModule, *, fused: bool) -> None:
        super().__init__()
        width, heads, hidden = sizes
        self.heads, self.norm, self.fused = heads, norm, fused
        self.attention = attention
        self.qkv = linear(width, 3 * width)
        self.out = linear(width, width)
        self.attention_norm = Norm(width)
        self.attention_after = Norm(width) if norm == "both" else nn.Identity()
        self.up = linear(width, hidden) if hidden else None
        self.down = linear(hidden, width) if hidden else None
        self.mlp_norm = Norm(width) if hidden else nn.Identity()
        self.mlp_after = Norm(width) if hidden and norm == "both" else nn.Identity()
        # Named places to look at or to change a value from outside; the first two exist in the plain path only.
        self.scores, self.weights = nn.Identity(), nn.Identity()
        self.mixed, self.hidden, self.residual = nn.Identity(), nn.Identity(), nn.Identity()

    def initialise(self, generator: Generator, layers: int) -> None:
        """Draw the weights: deviation 1 / sqrt(inputs), sqrt(2 layers) times less where the residual stream sums."""
        for module in (self.qkv, self.up):
            if module is not None:
                normal(module.weight, module.in_features**-0.5, generator)
        for module in (self.out, self.down):
            if module is not None:
                normal(module.weight, (module.in_features * 2 * layers) ** -0.5, generator)

    def forward(
        self,
        x: Float[Tensor, "batch time width"],
        here: Where,
        sight: Sight,
        encoding: EncodingModule,
        memory: Memory | None,
    ) -> Float[Tensor, "batch asked width"]:
        """The residual stream after this layer, at the columns that `sight` asks for."""
        normed = x if self.norm == "post" else self.attention_norm(x)
        mixed = self._attend(normed, here, sight, encoding, memory)
        x = (x if sight.chosen is None else pick(x, sight.chosen)) + self.attention_after(mixed)
        if self.norm == "post":
            x = self.attention_norm(x)
        if self.up is not None and self.down is not None:
            normed = x if self.norm == "post" else self.mlp_norm(x)
            x = x + self.mlp_after(self.down(self.hidden(functional.gelu(self.up(normed)))))
            if self.norm == "post":
                x = self.mlp_norm(x)
        seen: Tensor = self.residual(x)
        return seen

    def _attend(
        self, x: Tensor, here: Where, sight: Sight, encoding: EncodingModule, memory: Memory | None
    ) -> Float[Tensor, "batch asked width"]:
        q, k, v = self._projected(x, sight.chosen)
        q, k = encoding.turn(q, k, sight.query, here)
        factor = self.attention.scale(sight.visible)
        if factor is not None:
            q = q * factor[..., None]
        seen = self.attention.extend(memory, x, Seen(k, v, here))
        mask = sight.mask
        hidden = self.attention.hide(sight.query, seen.where)
        if hidden is not None:
            mask = _hide(mask, hidden, sight, seen.where)
        if self.fused and not _watched(self.scores) and not _watched(self.weights):
            heads = self._fused(q, seen, mask, sight)
        else:
            heads = self._plain(q, seen, mask, sight)
        mixed: Tensor = self.out(self.mixed(heads.transpose(1, 2).flatten(2)))
        return mixed

    def _projected(self, x: Tensor, chosen: Tensor | None) -> tuple[Tensor, Tensor, Tensor]:
        """Queries, keys and values [batch heads time channels]; queries of the chosen columns only."""
        if chosen is None:
            q, k, v = self.qkv(x).chunk(3, dim=-1)
        else:
            width = x.shape[-1]
            k, v = functional.linear(x, self.qkv.weight[width:]).chunk(2, dim=-1)
            q = functional.linear(pick(x, chosen), self.qkv.weight[:width])
        split = [part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in (q, k, v)]
        return split[0], split[1], split[2]

    def _fused(self, q: Tensor, seen: Seen, mask: Tensor | None, sight: Sight) -> Tensor:
        """The stock kernel; a member that adds to the scores does so in the mask, here by adding to zeros."""
        zero = q.new_zeros(1, 1, 1, 1)
        added = self.attention.scores(zero, sight.query, seen)
        if added is not zero:
            mask = added.masked_fill(~_permitted(sight, seen.where), -torch.inf) if mask is None else _add(added, mask)
        if mask is not None and mask.is_floating_point():
            mask = mask.to(seen.values.dtype)
        return functional.scaled_dot_product_attention(
            q.to(seen.values.dtype),
            seen.keys.to(seen.values.dtype),
            seen.values,
            attn_mask=mask,
            is_causal=mask is None and sight.square,
        )

    def _plain(self, q: Tensor, seen: Seen, mask: Tensor | None, sight: Sight) -> Tensor:
        """The same, step by step, with scores and weights to look at."""
        z = q.to(seen.keys.dtype) @ seen.keys.transpose(-1, -2) * q.shape[-1] ** -0.5
        z = self.attention.scores(z, sight.query, seen)
        z = _add(z, _permitted(sight, seen.where) if mask is None else mask)
        weights: Tensor = self.weights(self.attention.weigh(self.scores(z)))
        return weights.to(seen.values.dtype) @ seen.values


class Norm(nn.Module):
    """Divide by the root mean square, times a learned gain (RMSNorm, arXiv:1910.07467)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(width))

    def forward(self, x: Float[Tensor, "batch time width"]) -> Float[Tensor, "batch time width"]:
        """The normalised rows, in the precision of the gain."""
        return functional.rms_norm(x.to(self.gain.dtype), self.gain.shape, self.gain, 1e-6)


def linear(inputs: int, outputs: int) -> nn.Linear:
    """A matrix without a bias whose numbers are still to be drawn (so the global seed is left alone)."""
    with torch.device("meta"):
        matrix = nn.Linear(inputs, outputs, bias=False)
    return matrix.to_empty(device="cpu")


def normal(weight: Tensor, deviation: float, generator: Generator) -> None:
    """Fill a weight with normal numbers from this generator."""
    with torch.no_grad():
        weight.normal_(0.0, deviation, generator=generator)


def pick(
    x: Float[Tensor, "batch time width"], columns: Int[Tensor, "*batch chosen"]
) -> Float[Tensor, "batch chosen width"]:
    """Some columns of x: the same ones in every row (one axis) or each row's own (two axes)."""
    if columns.ndim == 1:
        return x.index_select(1, columns)
    return x.gather(1, columns[..., None].expand(-1, -1, x.shape[-1]))


def see(encoding: EncodingModule, here: Where, keys: Where, chosen: Int[Tensor, "*batch chosen"] | None) -> Sight:
    """Work out once per pass what each asking column may look at: `here` is read now, `keys` are all so far."""
    query = here if chosen is None else at(here, chosen)
    square = query is keys
    visible = encoding.visible(query.time[:, None, :] + 1)
    mask = encoding.bias(query, keys)
    # One column asking after all others were read (a decoding step) may look at everything.
    last = chosen is None and here.time.shape[1] == 1
    if mask is not None:
        mask = mask.masked_fill(~_in_time(query, keys)[:, None], -torch.inf)
    elif not square and not last:
        mask = _in_time(query, keys)[:, None]
    return Sight(query, chosen, mask, square, visible)


def _in_time(query: Where, key: Where) -> Bool[Tensor, "batch queries keys"]:
    return key.time[:, None, :] <= query.time[:, :, None]


def _permitted(sight: Sight, key: Where) -> Bool[Tensor, "batch 1 queries keys"]:
    return _in_time(sight.query, key)[:, None]


def _hide(mask: Tensor | None, hidden: Tensor, sight: Sight, key: Where) -> Tensor:
    """The mask with more pairs hidden."""
    if mask is None:
        mask = _permitted(sight, key)
    return _add(mask, ~hidden[:, None]) if mask.is_floating_point() else mask & ~hidden[:, None]


def _add(z: Tensor, mask: Tensor) -> Tensor:
    """Scores with a float mask added or the pairs without permission hidden."""
    return z + mask if mask.is_floating_point() else z.masked_fill(~mask, -torch.inf)


def _watched(module: nn.Module) -> bool:
    """Whether somebody attached a hook."""
    return bool(module._forward_hooks or module._forward_pre_hooks)  # noqa: SLF001 - torch offers no public question
