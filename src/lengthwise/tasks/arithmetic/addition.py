"""Adding two numbers; `length` is the number of digits of the first one, and of both unless `second` says otherwise.

>>> from lengthwise.lines.traces.carries import Carries
>>> from lengthwise.lines.layouts.least_first import LeastFirst
>>> from lengthwise.lines.write import write
>>> given = {"a": np.array([[7, 5, 8]]), "b": np.array([[6, 4, 1]])}
>>> print(write(Addition(), given))
8 5 7 + 1 4 6 = 1 0 0 3
>>> print(write(Addition(), given, Carries(), LeastFirst()))
7 5 8 + 6 4 1 = 3 1 0 1 0 1 1
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.frame import ANSWER, WORKING, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task
from lengthwise.tasks.arithmetic._family import DIGITS, as_digits, as_integers, random_digits


@dataclass(frozen=True)
class Addition(Task):
    """a + b, with one digit more than the operands have; leading zeros are written.

    The working is the carry into the next place. With carries written, a digit is fixed by three symbols: the two
    digits of its place and the carry; without them everything below counts too.
    With `second` "any", b has a number of digits up to `length`, drawn for each block, and no restriction is claimed: a
    place that only a has is not worth as much as one that both have.
    """

    second: Literal["equal", "any"] = "equal"

    question: ClassVar[str] = "a + b ="
    axes: ClassVar[tuple[str, ...]] = ("significance",)
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "full_chain", "repeated")

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The ten digits; a carry is a digit too."""
        return DIGITS

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """full_chain: a carry starts at the lowest place and runs through all of them; repeated: one digit repeated."""
        shorter = length if self.second == "equal" else int(rng.integers(1, length + 1))
        a, b = random_digits(rng, count, length), random_digits(rng, count, length)
        if case == "full_chain":
            b = 9 - a
            b[:, 0] = np.minimum(9, b[:, 0] + 1 + rng.integers(10, size=count))
            a[:, 0] = np.maximum(a[:, 0], 10 - b[:, 0])
            a[:, shorter:] = 9 if shorter < length else a[:, shorter:]
        elif case == "repeated":
            a, b = np.repeat(a[:, -1:], length, axis=1), np.repeat(b[:, -1:], length, axis=1)
        if 1 < shorter < length and case == "typical":
            b[:, shorter - 1] = np.maximum(1, b[:, shorter - 1])
        return {"a": a, "b": b[:, :shorter]}

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step below the units, also before a number of one digit, on which the house's rule sees no steps."""
        return (-1,)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """Digit and carry of each place, the lowest first; the top digit is the last carry."""
        length = shape["a"]
        places = [slot for p in range(length) for slot in (Slot("digit", p, ANSWER), Slot("carry", p, WORKING))]
        return [*places, Slot("digit", length, ANSWER)]

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """The sum of the place, and its carry."""
        first, second = read.count("a"), read.count("b")
        if index == first:
            return read.read("carry", index - 1)
        digits = read.read("a", index) + read.read("b", index, where=index < second)
        total = digits + (read.read("carry", index - 1) if index else 0)
        return total % 10 if kind == "digit" else total // 10

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Python's own integers."""
        sums = [a + b for a, b in zip(as_integers(given["a"]), as_integers(given["b"]), strict=True)]
        return {"digit": as_digits(sums, given["a"].shape[1] + 1)}

    def chance(self, length: int) -> float:
        """Knowing the last digit of b, name the likeliest sum: one a fits it for each b."""
        return 0.1 if length == 1 else 10.0 ** (1 - length) / 9

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int | None:
        """Two digits and the carry, where carries are written; without them the whole chain below."""
        if self.second == "any":
            return None
        return 3 if "carry" in kinds else 2 * length

    def tiny(self) -> tuple["Addition", int]:
        """Two digits each: 8,100 problems."""
        return self, 2
