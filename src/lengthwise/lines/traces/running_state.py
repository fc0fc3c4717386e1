"""The state after each input is written."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.trace import Trace


@dataclass(frozen=True)
class RunningState(Trace):
    """The state after each input is written.

    >>> sorted(RunningState().kinds)
    ['state']
    """

    kinds: ClassVar[frozenset[str]] = frozenset({"state"})
