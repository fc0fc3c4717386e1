"""The parity of a string of bits; `length` is the number of bits.

>>> from lengthwise.lines.traces.running_state import RunningState
>>> from lengthwise.lines.write import write
>>> print(write(Parity(), {"x": np.array([[1, 0, 1, 1]])}))
1 0 1 1 = 1
>>> print(write(Parity(), {"x": np.array([[1, 0, 1, 1]])}, RunningState()))
1 0 1 1 = 1 1 0 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True)
class Parity(Task):
    """Whether the number of ones is odd. The working is the parity of each prefix, and the last state is the answer.

    With states written, each is fixed by one bit and the state before it; without them by all bits.
    """

    question: ClassVar[str] = "x ="
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "all_ones", "single_one")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The two bits."""
        return ("0", "1")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """all_ones: 1 1 1 ... with one random bit; single_one: one 1 at a random place, and one random bit."""
        if case == "typical":
            return {"x": rng.integers(2, size=(count, length))}
        x = np.full((count, length), int(case == "all_ones"))
        if case == "single_one":
            x[np.arange(count), rng.integers(length, size=count)] = 1
        x[np.arange(count), rng.integers(length, size=count)] ^= rng.integers(2, size=count)
        return {"x": x}

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step before the first bit, also where there is one alone, on which the house's rule sees no steps."""
        return (-1,)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """One state per bit; the last is the answer."""
        length = shape["x"]
        return [Slot("state", i, ANSWER if i == length - 1 else WORKING) for i in range(length)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Each bit turns the state."""
        state = read.read("state", index - 1) if index else 0
        return state ^ read.read("x", index)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Count the ones."""
        return {"state": given["x"].sum(axis=1, keepdims=True) % 2}

    def chance(self, length: int) -> float:
        """A coin; a single bit is the last symbol itself."""
        return 1.0 if length == 1 else 0.5

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int:
        """One bit and the state before it where states are written; without them every bit."""
        return 2 if "state" in kinds else length

    def tiny(self) -> tuple["Parity", int]:
        """All strings of 6 bits."""
        return self, 6
