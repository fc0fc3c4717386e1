"""Hashed keys: every random stream of the laboratory has a name, and nearby names share nothing.

Seeds are never added to anything. A key is the hash of what the stream is for, so that seed 42 of one task and seed 43
of the same task are as unrelated as two different tasks.

>>> key("lines", 42).rng().integers(1000, size=3).tolist() == key("lines", 43).rng().integers(1000, size=3).tolist()
False
>>> key("lines", 42).child("block", 0) == key("lines", 42, "block", 0)
True
"""

import json
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

Part = str | int | float | None | tuple["Part", ...]


@dataclass(frozen=True)
class Key:
    """The name of one random stream: a tuple of plain parts, read in order."""

    parts: tuple[Part, ...]

    def child(self, *parts: Part) -> "Key":
        """The key of a stream inside this one."""
        return Key(self.parts + parts)

    def digest(self, length: int = 16) -> bytes:
        """`length` bytes that depend on every part."""
        text = json.dumps(self.parts, separators=(",", ":"), ensure_ascii=True)
        return blake2b(text.encode(), digest_size=length).digest()

    def seed(self) -> int:
        """A whole number in 0 .. 2**63 - 1, for libraries that want one."""
        return int.from_bytes(self.digest(8), "big") >> 1

    def rng(self) -> np.random.Generator:
        """A fresh generator at the beginning of this stream."""
        return np.random.Generator(np.random.PCG64(int.from_bytes(self.digest(), "big")))


def key(*parts: Part) -> Key:
    """The key made of these parts."""
    return Key(parts)
