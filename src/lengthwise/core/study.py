"""A study: experiments in stages, and the claims about their curves, committed before the first run."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple


class Job(NamedTuple):
    """One run of a study: its experiment and what it is called there."""

    stage: str
    task: str
    arm: str
    seed: int
    experiment: Any

    def labels(self, study: str) -> dict[str, str | int]:
        """The labels of the run's folder."""
        return {"study": study, "stage": self.stage, "task": self.task, "arm": self.arm, "seed": self.seed}


class NotApplicable(NamedTuple):
    """An arm that a task has not, and why."""

    task: str
    arm: str
    why: str


@dataclass(frozen=True)
class Study(ABC):
    """Subclass it, one study a file. Stages run in order; a stage unfinished is reported so."""

    question: ClassVar[str]
    stages: ClassVar[tuple[str, ...]]

    @abstractmethod
    def jobs(self, stage: str) -> list[Job]:
        """The runs of one stage, in the order in which they are run: all arms of seed 0, then of seed 1 ..."""

    @abstractmethod
    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """The claims about one task's curves of one stage, as `evaluation.claims` has them."""

    def not_applicable(self, stage: str) -> list[NotApplicable]:
        """The arms that some tasks have not, with the reason."""
        return []

    def tables(self, runs: Sequence[Any]) -> tuple[Any, ...]:
        """Tables of its own for the report (`reports.tabular`), from its finished runs: predicted beside found ..."""
        return ()

    @property
    def name(self) -> str:
        """The registry name."""
        return type(self).__module__.rpartition(".")[2]
