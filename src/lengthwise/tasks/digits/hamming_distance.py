"""Counting the bits in which two binary strings differ; `length` is the number of bits.

>>> HammingDistance().program.execute(a="0110", b="0011").answer
2
"""

from dataclasses import dataclass
from math import comb
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def differing_bits(a: str, b: str) -> int:
    count = 0
    while a:
        if a[0] != b[0]:
            count += 1
        a = a[1:]
        b = b[1:]
    return count


@dataclass(frozen=True)
class HammingDistance(RuleTask):
    """Bits that differ (LeetCode 461, held out in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = "In how many places do the binary strings {a} and {b} differ?"
    counts: ClassVar[str] = "bits of each string"
    rule = staticmethod(differing_bits)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        bits = rng.integers(48, 50, size=(2, count, length), dtype=np.uint8)
        return [{"a": a.tobytes().decode(), "b": b.tobytes().decode()} for a, b in zip(*bits, strict=True)]

    def solve(self, given: Any) -> int:
        """The ones of the exclusive or."""
        return (int(given["a"], 2) ^ int(given["b"], 2)).bit_count()

    def chance(self, length: int) -> float:
        """The commonest count."""
        return comb(length, length // 2) / (1 << length)
