"""How an experiment is conducted: choose, train, save, measure; alone, or several as one stack of weights."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from torch import nn

from lengthwise.core.errors import RunError
from lengthwise.experiment.measured import measure, watcher
from lengthwise.experiment.weights import save
from lengthwise.feeding.epoch import Epoch
from lengthwise.run import Run
from lengthwise.training.loop import Clock, Course, Hooks, train
from lengthwise.training.probe import probe
from lengthwise.training.recipe import Choices
from lengthwise.training.show import Show
from lengthwise.training.together import Taught, train_together, update_of

if TYPE_CHECKING:
    from lengthwise.experiment import Experiment


def conduct_one(experiment: "Experiment", run: Run, means: tuple[str, Epoch | None], show: Show) -> None:
    """Choose, train, save, measure."""
    device, epoch = means
    choices = _choices(experiment, run, device, show)
    course, hooks = _prepared(experiment, run, choices, show)
    state, ending = train(replace(course, diet=replace(course.diet, epoch=epoch)), hooks)
    _leave(experiment, run, course.model, Taught(ending, experiment.recipe.final(state)), show)


def conduct_together(pairs: Sequence[tuple["Experiment", Run]], device: str, show: Show) -> None:
    """Train those as one stack that are equally far, and leave what each would leave alone."""
    alike: dict[tuple[int, Choices], list[tuple["Experiment", Run]]] = {}
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


def _prepared(experiment: "Experiment", run: Run, choices: Choices, show: Show) -> tuple[Course, Hooks]:
    """What the loop is given."""
    diet = experiment.diet
    hooks = Hooks(run.log, watcher(experiment, run, show) if experiment.watch else None, show.progress)
    clock = Clock(measure=max(1, diet.updates // experiment.watches) if experiment.watch else 0)
    model = experiment.build().to(choices.device)
    return Course(model, experiment.recipe, diet, run.checkpoint, choices, clock), hooks


def _leave(experiment: "Experiment", run: Run, model: nn.Module, taught: Taught, show: Show) -> None:
    """Save and measure what was trained to the end; say so where it was not."""
    if taught.ending == "interrupted":
        raise KeyboardInterrupt
    if taught.ending == "diverged" or taught.weights is None:
        run.finish("diverged", why="the loss is no longer a number; lower recipe.rate")
        return
    model.load_state_dict(taught.weights, strict=False)
    save(experiment, model, run)
    run.write("vocabulary", list(experiment.vocabulary.symbols))
    found = measure(experiment, model, run, show)
    run.finish("done", found.curve, found.samples)
    run.checkpoint.unlink(missing_ok=True)


def _choices(experiment: "Experiment", run: Run, device: str, show: Show) -> Choices:
    """What was chosen before update 0: by a probe the first time, from the run's own file when it goes on."""
    if not run.choices:
        choices, figures = probe(experiment.build, experiment.recipe, experiment.diet, device, experiment.dtype)
        diet = experiment.diet
        run.write(
            "choices",
            {**asdict(choices), "symbols_per_second": figures, "updates": diet.updates, "symbols": diet.processed()},
        )
    kept = dict(run.choices)
    try:
        figures, updates, _ = (kept.pop(name) for name in ("symbols_per_second", "updates", "symbols"))
        choices = Choices(**kept)
    except (KeyError, TypeError) as error:
        raise RunError(
            f"{run.folder / 'choices.json'} is damaged ({error!r:.200}): remove the run and run it again"
        ) from error
    show.chosen(choices, figures, updates)
    return choices
