"""Several courses of one shape trained as one stack: the loop of `loop.py`, with everything that a run owns per member.

Each member has its own batches, log, measurements and checkpoint, and diverges alone: it leaves the stack, and the
others go on. A member's checkpoint is the one it would write alone, so either way of training goes on from it.
"""

import math
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn

from lengthwise.core.errors import ConfigError, RunError
from lengthwise.feeding.batch import Batch
from lengthwise.training import stacked
from lengthwise.training.checkpoint import read_checkpoint, write_checkpoint
from lengthwise.training.hard import needs_model
from lengthwise.training.loop import Course, Ending, Hooks, feed, stop_signal
from lengthwise.training.progress import Progress
from lengthwise.training.recipes.scratch import Scratch
from lengthwise.training.stacked import MemberMeasures


class Taught(NamedTuple):
    """How one member's training ended, and its weights where it was done."""

    ending: Ending
    weights: dict[str, Tensor] | None


def train_together(courses: Sequence[Course], hooks: Sequence[Hooks]) -> list[Taught]:
    """Train all of them to the end of their diets, or until a signal."""
    torch.set_num_threads(courses[0].choices.threads)
    training = _Together(courses, hooks)
    start = training.resume()
    with stop_signal() as stopped, ExitStack() as held:
        feeds = [held.enter_context(feed(course.diet, start, None)) for course in courses]
        for update in range(start, courses[0].diet.updates):
            training.update(update, feeds, stop=stopped)
            if not training.live:
                break
    return training.ended()


def update_of(checkpoint: Path) -> int:
    """After how many updates a checkpoint was written; 0 where there is none."""
    if not checkpoint.exists():
        return 0
    return int(read_checkpoint(checkpoint)[1].get("update", 0))


class _Together:
    """The loop's own state. `live` are the members still in training, in the order of the stack."""

    def __init__(self, courses: Sequence[Course], hooks: Sequence[Hooks]) -> None:
        self.courses, self.hooks = courses, hooks
        self.recipe = _recipe_of(courses)
        self.updates, self.clock = courses[0].diet.updates, courses[0].clock
        models = [course.model for course in courses]
        self.stack = stacked.begin(self.recipe, models, self.updates, courses[0].choices)
        self.live = list(range(len(courses)))
        self.taught: dict[int, Taught] = {}
        self.symbols = [0] * len(courses)
        self.began = self.saved = time.monotonic()

    def resume(self) -> int:
        """Go on from the members' checkpoints, where there are some; the number of the next update."""
        paths = [course.checkpoint for course in self.courses]
        if not any(path.exists() for path in paths):
            return 0
        starts = [update_of(path) for path in paths]
        if len(set(starts)) > 1:
            raise RunError(
                f"the checkpoints of these {len(paths)} runs are at updates {sorted(set(starts))}; "
                "train those together that are at the same update"
            )
        held = [read_checkpoint(path) for path in paths]
        try:
            if any(facts["updates"] != self.updates for _, facts in held):
                raise ValueError(f"not of {self.updates} updates")
            stacked.restore(self.stack, [tensors for tensors, _ in held], starts[0])
            self.symbols = [int(facts["symbols"]) for _, facts in held]
            self.began -= max(float(facts["seconds"]) for _, facts in held)
        except (KeyError, TypeError, ValueError, RuntimeError) as error:
            raise RunError(
                f"{paths[0].parent} and the runs beside it hold checkpoints of other models ({error!r:.200}); "
                "remove them and run again to train from the beginning"
            ) from error
        for hooks in self.hooks:
            hooks.log({"event": "resumed", "update": starts[0]})
        return starts[0]

    def update(self, update: int, feeds: Sequence[Iterator[Batch]], stop: threading.Event) -> None:
        """One update of every live member, and what is due after it."""
        batches = [next(feeds[member]) for member in self.live]
        measures = stacked.update(self.recipe, self.stack, batches)
        for member, batch in zip(self.live, batches, strict=True):
            self.symbols[member] += int(batch.symbols.size)
        done, clock = update + 1, self.clock
        if done % clock.log == 0 or done == self.updates:
            self._tell(done, measures)
        if clock.measure and done % clock.measure == 0 and done < self.updates:
            self._measure(done)
        if stop.is_set() or time.monotonic() - self.saved > clock.checkpoint_seconds:
            self._save(done)
        if stop.is_set():
            self._end("interrupted")

    def ended(self) -> list[Taught]:
        """What became of every member."""
        self._end("done")
        return [self.taught[member] for member in range(len(self.courses))]

    def _end(self, ending: Ending) -> None:
        for row, member in enumerate(self.live):
            self.taught[member] = Taught(ending, stacked.final(self.stack, row) if ending == "done" else None)
        self.live = []

    def _tell(self, done: int, measures: Sequence[MemberMeasures]) -> None:
        """Log and show how far each is; who has no loss any more leaves the stack."""
        seconds = time.monotonic() - self.began
        losses = torch.stack([each.loss for each in measures]).tolist()
        for member, loss, measured in zip(self.live, losses, measures, strict=True):
            parts, hooks = measured.by_ingredient(), self.hooks[member]
            progress = Progress(done, self.updates, loss, parts, self.symbols[member], seconds)
            line = {"event": "update", "update": done, "loss": loss, "symbols": self.symbols[member]}
            by_ingredient = {str(number): each for number, each in parts.items()}
            hooks.log({**line, "seconds": round(seconds, 3), "by_ingredient": by_ingredient})
            if hooks.show is not None:
                hooks.show(progress)
        rows = [row for row, loss in enumerate(losses) if math.isfinite(loss)]
        if len(rows) == len(self.live):
            return
        staying = [self.live[row] for row in rows]
        self.taught |= {member: Taught("diverged", None) for member in self.live if member not in staying}
        self.live = staying
        if rows:
            self.stack = stacked.keep(self.recipe, self.stack, rows)

    def _measure(self, done: int) -> None:
        for row, member in enumerate(self.live):
            measure, model = self.hooks[member].measure, self.courses[member].model
            if measure is not None:
                _fill(model.to(self.stack.choices.device), self.stack, row)
                measure(model, done)
                model.train()

    def _save(self, done: int) -> None:
        seconds = time.monotonic() - self.began
        for row, member in enumerate(self.live):
            facts = {"update": done, "updates": self.updates, "seconds": seconds, "symbols": self.symbols[member]}
            write_checkpoint(self.courses[member].checkpoint, stacked.tensors(self.stack, row), facts)
        self.saved = time.monotonic()


def _fill(model: nn.Module, stack: stacked.Stack, row: int) -> None:
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(stack.weights[name][row])


def _recipe_of(courses: Sequence[Course]) -> Scratch:
    first = courses[0]
    if not isinstance(first.recipe, Scratch) or any(needs_model(course.diet.mixture) for course in courses):
        raise ConfigError(
            f"{type(first.recipe).__name__} with these mixtures cannot be trained as a stack; only Scratch can, and "
            "only where no restriction asks the model what is hard: train these one by one"
        )
    for course in courses:
        mine = (course.recipe, course.choices, course.clock, course.diet.updates)
        if mine != (first.recipe, first.choices, first.clock, first.diet.updates):
            raise ConfigError(
                f"recipe, choices, clock and updates are {mine} in one course and differ in another; "
                "train those together that share them"
            )
    return first.recipe
