"""The products by each digit and their running sums are written (the scratchpad of arXiv:2410.15787)."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.trace import Trace


@dataclass(frozen=True)
class Products(Trace):
    """The product by each digit of the second factor, then the running sums of the shifted products; no carries.

    >>> sorted(Products().kinds)
    ['product', 'sum']
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"product", "sum"})
