"""The one loop: it owns checkpoints, signals, logs, stopping and divergence. Recipes own the weights.

Killed at any moment and started again, training gives the same weights, bit for bit, on the same device: batches follow
from the update alone, and a checkpoint holds everything else.
"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch
from torch import Tensor, nn

from lengthwise.core.errors import RunError
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.feeder import Feeder, can_travel
from lengthwise.feeding.source import Diet, Source
from lengthwise.training.checkpoint import read_checkpoint, write_checkpoint
from lengthwise.training.hard import Examiner, needs_model
from lengthwise.training.progress import Progress
from lengthwise.training.recipe import Choices, Measures, Recipe, loss_of

Ending = Literal["done", "interrupted", "diverged"]
EXAMINER = "examiner."  # what the names of its tensors in a checkpoint begin with


@dataclass(frozen=True)
class Clock:
    """How often things are done: in updates for what must repeat, in seconds for what must not cost."""

    log: int = 50
    measure: int = 0  # updates between measurements during training; 0 = none
    checkpoint_seconds: float = 20.0


@dataclass(frozen=True)
class Hooks:
    """What the loop calls: `log` with each line of metrics, `measure` with the model at an update."""

    log: Callable[[dict[str, Any]], None]
    measure: Callable[[nn.Module, int], None] | None = None
    show: Callable[[Progress], object] | None = None


@dataclass(frozen=True)
class Course:
    """What is trained, how, and where its checkpoint lies."""

    model: nn.Module
    recipe: Recipe
    diet: Diet
    checkpoint: Path
    choices: Choices
    clock: Clock = Clock()


def train(course: Course, hooks: Hooks, source: Source | None = None) -> tuple[Any, Ending]:
    """Train to the end of the diet, or until a signal; the recipe's state and how it ended.

    `source` makes the batches in this process, for a training so short that starting another costs more.
    """
    torch.set_num_threads(course.choices.threads)
    training = _Training(course, hooks, source)
    start = training.resume()
    with stop_signal() as stopped, feed(course.diet, start, training.source) as batches:
        course.model.train()
        for update, batch in enumerate(batches, start):
            ending = training.update(update, batch, stop=stopped)
            if ending is not None:
                return training.state, ending
    return training.state, "done"


class _Training:
    """The loop's own state: what recipe and examiner hold, and what has been counted so far."""

    def __init__(self, course: Course, hooks: Hooks, source: Source | None = None) -> None:
        self.course, self.hooks = course, hooks
        self.state = course.recipe.begin(course.model, course.diet.updates, course.choices)
        self.examiner = Examiner(course.model, course.diet) if needs_model(course.diet.mixture) else None
        self.source = source if self.examiner is None else Source(course.diet, self.examiner.scores)
        self.symbols = 0
        self.began = self.saved = time.monotonic()

    def resume(self) -> int:
        """Go on from the checkpoint, where there is one; the number of the next update."""
        path, updates = self.course.checkpoint, self.course.diet.updates
        if not path.exists():
            return 0
        tensors, facts = read_checkpoint(path)
        if facts.get("updates") != updates:
            raise RunError(
                f"{path} is of a run of {facts.get('updates')} updates, this has {updates}; use another folder"
            )
        try:
            start = int(facts["update"])
            self._restore(tensors, start)
            self.symbols = int(facts["symbols"])
            self.began -= float(facts["seconds"])
        except (KeyError, TypeError, ValueError, RuntimeError) as error:  # a tensor missing, or of another shape
            raise RunError(
                f"{path} is the checkpoint of another model ({error!r:.200}); "
                "remove it and run again to train from the beginning"
            ) from error
        self.hooks.log({"event": "resumed", "update": start})
        return start

    def _restore(self, tensors: Mapping[str, Tensor], update: int) -> None:
        own = {name: tensor for name, tensor in tensors.items() if not name.startswith(EXAMINER)}
        self.state = self.course.recipe.restore(self.state, own, update)
        if self.examiner is not None:
            self.examiner.restore({n.removeprefix(EXAMINER): t for n, t in tensors.items() if n.startswith(EXAMINER)})

    def update(self, update: int, batch: Batch, stop: threading.Event) -> Ending | None:
        """One update and what is due after it; how training ended, where it did."""
        self.state, measures = self.course.recipe.update(self.state, batch)
        self.symbols += int(batch.symbols.size)
        done, updates, clock = update + 1, self.course.diet.updates, self.course.clock
        if self.source is not None and self.examiner is not None:
            self.symbols += self.examiner.taken()
            if self.examiner.look(done):
                self.source.forget()
        if (done % clock.log == 0 or done == updates) and not self._tell(done, measures):
            return "diverged"
        if self.hooks.measure is not None and clock.measure and done % clock.measure == 0 and done < updates:
            self.hooks.measure(self.course.model, done)
            self.course.model.train()
        if stop.is_set() or time.monotonic() - self.saved > clock.checkpoint_seconds:
            self._save(done)
        return "interrupted" if stop.is_set() else None

    def _tell(self, done: int, measures: Measures) -> bool:
        """Log and show how far it is; whether the loss is still a number."""
        seconds, parts = time.monotonic() - self.began, measures.get("by_ingredient", dict)()
        progress = Progress(
            done, self.course.diet.updates, loss_of(measures, self.course.recipe), parts, self.symbols, seconds
        )
        by_ingredient = {str(number): loss for number, loss in parts.items()}
        line = {"event": "update", "update": done, "loss": progress.loss, "symbols": self.symbols}
        self.hooks.log({**line, "seconds": round(seconds, 3), "by_ingredient": by_ingredient})
        if self.hooks.show is not None:
            self.hooks.show(progress)
        return math.isfinite(progress.loss)

    def _save(self, done: int) -> None:
        held = self.course.recipe.tensors(self.state)
        if self.examiner is not None:
            held |= {f"{EXAMINER}{name}": tensor for name, tensor in self.examiner.tensors().items()}
        seconds, updates = time.monotonic() - self.began, self.course.diet.updates
        facts = {"update": done, "updates": updates, "seconds": seconds, "symbols": self.symbols}
        write_checkpoint(self.course.checkpoint, held, facts)
        self.saved = time.monotonic()


@contextmanager
def feed(diet: Diet, start: int, source: Source | None) -> Iterator[Iterator[Any]]:
    """From a process of its own; from a source in this one where the model must look, or the task cannot travel."""
    if source is not None or not can_travel(diet):
        yield (source or Source(diet)).batches(start)
        return
    with Feeder(diet, start) as feeder:
        yield iter(feeder)


@contextmanager
def stop_signal() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM ask the loop to stop after the update it is in; a second Ctrl-C stops at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    asked: set[int] = set()

    def ask(number: int, _frame: object) -> None:
        if number in asked:  # a queue that is stopped sends SIGTERM after the terminal's Ctrl-C: one wish, two signals
            raise KeyboardInterrupt
        asked.add(number)
        event.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
