"""The page as people write it: numbers most significant digit first, working before the answer."""

from dataclasses import dataclass

from lengthwise.core.frame import Frame
from lengthwise.core.layout import Layout
from lengthwise.lines.layouts._order import most_significant_first, working_before_answer


@dataclass(frozen=True)
class Plain(Layout):
    """As people write: `8 5 7 + 1 4 6 = 1 0 0 3`. Where a task has no significance, the order of computation.

    >>> import numpy as np
    >>> from lengthwise.lines.write import write
    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> print(write(Addition(), {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}, layout=Plain()))
    8 5 7 + 1 4 6 = 1 0 0 3
    """

    def arrange(self, frame: Frame) -> Frame:
        """Prompt and slots most significant first; working before the answer."""
        slots = most_significant_first(working_before_answer(frame.slots), frame.axes)
        return Frame(most_significant_first(frame.prompt, frame.axes), slots, frame.axes)
