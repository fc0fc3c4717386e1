"""Run many experiments, one single-threaded process per core; what is done is skipped, what was interrupted goes on.

A benchmark that holds the lock file pauses the workers: figures taken beside a study would be worthless.
"""

import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.feeding.feeder import end_with, start_apart
from lengthwise.run import Run
from lengthwise.training.show import Show

PAUSE = 0.2  # seconds between two looks at the workers
SETTLING = 2.0  # seconds that a benchmark waits: the workers look at the lock every few updates
LOCK = ".benchmark"  # under the root of the runs; holds the number of the process that measures


class Task(NamedTuple):
    """One thing to run: `experiment` has run(where, show, labels), and can be pickled."""

    experiment: Any
    labels: Mapping[str, str | int]


class Ended(NamedTuple):
    """One run that ended: its folder, or why there is none."""

    labels: Mapping[str, str | int]
    folder: Path | None
    why: str


@dataclass
class Status:
    """How far the queue is: what the display shows."""

    total: int
    done: list[Ended] = field(default_factory=list)
    running: dict[int, Mapping[str, str | int]] = field(default_factory=dict)
    began: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> int:
        """Runs that have not begun."""
        return self.total - len(self.done) - len(self.running)

    @property
    def seconds_left(self) -> float:
        """At the rate so far."""
        spent = time.monotonic() - self.began
        return spent / len(self.done) * (self.total - len(self.done)) if self.done else float("nan")


def run_all(tasks: Sequence[Task], where: Path, workers: int, show: Callable[[Status], None]) -> Status:
    """Run all of them with this many processes; Ctrl-C stops every run at its next checkpoint and raises again."""
    context = multiprocessing.get_context("spawn")
    status, waiting = Status(len(tasks)), list(enumerate(tasks))
    processes: dict[int, Any] = {}
    answers: Any = context.SimpleQueue()
    try:
        while waiting or processes:
            while waiting and len(processes) < workers:
                number, task = waiting.pop(0)
                status.running[number] = task.labels
                ended = _already(task, where)
                if ended is None:
                    processes[number] = context.Process(target=_work, args=(number, task, where, answers, os.getpid()))
                    start_apart(processes[number])
                    show(status)
                else:
                    _end(status, number, ended, show)
            for number, ended in _answers(answers, processes, tasks):
                processes.pop(number).join()
                _end(status, number, ended, show)
            time.sleep(PAUSE if processes else 0)
    except KeyboardInterrupt:
        for process in processes.values():
            process.terminate()  # they stop like on Ctrl-C, which a terminal has sent them already: with a checkpoint
        for process in processes.values():
            process.join()
        raise
    return status


def _already(task: Task, where: Path) -> Ended | None:
    """A run that needs no process: nothing is left to do, or its folder cannot be read."""
    try:
        run = Run.ended(where, task.experiment)
    except LengthwiseError as error:
        return Ended(task.labels, None, str(error))
    return None if run is None else Ended(task.labels, run.folder, run.why)


def _answers(answers: Any, processes: Mapping[int, Any], tasks: Sequence[Task]) -> Iterator[tuple[int, Ended]]:
    """What has ended since the last look: runs that say so, and processes that died without a word."""
    silent = [number for number, process in processes.items() if not process.is_alive()]
    while not answers.empty():
        number, ended = answers.get()
        if number in silent:
            silent.remove(number)
        yield number, ended
    for number in silent:
        yield number, Ended(tasks[number].labels, None, f"its process ended with code {processes[number].exitcode}")


def _end(status: Status, number: int, ended: Ended, show: Callable[[Status], None]) -> None:
    status.running.pop(number)
    status.done.append(ended)
    show(status)


def _work(number: int, task: Task, where: Path, answers: Any, parent: int) -> None:
    """Runs in a process of its own."""
    end_with(parent)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    try:
        run = task.experiment.run(where, patient(where), task.labels)
        ended = Ended(task.labels, run.folder, run.why)
    except LengthwiseError as error:
        ended = Ended(task.labels, None, str(error))
    except KeyboardInterrupt:
        ended = Ended(task.labels, None, "interrupted; run again to go on")
    except Exception as error:  # noqa: BLE001 - one run's mistake is told and does not end the others
        ended = Ended(task.labels, None, f"{type(error).__name__}: {error}")
    answers.put((number, ended))


def patient(where: Path) -> Show:
    """A watcher of one run that waits while somebody measures."""

    def wait(_: object) -> None:
        while is_locked(where):
            time.sleep(1.0)

    return Show(progress=wait)


def is_locked(where: Path) -> bool:
    """Whether a living process holds the lock."""
    try:
        holder = int((where / LOCK).read_text())
        os.kill(holder, 0)
    except (OSError, ValueError):
        return False
    return holder != os.getpid()


@contextmanager
def measuring(where: Path) -> Iterator[None]:
    """Hold the lock while a benchmark runs; a RunError where another process holds it."""
    where.mkdir(parents=True, exist_ok=True)
    lock = where / LOCK
    if is_locked(where):
        raise RunError(
            f"process {lock.read_text()} measures under {where} ({lock}); two at once would disturb both: wait for it"
        )
    lock.write_text(str(os.getpid()))
    try:
        time.sleep(SETTLING)
        yield
    finally:
        lock.unlink(missing_ok=True)
