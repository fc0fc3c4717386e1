"""A decoder-only transformer, put together from an encoding and an attention."""

from dataclasses import dataclass, field
from typing import Literal

import torch
from jaxtyping import Float, Int
from torch import Generator, Tensor, nn
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import Attention, Encoding, Shape, drawn
from lengthwise.models.layer import NORMS, Layer, Norm, linear, normal, see
from lengthwise.models.memory import Memory
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.prediction import Prediction
from lengthwise.models.where import Where


@dataclass(frozen=True)
class Transformer:
    """A causal transformer of `layers` layers that reads symbols one by one and predicts the next.

    `mlp` is the MLP's hidden width as a multiple of `width` (0: no MLP). `norm` says where RMSNorm stands: before each
    sublayer, after each sum, or before and after each sublayer (as in position coupling, arXiv:2405.20671). With `tie`
    "tied" the rows of the embedding are the rows of the head. `predict_ids` is the largest number that an extra head
    says about the next id (0: no such head).

    >>> import torch
    >>> model = Transformer(layers=1, heads=2, width=8).build(symbols=5)
    >>> line = torch.tensor([[0, 3, 4]])
    >>> model(line, torch.tensor([[[0], [1], [2]]]), torch.tensor([[0, 1, 2]])).symbols.shape
    torch.Size([1, 3, 5])
    """

    layers: int = 2
    heads: int = 4
    width: int = 128
    mlp: float = 4.0
    norm: Literal["pre", "post", "both"] = "pre"
    tie: Literal["tied", "apart"] = "tied"
    encoding: Encoding = field(default_factory=NoPE)
    attention: Attention = field(default_factory=Plain)
    predict_ids: int = 0

    def __post_init__(self) -> None:
        if min(self.layers, self.heads, self.width) < 1 or self.mlp < 0 or self.predict_ids < 0:
            raise ConfigError(
                f"layers={self.layers}, heads={self.heads}, width={self.width}, mlp={self.mlp}, "
                f"predict_ids={self.predict_ids}: the first three start at 1, the others at 0"
            )
        if self.width % self.heads:
            near = max(self.heads, round(self.width / self.heads) * self.heads)
            raise ConfigError(f"width {self.width} cannot be split into {self.heads} heads; use width {near}")
        if self.norm not in NORMS or self.tie not in ("tied", "apart"):
            raise ConfigError(f"norm={self.norm!r}, tie={self.tie!r}: norm is one of {NORMS}, tie is 'tied' or 'apart'")

    def build(self, symbols: int, levels: int = 1, seed: int | Generator = 0) -> "TransformerModule":
        """The network for a vocabulary of `symbols` and ids of `levels` levels; its weights are decided by `seed`."""
        generator = seed if isinstance(seed, Generator) else torch.Generator().manual_seed(seed)
        if levels > 1 and self.encoding.levels == "one":
            raise ConfigError(
                f"{type(self.encoding).__name__} reads one id level and the numbering gives {levels}; use an encoding "
                "of many levels (Absolute, RoPE, ClippedBias) or a numbering of one"
            )
        return TransformerModule(self, symbols, levels, generator)


class TransformerModule(nn.Module):
    """The network. Values worth seeing pass through identity modules: `embedded`, `layer0.scores`, `layer0.weights`,
    `layer0.mixed` (the heads side by side), `layer0.hidden`, `layer0.residual`, ..., `final`.
    """

    def __init__(self, blueprint: Transformer, symbols: int, levels: int, generator: Generator) -> None:
        super().__init__()
        self.blueprint, self.levels = blueprint, levels
        shape = Shape(blueprint.layers, blueprint.heads, blueprint.width, levels)
        rows = drawn(generator, blueprint.width**-0.5, symbols, blueprint.width)
        self.embedding = nn.Embedding(symbols, blueprint.width, _weight=rows.detach())
        self.encoding = blueprint.encoding.build(shape, generator)
        self._names = [f"layer{number}" for number in range(blueprint.layers)]
        for name in self._names:
            self.add_module(name, _layer(blueprint, shape, generator))
        self.final_norm = nn.Identity() if blueprint.norm == "post" else Norm(blueprint.width)
        self.head = linear(blueprint.width, symbols)
        if blueprint.tie == "tied":
            self.head.weight = self.embedding.weight
        else:
            normal(self.head.weight, blueprint.width**-0.5, generator)
        self.id_head: nn.Linear | None = None
        if blueprint.predict_ids:
            self.id_head = linear(blueprint.width, levels * (blueprint.predict_ids + 1))
            normal(self.id_head.weight, blueprint.width**-0.5, generator)
        self.embedded, self.final = nn.Identity(), nn.Identity()

    @property
    def layers(self) -> list[Layer]:
        """The layers in order."""
        return [layer for layer in map(self.get_submodule, self._names) if isinstance(layer, Layer)]

    def start(self) -> list[Memory]:
        """An empty cache, to be handed to `forward` with the prompt and then with each symbol."""
        if not (self.blueprint.encoding.cached and self.blueprint.attention.cached):
            raise ConfigError(
                f"{type(self.blueprint.encoding).__name__} with {type(self.blueprint.attention).__name__} offers no "
                "cache; call the model on the whole line"
            )
        return [Memory() for _ in self._names]

    def forward(
        self,
        symbols: Int[Tensor, "batch time"],
        ids: Int[Tensor, "#batch time level"],
        time: Int[Tensor, "#batch time"],
        head_at: Int[Tensor, "*batch asked"] | None = None,
        memory: list[Memory] | None = None,
    ) -> Prediction:
        """What comes after each symbol, or after the columns `head_at` alone (then the last layer works only there).

        With a `memory` the symbols follow those it holds, and are added to it.
        """
        here = Where(_one_row(time), _one_row(ids))
        x = self.hidden_states(symbols, here, head_at, memory)
        return Prediction(self.head(x), None if self.id_head is None else self._ids(self.id_head, x))

    def hidden_states(
        self,
        symbols: Int[Tensor, "batch time"],
        here: Where,
        head_at: Int[Tensor, "*batch asked"] | None = None,
        memory: list[Memory] | None = None,
    ) -> Float[Tensor, "batch asked width"]:
        """What the head reads."""
        x = functional.embedding(symbols, self.embedding.weight)
        added = self.encoding.embed(here)
        x = self.embedded(x if added is None else x + added)
        keys = here if memory is None else _keys_after(memory[0], here, symbols.shape[0])
        layers = self.layers
        every = None if head_at is not None and len(layers) == 1 else see(self.encoding, here, keys, None)
        last = every if head_at is None else see(self.encoding, here, keys, head_at)
        for number, layer in enumerate(layers):
            sight = last if number == len(layers) - 1 else every
            assert sight is not None
            x = layer(x, here, sight, self.encoding, None if memory is None else memory[number])
        states: Tensor = self.final(self.final_norm(x))
        return states

    def _ids(self, head: nn.Linear, x: Tensor) -> Float[Tensor, "batch asked level limit"]:
        scores: Tensor = head(x)
        return scores.reshape(*scores.shape[:2], self.levels, -1)


def _layer(blueprint: Transformer, shape: Shape, generator: Generator) -> Layer:
    fused = blueprint.encoding.fused and blueprint.attention.fused
    attention = blueprint.attention.build(shape, generator)
    sizes = (blueprint.width, blueprint.heads, round(blueprint.width * blueprint.mlp))
    layer = Layer(sizes, blueprint.norm, attention, fused=fused)
    layer.initialise(generator, blueprint.layers)
    return layer


def _one_row(numbers: Tensor) -> Tensor:
    """The first row alone where all rows are the same memory (`expand`), so that a mask is made once, not per row."""
    return numbers[:1] if numbers.shape[0] > 1 and numbers.stride(0) == 0 else numbers


def _keys_after(memory: Memory, here: Where, rows: int) -> Where:
    """Where everything stands that a layer will see once `here` has been read."""
    if not memory.length:
        return here
    before = memory.seen().where
    time, ids = here.time.expand(rows, -1), here.ids.expand(rows, -1, -1)
    return Where(torch.cat([before.time, time], dim=1), torch.cat([before.ids, ids], dim=1))
