"""The cells of a measurement: its tasks, their cases and lengths, whatever the tasks are made of."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.lengths import PastFailure


class Askable(Protocol):
    """What is asked of a task here."""

    @property
    def name(self) -> str:
        """The registry name."""

    @property
    def cases(self) -> Sequence[str]:
        """The cases that can be drawn."""

    def check_length(self, length: int, case: str = "typical") -> None:
        """Refuse a length or a case that cannot be drawn."""

    def chance(self, length: int) -> float:
        """The share that the best trivial policy gets right."""


Kind = TypeVar("Kind", bound=Askable)


class Planned(NamedTuple, Generic[Kind]):
    """One cell to be measured."""

    task: Kind
    case: str
    length: int


class Cells(Generic[Kind]):
    """What a measurement of either kind of task inherits; its dataclass has these as fields."""

    task: Kind | tuple[Kind, ...]
    lengths: tuple[int, ...] | PastFailure
    cases: tuple[str, ...]

    @property
    def tasks(self) -> tuple[Kind, ...]:
        """The tasks, main task first."""
        return tuple(self.task) if isinstance(self.task, tuple | list) else (self.task,)

    def cases_of(self, task: Kind) -> tuple[str, ...]:
        """The cases measured of a task: those named, and where there are several tasks, those that it has."""
        if len(self.tasks) == 1:
            return self.cases
        stems = {case.split("(")[0] for case in task.cases}
        return tuple(case for case in self.cases if case.split("(")[0] in stems)

    def columns(self) -> Iterator[tuple[Kind, str]]:
        """Each task with each of its cases."""
        yield from ((task, case) for task in self.tasks for case in self.cases_of(task))

    def plan(self, accuracy: Callable[[Planned[Kind]], float] | None = None) -> Iterator[Planned[Kind]]:
        """The cells in order. A growing list of lengths asks for the `accuracy` of each; without one it is whole."""
        for task, case in self.columns():
            accuracies: dict[int, float] = {}
            lengths = self.lengths.lengths(accuracies) if isinstance(self.lengths, PastFailure) else self.lengths
            for length in lengths:
                planned = Planned(task, case, length)
                yield planned
                if accuracy is not None:
                    accuracies[length] = accuracy(planned)

    def check_cells(self) -> None:
        """Refuse a measurement of nothing, and cells that cannot be drawn."""
        if not self.tasks:
            raise ConfigError("a measurement of no task measures nothing; give at least one")
        edges = (1, self.lengths.cap) if isinstance(self.lengths, PastFailure) else self.lengths
        if not edges:
            raise ConfigError(
                "a measurement needs lengths; give a tuple such as growing(1, 100), or PastFailure(trained, cap)"
            )
        for task, case in self.columns():
            for length in edges:
                task.check_length(length, case)
