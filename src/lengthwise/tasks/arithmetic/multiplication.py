"""Multiplying by a number of few digits; `length` is the number of digits of the first factor.

>>> from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
>>> from lengthwise.lines.write import write
>>> given = {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4]])}
>>> print(write(Multiplication(), given))
8 5 7 * 4 6 = 3 9 4 2 2
>>> print(write(Multiplication(), given, layout=ReversedAnswer()))
8 5 7 * 4 6 = 2 2 4 9 3
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import ANSWER, WORKING, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, as_digits, as_integers, random_digits


@dataclass(frozen=True)
class Multiplication(Task):
    """a * b, place after place (the N x 1 and N x 2 multiplication of arXiv:2405.20671).

    b has `second` digits, the answer as many as a and b together. A place of the answer adds the products of the
    digits of a below it with those of b, and the carry; the working is that carry, a number of up to two digits. For
    factors of equal length and the working of school see arithmetic/long_multiplication.
    """

    second: int = 2

    question: ClassVar[str] = "a * b ="
    axes: ClassVar[tuple[str, ...]] = ("significance",)
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "nines", "repeated")

    def __post_init__(self) -> None:
        if not 1 <= self.second <= 11:
            raise ConfigError(
                f"second={self.second}: b has 1 to 11 digits (carries stay below 100); longer: long_multiplication"
            )

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits, and the carries: below 9 * `second` + 1."""
        return DIGITS + tuple(str(value) for value in range(10, 9 * self.second + 1))

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """nines: a and b are 99 ... 9 but for one random digit each; repeated: one digit each, repeated."""
        return factors_draw(length, self.second, rng, case, count)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step below the units, also before a factor of one digit, on which the house's rule sees no steps."""
        return (-1,)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """Digit and carry of each place, the lowest first."""
        width = shape["a"] + shape["b"]
        places = [slot for p in range(width) for slot in (Slot("digit", p, ANSWER), Slot("carry", p, WORKING))]
        return places[:-1]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The products that meet in this place, and the carry."""
        total = read.read("carry", index - 1, where=index > 0)
        for j in range(self.second):
            inside = 0 <= index - j < read.count("a")
            total = total + read.read("a", index - j, where=inside) * read.read("b", j, where=inside)
        return total % 10 if kind == "digit" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        products = [a * b for a, b in zip(as_integers(given["a"]), as_integers(given["b"]), strict=True)]
        return {"digit": as_digits(products, given["a"].shape[1] + given["b"].shape[1])}

    def chance(self, length: int) -> float:
        """Nothing is more likely than a product with 0 or by 1 at short lengths, and hardly anything at long ones."""
        if length == 1:
            return 0.19 if self.second == 1 else 0.1
        return 0.1**self.second

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int | None:
        """A place adds products of digits that stand apart, so that none can be dropped: no restriction."""
        return None

    def tiny(self) -> tuple["Multiplication", int]:
        """Two digits by one: 900 problems."""
        return Multiplication(second=1), 2


def factors_draw(length: int, second: int, rng: np.random.Generator, case: str, count: int) -> dict[str, Column]:
    """Two factors of these lengths; nines: all 9 but one random digit each; repeated: one digit each, repeated."""
    given = {"a": random_digits(rng, count, length), "b": random_digits(rng, count, second)}
    for kind, digits in given.items():
        if case == "repeated":
            given[kind] = np.repeat(digits[:, -1:], digits.shape[1], axis=1)
        elif case == "nines":
            at = rng.integers(digits.shape[1], size=(count, 1))
            given[kind] = np.where(np.arange(digits.shape[1]) == at, digits, 9)
    return given
