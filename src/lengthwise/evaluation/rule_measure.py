"""What is measured of tasks made of a rule: the same cells as of any task, asked as text in one of the promptings.

>>> from lengthwise.tasks.logic.coin_flip import CoinFlip
>>> measurement = RuleMeasurement(CoinFlip(), lengths=(4, 5), instances=16)
>>> [(c.case, c.length) for c in measurement.plan()]
[('typical', 4), ('typical', 5)]
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from lengthwise.core.errors import ConfigError
from lengthwise.prompting.direct import Direct
from lengthwise.prompting.way import Prompting
from lengthwise.rules.styles import style
from lengthwise.rules.task import RuleTask


class RulePlanned(NamedTuple):
    """One cell to be measured."""

    task: RuleTask
    case: str
    length: int


@dataclass(frozen=True)
class RuleMeasurement:
    """How a curve over rule tasks is made; problems of the test split, the same for every solver.

    `prompting` says how they are asked and what is to be written: the answer alone, or a trace in `style`, which is
    then judged step by step beside the answer. `limit` is what a solver may write (0: as much as it likes); of
    `samples` wrong answers a length the texts are kept.
    """

    task: RuleTask | tuple[RuleTask, ...]
    prompting: Prompting = Direct()  # noqa: RUF009 - a frozen value
    style: str = "recite"
    lengths: tuple[int, ...] = ()
    instances: int = 200
    cases: tuple[str, ...] = ("typical",)
    split: Literal["test", "validation"] = "test"
    seed: int = 0  # of the problems
    limit: int = 0
    samples: int = 8
    way: ClassVar[str] = "free running"

    def __post_init__(self) -> None:
        if not self.tasks or not self.lengths or self.instances < 1 or min(self.limit, self.samples) < 0:
            raise ConfigError(
                f"{len(self.tasks)} tasks, lengths {self.lengths}, {self.instances} instances, limit {self.limit} and "
                f"{self.samples} samples; give a task, lengths such as (1, 2, 4), and no number below 0"
            )
        style(self.style)
        for task in self.tasks:
            for case in self.cases_of(task):
                for length in self.lengths:
                    task.check_length(length, case)

    @property
    def tasks(self) -> tuple[RuleTask, ...]:
        """The tasks, main task first."""
        return (self.task,) if isinstance(self.task, RuleTask) else tuple(self.task)

    def cases_of(self, task: RuleTask) -> tuple[str, ...]:
        """The cases measured of a task: those named, and where there are several tasks, those that it has."""
        return self.cases if len(self.tasks) == 1 else tuple(case for case in self.cases if case in task.cases)

    def plan(self) -> Iterator[RulePlanned]:
        """All cells, in order."""
        for task, case in self.columns():
            yield from (RulePlanned(task, case, length) for length in self.lengths)

    def columns(self) -> Iterator[tuple[RuleTask, str]]:
        """Each task with each of its cases."""
        yield from ((task, case) for task in self.tasks for case in self.cases_of(task))
