"""The prompt as people write it, the answer least significant digit first, working beside what it is for."""

from dataclasses import dataclass

from lengthwise.core.frame import Frame
from lengthwise.core.layout import Layout
from lengthwise.lines.layouts._order import most_significant_first


@dataclass(frozen=True)
class ReversedAnswer(Layout):
    """Only the answer is turned round, so that each digit can be written before those that depend on it.

    >>> import numpy as np
    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> print(write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}, layout=ReversedAnswer()))
    8 5 7 + 1 4 6 = 3 0 0 1
    """

    def arrange(self, frame: Frame) -> Frame:
        """Prompt most significant first; slots in order of computation."""
        return Frame(most_significant_first(frame.prompt, frame.axes), frame.slots, frame.axes)
