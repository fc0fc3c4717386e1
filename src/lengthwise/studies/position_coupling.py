"""Position coupling at a scale that fits a CPU, beside what it must be compared with; and two ideas of our own.

Position coupling (arXiv:2405.20671) adds 1-30 digits and is right on 200, where its table of ids ends: 6.67x. Here:

1. addition: 1-10 digits, tested to 150 (15x). By hand with a table of ids, as in the paper; by hand and by itself with
   an encoding of our own that reads the difference of two ids and has no table (`ClippedBias`); and beside them random
   start, index hints, NoPE, and that encoding without coupling. 5 seeds where claims are made, 3 (exploratory)
   elsewhere.
2. others: coupled ids and the clipped bias of `sharp`, 3 seeds: copy with repeats to 40x, reverse with repeats to 24x,
   parity with states and increment to 15x, N x 2 multiplication to 7.5x.
3. kept: addition with carries, in a table of ids, cut from up to 100 places in runs of 2 to 4 neighbours that keep the
   long ids, against contiguous random start. Refuted if equal.
4. ambiguity: copying with windows of 1 to 8 and NoPE heads, with lines over 2 to 4 letters mixed in, so that a short
   line is as ambiguous as a long one. Refuted if the reach does not move.
5. sharp: addition again, tested to 300 (30x), coupled by hand and by itself, 5 seeds, the numbers of the clipped bias
   moving four times as fast. Written after three seeds of stage 1 had been seen, which the clipped bias left at 40 to
   80 digits because some heads learned exponents below 1.
6. sink: the same with all keys that have an id weighing at first as much as the start symbol alone; 5 seeds.
   Written after `sharp` had been seen, where the seeds that stop are those in which far keys outgrow the start symbol.

The encoding was found in pilots on at most 40 digits (docs/lab-log.md): a table of rows 64 wide mixes up ids that never
stood in one training line, and a difference beyond the reach of the bias cannot be mixed up with one within.

`PositionCoupling(scale="paper")` is the paper's own scale, for a GPU: about 33 minutes a run of addition on one H200.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from lengthwise.core.instance import BlockKey, has_problems
from lengthwise.core.study import Job, Study
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.evaluation.claims import AtLeast, Equal, Order
from lengthwise.evaluation.lengths import grid
from lengthwise.evaluation.measure import with_problems
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import Blocks, Cut
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.lines.coupling.automatic import Automatic
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.layouts.index_hints import IndexHints
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import Attention
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.hard_alibi import HardALiBi
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.arithmetic.multiplication import Multiplication
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats
from lengthwise.training.recipe import Precision
from lengthwise.training.recipes.scratch import Scratch

COUPLED, CLIPPED, AUTOMATIC = "coupled", "coupled, clipped bias", "automatic coupling, clipped bias"
RANDOM, HINTS, NOPE, UNCOUPLED = "random start", "index hints", "NoPE", "clipped bias alone"
SHARP, SHARP_AUTOMATIC = "coupled, sharp bias", "automatic coupling, sharp bias"
SINK = "coupled, sharp bias and sink"
BIAS, SHARPER, FIXED = ClippedBias(reach=4), ClippedBias(reach=4, gain=4.0), LogLength("fixed")


@dataclass(frozen=True)
class Scale:
    """The sizes of a study: what is trained, how long, and what is tested."""

    longest: int
    tested: int
    ids: int  # of the table: above the longest test, since rows at its ends are seen least
    budget: int
    layers: int
    width: int
    heads: int
    rate: float
    attention: Attention  # of the arms without the clipped bias
    dtype: Precision


SMALL = Scale(10, 150, 180, 8_000_000, layers=1, width=64, heads=4, rate=5e-3, attention=FIXED, dtype="float32")
PAPER = Scale(30, 200, 202, 4_750_000_000, layers=1, width=512, heads=4, rate=1e-4, attention=Plain(), dtype="bfloat16")
FAR = 30  # times the longest length trained, where no table of ids ends
OTHERS: tuple[tuple[Task, Trace, float], ...] = (  # the last: tested to so many times the longest length trained
    (CopyRepeats(), Nothing(), 40),
    (ReverseRepeats(), Nothing(), 24),
    (Parity(), RunningState(), 15),
    (Increment(), Nothing(), 15),
    (Multiplication(second=2), Nothing(), 7.5),
)


@dataclass(frozen=True)
class PositionCoupling(Study):
    """How far coupled ids carry, by hand and by themselves, and what else does."""

    scale: Literal["small", "paper"] = "small"

    question: ClassVar[str] = "Trained on at most 10 digits: how far does each way of numbering symbols carry?"
    stages: ClassVar[tuple[str, ...]] = ("addition", "others", "kept", "ambiguity", "sharp", "sink")

    def jobs(self, stage: str) -> list[Job]:
        """The runs of a stage, seed by seed."""
        makers: dict[str, Callable[[], list[Job]]] = {
            "addition": self._addition,
            "others": self._others,
            "kept": self._kept,
            "ambiguity": self._ambiguity,
            "sharp": self._sharp,
            "sink": self._sink,
        }
        return makers[stage]()

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        """Coupling's own claim, one primary order, and what would refute each idea."""
        if stage == "others":
            return (AtLeast(SHARP, length=self._others_to(task)[-1], share=0.9),)
        if stage == "addition":
            return self._addition_claims()
        sharp, longest = (SHARP, SHARP_AUTOMATIC), self._scale.longest
        near = tuple(n for n in self._to(FAR * longest) if n <= 10 * longest)
        stated: dict[str, tuple[Any, ...]] = {
            "kept": (Order("kept blocks", RANDOM, length=97), Equal("kept blocks", RANDOM, lengths=(27, 51, 97))),
            "ambiguity": (Order("windows + ambiguity", "windows", length=90),),
            "sharp": (*self._far(*sharp), Equal(*sharp, lengths=near)),
            "sink": self._far(SINK),
        }
        return stated.get(stage, ())

    def _addition_claims(self) -> tuple[Any, ...]:
        ids_end = 20 * self._scale.longest // 3  # 6.67 times the longest length trained
        far, last = min(n for n in self._tests if n >= ids_end), self._tests[-1]
        return (
            *(AtLeast(arm, length=far, share=0.95) for arm in (COUPLED, CLIPPED, AUTOMATIC)),
            AtLeast(CLIPPED, length=last, share=0.9),
            Order(CLIPPED, COUPLED, length=far, primary=True),
            Order(COUPLED, RANDOM, length=min(n for n in self._tests if n >= 1.5 * self._scale.longest)),
            Equal(AUTOMATIC, CLIPPED, lengths=tuple(n for n in self._tests if n <= far)),
        )

    def _far(self, *arms: str) -> tuple[Any, ...]:
        """At least 90 % at 10, 15 and 30 times the longest length trained."""
        tests = self._to(FAR * self._scale.longest)
        at = [min(n for n in tests if n >= times * self._scale.longest) for times in (10, 15, FAR)]
        return tuple(AtLeast(arm, length=n, share=0.9) for n in at for arm in arms)

    @property
    def _scale(self) -> Scale:
        return SMALL if self.scale == "small" else PAPER

    @property
    def _tests(self) -> tuple[int, ...]:
        return self._to(self._scale.tested)

    def _to(self, tested: int) -> tuple[int, ...]:
        return tuple(n for n in grid(self._scale.longest, tested) if n > 1)

    # -- the stages -----------------------------------------------------------------------------------------------

    def _addition(self) -> list[Job]:
        few = (HINTS, NOPE, UNCOUPLED)
        return [
            Job("addition", "arithmetic/addition", arm, seed, replace(experiment, seed=seed))
            for seed in range(5)
            for arm, experiment in self._adding().items()
            if seed < 3 or arm not in few
        ]

    def _adding(self) -> dict[str, Experiment]:
        ids, many = self._scale.ids, 4 * self._scale.ids
        coupled = self._experiment(Addition(), Nothing())
        nope = replace(coupled, numbering=Sequential(), model=replace(self._model, encoding=NoPE()))
        return {
            COUPLED: coupled,
            CLIPPED: self._clipped(coupled),
            AUTOMATIC: self._clipped(_by_itself(coupled)),
            RANDOM: replace(nope, numbering=RandomStart(many), model=replace(self._model, encoding=Absolute(many))),
            HINTS: replace(nope, task=Hinted(Addition(), hints=ids), layout=IndexHints()),
            NOPE: nope,
            UNCOUPLED: self._clipped(nope),
        }

    def _others(self) -> list[Job]:
        return [
            Job("others", task.name, SHARP, seed, replace(self._clipped(experiment, SHARPER), instances=500, seed=seed))
            for seed in range(3)
            for task, trace, times in OTHERS
            for experiment in [self._experiment(task, trace, times)]
        ]

    def _others_to(self, name: str) -> tuple[int, ...]:
        """The lengths at which one of the other tasks is tested."""
        task, times = next((task, times) for task, _, times in OTHERS if task.name == name)
        return self._testable(task, round(times * self._scale.longest))

    def _kept(self) -> list[Job]:
        scale = self._scale
        main = Ingredient(lengths=(3, scale.longest))
        blocks = replace(main, cut=Cut(longest=100, forms=("closed",), choice=Blocks(), places="kept"))
        contiguous = replace(self._experiment(Addition(), Carries()), layout=LeastFirst())
        kept = replace(contiguous, mixture=Mixture((main, blocks)))
        arms = {RANDOM: contiguous, "kept blocks": kept}
        return [
            Job("kept", "arithmetic/addition", arm, seed, replace(experiment, seed=seed))
            for seed in range(3)
            for arm, experiment in arms.items()
        ]

    def _ambiguity(self) -> list[Job]:
        main = Ingredient(lengths=(3, 20))
        windows = Transformer(layers=2, heads=12, width=96, encoding=HardALiBi(windowed=8), attention=LogLength())
        plain = Experiment(
            CopyRepeats(values=26),
            model=windows,
            mixture=Mixture((main,)),
            recipe=Scratch(rate=self._scale.rate),
            budget=self._scale.budget // 2,  # a symbol costs about six times one of the other stages
            tests=tuple(n for n in grid(20, 400) if n > 9),
            instances=200,
            dtype="float32",
        )
        few = tuple(replace(main, task=CopyRepeats(values=letters), weight=1 / 3) for letters in (2, 3, 4))
        mixed = replace(plain, mixture=Mixture((main, *few)))
        arms = {"windows": plain, "windows + ambiguity": mixed}
        return [
            Job("ambiguity", "ordering/copy_repeats", arm, seed, replace(experiment, seed=seed))
            for seed in range(3)
            for arm, experiment in arms.items()
        ]

    def _sharp(self) -> list[Job]:
        coupled = self._far_addition
        arms = {SHARP: coupled, SHARP_AUTOMATIC: _by_itself(coupled)}
        return [
            Job("sharp", "arithmetic/addition", arm, seed, replace(self._clipped(experiment, SHARPER), seed=seed))
            for seed in range(5)
            for arm, experiment in arms.items()
        ]

    def _sink(self) -> list[Job]:
        sink = self._clipped(self._far_addition, replace(SHARPER, sink=True))
        return [Job("sink", "arithmetic/addition", SINK, seed, replace(sink, seed=seed)) for seed in range(5)]

    # -- one run --------------------------------------------------------------------------------------------------

    @property
    def _model(self) -> Transformer:
        scale = self._scale
        return Transformer(
            layers=scale.layers,
            heads=scale.heads,
            width=scale.width,
            norm="both",
            encoding=Absolute(limit=scale.ids),
            attention=scale.attention,
        )

    def _experiment(self, task: Task, trace: Trace, times: float | None = None) -> Experiment:
        """Coupled, tested as the scale says or to `times` the longest length trained, in a table with room to spare."""
        scale = self._scale
        tested = scale.tested if times is None else round(times * scale.longest)
        ids = scale.ids if times is None else tested + max(30, tested // 10)
        tests = self._testable(task, tested)
        return Experiment(
            task,
            trace=trace,
            layout=ReversedAnswer(),
            numbering=Coupled(ids=ids),
            model=replace(self._model, encoding=Absolute(limit=ids)),
            mixture=Mixture((Ingredient(lengths=(3, scale.longest)),)),
            recipe=Scratch(rate=scale.rate),
            budget=scale.budget,
            tests=tests,
            instances=1000,
            cases=tuple(case for case in task.cases if "(" not in case and _has_tests(task, case, tests)),
            watch=(scale.longest, 4 * scale.longest),
            dtype=scale.dtype,
        )

    def _testable(self, task: Task, tested: int) -> tuple[int, ...]:
        """Test lengths up to `tested` that have enough problems for some to be test problems."""
        return with_problems(task, self._to(tested))

    @property
    def _far_addition(self) -> Experiment:
        return replace(self._experiment(Addition(), Nothing(), FAR), instances=500)

    def _clipped(self, experiment: Experiment, bias: ClippedBias = BIAS) -> Experiment:
        """The same ids read as differences, in place of a table; the bias has its own factor ln n."""
        return replace(experiment, model=replace(self._model, encoding=bias, attention=Plain()))


def _by_itself(experiment: Experiment) -> Experiment:
    """The same with the places that the reads of its task give."""
    automatic = Automatic(experiment.task)
    assert isinstance(experiment.numbering, Coupled)
    return replace(experiment, task=automatic, numbering=replace(experiment.numbering, axes=automatic.levels))


def _has_tests(task: Task, case: str, lengths: tuple[int, ...]) -> bool:
    """Whether a case has test problems of every length: one of a single problem (all ones) often has none."""
    return all(has_problems(BlockKey(task, n, "test", case=case)) for n in lengths)
