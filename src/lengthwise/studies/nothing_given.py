"""Regime A: how far each task goes when nothing is given at inference but the prompt and a count of its symbols.

Position coupling needs ids that follow from the prompt's shape (regime B). `PredictedSteps` has the network carry them
on by itself, in steps; `ClippedBias` reads ids as differences, so that there is no table to run out of. Sort has no
places: half of its lines are cut from lists of up to 200 numbers (near restriction), three times as long as in
`auxiliary_tasks`.

Stages:

1. places: increment (no working), copy and reverse of distinct symbols, trained to 10, tested to 150 and 200; for
   increment beside the same network on a plain count.
2. sort: 256 numbers, trained to 20, cut from up to 200, tested to 200.
   sort_512: 512 numbers, cut from up to 400, tested to 400 (2 seeds: exploratory).
3. slim_easy, slim_hard: SLiM of 2 and of 25 types, trained to 10, tested to 200 and 100 (the second with 3 seeds,
   exploratory). Partners are found by what they are, the newest first, by attention that breaks a stick; the steps only
   say how many outputs are due.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar

from lengthwise.core.study import Job, Study
from lengthwise.core.task import Task
from lengthwise.evaluation.claims import AtLeast, Order
from lengthwise.evaluation.lengths import grid
from lengthwise.evaluation.measure import with_problems
from lengthwise.experiment import Experiment
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.predicted_steps import PredictedSteps
from lengthwise.lines.numberings.recount import Recount
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.models.attention.stick_breaking import StickBreaking
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.transformer import Transformer
from lengthwise.studies._auxiliary_arms import attention_of, entries, experiment_of
from lengthwise.studies.auxiliary_tasks import SORT_RATE
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.recall.slim import SLiM
from lengthwise.training.recipes.scratch import Scratch

STEPS, COUNT, NEAR = "predicted steps", "count", "near + log"
SEEDS = {"places": 5, "sort": 5, "sort_512": 2, "slim_easy": 5, "slim_hard": 3}
CLAIMED: dict[str, tuple[str, tuple[int, ...]]] = {
    "places": (STEPS, (50, 100)),
    "sort": (NEAR, (100,)),
    "sort_512": (NEAR, ()),
    "slim_easy": (STEPS, (100, 200)),
    "slim_hard": (STEPS, (22, 50)),
}
NETWORK = Transformer(layers=2, heads=4, width=64, norm="both", encoding=ClippedBias(reach=4, gain=4.0))


@dataclass(frozen=True)
class NothingGiven(Study):
    """How far without anything computed from the prompt."""

    question: ClassVar[str] = "Nothing given but the prompt: how far does each task go?"
    stages: ClassVar[tuple[str, ...]] = ("places", "sort", "sort_512", "slim_easy", "slim_hard")

    places_budget: int = 4_000_000
    sort_budget: int = 72_000_000
    slim_budget: int = 6_000_000

    def jobs(self, stage: str) -> list[Job]:
        """The runs of a stage, seed by seed."""
        made: dict[str, Callable[[], Sequence[tuple[str, Experiment]]]] = {
            "places": self._places,
            "sort": partial(self._sort, 256, 200),
            "sort_512": partial(self._sort, 512, 400),
            "slim_easy": partial(self._slim, 2, 200),
            "slim_hard": partial(self._slim, 25, 100),
        }
        return [
            Job(stage, experiment.task.name, arm, seed, replace(experiment, seed=seed))
            for seed in range(SEEDS[stage])
            for arm, experiment in made[stage]()
        ]

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """At least 90 % at lengths fixed before the runs, and one primary order."""
        arm, lengths = CLAIMED[stage]
        reaches = tuple(AtLeast(arm, length=n, share=0.9) for n in lengths)
        return (*reaches, Order(STEPS, COUNT, length=50, primary=True)) if task == "arithmetic/increment" else reaches

    def _places(self) -> Sequence[tuple[str, Experiment]]:
        increment = self._steps(Increment(), PredictedSteps(), 150)
        return [
            (STEPS, increment),
            (COUNT, replace(increment, numbering=Sequential(), model=NETWORK)),
            *((STEPS, self._steps(task, PredictedSteps(), 200)) for task in (Copy(values=256), Reverse(values=256))),
        ]

    def _slim(self, types: int, tested: int) -> Sequence[tuple[str, Experiment]]:
        task, network = SLiM(modulus=100, types=types), replace(NETWORK, attention=StickBreaking())
        steps = self._steps(task, PredictedSteps(Recount()), tested, network)
        return [(STEPS, replace(steps, budget=self.slim_budget))]

    def _steps(self, task: Task, numbering: PredictedSteps, tested: int, network: Transformer = NETWORK) -> Experiment:
        shortest = 3 if isinstance(task, Increment) else 1  # of one or two digits there are too few to keep some unseen
        lengths = tuple(sorted({1, 5, 50, 100} | set(grid(10, tested))))
        return Experiment(
            task,
            layout=LeastFirst(),
            numbering=numbering,
            model=replace(network, predict_ids=4 * numbering.reach + 1),
            mixture=Mixture((Ingredient(lengths=(shortest, 10)),)),
            recipe=Scratch(rate=5e-3),
            budget=self.places_budget,
            tests=tuple(n for n in with_problems(task, lengths) if n >= shortest),
            instances=1000,
            cases=("typical", "any_chain") if isinstance(task, Increment) else ("typical",),
            watch=(10, 40),
            dtype="float32",
        )

    def _sort(self, values: int, tested: int) -> Sequence[tuple[str, Experiment]]:
        near = experiment_of(entries(values)[0], NEAR, longest=20, cut=tested, budget=self.sort_budget)
        network = Transformer(layers=1, heads=4, width=64, attention=attention_of(NEAR))
        tests = tuple(sorted({1, 5, 10, 60, 80, 100, tested // 2} | set(grid(20, tested))))
        recipe = Scratch(rate=SORT_RATE)
        return [(NEAR, replace(near, model=network, recipe=recipe, tests=tests, instances=1000, dtype="float32"))]
