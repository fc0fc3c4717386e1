"""Multiplication as taught in school; `length` is the number of digits of the first factor.

>>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
>>> from lengthwise.lines.traces.products import Products
>>> from lengthwise.lines.write import write
>>> given = {"a": np.array([[7, 5]]), "b": np.array([[6, 4]])}
>>> print(write(LongMultiplication(), given))
5 7 * 4 6 = 2 6 2 2
>>> print(write(LongMultiplication(), given, Products(), ReversedAnswer()))
5 7 * 4 6 = 2 4 3 + 8 2 2 = 2 4 3 0 > 2 2 6 2
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import ANSWER, WORKING, Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, as_digits, as_integers
from lengthwise.tasks.arithmetic.multiplication import factors_draw


@dataclass(frozen=True)
class LongMultiplication(Task):
    """a * b by the products a * b[j], then their running sums, each shifted by j places (arXiv:2410.15787).

    The products and sums are the working, the last sum is the answer. `product` (j, p) is digit p of a * b[j], `sum`
    (j, q) digit q of the sum of the first j + 1 shifted products; both have a carry. Beside the significance, by which
    digits are turned on the page, places lie on three axes: `column`, the significance within a and a product; `row`,
    the digit of b with its product and its sum; `power`, the significance in the result.
    """

    second: int = 0  # digits of b; 0 = as many as a has

    question: ClassVar[str] = "a * b ="
    axes: ClassVar[tuple[str, ...]] = ("significance", "column", "row", "power")
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "nines", "repeated")
    separators_written: ClassVar[tuple[str, ...]] = ("+", ">")

    def __post_init__(self) -> None:
        if self.second < 0:
            raise ConfigError(f"second={self.second}: give b's number of digits, or 0 for as many as a has")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits; a carry is a digit too."""
        return DIGITS

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """nines: a and b are 99 ... 9 but for one random digit each; repeated: one digit each, repeated."""
        return factors_draw(length, self.second or length, rng, case, count)

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Significance, column, row and power."""
        if isinstance(index, tuple):
            j, p = index
            return (p, p, j, p + j) if kind.startswith("product") else (p, None, j, p)
        return (index, index, None, None) if kind == "a" else (index, None, index, None)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place | None:
        """The times sign is on no axis: it opens no block that is added or carried along."""
        return (None, None, None, None) if number == 0 else None

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """The products, then the sums, each lowest digit first."""
        rows, slots = shape["b"], list[Slot]()
        for j in range(rows):
            for p in range(shape["a"] + 1):
                slots += [Slot("product", (j, p), WORKING), Slot("product_carry", (j, p), WORKING)]
            slots.append(Slot(None, 0, WORKING, "+" if j < rows - 1 else "="))
        for j in range(rows):
            for q in range(shape["a"] + rows):
                slots.append(Slot("sum", (j, q), ANSWER if j == rows - 1 else WORKING))
                if j:
                    slots.append(Slot("sum_carry", (j, q), WORKING))
            if j < rows - 1:
                slots.append(Slot(None, 0, WORKING, ">"))
        return slots

    def step(self, read: Reader, kind: str, index: tuple[int, int]) -> Column:
        """A product of two digits and a carry, or a sum of two digits and a carry."""
        j, p = index
        if kind.startswith("product"):
            inside = p < read.count("a")
            product = read.read("a", p, where=inside) * read.read("b", j, where=inside)
            total = product + read.read("product_carry", (j, p - 1), where=p > 0)
            return total % 10 if kind == "product" else total // 10
        total = read.read("product", (j, p - j), where=0 <= p - j <= read.count("a"))
        if j:
            total = total + read.read("sum", (j - 1, p)) + read.read("sum_carry", (j, p - 1), where=p > 0)
        return total % 10 if kind == "sum" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        products = [a * b for a, b in zip(as_integers(given["a"]), as_integers(given["b"]), strict=True)]
        return {"sum": as_digits(products, given["a"].shape[1] + given["b"].shape[1])}

    def chance(self, length: int) -> float:
        """A factor of one digit is 0 once in ten; of longer ones no product is made in more than dozens of ways."""
        digits = self.second or length
        if length == digits == 1:
            return 0.19
        return 0.1 + 0.1 ** max(length, digits) if 1 in {length, digits} else 10.0 ** (2 - length - digits)

    def tiny(self) -> tuple["LongMultiplication", int]:
        """Two digits by two: 8,100 problems."""
        return LongMultiplication(), 2
