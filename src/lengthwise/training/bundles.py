"""Which experiments are trained as one stack: those of one shape, where a probe of some seconds says that it wins.

On a CPU a stack hardly ever wins, since its arithmetic is that of its members and every core has a run of its own; on a
GPU, which a small network keeps waiting, it does. So nothing is assumed: both ways are timed, in turn, on the real
networks and batches, in a process that holds no memory afterwards.
"""

import multiprocessing
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import cycle, islice
from math import ceil
from typing import Any, Literal, NamedTuple

import torch

from lengthwise.core.errors import LengthwiseError
from lengthwise.feeding.feeder import start_apart
from lengthwise.feeding.source import Source
from lengthwise.models.transformer import Transformer
from lengthwise.training import stacked
from lengthwise.training.probe import device_of
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch

MEMBERS = 8  # of one stack at most: more share one fate when the machine stops, and a GPU is hardly idle by then
SECONDS = 5.0  # of a probe, both ways together
MARGIN = 1.1  # how much more a stack must do: its members end together, so that the last results come later
BATCHES = 4  # of every member, used again and again: making them is not what is compared
STRETCH = 0.25  # seconds of one way before the other has its turn

Bundle = tuple[int, ...]  # the numbers of the tasks that one process runs


class Task(NamedTuple):
    """One thing to run: `experiment` has run(where, show, labels), and can be pickled.

    With a `shape` and `run_together(experiments, where, show, labels)` it can be trained in a stack.
    """

    experiment: Any
    labels: Mapping[str, str | int]


Pays = Callable[[Sequence[Task]], bool]


class Rates(NamedTuple):
    """Updates of one member in a second: with one network after the other, and with all as a stack."""

    alone: float
    stacked: float

    @property
    def stack_wins(self) -> bool:
        """Whether as a stack more runs are done in an hour, by more than the margin."""
        return self.stacked > MARGIN * self.alone


def bundled(tasks: Sequence[Task], left: Sequence[int], workers: int, pays: Pays) -> list[Bundle]:
    """What each process will run, in the order of the tasks: one task, or some of one shape if that pays.

    A stack is never so large that a worker would have nothing to do.
    """
    alike: dict[Hashable, list[int]] = {}
    for number in left:
        alike.setdefault(_shape(tasks[number], number), []).append(number)
    bundles: list[Bundle] = []
    for numbers in alike.values():
        members = min(MEMBERS, ceil(len(numbers) / workers))
        wins = members > 1 and pays([tasks[number] for number in numbers[:members]])
        step = members if wins else 1
        bundles += [tuple(numbers[at : at + step]) for at in range(0, len(numbers), step)]
    return sorted(bundles)


def stack_key(experiment: Any) -> Hashable:
    """What experiments of one stack share: network, recipe, and how large each batch is; None: always trained alone."""
    if (
        not (isinstance(experiment.model, Transformer) and isinstance(experiment.recipe, Scratch))
        or experiment.reads_long
    ):
        return None
    mixture, diet, numbering = experiment.mixture, experiment.diet, experiment.numbering
    rows = tuple((i.weight, i.ramp) for i in mixture.ingredients)
    lines = tuple(diet.symbols_at().items())
    fed = (mixture.lengths, mixture.symbols, mixture.curriculum, rows, lines, diet.updates)
    built = (experiment.model, len(experiment.vocabulary), numbering.levels, numbering.predicts, experiment.recipe)
    return (*built, *fed, experiment.device, experiment.dtype, bool(experiment.watch) and experiment.watches)


def _shape(task: Task, number: int) -> Hashable:
    """What tasks of one stack share; for a task that is trained alone, something of its own."""
    try:
        shape: Hashable = getattr(task.experiment, "shape", None)
    except LengthwiseError:  # its own run will say what is wrong with it
        shape = None
    return ("alone", number) if shape is None else shape


def stacking_pays(tasks: Sequence[Task]) -> bool:
    """Time both ways in a process of its own; a probe that fails says no."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_probe, args=(sender, [task.experiment for task in tasks]), daemon=True)
    start_apart(process)
    sender.close()
    try:
        return Rates(*receiver.recv()).stack_wins
    except EOFError:
        return False
    finally:
        process.join()
        receiver.close()


def _probe(sender: Any, experiments: Sequence[Any]) -> None:
    """Runs in the process."""
    sender.send(tuple(rates(experiments)))


def rates(
    experiments: Sequence[Any], seconds: float = SECONDS, clock: Callable[[], float] = time.perf_counter
) -> Rates:
    """How fast these experiments train alone and as a stack, by turns; the fastest turn of each counts."""
    torch.set_num_threads(1)
    first, device = experiments[0], device_of(experiments[0].device)
    said: Literal["float32", "bfloat16"] = "bfloat16" if first.dtype == "bfloat16" else "float32"
    choices = Choices(device=device, dtype=said, fused=device != "mps")
    fed = [list(islice(Source(each.diet).batches(), BATCHES)) for each in experiments]
    updates = first.diet.updates
    single = first.recipe.begin(first.build().to(device), updates, choices)
    stack = stacked.begin(first.recipe, [each.build() for each in experiments], updates, choices)
    ways: dict[str, Callable[[Any], Any]] = {
        "alone": lambda batches: first.recipe.update(single, batches[0])[1]["loss"],
        "stacked": lambda batches: stacked.update(first.recipe, stack, batches)[0].loss,
    }
    turns = cycle(zip(*fed, strict=True))
    for way in ways.values():  # the first passes allocate
        float(way(next(turns)))
    best, began = dict.fromkeys(ways, 0.0), clock()
    while min(best.values()) == 0 or clock() - began < seconds:
        for name, way in ways.items():
            best[name] = max(best[name], _turn(way, turns, clock))
    return Rates(best["alone"], best["stacked"] * len(experiments))


def _turn(way: Callable[[Any], Any], turns: Any, clock: Callable[[], float]) -> float:
    """Calls in a second, over as many rounds of all batches as a stretch holds."""
    began, calls = clock(), 0
    while calls == 0 or clock() - began < STRETCH:
        for _ in range(BATCHES):
            loss = way(next(turns))
        float(loss)  # waits for the device
        calls += BATCHES
    return calls / (clock() - began)
