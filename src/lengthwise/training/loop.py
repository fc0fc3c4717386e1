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
from torch import nn

from lengthwise.core.errors import RunError
from lengthwise.feeding.feeder import Feeder
from lengthwise.feeding.source import Diet, Source
from lengthwise.training.checkpoint import read_checkpoint, write_checkpoint
from lengthwise.training.hard import Examiner, needs_model
from lengthwise.training.progress import Progress
from lengthwise.training.recipe import Choices, Recipe

Ending = Literal["done", "interrupted", "diverged"]


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


def train(  # noqa: PLR0913 - the loop meets everything once
    model: nn.Module, recipe: Recipe, diet: Diet, checkpoint: Path, choices: Choices, hooks: Hooks, clock: Clock = Clock()  # noqa: B008
) -> tuple[Any, Ending]:
    """Train to the end of the diet, or until a signal; the recipe's state and how it ended."""
    torch.set_num_threads(choices.threads)
    state = recipe.begin(model, diet.updates, choices)
    examiner = Examiner(model, diet) if needs_model(diet.mixture) else None
    start, seconds, symbols = 0, 0.0, 0
    if checkpoint.exists():
        tensors, facts = read_checkpoint(checkpoint)
        if facts.get("updates") != diet.updates:
            raise RunError(f"{checkpoint} is of a run of {facts.get('updates')} updates, this one has {diet.updates}; use another folder")
        start, seconds, symbols = int(facts["update"]), float(facts["seconds"]), int(facts["symbols"])
        state = recipe.restore(state, {k: v for k, v in tensors.items() if not k.startswith("examiner.")}, start)
        if examiner is not None:
            examiner.restore({k.removeprefix("examiner."): v for k, v in tensors.items() if k.startswith("examiner.")})
        hooks.log({"event": "resumed", "update": start})
    began, saved = time.monotonic() - seconds, time.monotonic()

    def save(update: int) -> None:
        held = recipe.tensors(state) | ({f"examiner.{k}": v for k, v in examiner.tensors().items()} if examiner else {})
        write_checkpoint(checkpoint, held, {"update": update, "updates": diet.updates, "seconds": time.monotonic() - began, "symbols": symbols})

    source = None if examiner is None else Source(diet, examiner.scores)
    with _stop_signal() as stopped, _batches(diet, start, source) as batches:
        model.train()
        for update, batch in enumerate(batches, start):
            state, measures = recipe.update(state, batch)
            symbols += int(batch.symbols.size)
            done = update + 1
            if source is not None and examiner is not None:
                symbols += examiner.taken()
                if examiner.look(done):
                    source.forget()
            if done % clock.log == 0 or done == diet.updates:
                progress = Progress(done, diet.updates, float(measures["loss"]), measures["by_ingredient"](), symbols, time.monotonic() - began)
                _tell(hooks, progress)
                if not math.isfinite(progress.loss):
                    return state, "diverged"
            if hooks.measure is not None and clock.measure and done % clock.measure == 0 and done < diet.updates:
                hooks.measure(model, done)
                model.train()
            if stopped.is_set():
                save(done)
                return state, "interrupted"
            if time.monotonic() - saved > clock.checkpoint_seconds:
                save(done)
                saved = time.monotonic()
    return state, "done"


def _tell(hooks: Hooks, progress: Progress) -> None:
    hooks.log({
        "event": "update", "update": progress.update, "loss": progress.loss, "symbols": progress.symbols,
        "seconds": round(progress.seconds, 3), "by_ingredient": {str(k): v for k, v in progress.by_ingredient.items()},
    })  # fmt: skip
    if hooks.show is not None:
        hooks.show(progress)


@contextmanager
def _batches(diet: Diet, start: int, source: Source | None) -> Iterator[Iterator[Any]]:
    """From a process of its own; from a source in this one where the model must look at the long lines."""
    if source is not None:
        yield source.batches(start)
        return
    with Feeder(diet, start) as feeder:
        yield iter(feeder)


@contextmanager
def _stop_signal() -> Iterator[threading.Event]:
    """Ctrl-C and SIGTERM ask the loop to stop after the update it is in; a second Ctrl-C stops at once."""
    event = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield event
        return

    def ask(number: int, _: object) -> None:
        if event.is_set():
            raise KeyboardInterrupt
        event.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
