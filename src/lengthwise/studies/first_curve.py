"""The first curve: sorting, trained on lists of 1 to 10 numbers, tested to 50, with and without the auxiliary recipe.

The mechanism in a few minutes, not the headline: two seeds, so everything here is exploratory.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

from lengthwise.core.study import Job, Study
from lengthwise.evaluation.claims import Order
from lengthwise.evaluation.lengths import grid
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import Cut, Hard
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.recipes.scratch import Scratch

MAIN, HARD = "main + log-length", "hard restriction + log-length"


@dataclass(frozen=True)
class FirstCurve(Study):
    """Whether a restriction that keeps what the model confuses reaches further than as many symbols of short lines."""

    budget: int = 6_000_000  # symbols: a minute or two of one core

    question: ClassVar[str] = "Trained on lists of 1 to 10 numbers: how long a list does each recipe still sort?"
    stages: ClassVar[tuple[str, ...]] = ("main",)

    def jobs(self, stage: str) -> list[Job]:
        """Two arms, two seeds."""
        short = Ingredient(lengths=(1, 10))
        hard = Ingredient(lengths=(1, 10), cut=Cut(longest=40, forms=("query", "whole"), choice=Hard()))
        mixtures = {MAIN: Mixture((short,)), HARD: Mixture((short, hard))}
        return [
            Job(stage, "ordering/sort", arm, seed, self._experiment(mixture, seed))
            for seed in (0, 1)
            for arm, mixture in mixtures.items()
        ]

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """An order at the longest length: exploratory, as two seeds can uphold nothing."""
        return (Order(HARD, MAIN, length=40),)

    def _experiment(self, mixture: Mixture, seed: int) -> Experiment:
        return Experiment(
            Sort(values=100),
            model=Transformer(layers=1, heads=4, width=64, attention=LogLength()),
            mixture=mixture,
            recipe=Scratch(rate=3e-3),
            budget=self.budget,
            tests=(*grid(10, 40), 50),
            instances=500,
            watch=(10, 40),
            dtype="float32",
            seed=seed,
        )
