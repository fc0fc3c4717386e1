"""Only the answer is written."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.trace import Trace


@dataclass(frozen=True)
class Nothing(Trace):
    """Only the answer is written.

    >>> sorted(Nothing().kinds)
    []
    """

    kinds: ClassVar[frozenset[str]] = frozenset()
