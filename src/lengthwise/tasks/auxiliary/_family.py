"""What the look-ups of a neighbour in a list share: their facts. The rule stands in the file of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

from lengthwise.core.frame import Slot
from lengthwise.core.task import Addressing
from lengthwise.tasks.ordering._family import Distinct


@dataclass(frozen=True)
class Neighbour(Distinct):
    """Subclass it for the symbol that stands beside q in a list of distinct symbols."""

    question: ClassVar[str] = "x = q"
    unit: ClassVar[Literal["place", "value"]] = "value"
    addressing: ClassVar[Addressing] = "content"
    shortest: ClassVar[int] = 2

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One answer."""
        return [Slot("y", 0)]

    def chance(self, length: int) -> float:
        """Knowing q, guess any other symbol."""
        return 1 / (self.values - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """q, the same symbol in the list, and its neighbour."""
        return 3
