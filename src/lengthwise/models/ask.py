"""Asking any network: at some columns alone, and symbol by symbol, whether or not it offers to save the work.

All that is required of a network is `model(symbols, ids, time) -> Prediction`. One that also takes `head_at` works only
at the columns asked for, and one that offers `start()` and takes `memory` is continued with a cache.
"""

import inspect

import torch
from jaxtyping import Int
from torch import Tensor, nn

from lengthwise.models.memory import Memory
from lengthwise.models.prediction import Prediction


def ask(
    model: nn.Module,
    symbols: Int[Tensor, "batch time"],
    ids: Int[Tensor, "#batch time level"],
    time: Int[Tensor, "#batch time"],
    columns: Int[Tensor, "*batch asked"],
) -> Prediction:
    """What the network says after these columns: the same ones in every row (one axis) or each row's own (two axes)."""
    if takes(model, "head_at"):
        said: Prediction = model(symbols, ids, time, columns)
        return said
    whole: Prediction = model(symbols, ids, time)
    rows = torch.arange(len(symbols), device=symbols.device)[:, None]
    chosen = None if whole.ids is None else whole.ids[rows, columns]
    return Prediction(whole.symbols[rows, columns], chosen, whole.states)


def takes(model: nn.Module, name: str) -> bool:
    """Whether the network's `forward` has this argument; a compiled network is asked as it was written."""
    written = getattr(model, "_orig_mod", model)
    return name in inspect.signature(written.forward).parameters


class Again(Memory):
    """The cache of a network that has none: all that was read, to be read again with every symbol."""

    def __init__(self) -> None:
        super().__init__()
        self._read: tuple[Tensor, Tensor, Tensor] | None = None

    def extended(self, symbols: Tensor, ids: Tensor, time: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Everything read so far, these columns included."""
        fresh = (symbols, ids, time)
        if self._read is not None:
            fresh = tuple(torch.cat(pair, dim=1) for pair in zip(self._read, fresh, strict=True))  # type: ignore[assignment]
        self._read = fresh
        return fresh

    def keep(self, rows: Int[Tensor, " rows"]) -> None:
        """Forget every row but these, in this order."""
        if self._read is not None:
            self._read = tuple(part[rows] for part in self._read)  # type: ignore[assignment]


class Continued:
    """A network to be continued: read some columns, hear what it says after the last of them."""

    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.saves = takes(model, "memory") and hasattr(model, "start")
        self.memory: list[Memory] = model.start() if self.saves else [Again()]  # type: ignore[operator]

    def read(self, symbols: Tensor, ids: Tensor, time: Tensor) -> Prediction:
        """The prediction after the last column, [rows, 1, ...]."""
        last = torch.tensor([symbols.shape[1] - 1], device=symbols.device)
        if self.saves:
            said: Prediction = self.model(symbols, ids, time, last if symbols.shape[1] > 1 else None, self.memory)
            return said
        again = self.memory[0]
        assert isinstance(again, Again)
        symbols, ids, time = again.extended(symbols, ids, time)
        return ask(self.model, symbols, ids, time, torch.tensor([symbols.shape[1] - 1], device=symbols.device))

    def keep(self, rows: Int[Tensor, " rows"]) -> None:
        """Forget every row but these."""
        for memory in self.memory:
            memory.keep(rows)
