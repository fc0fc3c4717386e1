"""What every recipe keeps to: it learns, touches nothing but its state, and goes on after a stop as before it."""

from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from lengthwise.conformance.report import Report, judge
from lengthwise.core.errors import ConformanceError
from lengthwise.core.keys import key
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.feeding.batch import Batch, Pages
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Diet, Source
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.tasks.ordering.sort import Sort

TASK = Sort(values=8)
WORDS = Vocabulary.over([TASK])
UPDATES = 40
STOP = 7  # not a multiple of anything that a recipe may count in
DIET = Diet(
    TASK, Nothing(), Plain(), Sequential(), Mixture((Ingredient(lengths=(3, 3)),), symbols=120), WORDS, 0, 2 * STOP
)


def check_recipe(recipe: Any, *, first_failure: bool = False) -> Report:
    """Every contract of a recipe, on a tiny transformer that sorts three numbers."""
    checks = [
        ("learns", partial(check_it_learns, recipe)),
        ("touches nothing else", partial(check_batches_stay, recipe)),
        ("goes on as if never stopped", partial(check_it_resumes, recipe)),
        ("leaves the model's weights", partial(check_final_weights, recipe)),
    ]
    return judge(repr(recipe), checks, first_failure=first_failure)


def batch(number: int) -> Batch:
    """Sixteen lines of three numbers."""
    pages = Pages(WORDS, Sequential())
    line = write(TASK, TASK.draw(3, key("recipe", number).rng(), "typical", 16))
    made = pages.full(line, key("recipe ids", number).rng())
    rows, length = np.zeros(16, dtype=np.int32), np.full(16, 3, dtype=np.int32)
    return Batch(made.symbols, made.ids, made.targets, made.weights, rows, length, length, made.next_ids)


def _model() -> Any:
    from lengthwise.models.transformer import Transformer

    return Transformer(layers=1, heads=2, width=16, mlp=2.0).build(symbols=len(WORDS), seed=0)


def _begun(recipe: Any) -> Any:
    from lengthwise.training.recipe import Choices

    return recipe.begin(_model(), UPDATES, Choices())


def _trained(recipe: Any, state: Any, first: int, last: int) -> tuple[Any, list[float]]:
    losses = []
    for number in range(first, last):
        state, measures = recipe.update(state, batch(number))
        losses.append(float(measures["loss"]))
    return state, losses


def check_it_learns(recipe: Any) -> None:
    """The loss of the last ten updates is below that of the first ten, and a number throughout."""
    _, losses = _trained(recipe, _begun(recipe), 0, UPDATES)
    first, last = float(np.mean(losses[:10])), float(np.mean(losses[-10:]))
    if not np.isfinite(losses).all() or last >= first:
        raise ConformanceError(f"the loss went from {first:.3f} to {last:.3f} in {UPDATES} updates; it is to fall")


def check_batches_stay(recipe: Any) -> None:
    """A batch is read, never written, and NumPy's global stream stays where it is."""
    state, one = _begun(recipe), batch(0)
    before = [None if part is None else part.copy() for part in one]
    stream = repr(np.random.get_state())  # noqa: NPY002 - to see that nobody draws from it
    recipe.update(state, one)
    for name, was, now in zip(Batch._fields, before, one, strict=True):
        if was is not None and now is not None and not np.array_equal(was, now):
            raise ConformanceError(f"update changed {name} of its batch; work on a copy")
    if stream != repr(np.random.get_state()):  # noqa: NPY002
        raise ConformanceError("update drew from NumPy's global stream; take randomness from the state")


def check_it_resumes(recipe: Any) -> None:
    """Killed in the loop after some updates and begun again from the checkpoint, it ends with the same bits."""
    with TemporaryDirectory() as folder:
        whole = _through_the_loop(recipe, Path(folder, "whole"))
        with suppress(_Killed):
            _through_the_loop(recipe, Path(folder, "stopped"), kill=STOP + 1)
        again = _through_the_loop(recipe, Path(folder, "stopped"))
        _compare(recipe.tensors(whole), recipe.tensors(again))


class _Killed(Exception):
    """The training that is stopped: as with `kill -9`, nothing is saved after it."""


def _through_the_loop(recipe: Any, checkpoint: Path, kill: int | None = None) -> Any:
    """The recipe's state after the loop has driven it, with a checkpoint after every update."""
    from lengthwise.training.loop import Clock, Course, Hooks, train
    from lengthwise.training.recipe import Choices

    def log(line: Mapping[str, Any]) -> None:
        if line["update"] == kill:
            raise _Killed

    clock = Clock(log=1, checkpoint_seconds=60.0 if kill is None else 0.0)
    course = Course(_model(), recipe, DIET, checkpoint, Choices(), clock)
    state, ending = train(course, Hooks(log), Source(DIET))
    if ending != "done":
        raise ConformanceError(f"training ended as {ending}; the loss is to stay a number")
    return state


def _compare(one: Mapping[str, Any], other: Mapping[str, Any]) -> None:
    import torch

    if one.keys() != other.keys():
        raise ConformanceError(f"after a stop it holds other tensors: {sorted(one.keys() ^ other.keys())}")
    for name in one:
        if not torch.equal(one[name], other[name]):
            raise ConformanceError(f"after a stop and {STOP} more updates {name} has other bits; keep all of the state")


def check_final_weights(recipe: Any) -> None:
    """What is measured has the names and shapes of the model's parameters."""
    state, _ = _trained(recipe, _begun(recipe), 0, 2)
    wanted = {name: tuple(p.shape) for name, p in _model().named_parameters()}
    found = {name: tuple(tensor.shape) for name, tensor in recipe.final(state).items()}
    if found != wanted:
        raise ConformanceError(f"final gives {sorted(found)}, and the model has {sorted(wanted)}")
