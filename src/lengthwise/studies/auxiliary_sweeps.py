"""What moves the reach of restriction on sort: how far lines are cut from, how many numbers there are, and all else.

The later stages of `auxiliary_tasks`, each by itself and exploratory: 3 seeds, one layer of width 64 and NoPE unless
the arm says otherwise, main + log-length beside hard restriction + log-length at equal symbols.

1. cuts: 512 numbers, 1-20, cut from up to 20, 40 and 100. Reach past the cut is extrapolation; up to it,
   inheritance.
2. cuts_1000: 1,000 numbers, cut from up to 200.
3. wider, widest: 512 numbers, 20 -> 200; 1,000 numbers, 20 -> 400: for a GPU.
4. wrong: auxiliary tasks of the same symbols that ask for something else (the number before or after q in the list),
   beside the right one (the next larger number).
5. fixed: all lines from a fixed set of 10,000 or 100,000 instead of always new ones.
6. curriculum: short lists first, to half of the training.
7. encodings: NoPE, random starts with absolute ids, RoPE.
8. depth: one layer of attention only, one layer, two layers.
9. maxima_10, maxima_20, maxima_40: does the factor stay when the longest trained list grows?
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, ClassVar, NamedTuple

from lengthwise.core.study import Job, Study
from lengthwise.evaluation.lengths import grid
from lengthwise.experiment import Experiment
from lengthwise.feeding.mixture import Mixture
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.transformer import Transformer
from lengthwise.studies._auxiliary_arms import attention_of, entries, experiment_of
from lengthwise.tasks.auxiliary.bigram_lookup import BigramLookup
from lengthwise.tasks.auxiliary.predecessor_in_list import PredecessorInList
from lengthwise.training.recipes.scratch import Scratch

MAIN, HARD, HINTING = "main + log", "hard + log", "hinting + log"
SEEDS = 3


class Sizes(NamedTuple):
    """Sort of how many numbers, trained to `longest`, cut from up to `cut`, tested to `tested`; `times` the budget."""

    values: int = 256
    longest: int = 20
    cut: int = 100
    tested: int = 200
    times: int = 1


USUAL = Sizes()
RATE = 8e-3
MODEL = Transformer(layers=1, heads=4, width=64)


@dataclass(frozen=True)
class AuxiliarySweeps(Study):
    """One thing at a time, on sort."""

    budget: int = 24_000_000

    question: ClassVar[str] = "Sort, trained on at most 20 numbers: what moves the reach of restriction?"
    stages: ClassVar[tuple[str, ...]] = (
        "cuts",
        "cuts_1000",
        "wider",
        "widest",
        "wrong",
        "fixed",
        "curriculum",
        "encodings",
        "depth",
        "maxima_10",
        "maxima_20",
        "maxima_40",
    )

    def jobs(self, stage: str) -> list[Job]:
        """The runs of a stage: its arms, seed by seed."""
        arms = self._arms()[stage]()
        return [
            Job(stage, experiment.task.name, arm, seed, replace(experiment, seed=seed))
            for seed in range(SEEDS)
            for arm, experiment in arms.items()
        ]

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """None: three seeds explore."""
        return ()

    def _arms(self) -> dict[str, Callable[[], Mapping[str, Experiment]]]:
        sizes = {
            "cuts_1000": Sizes(values=1000, cut=200, tested=400),
            "wider": Sizes(values=512, cut=200, tested=400, times=4),
            "widest": Sizes(values=1000, cut=400, tested=800, times=16),
            **{f"maxima_{n}": Sizes(longest=n, cut=5 * n, tested=min(256, 10 * n)) for n in (10, 20, 40)},
        }
        pairs = {stage: partial(self._pair, each) for stage, each in sizes.items()}
        return {
            "cuts": self._cuts,
            "wrong": self._wrong,
            "fixed": self._fixed,
            "curriculum": self._curriculum,
            "encodings": self._encodings,
            "depth": self._depth,
            **pairs,
        }

    def _cuts(self) -> dict[str, Experiment]:
        return {f"{HARD}, cut from {cut}": self._of(HARD, Sizes(values=512, cut=cut)) for cut in (20, 40, 100)}

    def _curriculum(self) -> dict[str, Experiment]:
        return {arm: replace(each, mixture=replace(each.mixture, curriculum=0.5)) for arm, each in self._pair().items()}

    def _wrong(self) -> dict[str, Experiment]:
        right = self._of(HINTING)
        main, hint = right.mixture.ingredients
        others = {"number before q": PredecessorInList(values=256), "number after q": BigramLookup(values=256)}
        wrong = {
            name: replace(right, mixture=Mixture((main, replace(hint, task=task)))) for name, task in others.items()
        }
        return {HINTING: right, **wrong}

    def _fixed(self) -> dict[str, Experiment]:
        arms: dict[str, Experiment] = {}
        for lines in (10_000, 100_000):
            for arm in (MAIN, HARD):
                fresh = self._of(arm)
                main, *rest = fresh.mixture.ingredients
                few = replace(main, distinct=lines // main.lengths[1])  # as many of each length
                arms[f"{arm}, {lines:,} lines"] = replace(fresh, mixture=Mixture((few, *rest)))
        return arms

    def _encodings(self) -> dict[str, Experiment]:
        ids = 4 * 200
        arms: dict[str, Experiment] = {}
        for arm in (MAIN, HARD):
            started = self._of(arm, model=replace(MODEL, encoding=Absolute(limit=ids)))
            arms[arm] = self._of(arm)
            arms[f"{arm}, random start"] = replace(started, numbering=RandomStart(ids=ids))
            arms[f"{arm}, RoPE"] = self._of(arm, model=replace(MODEL, encoding=RoPE()))
        return arms

    def _depth(self) -> dict[str, Experiment]:
        shapes = {"attention only": replace(MODEL, mlp=0.0), "1 layer": MODEL, "2 layers": replace(MODEL, layers=2)}
        return {f"{arm}, {name}": self._of(arm, model=model) for arm in (MAIN, HARD) for name, model in shapes.items()}

    def _pair(self, sizes: Sizes = USUAL) -> dict[str, Experiment]:
        return {arm: self._of(arm, sizes) for arm in (MAIN, HARD)}

    def _of(self, arm: str, sizes: Sizes = USUAL, model: Transformer = MODEL) -> Experiment:
        values, longest, cut, tested, times = sizes
        experiment = experiment_of(entries(values)[0], arm, longest, cut, self.budget * times)
        return replace(
            experiment,
            model=replace(model, attention=attention_of(arm)),
            recipe=Scratch(rate=RATE),
            tests=tuple(n for n in grid(longest, tested) if n in (1, longest // 2) or n >= longest),
            instances=1000,
            dtype="float32",
        )
