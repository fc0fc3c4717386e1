"""Adding several numbers one after another; `length` is the number of digits of each.

>>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
>>> from lengthwise.lines.traces.running_sums import RunningSums
>>> from lengthwise.lines.write import write
>>> given = {"x0": np.array([[7, 5]]), "x1": np.array([[6, 4]]), "x2": np.array([[9, 9]])}
>>> print(write(RunningAddition(), given))
5 7 + 4 6 + 9 9 = 2 0 2
>>> print(write(RunningAddition(), given, RunningSums(), ReversedAnswer()))
5 7 + 4 6 + 9 9 = 0 0 0 > 7 5 0 > 3 0 1 > 2 0 2
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, check_operands, operands_draw, sum_of_all, width_of_sum


@dataclass(frozen=True)
class RunningAddition(Task):
    """x0 + x1 + ... by running sums: 0, x0, x0 + x1, ... (the multi-operand addition of arXiv:2410.15787).

    The sums are the working and the last one is the answer; all have as many digits as the largest sum can have.
    `sum` (j, p) is digit p of the sum of the first j operands, `carry` (j, p) the carry out of it. Places lie on two
    axes, significance and operand: an operand shares its number with the sum before it is added.
    """

    operands: int = 3
    fewest: int = 0  # with it, the number of operands is drawn for each block from fewest .. operands

    question: ClassVar[str] = "x0 + x1 ="
    axes: ClassVar[tuple[str, ...]] = ("significance", "operand")
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "nines", "repeated")
    separators_written: ClassVar[tuple[str, ...]] = (">",)

    def __post_init__(self) -> None:
        check_operands(self.operands, self.fewest)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits; a carry is a digit too."""
        return DIGITS

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """nines: every digit 7, 8 or 9; repeated: each number one digit, repeated."""
        return operands_draw(length, rng, case, count, (self.fewest or self.operands, self.operands))

    def template(self, shape: Mapping[str, int]) -> str:
        """The operands that are present, joined by plus signs."""
        return " + ".join(f"x{j}" for j in range(self.operands) if shape[f"x{j}"]) + " ="

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Significance, and the number of the operand; a sum has the number of the operand that is added next."""
        if isinstance(index, tuple):
            return (index[1], index[0])
        return (index, int(kind.removeprefix("x")))

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place | None:
        """A plus sign has its operand's number, also where that is a single digit; the rest is the house's rule."""
        present = sum(1 for length in shape.values() if length)
        return (-1, number + 1) if number < present - 1 else None

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """Sum after sum, each lowest digit first."""
        last = sum(1 for length in shape.values() if length)
        slots: list[Slot] = []
        for j in range(last + 1):
            for p in range(width_of_sum(shape)):
                slots.append(Slot("sum", (j, p), ANSWER if j == last else WORKING))
                if j:
                    slots.append(Slot("carry", (j, p), WORKING))
            if j < last:
                slots.append(Slot(None, 0, WORKING, ">"))
        return slots

    def step(self, read: Reader, kind: str, index: tuple[int, int]) -> Column:
        """The digit of the sum before, the operand's, and the carry."""
        j, p = index
        if j == 0:
            return np.zeros(1, dtype=np.int64)
        operand = f"x{j - 1}"
        total = read.read("sum", (j - 1, p))
        total = total + read.read(operand, p, where=p < read.count(operand))
        total = total + read.read("carry", (j, p - 1), where=p > 0)
        return total % 10 if kind == "sum" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        return {"sum": sum_of_all(given)}

    def chance(self, length: int) -> float:
        """The answers are spread over nearly as many values as one operand has."""
        return 0.1 if length == 1 else 0.1 ** (length - 1)

    def tiny(self) -> tuple["RunningAddition", int]:
        """Three operands of one digit: 1,000 problems."""
        return RunningAddition(), 1
