"""Experiments of a second, and processes that run them and die at a chosen point."""

import functools
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable, Mapping
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import torch

import lengthwise.experiment.conduct
import lengthwise.training.loop
from lengthwise.core.errors import RunError
from lengthwise.core.fingerprint import fingerprint
from lengthwise.core.plain import document
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import Cut, Hard, Near
from lengthwise.feeding.feeder import Feeder
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.transformer import Transformer
from lengthwise.run import Run
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.loop import Clock
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch

MAIN = Ingredient(lengths=(2, 4))
TINY = Transformer(layers=1, heads=2, width=16, attention=LogLength())
PLAIN = Experiment(
    Sort(values=20),
    model=TINY,
    mixture=Mixture((MAIN, replace(MAIN, cut=Cut(longest=8, forms=("query", "whole"), choice=Near()))), symbols=120),
    recipe=Scratch(rate=3e-3),
    budget=17_000,
    tests=(4,),
    instances=20,
)
HARD = replace(
    PLAIN,
    mixture=Mixture((MAIN, replace(MAIN, cut=Cut(longest=8, forms=("query",), choice=Hard(every=7)))), symbols=120),
    budget=20_000,
)
AVERAGED = replace(PLAIN, recipe=Scratch(rate=3e-3, accumulate=3, average=0.9, loss="lines"))
SHORT = replace(PLAIN, budget=5_000)
ARMS = {"plain": PLAIN, "hard": HARD, "averaged": AVERAGED, "short": SHORT}
fingerprint(document(PLAIN)["config"])  # read once, in the process that the others are forked from

CHOICES = Choices()  # fp32, one thread: a probe may choose otherwise from one time to the next
FORK = multiprocessing.get_context("forkserver")  # imports torch once; each run is a process of its own all the same
FORK.set_forkserver_preload(["tests.training.tiny", "torch._dynamo"])  # the second is what the first step imports


def begin(arm: str, where: Path, fault: str = "", after: int = 0) -> ForkServerProcess:
    """A process that runs an experiment, with many checkpoints; with a fault, one after every update."""
    process = FORK.Process(target=conduct, args=(arm, str(where), fault, after))
    process.start()
    return process


def folder(where: Path) -> Run:
    """The one run of a folder."""
    return Run.load(next(path.parent for path in where.glob("*/config.json")))


def weights(where: Path) -> bytes:
    """The final weights, byte for byte."""
    return (folder(where).weights / "model.safetensors").read_bytes()


def conduct(arm: str, where: str, fault: str, after: int) -> None:
    """Runs in the process. A RunError ends it with code 3 and leaves its message in error.txt."""
    torch.set_num_threads(1)
    often = functools.partial(Clock, checkpoint_seconds=0.0 if fault else 0.02, log=10)
    figures = {"float32 fused": 1.0}
    vars(lengthwise.experiment.conduct).update(Clock=often, probe=lambda *_: (CHOICES, figures))
    if fault:
        FAULTS[fault](after)
    try:
        ARMS[arm].run(Path(where))
    except RunError as error:
        (Path(where) / "error.txt").write_text(str(error))
        os._exit(3)
    except KeyboardInterrupt:
        os._exit(4)


def die() -> None:
    """As kill -9 does it: nothing is flushed, nothing is closed."""
    os.kill(os.getpid(), signal.SIGKILL)


# -- faults: each waits for its `after`-th occasion -----------------------------------------------------------------


def _on_the(after: int, act: Callable[..., None], original: Callable[..., Any]) -> Callable[..., Any]:
    """`original`, but on its `after`-th call `act` comes first."""
    calls = iter(range(10**9))

    def counting(*arguments: Any, **named: Any) -> Any:
        if next(calls) == after:
            act(*arguments)
        return original(*arguments, **named)

    return counting


def _inside_the_write(after: int) -> None:
    """Half of the new checkpoint is on the disk."""

    def half(file: int) -> None:
        os.ftruncate(file, os.fstat(file).st_size // 2)
        die()

    os.fsync = _of_checkpoints(os.fsync, _on_the(after, half, os.fsync))


def _of_checkpoints(original: Callable[..., Any], instead: Callable[..., Any]) -> Callable[..., Any]:
    def chosen(file: int) -> Any:
        name = str(Path(f"/proc/self/fd/{file}").readlink())
        return (instead if "checkpoint" in name else original)(file)

    return chosen


def _before_the_rename(after: int) -> None:
    """The new checkpoint lies whole beside the old one."""
    original = Path.replace

    def act(path: Path, _: Path) -> None:
        die()

    counting = _on_the(after, act, original)
    Path.replace = lambda self, target: (  # type: ignore[method-assign]
        counting(self, target) if "checkpoint" in self.name else original(self, target)
    )


def _in_the_first_batch(after: int) -> None:
    """Gradients are there, the weights have not moved."""
    clip = torch.nn.utils.clip_grad_norm_
    torch.nn.utils.clip_grad_norm_ = _on_the(after, lambda *_: die(), clip)


class _Doomed(Feeder):
    """A feeder that is killed after some batches."""

    batches = 0

    def __iter__(self) -> Any:
        for number, batch in enumerate(super().__iter__()):
            if number == self.batches:
                assert self.pid is not None
                os.kill(self.pid, signal.SIGKILL)
                self._process.join()
            yield batch


def _in_the_feeder(after: int) -> None:
    _Doomed.batches = after
    vars(lengthwise.training.loop).update(Feeder=_Doomed)


def _a_full_disk(after: int) -> None:
    """No file can grow beyond 4 kB any more: a checkpoint is longer, the state of a run is not."""

    def fill(*_: object) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))

    loop = vars(lengthwise.training.loop)
    loop.update(write_checkpoint=_on_the(after, fill, loop["write_checkpoint"]))


FAULTS: Mapping[str, Callable[[int], None]] = {
    "inside the checkpoint write": _inside_the_write,
    "between write and rename": _before_the_rename,
    "during the first batch": _in_the_first_batch,
    "in the feeder": _in_the_feeder,
    "on a full disk": _a_full_disk,
}
