"""An experiment: the axes put together, trained on short lines and measured on long ones.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> experiment = Experiment(task=Sort(values=100), mixture=Mixture((Ingredient(lengths=(1, 10)),)), tests=(10, 20, 40))
>>> experiment.regime
'A'

`experiment.run()` leaves a run folder and returns it; `.curve` of the result draws itself in a notebook.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

from torch import nn

from lengthwise.core.errors import ConfigError, LengthwiseError
from lengthwise.core.frame import Frame
from lengthwise.core.given import shape_of
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.evaluation.curve import Regime
from lengthwise.evaluation.measure import Measurement
from lengthwise.experiment.conduct import conduct_one, conduct_together
from lengthwise.experiment.weights import load
from lengthwise.feeding.epoch import Epoch
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Diet, vocabulary_of
from lengthwise.lines.admit import require_admitted
from lengthwise.lines.coupling.fit import check_fits
from lengthwise.lines.holds import check_holds
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import check_trace, frame_of, write
from lengthwise.models.blueprint import Blueprint
from lengthwise.models.compatible import check_pair, check_span
from lengthwise.models.network import Network
from lengthwise.models.transformer import Transformer
from lengthwise.run import Labels, Run, root
from lengthwise.training.attend import can_be_watched
from lengthwise.training.bundles import stack_key
from lengthwise.training.probe import device_of
from lengthwise.training.recipe import Precision, Recipe
from lengthwise.training.recipes.scratch import Scratch
from lengthwise.training.show import NOBODY, Show

TRIED = 512  # updates whose sizes are averaged to turn a budget into a number of updates


@dataclass(frozen=True)
class Experiment:
    """One arm with one seed. Frozen: equality, JSON and dotted overrides come with it.

    `budget` is the number of symbols that training processes; `tests` are the lengths tested, `instances` how many
    problems each. `seed` decides the data, `init` the first weights (None: the same number). `watch` are lengths whose
    accuracy is followed during training, `watches` times. `dtype` is the precision of training; "auto" leaves it to a
    timing before update 0, which can fall out differently for two runs, so give it where runs are compared.
    """

    task: Task
    trace: Trace = Nothing()  # noqa: RUF009 - frozen values
    layout: Layout = Plain()  # noqa: RUF009
    numbering: Numbering = Sequential()  # noqa: RUF009
    model: Blueprint = field(default_factory=Transformer)
    mixture: Mixture = Mixture()  # noqa: RUF009
    recipe: Recipe = Scratch()  # noqa: RUF009
    budget: int = 4_000_000
    tests: tuple[int, ...] = (10, 20, 40)
    instances: int = 200
    cases: tuple[str, ...] = ("typical",)
    watch: tuple[int, ...] = ()
    watches: int = 10
    seed: int = 0
    init: int | None = None
    device: str = "auto"
    dtype: Precision = "auto"
    name: str = ""

    # -- what follows from the axes -----------------------------------------------------------------------------------

    @property
    def regime(self) -> Regime:
        """A: nothing computed from the prompt is given at inference; B: ids or hints are. Derived, never declared."""
        if not (self.numbering.from_time and self.layout.shows_only_values):
            return "B"
        return "A + own working" if self.trace.kinds else "A"

    @property
    def trained(self) -> tuple[int, int]:
        """The shortest and the longest line of the main task that training reads uncut."""
        ranges = [i.lengths for i in self.mixture.ingredients if i.task is None and i.cut is None]
        if not ranges:
            raise ConfigError(
                "no ingredient of this mixture is the main task uncut; "
                "give one, or name the task you mean as the main one"
            )
        return min(low for low, _ in ranges), max(high for _, high in ranges)

    @property
    def cut_from(self) -> int | None:
        """N_cut: the longest line that a restriction was cut from."""
        return max((i.cut.longest for i in self.mixture.ingredients if i.cut is not None), default=None)

    @property
    def reads_long(self) -> bool:
        """Whether the model reads lines uncut, without labels, to say what is hard in them."""
        return any(i.cut is not None and i.cut.choice.needs_model for i in self.mixture.ingredients)

    @property
    def measurement(self) -> Measurement:
        """What is measured after training."""
        return Measurement(self.task, self.trace, self.layout, tuple(self.tests), self.instances, self.cases)

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every symbol of every task trained or tested."""
        return vocabulary_of(self.task, self.mixture)

    @cached_property
    def diet(self) -> Diet:
        """What the feeder needs: as many updates as the budget allows."""
        tried = Diet(
            self.task, self.trace, self.layout, self.numbering, self.mixture, self.vocabulary, self.seed, TRIED
        )
        return replace(tried, updates=max(1, round(self.budget / (tried.processed() / TRIED))))

    def build(self) -> nn.Module:
        """The network with its first weights."""
        seed = key("weights", self.seed if self.init is None else self.init).seed()
        return self.model.build(len(self.vocabulary), self.numbering.levels, seed)

    def network(self, model: nn.Module) -> Network:
        """The network, ready to be measured."""
        return Network(model, self.vocabulary, self.numbering, marked=self.diet.marked)

    # -- before update 0 ---------------------------------------------------------------------------------------

    def check(self) -> None:
        """Refuse, before anything is trained, what cannot work: lengths, restrictions, ids."""
        for ingredient in self.mixture.ingredients:
            self._check_ingredient(ingredient)
        if not self.tests or self.instances < 1:
            raise ConfigError(
                f"tests={self.tests}, instances={self.instances} measure nothing; give a length and 1 or more"
            )
        for case in self.cases:
            for length in self.tests:
                block(BlockKey(self.task, length, "test", self.seed, 0, case), count=1)  # refuses what cannot be drawn
        for length in self.watch:
            block(BlockKey(self.task, length, "validation", self.seed), count=1)
        check_trace(self.task, self.trace)
        check_fits(self.numbering, self.task)
        if self.reads_long and not can_be_watched(self.build()):
            raise ConfigError(
                f"{type(self.model).__name__} lets nobody see its attention, and choice=Hard() asks for it; "
                "take another choice (Near(), AtRandom()), or a network with modules named `weights`"
            )
        if self.budget < 1:
            raise ConfigError(f"a budget of {self.budget} symbols trains nothing; give at least some thousands")
        if isinstance(self.model, Transformer):
            self._check_ids(self.model)
        self._check_pages()

    def _check_ids(self, model: Transformer) -> None:
        """The encoding reads what the numbering gives, and the network can say the ids that it has to."""
        longest = max(*self.tests, self.trained[1])
        check_pair(model.encoding, self.numbering)
        check_span(model.encoding, self.numbering, self.frame(self.trained[1]), self.trained[1])
        check_span(model.encoding, self.numbering.fixed(), self.frame(longest), longest)
        if not self.numbering.predicts:
            return
        said = self.numbering.fixed().says(self.frame(longest))
        highest = max(self.numbering.says(self.frame(self.trained[1]), 1), said)
        if model.predict_ids < highest:
            raise ConfigError(
                f"{self.numbering!r} has the network say numbers up to {highest} about ids (length {longest}), and "
                f"model.predict_ids={model.predict_ids} gives it no way to; raise it to at least {highest}"
            )

    def _check_pages(self) -> None:
        """Every page, the longest of each ingredient and of the tests, fits the table of the numbering itself."""
        for ingredient in self.mixture.ingredients:
            cut = ingredient.cut
            longest = cut.longest if cut is not None and cut.places == "kept" else ingredient.lengths[1]
            task, length = self.diet.task_of(ingredient), self.diet.length_of(ingredient, longest)
            given = block(BlockKey(task, length, "train", self.seed, 0, ingredient.case), count=1)
            check_holds(self.numbering, write(task, given, self.diet.trace_of(ingredient), self.layout), length)
        for case in self.cases:
            given = block(BlockKey(self.task, max(self.tests), "test", self.seed, 0, case), count=1)
            check_holds(self.numbering.fixed(), write(self.task, given, self.trace, self.layout), max(self.tests))

    def _check_ingredient(self, ingredient: Ingredient) -> None:
        task = ingredient.task or self.task
        low, high = ingredient.lengths
        for length in (low, high):
            task.check_length(
                length if ingredient.task is None else self.diet.length_of(ingredient, length), ingredient.case
            )
        for form in ingredient.cut.forms if ingredient.cut is not None else ():
            require_admitted(task, ingredient.trace or self.trace, self.layout, form)
        if ingredient.cut is not None:
            task.check_length(ingredient.cut.longest, ingredient.case)

    def frame(self, length: int) -> Frame:
        """The page of one length."""
        given = block(BlockKey(self.task, length, "train", self.seed), count=1)
        return frame_of(self.task, shape_of(given), self.trace, self.layout)

    # -- run ---------------------------------------------------------------------------------------------------

    def draw(self, folder: Path, blocks: int) -> Epoch:
        """Draw the uncut lines of this data key once, `blocks` of 128 of every length, for all arms to read."""
        epoch = Epoch(folder)
        for ingredient in self.mixture.ingredients:
            for length in range(ingredient.lengths[0], ingredient.lengths[1] + 1):
                if ingredient.cut is None:
                    own = self.diet.length_of(ingredient, length)
                    name = BlockKey(self.diet.task_of(ingredient), own, "train", self.seed, 0, ingredient.case)
                    epoch.draw(name, (self.diet.trace_of(ingredient), self.layout), blocks)
        return epoch

    def run(
        self,
        where: Path | None = None,
        show: Show = NOBODY,
        labels: Labels | None = None,
        epoch: Epoch | None = None,
    ) -> Run:
        """Train, measure, and leave a run folder. A run that is done is reused, one that was interrupted goes on.

        Ctrl-C writes a checkpoint and raises KeyboardInterrupt; the same call goes on from there. With an `epoch`, the
        lines that `draw` drew are read from there: the same lines, sooner.
        """
        self.check()
        device = device_of(self.device)
        begun = Run.begin(where or root(), self, labels=labels, device=device)
        run = begun.run
        show.began(run, begun.how)
        if begun.how == "reused":
            return run
        try:
            conduct_one(self, run, (device, epoch), show)
        except LengthwiseError as error:
            run.finish("failed", why=str(error))
            raise
        return run

    shape = property(stack_key)

    @staticmethod
    def run_together(
        experiments: Sequence["Experiment"], where: Path, show: Show = NOBODY, labels: Sequence[Labels] = ()
    ) -> list[Run]:
        """As `run` for each of them, their training as one stack of weights: they must have one `shape`."""
        if len({experiment.shape for experiment in experiments}) != 1 or experiments[0].shape is None:
            raise ConfigError("these experiments have not one shape; run them one by one")
        device, runs, waiting = device_of(experiments[0].device), [], []
        for experiment, called in zip(experiments, labels or [{}] * len(experiments), strict=True):
            experiment.check()
            begun = Run.begin(where, experiment, labels=called, device=device)
            show.began(begun.run, begun.how)
            runs.append(begun.run)
            if begun.how != "reused":
                waiting.append((experiment, begun.run))
        try:
            conduct_together(waiting, device, show)
        except LengthwiseError as error:
            for run in (run for _, run in waiting if run.state == "running"):
                run.finish("failed", why=str(error))
            raise
        return runs

    def load(self, run: Run) -> nn.Module:
        """The trained network of a run of this experiment."""
        return load(self, run)
