"""An experiment: the axes put together, trained on short lines and measured on long ones.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> experiment = Experiment(task=Sort(values=100), mixture=Mixture((Ingredient(lengths=(1, 10)),)), tests=(10, 20, 40))
>>> experiment.regime
'A'

`experiment.run()` leaves a run folder and returns it; `.curve` of the result draws itself in a notebook.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path

import torch
from safetensors.torch import load_file, save
from torch import nn

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import ConfigError, LengthwiseError
from lengthwise.core.frame import Frame
from lengthwise.core.given import shape_of
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.evaluation.curve import Regime
from lengthwise.evaluation.evaluate import Evaluation, evaluate
from lengthwise.evaluation.grade import Scores
from lengthwise.evaluation.measure import Measurement
from lengthwise.feeding.epoch import Epoch
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Diet, vocabulary_of
from lengthwise.lines.admit import require_admitted
from lengthwise.lines.coupling.fit import check_fits
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import frame_of
from lengthwise.models import saving
from lengthwise.models.blueprint import Blueprint
from lengthwise.models.compatible import check_pair, check_span
from lengthwise.models.network import Network
from lengthwise.models.transformer import Transformer, TransformerModule
from lengthwise.run import Labels, Run, root
from lengthwise.training.attend import can_be_watched
from lengthwise.training.bundles import stack_key
from lengthwise.training.loop import Clock, Course, Hooks, train
from lengthwise.training.mechanism import mechanism
from lengthwise.training.probe import device_of, probe
from lengthwise.training.recipe import Choices, Recipe
from lengthwise.training.recipes.scratch import Scratch
from lengthwise.training.show import NOBODY, Show
from lengthwise.training.together import Taught, train_together, update_of

TRIED = 512  # updates whose sizes are averaged to turn a budget into a number of updates


@dataclass(frozen=True)
class Experiment:
    """One arm with one seed. Frozen: equality, JSON and dotted overrides come with it.

    `budget` is the number of symbols that training processes; `tests` are the lengths tested, `instances` how many
    problems each. `seed` decides the data, `init` the first weights (None: the same number). `watch` are lengths whose
    accuracy is followed during training, `watches` times.
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
        check_fits(self.numbering, self.task)
        if self.reads_long and not can_be_watched(self.build()):
            raise ConfigError(
                f"{type(self.model).__name__} lets nobody see its attention, and choice=Hard() asks for it; "
                "take another choice (Near(), AtRandom()), or a network with modules named `weights`"
            )
        if self.budget < 1:
            raise ConfigError(f"a budget of {self.budget} symbols trains nothing; give at least some thousands")
        if isinstance(self.model, Transformer):
            encoding, longest = self.model.encoding, max(*self.tests, self.trained[1])
            check_pair(encoding, self.numbering)
            if self.numbering.predicts and not self.model.predict_ids:
                raise ConfigError(
                    f"{type(self.numbering).__name__} has the network predict ids, and model.predict_ids=0 gives it no "
                    "head for them; set it to the largest id"
                )
            check_span(encoding, self.numbering.fixed(), self.frame(longest), longest)
            check_span(encoding, self.numbering, self.frame(self.trained[1]), self.trained[1])

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
            _conduct(self, run, (device, epoch), show)
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
            _conduct_together(waiting, device, show)
        except LengthwiseError as error:
            for run in (run for _, run in waiting if run.state == "running"):
                run.finish("failed", why=str(error))
            raise
        return runs

    def load(self, run: Run) -> nn.Module:
        """The trained network of a run of this experiment."""
        model = self.build()
        if isinstance(model, TransformerModule):
            return saving.load(run.weights).model
        model.load_state_dict(load_file(run.weights / "model.safetensors"))
        return model.eval()


def _conduct(experiment: Experiment, run: Run, means: tuple[str, Epoch | None], show: Show) -> None:
    """Choose, train, save, measure."""
    device, epoch = means
    choices = _choices(experiment, run, device, show)
    course, hooks = _prepared(experiment, run, choices, show)
    state, ending = train(replace(course, diet=replace(course.diet, epoch=epoch)), hooks)
    _leave(experiment, run, course.model, Taught(ending, experiment.recipe.final(state)), show)


def _prepared(experiment: Experiment, run: Run, choices: Choices, show: Show) -> tuple[Course, Hooks]:
    """What the loop is given."""
    diet = experiment.diet
    hooks = Hooks(run.log, _watcher(experiment, run, show) if experiment.watch else None, show.progress)
    clock = Clock(measure=max(1, diet.updates // experiment.watches) if experiment.watch else 0)
    model = experiment.build().to(choices.device)
    return Course(model, experiment.recipe, diet, run.checkpoint, choices, clock), hooks


def _leave(experiment: Experiment, run: Run, model: nn.Module, taught: Taught, show: Show) -> None:
    """Save and measure what was trained to the end; say so where it was not."""
    if taught.ending == "interrupted":
        raise KeyboardInterrupt
    if taught.ending == "diverged" or taught.weights is None:
        run.finish("diverged", why="the loss is no longer a number; lower recipe.rate")
        return
    model.load_state_dict(taught.weights, strict=False)
    _save(experiment, model, run)
    run.write("vocabulary", list(experiment.vocabulary.symbols))
    found = _measure(experiment, model, run, show)
    run.finish("done", found.curve, found.samples)
    run.checkpoint.unlink(missing_ok=True)


def _save(experiment: Experiment, model: nn.Module, run: Run) -> None:
    """The weights: as a folder that Hugging Face loads, or for a network of one's own as its bare tensors."""
    if isinstance(model, TransformerModule):
        saving.save(run.weights, model, experiment.vocabulary.symbols, before=1 + experiment.diet.marked)
        return
    tensors = {name: tensor.contiguous().cpu() for name, tensor in model.state_dict().items()}
    write_atomically(run.weights / "model.safetensors", save(tensors))


def _conduct_together(pairs: Sequence[tuple[Experiment, Run]], device: str, show: Show) -> None:
    """Train those as one stack that are equally far, and leave what each would leave alone."""
    alike: dict[tuple[int, Choices], list[tuple[Experiment, Run]]] = {}
    for experiment, run in pairs:
        known = next((other.choices for _, other in pairs if other.choices), {})
        if known and not run.choices:  # as chosen for the first of them
            run.write("choices", known)
        place = (update_of(run.checkpoint), _choices(experiment, run, device, show))
        alike.setdefault(place, []).append((experiment, run))
    for (_, choices), members in alike.items():
        prepared = [_prepared(experiment, run, choices, show) for experiment, run in members]
        for _, run in members:
            run.log({"event": "stacked", "members": len(members)})
        taught = train_together([course for course, _ in prepared], [hooks for _, hooks in prepared])
        for (experiment, run), (course, _), each in zip(members, prepared, taught, strict=True):
            if each.ending != "interrupted":
                _leave(experiment, run, course.model, each, show)
        if "interrupted" in {each.ending for each in taught}:
            raise KeyboardInterrupt


def _choices(experiment: Experiment, run: Run, device: str, show: Show) -> Choices:
    """What was chosen before update 0: by a probe the first time, from the run's own file when it goes on."""
    if not run.choices:
        choices, figures = probe(experiment.build, experiment.recipe, experiment.diet, device)
        diet = experiment.diet
        run.write(
            "choices",
            {**asdict(choices), "symbols_per_second": figures, "updates": diet.updates, "symbols": diet.processed()},
        )
    kept = dict(run.choices)
    figures = kept.pop("symbols_per_second")
    updates = kept.pop("updates")
    kept.pop("symbols")
    show.chosen(Choices(**kept), figures, updates)
    return Choices(**kept)


def _watcher(experiment: Experiment, run: Run, show: Show) -> Callable[[nn.Module, int], None]:
    """Follow the accuracy at a few lengths, on validation problems: training never meets test problems."""
    measurement = replace(
        experiment.measurement,
        lengths=experiment.watch,
        instances=100,
        cases=("typical",),
        split="validation",
        samples=0,
    )

    def watch(model: nn.Module, update: int) -> None:
        curve = evaluate(Scoring(experiment.network(model)), measurement).curve
        accuracies = {length: curve.cell(length).line.accuracy for length in experiment.watch}
        run.log({"event": "watch", "update": update, "accuracy": {str(n): round(a, 4) for n, a in accuracies.items()}})
        show.watched(update, accuracies)

    return watch


def _measure(experiment: Experiment, model: nn.Module, run: Run, show: Show) -> Evaluation:
    """The curve on test problems, in fp32, with the facts that stand beside it; and the mechanism."""
    network = experiment.network(model.eval())
    with torch.inference_mode():
        found = evaluate(
            network,
            experiment.measurement,
            seed=experiment.seed,
            progress=lambda p: show.measured(p.done, p.total, str(p)),
        )
    if can_be_watched(model):
        looks = mechanism(network, (experiment.task, experiment.trace, experiment.layout), experiment.tests)
        run.write("mechanism", {"series": [look._asdict() for look in looks]})
    diet = experiment.diet
    sizes = list(diet.symbols_at().values())  # of every ingredient, start and mark included
    if experiment.reads_long and experiment.cut_from:
        sizes.append(len(experiment.frame(experiment.cut_from).entries) + 1 + diet.marked)
    curve = replace(
        found.curve,
        trained=experiment.trained,
        longest_line=max(sizes),
        cut_from=experiment.cut_from,
        regime=experiment.regime,
    )
    return Evaluation(curve, found.samples)


class Scoring:
    """Only the one-pass half of a network: what is followed during training must be cheap."""

    def __init__(self, network: Network) -> None:
        self.network = network

    def score(self, line: Line) -> Scores:
        """As the network scores."""
        return self.network.score(line)
