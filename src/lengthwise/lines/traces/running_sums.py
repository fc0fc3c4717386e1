"""The sum after each addend is written (the scratchpad of arXiv:2410.15787 for several operands)."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.trace import Trace


@dataclass(frozen=True)
class RunningSums(Trace):
    """The sum after each addend is written, from 0 on; carries are not.

    >>> sorted(RunningSums().kinds)
    ['sum']
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"sum"})
