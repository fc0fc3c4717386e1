"""What is measured: tasks, lengths, instances per length, the page they are asked on, and the limits of a reply.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> measurement = Measurement(Sort(values=40), lengths=(4, 5), instances=16)
>>> [(c.case, c.length) for c in measurement.plan()]
[('typical', 4), ('typical', 5)]
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import BlockKey, block, has_problems
from lengthwise.core.layout import Layout
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.evaluation.cells import Cells
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.lengths import PastFailure
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.nothing import Nothing


def with_problems(task: Task, lengths: Iterable[int], case: str = "typical") -> tuple[int, ...]:
    """Those of the lengths that have a test problem: the shortest ones of a small task may have none.

    >>> from lengthwise.tasks.logic.parity import Parity
    >>> with_problems(Parity(), (1, 2, 3, 4, 5, 8))
    (1, 2, 4, 5, 8)
    """
    asked = tuple(lengths)
    for length in asked:
        task.check_length(length, case)
    return tuple(n for n in asked if has_problems(BlockKey(task, n, "test", case=case)))


@dataclass(frozen=True)
class Measurement(Cells[Task]):
    """How a curve is made. The problems are the test split's, the same for every solver and every run.

    `way`: "one pass" scores lines teacher-forced where the solver offers that, and decodes freely only where working is
    written; "free running" always decodes. `slack` symbols beyond a page's own end may be written before a reply is
    truncated. `samples` wrong answers a length are kept in full; of the others the outcome alone.
    """

    task: Task | tuple[Task, ...]
    trace: Trace = Nothing()  # noqa: RUF009 - a frozen value
    layout: Layout = Plain()  # noqa: RUF009 - a frozen value
    lengths: tuple[int, ...] | PastFailure = ()
    instances: int = 200
    cases: tuple[str, ...] = ("typical",)
    way: Literal["one pass", "free running"] = "one pass"
    split: Literal["test", "validation"] = "test"
    seed: int = 0  # of the problems, not of the run
    slack: int = 0
    samples: int = 8

    def __post_init__(self) -> None:
        if self.instances < 1:
            raise ConfigError(
                f"{self.instances} instances a length are none; give at least 1 (200, or 1,000 where a claim speaks)"
            )
        if self.slack < 0 or self.samples < 0:
            raise ConfigError(f"slack={self.slack} and samples={self.samples} must not be negative")
        self.check_cells()

    def check(self) -> None:
        """A TaskError where a length of the plan has no problem in the split: call it before training, not after."""
        for task, case, length in self.plan():
            if not isinstance(task, DataFile):
                block(BlockKey(task, length, self.split, self.seed, 0, case))
