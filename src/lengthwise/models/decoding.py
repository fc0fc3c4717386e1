"""Greedy free-running decoding: a batch of prompts is continued symbol by symbol, each to its own end."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from lengthwise.core.errors import ConfigError
from lengthwise.models.ask import Continued
from lengthwise.models.prediction import Prediction

# Two logits closer than this may swap places with another batch size, kernel or device, so the choice is counted.
NEAR = 1e-4

Ids = NDArray[np.integer[Any]]
Next = Callable[[Any, Ids, "Ids | None"], tuple[Ids, Any]]


class Decoded(NamedTuple):
    """What the rows were continued with, padded with -1 after each row's end."""

    symbols: NDArray[np.int64]  # [count, longest], the end symbol included
    finish: tuple[str, ...]  # "ended" or "limit", a row each
    near_ties: NDArray[np.int64]  # a row's choices whose best two logits were closer than NEAR


def decode(
    model: nn.Module,
    prompt: Ids,
    numbering: tuple[Ids, Any, Next],
    end: int,
    limit: int,
) -> Decoded:
    """Continue `prompt` [count, time] until each row writes `end` or has `limit` new symbols.

    `numbering` is (ids, state, next): `ids[count, time, level]` of the prompt and the state as a numbering's `begin`
    gives them, and its `next(state, symbols, proposed) -> ids[count, level], state`, which numbers the symbols just
    written, finished rows included. `proposed[count, level]` is the arg-max of the predicted ids, None without them.
    """
    if limit < 1:
        raise ConfigError(f"limit={limit} leaves nothing to write; give at least 1 symbol")
    ids, state, following = numbering
    training, device = model.training, _device(model)
    model.eval()
    try:
        with torch.inference_mode():
            return _Rows(Continued(model), prompt, device, limit).run((ids, state, following), end)
    finally:
        model.train(training)


class _Rows:
    """The rows being continued; those that ended leave the cache once half of it is idle."""

    def __init__(self, network: Continued, prompt: Ids, device: torch.device, limit: int) -> None:
        self.network = network
        self.prompt, self.device, self.limit = prompt, device, limit
        count = len(prompt)
        self.rows = np.arange(count)  # which rows the cache holds
        self.going = np.ones(count, dtype=bool)
        self.symbols = np.full((count, limit), -1, dtype=np.int64)
        self.near = np.zeros(count, dtype=np.int64)

    def run(self, numbering: tuple[Ids, Any, Next], end: int) -> Decoded:
        ids, state, following = numbering
        read, time, written = self.prompt, np.arange(self.prompt.shape[1]), 0
        while True:
            said = self._read(read, ids, time)
            best, near = _best(said.symbols[:, -1].float())
            newest = np.full(len(self.prompt), end, dtype=np.int64)
            newest[self.rows] = np.where(self.going[self.rows], best, end)
            self.symbols[self.going, written] = newest[self.going]
            self.near[self.rows] += near & self.going[self.rows]
            self.going &= newest != end
            written += 1
            if written == self.limit or not self.going.any():
                break
            step, state = following(state, newest, self._proposed(said))
            self._leave()
            read, ids, time = newest[:, None], np.asarray(step)[:, None], time[-1:] + 1
        finish = tuple("limit" if going else "ended" for going in self.going)
        return Decoded(self.symbols[:, :written], finish, self.near)

    def _read(self, symbols: Ids, ids: Ids, time: Ids) -> Prediction:
        """What the model says after the last of these symbols, for the rows that the cache holds."""
        return self.network.read(
            _tensor(symbols[self.rows], self.device),
            _tensor(np.asarray(ids)[self.rows], self.device),
            _tensor(time[None], self.device).expand(len(self.rows), -1),
        )

    def _proposed(self, said: Prediction) -> Ids | None:
        if said.ids is None:
            return None
        proposed = np.zeros((len(self.prompt), said.ids.shape[2]), dtype=np.int64)
        proposed[self.rows] = said.ids[:, -1].argmax(-1).cpu().numpy()
        return proposed

    def _leave(self) -> None:
        going = self.going[self.rows]
        if 2 * going.sum() > len(self.rows):
            return
        kept = torch.from_numpy(np.flatnonzero(going)).to(self.device)
        self.network.keep(kept)
        self.rows = self.rows[going]


def _best(logits: Float[Tensor, "rows vocabulary"]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The arg-max of each row, the first of equals, and whether the second was near."""
    best = logits.argmax(-1).cpu().numpy()
    top = logits.topk(min(2, logits.shape[-1]), dim=-1).values
    return best, (top[:, 0] - top[:, -1] < NEAR).cpu().numpy()


def _tensor(numbers: Ids, device: torch.device) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(numbers, dtype=np.int64)).to(device)


def _device(model: nn.Module) -> torch.device:
    return next(iter(model.parameters())).device
