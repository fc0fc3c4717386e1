"""Filling in a minesweeper board; `length` is the side of the square board.

>>> from lengthwise.lines.write import write
>>> print(write(Minesweeper(), {"x": np.array([[9, 10, 10, 10, 10, 10, 10, 10, 9]])}))
M E E E E E E E M = M 1 0 1 2 1 0 1 M
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt
from typing import ClassVar

import numpy as np

from lengthwise.core.errors import TaskError
from lengthwise.core.frame import Index, Place
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task

MINE, EMPTY = 9, 10  # codes of the alphabet, after the counts 0 .. 8


@dataclass(frozen=True)
class Minesweeper(Task):
    """Write, row after row, the number of mines around each empty cell, and M for a mine (arXiv:2405.20671).

    A cell of the answer is fixed by the up to nine cells of the question around it. Each board has its own share of
    mines, uniform from `fewest` to `most` percent, as in the paper's 0.10 to 0.25.
    """

    fewest: int = 10
    most: int = 25

    question: ClassVar[str] = "x ="
    axes: ClassVar[tuple[str, ...]] = ("column", "row")
    addressing: ClassVar[Addressing] = "index"
    cases: ClassVar[tuple[str, ...]] = ("typical", "crowded")

    def __post_init__(self) -> None:
        if not 0 <= self.fewest <= self.most <= 100:
            raise TaskError(
                f"fewest={self.fewest}, most={self.most}: percents of mines, with 0 <= fewest <= most <= 100"
            )

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The counts, a mine, and a cell that is empty."""
        return (*(str(count) for count in range(9)), "M", "E")

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """crowded: half of the cells are mines."""
        share = rng.uniform(self.fewest / 100, self.most / 100, size=(count, 1)) if case == "typical" else 0.5
        return {"x": np.where(rng.random((count, length * length)) < share, MINE, EMPTY)}

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Column and row."""
        assert isinstance(index, int), "cells are numbered row after row"
        side = isqrt(shape["x"])
        return (index % side, index // side)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place:
        """One step before the first cell on both axes, also on a board of one cell."""
        return (-1, -1)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        """Count the mines around a cell that has none."""
        side = isqrt(read.count("x"))
        row, column = divmod(index, side)
        mines: Column = np.zeros(1, dtype=np.int64)
        for down in (-1, 0, 1):
            for right in (-1, 0, 1):
                if (down, right) != (0, 0):
                    inside = 0 <= row + down < side and 0 <= column + right < side
                    mines = mines + (read.read("x", index + down * side + right, where=inside) == MINE)
        return np.where(read.read("x", index) == MINE, MINE, mines)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """Add up eight shifted boards."""
        side = isqrt(given["x"].shape[1])
        mines = (given["x"] == MINE).reshape(-1, side, side)
        padded = np.pad(mines, ((0, 0), (1, 1), (1, 1))).astype(np.int64)
        shifts = [(d, r) for d in range(3) for r in range(3) if (d, r) != (1, 1)]
        counts = sum((padded[:, d : d + side, r : r + side] for d, r in shifts), np.zeros_like(padded[:, 1:-1, 1:-1]))
        return {"y": np.where(mines, MINE, counts).reshape(len(mines), -1)}

    def chance(self, length: int) -> float:
        """A board without a single mine is the likeliest one; a single cell is shown as it is."""
        return 1.0 if length == 1 else (1 - self.fewest / 100) ** (length * length)

    def tiny(self) -> tuple["Minesweeper", int]:
        """All boards of 3 x 3: 512."""
        return self, 3
