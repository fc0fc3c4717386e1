"""Prompt and answer in order of computation: digits least significant first, working beside what it is for."""

from dataclasses import dataclass

from lengthwise.core.frame import Frame
from lengthwise.core.layout import Layout


@dataclass(frozen=True)
class LeastFirst(Layout):
    """Everything least significant first, carries interleaved with the digits.

    >>> import numpy as np
    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> print(write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}, layout=LeastFirst()))
    7 5 8 + 6 4 1 = 3 0 0 1
    """

    def arrange(self, frame: Frame) -> Frame:
        """The task's own order is this one."""
        return frame
