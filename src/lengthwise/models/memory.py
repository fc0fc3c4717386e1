"""What attention looks at: the keys and values of the symbols read so far, and a cache that grows by them."""

from typing import NamedTuple

import torch
from jaxtyping import Float, Int
from torch import Tensor

from lengthwise.models.where import Where


class Seen(NamedTuple):
    """Keys and values of one layer with the place of each; `more` is what an attention keeps beside each key."""

    keys: Float[Tensor, "batch heads time channels"]
    values: Float[Tensor, "batch heads time channels"]
    where: Where
    more: Float[Tensor, "batch heads time"] | None = None


class Memory:
    """A layer's cache for decoding: buffers that double when full, so a step copies nothing that was already read."""

    def __init__(self) -> None:
        self.length = 0
        self._buffers: list[Tensor] = []

    def add(self, fresh: Seen) -> Seen:
        """Append what was just read and return everything read so far (views, valid until the next call)."""
        added = fresh.keys.shape[2]
        self.length += added
        parts = _by_time(fresh)
        if not self._buffers:
            self._buffers = [_room(part, self.length) for part in parts]
        elif self._buffers[0].shape[1] < self.length:
            self._buffers = [_doubled(buffer, self.length) for buffer in self._buffers]
        for buffer, part in zip(self._buffers, parts, strict=True):
            buffer[:, self.length - added : self.length] = part
        return self.seen()

    def seen(self) -> Seen:
        """Everything read so far."""
        if not self._buffers:
            raise ValueError("an empty Memory has seen nothing; add the prompt first")
        keys, values, time, ids, *more = (buffer[:, : self.length] for buffer in self._buffers)
        beside = more[0].transpose(1, 2) if more else None
        return Seen(keys.transpose(1, 2), values.transpose(1, 2), Where(time, ids), beside)

    def keep(self, rows: Int[Tensor, " rows"]) -> None:
        """Forget every row but these, in this order."""
        self._buffers = [buffer[rows] for buffer in self._buffers]


def _by_time(seen: Seen) -> list[Tensor]:
    """The parts of a Seen, each with the batch first and time second, rows spelled out."""
    rows = seen.keys.shape[0]
    parts = [seen.keys.transpose(1, 2), seen.values.transpose(1, 2)]
    parts += [seen.where.time.expand(rows, -1), seen.where.ids.expand(rows, -1, -1)]
    return parts if seen.more is None else [*parts, seen.more.transpose(1, 2)]


def _room(part: Tensor, length: int) -> Tensor:
    return part.new_empty((part.shape[0], 2 * length, *part.shape[2:]))


def _doubled(buffer: Tensor, length: int) -> Tensor:
    return torch.cat([buffer, _room(buffer, length)], dim=1)
