"""Adding several numbers of equally many digits; `length` is the number of digits of each.

>>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
>>> from lengthwise.lines.write import write
>>> given = {"x0": np.array([[7, 5]]), "x1": np.array([[6, 4]]), "x2": np.array([[9, 9]])}
>>> print(write(ManyAddition(), given))
5 7 + 4 6 + 9 9 = 2 0 2
>>> print(write(ManyAddition(), given, layout=ReversedAnswer()))
5 7 + 4 6 + 9 9 = 2 0 2
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, check_operands, operands_draw, sum_of_all, width_of_sum


@dataclass(frozen=True)
class ManyAddition(Task):
    """x0 + x1 + ..., all digits of one place at once (the k operands of arXiv:2405.20671).

    The answer has as many digits as the largest sum can have. The working is the carry into the next place, a number
    below `operands`. There are `operands` of them, or, with `fewest`, a number drawn for each block from
    fewest .. operands; those that are absent have no digits.
    """

    operands: int = 3
    fewest: int = 0

    question: ClassVar[str] = "x0 + x1 ="
    axes: ClassVar[tuple[str, ...]] = ("significance",)
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "nines", "repeated")

    def __post_init__(self) -> None:
        check_operands(self.operands, self.fewest)

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits, and larger carries where there are more operands than ten."""
        return DIGITS if self.operands <= 10 else tuple(str(value) for value in range(self.operands))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """nines: every digit 7, 8 or 9, so that every place carries as much as it can; repeated: one digit repeated."""
        return operands_draw(length, rng, case, count, (self.fewest or self.operands, self.operands))

    def template(self, shape: Mapping[str, int]) -> str:
        """The operands that are present, joined by plus signs."""
        return " + ".join(f"x{j}" for j in range(self.operands) if shape[f"x{j}"]) + " ="

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step below the units, also before a number of one digit, on which the house's rule sees no steps."""
        return (-1,)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """Digit and carry of each place, the lowest first."""
        width = width_of_sum(shape)
        places = [slot for p in range(width) for slot in (Slot("digit", p, ANSWER), Slot("carry", p, WORKING))]
        return places[:-1]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The sum of the place, and its carry."""
        total = read.read("carry", index - 1, where=index > 0)
        for number in range(self.operands):
            total = total + read.read(f"x{number}", index, where=index < read.count(f"x{number}"))
        return total % 10 if kind == "digit" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        return {"digit": sum_of_all(given)}

    def chance(self, length: int) -> float:
        """The answers are spread over nearly as many values as one operand has."""
        return 0.1 if length == 1 else 0.1 ** (length - 1)

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int | None:
        """A digit of each operand and the carry, where carries are written; without them all digits up to the place."""
        if self.fewest:
            return None
        return self.operands + 1 if "carry" in kinds else self.operands * length

    def tiny(self) -> tuple["ManyAddition", int]:
        """Three operands of one digit: 1,000 problems."""
        return ManyAddition(), 1
