"""The carry out of each place is written, beside the digits (arXiv:2310.16028 calls it a scratchpad)."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.trace import Trace


@dataclass(frozen=True)
class Carries(Trace):
    """The carry out of each place is written, beside the digits (arXiv:2310.16028 calls it a scratchpad).

    >>> sorted(Carries().kinds)
    ['carry']
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"carry"})
