"""A task that is another task in all but what its subclass changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Index, Place, Slot
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Addressing, Reader, Task


@dataclass(frozen=True, repr=False)
class Wrapped(Task):
    """Subclass it for a view of a task: the same problems, splits and name, and no restriction.

    It prints as the task does: blocks are drawn by what a task prints, so that arms with and without the view draw the
    same problems.
    """

    task: Task

    def __post_init__(self) -> None:
        if not self.task.question:
            raise ConfigError(
                f"{self.task.name} has no question from which pages are made (it is a file of rows), so there is "
                f"nothing to couple or to hint at; give {type(self).__name__} a task with a rule"
            )

    def __repr__(self) -> str:
        return repr(self.task)

    @property
    def axes(self) -> tuple[str, ...]:  # type: ignore[override]
        """The task's."""
        return self.task.axes

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """The task's."""
        return self.task.place(kind, index, shape)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place | None:
        """The task's."""
        return self.task.separator_place(number, shape)

    @property
    def question(self) -> str:  # type: ignore[override]
        """The task's."""
        return self.task.question

    @property
    def unit(self) -> Literal["place", "value"]:  # type: ignore[override]
        """The task's."""
        return self.task.unit

    @property
    def addressing(self) -> Addressing:  # type: ignore[override]
        """The task's."""
        return self.task.addressing

    @property
    def ends(self) -> Literal["by shape", "by content"]:  # type: ignore[override]
        """The task's."""
        return self.task.ends

    @property
    def cases(self) -> tuple[str, ...]:  # type: ignore[override]
        """The task's."""
        return self.task.cases

    @property
    def shortest(self) -> int:  # type: ignore[override]
        """The task's."""
        return self.task.shortest

    @property
    def separators_written(self) -> tuple[str, ...]:  # type: ignore[override]
        """The task's."""
        return self.task.separators_written

    @property
    def version(self) -> int:  # type: ignore[override]
        """The task's."""
        return self.task.version

    @property
    def name(self) -> str:
        """The task's: both have the same test problems."""
        return self.task.name

    @property
    def alphabet(self) -> tuple[str, ...]:
        """The task's."""
        return self.task.alphabet

    @property
    def cap(self) -> int | None:
        """The task's."""
        return self.task.cap

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """The task's."""
        return self.task.draw(length, rng, case, count)

    def template(self, shape: Mapping[str, int]) -> str:
        """The task's."""
        return self.task.template(shape)

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """The task's."""
        return self.task.slots(shape)

    def step(self, read: Reader, kind: str, index: Index) -> Column:
        """The task's."""
        return self.task.step(read, kind, index)

    def solve(self, given: Given) -> Mapping[str, Column]:
        """The task's."""
        return self.task.solve(given)

    def chance(self, length: int) -> float:
        """The task's."""
        return self.task.chance(length)
