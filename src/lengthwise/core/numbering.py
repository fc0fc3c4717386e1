"""A numbering: a whole number for every symbol of a page, or several (levels).

Two contracts. *Causal*, for all: changing later symbols, or the prompt's contents, changes no id so far. *Shape only*,
for those that state it: other contents, the same ids. Id 0 means "no id": start, marks, end, pad and symbols that lie
on none of the axes have it, and so has everything outside the table.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np

from lengthwise.core.frame import Frame
from lengthwise.core.given import Column


@dataclass(frozen=True)
class Numbering(ABC):
    """Subclass it, one numbering a file."""

    shape_only: ClassVar[bool] = True
    monotone: ClassVar[bool] = True  # ids never fall from one symbol to the next
    from_time: ClassVar[bool] = False  # ids of a line follow from the number of the symbol alone (regime A)
    predicts: ClassVar[bool] = False  # the network is taught the next symbol's id and proposes it when it writes

    @property
    def levels(self) -> int:
        """How many ids a symbol has."""
        return 1

    @abstractmethod
    def begin(
        self, frame: Frame, rng: np.random.Generator, count: int, before: int = 1, places: Column | None = None
    ) -> tuple[Column, Any]:
        """The ids of the `before` symbols that open a line (start, marks) and of the prompt, int[count time level]."""

    @abstractmethod
    def next(self, state: Any, symbols: Column, proposed: Column | None = None) -> tuple[Column, Any]:
        """The ids of the symbols just appended, int[count level], for ever; and the next state."""

    def ahead(self, state: Any, symbols: Column) -> Column:
        """Many times `next`: the ids int[count time level] of the symbols[count time] that follow the prompt."""
        ids = []
        for t in range(symbols.shape[1]):
            one, state = self.next(state, symbols[:, t])
            ids.append(one)
        return np.stack(ids, axis=1) if ids else np.zeros((len(symbols), 0, self.levels), dtype=np.int64)

    @abstractmethod
    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        """The lowest and the highest id that this frame and `extra` symbols after it can get."""

    def taught(self, ids: Column, shown: int) -> Column:
        """What the network is taught to say where it predicts: for each symbol a number about the next one's ids.

        `ids` int[count time level] are those of a whole line and of one symbol after it, `shown` of them the prompt's
        and of what opens the line; int[count time - 1 level] comes back. By default the next ids themselves.
        """
        return ids[:, 1:]

    def heard(self, said: Column, ids: Column) -> Column:
        """The next symbols' ids if `said` is what the network says with symbols of these `ids`, all [count time level].

        Two numbers may mean one id. By default what is said is the id.
        """
        return said

    def says(self, frame: Frame, extra: int = 0) -> int:
        """The largest number that `taught` can give on this frame and `extra` symbols after it."""
        return self.span(frame, extra)[1]

    def fixed(self) -> Self:
        """The form used in measurement; by default the numbering itself."""
        return self
