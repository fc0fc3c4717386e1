"""Length generalization via auxiliary tasks: main alone, hand-made hints, and four kinds of restriction.

The study of "Length Generalization via Auxiliary Tasks" (OpenReview QL3J1fyAFv) and of task hinting (arXiv:2310.00726),
NoPE throughout. What the papers leave open (widths, lengths, mixing) is our reading; see `design` for what was fixed
before the first run.

Stages:

1. screen: every arm and task that applies, 1 seed, lengths 1 to 8, cut from up to 32; ranked by symbols until 99.9 %
   on trained lengths and then by reach. Exploratory.
2. sort: 256 numbers, 1-20 -> 100, cut from up to 100, the eight arms, 5 seeds.
3. others: the six other tasks, main + log-length against the best restricted arm of the screen, 5 seeds.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from lengthwise.core.study import Job, NotApplicable, Study
from lengthwise.evaluation.claims import AtLeast, Equal, GrowsAtMost, Order
from lengthwise.evaluation.lengths import grid
from lengthwise.evaluation.measure import with_problems
from lengthwise.models.transformer import Transformer
from lengthwise.studies._auxiliary_arms import (
    ARMS,
    RESTRICTED,
    SCREEN_ONLY,
    Entry,
    attention_of,
    entries,
    experiment_of,
    why_not,
)
from lengthwise.studies._mechanisms import mechanisms
from lengthwise.studies._restrictions import keep_restrictions
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.recipes.scratch import Scratch

TWICE = 15  # of the lengths tested in the screen, the one nearest to twice its longest trained one, 8
SORT_RATE = 8e-3  # the best of three on trained lengths alone (docs/lab-log.md)


@dataclass(frozen=True)
class AuxiliaryTasks(Study):
    """What restriction brings, beside log-length scaling and beside more of the main task."""

    question: ClassVar[str] = (
        "Trained on short lines at equal symbols: which auxiliary tasks move the reach, on which tasks, and why?"
    )
    stages: ClassVar[tuple[str, ...]] = ("screen", "sort", "others")

    screen_budget: int = 5_000_000
    sort_budget: int = 24_000_000
    others_budget: int = 8_000_000  # at the screen's 5 million none of the six learned its trained lengths
    best: str = "hard + log"  # on sort, the restricted arm of the screen that learned and has the longest reach

    # -- the stages ----------------------------------------------------------------------------------------------

    def jobs(self, stage: str) -> list[Job]:
        """The runs of a stage: seed by seed, so that an unfinished stage has whole seeds."""
        if stage == "screen":
            arms = (*ARMS, *SCREEN_ONLY)
            return [self._screen(entry, arm) for entry in entries(100) for arm in arms if not why_not(entry, arm)]
        if stage == "sort":
            return [self._sort(arm, seed) for seed in range(5) for arm in ARMS]
        pair = ("main + log", self.best)
        rest = [entry for entry in entries(100) if not isinstance(entry.task, Sort)]
        return [
            self._other(entry, arm, seed)
            for seed in range(5)
            for entry in rest
            for arm in (pair if not why_not(entry, self.best) else ("main + log", "closed + log"))
        ]

    def not_applicable(self, stage: str) -> list[NotApplicable]:
        """The arms that a task has not."""
        arms = (*ARMS, *SCREEN_ONLY) if stage == "screen" else ARMS
        return [NotApplicable(e.task.name, arm, why) for e in entries(100) for arm in arms if (why := why_not(e, arm))]

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """Claims of sort: 90 % at 100, one primary order, the placebo, the linear bound. Increment: beyond 1.5x."""
        if stage == "sort":
            return (
                AtLeast(self.best, length=100, share=0.9),
                Order(self.best, "main + log", length=100, primary=True),
                *(Order(arm, "main + log", length=100) for arm in RESTRICTED if arm != self.best),
                Equal("planted + log", "near + log", lengths=(60, 100)),
                *(
                    GrowsAtMost(arm, 1.0, lengths=(25, 31, 38, 47, 58, 72, 90, 100))
                    for arm in ("main + log", *RESTRICTED)
                ),
            )
        if stage == "others":
            other = self.best if not why_not(_entry(task), self.best) else "closed + log"
            reach = (AtLeast(other, length=12, share=0.9),) if task == "arithmetic/increment" else ()
            return (*reach, Equal(other, "main + log", lengths=(10, 12, 15)), Order(other, "main + log", length=12))
        return ()

    def tables(self, runs: Sequence[Any]) -> tuple[Any, ...]:
        """The mechanisms, predicted beside scored at about twice the length that the screen trained to.

        For the linear bound, runs of the second stage are measured on restrictions first, once.
        """
        for run in runs:
            if run.labels["stage"] == "sort":
                keep_restrictions(run)
        return (mechanisms(runs, TWICE),)

    # -- one run each --------------------------------------------------------------------------------------------

    def _screen(self, entry: Entry, arm: str) -> Job:
        experiment = experiment_of(entry, arm, longest=8, cut=32, budget=self.screen_budget)
        return Job("screen", entry.task.name, arm, 0, replace(experiment, tests=_tests(entry), instances=200))

    def _sort(self, arm: str, seed: int) -> Job:
        entry = entries(256)[0]
        experiment = experiment_of(entry, arm, longest=20, cut=100, budget=self.sort_budget)
        tests = tuple(sorted({1, 5, 10, 20, 60, 80, 100} | {n for n in grid(20, 200) if n > 20}))
        model = Transformer(layers=1, heads=4, width=64, attention=attention_of(arm))
        run = replace(experiment, model=model, recipe=Scratch(rate=SORT_RATE), tests=tests, instances=1000, seed=seed)
        return Job("sort", entry.task.name, arm, seed, run)

    def _other(self, entry: Entry, arm: str, seed: int) -> Job:
        experiment = experiment_of(entry, arm, longest=8, cut=32, budget=self.others_budget)
        run = replace(experiment, tests=_tests(entry), instances=1000, dtype="float32", seed=seed)
        return Job("others", entry.task.name, arm, seed, run)


def _tests(entry: Entry) -> tuple[int, ...]:
    """To 40, without lengths that have too few problems for some to be test problems (three bits)."""
    return with_problems(entry.task, grid(8, 40))


def _entry(task: str) -> Entry:
    return next(entry for entry in entries(100) if entry.task.name == task)
