"""A trace: which kinds of value are written beside the answer. It computes nothing."""

from abc import ABC
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Trace(ABC):
    """A set of kinds of working. Subclass it, one trace a file, and name the kinds."""

    kinds: ClassVar[frozenset[str]]
