"""Run many experiments, one single-threaded process per core; what is done is skipped, what was interrupted goes on.

Experiments of one shape are trained as one stack of weights where a probe of some seconds says that this wins.

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
from lengthwise.training.bundles import Bundle, Pays, bundled, stacking_pays
from lengthwise.training.bundles import Task as Task  # noqa: PLC0414 - whoever calls the queue makes them
from lengthwise.training.show import Show

PAUSE = 0.2  # seconds between two looks at the workers
SETTLING = 2.0  # seconds that a benchmark waits: the workers look at the lock every few updates
LOCK = ".benchmark"  # under the root of the runs; holds the number of the process that measures


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


def run_all(
    tasks: Sequence[Task], where: Path, workers: int, show: Callable[[Status], None], pays: Pays = stacking_pays
) -> Status:
    """Run all of them with this many processes; Ctrl-C stops every run at its next checkpoint and raises again.

    Tasks of one shape are trained as one stack of weights where `pays` says that more of them are done in an hour.
    """
    context = multiprocessing.get_context("spawn")
    status, bundles = Status(len(tasks)), list[Bundle]()
    processes: dict[Bundle, Any] = {}
    answers: Any = context.SimpleQueue()
    try:
        known = _already(tasks, where)
        for number, ended in known.items():
            status.running[number] = tasks[number].labels
            _end(status, number, ended, show)
        left = [number for number in range(len(tasks)) if number not in known]
        bundles = bundled(tasks, left, workers, lambda some: not is_locked(where) and pays(some))
        while bundles or processes:
            while bundles and len(processes) < workers:
                bundle = bundles.pop(0)
                status.running |= {number: tasks[number].labels for number in bundle}
                given = (bundle, [tasks[number] for number in bundle], where, answers, os.getpid())
                processes[bundle] = context.Process(target=_work, args=given)
                start_apart(processes[bundle])
                show(status)
            for number, ended in _answers(answers, processes, status, tasks):
                _end(status, number, ended, show)
            for bundle in [bundle for bundle in processes if not status.running.keys() & set(bundle)]:
                processes.pop(bundle).join()
            time.sleep(PAUSE if processes else 0)
    except KeyboardInterrupt:
        for process in processes.values():
            process.terminate()  # they stop like on Ctrl-C, which a terminal has sent them already: with a checkpoint
        for process in processes.values():
            process.join()
        raise
    return status


def _already(tasks: Sequence[Task], where: Path) -> dict[int, Ended]:
    """The runs that need no process: nothing is left to do, or their folder cannot be read."""
    found = {}
    for number, task in enumerate(tasks):
        try:
            run = Run.ended(where, task.experiment)
        except LengthwiseError as error:
            found[number] = Ended(task.labels, None, str(error))
            continue
        if run is not None:
            found[number] = Ended(task.labels, run.folder, run.why)
    return found


def _answers(
    answers: Any, processes: Mapping[Bundle, Any], status: Status, tasks: Sequence[Task]
) -> Iterator[tuple[int, Ended]]:
    """What has ended since the last look: runs that say so, and processes that died without a word."""
    dead = [(bundle, process) for bundle, process in processes.items() if not process.is_alive()]
    told = set()
    while not answers.empty():
        number, ended = answers.get()
        told.add(number)
        yield number, ended
    for bundle, process in dead:
        for number in bundle:
            if number not in told and number in status.running:
                yield number, Ended(tasks[number].labels, None, f"its process ended with code {process.exitcode}")


def _end(status: Status, number: int, ended: Ended, show: Callable[[Status], None]) -> None:
    status.running.pop(number)
    status.done.append(ended)
    show(status)


def _work(bundle: Bundle, tasks: Sequence[Task], where: Path, answers: Any, parent: int) -> None:
    """Runs in a process of its own: one experiment, or several as a stack."""
    end_with(parent)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    why, runs = "", list[Run]()
    try:
        first = tasks[0].experiment
        if len(tasks) == 1:
            runs = [first.run(where, patient(where), tasks[0].labels)]
        else:
            experiments = [task.experiment for task in tasks]
            runs = first.run_together(experiments, where, patient(where), [task.labels for task in tasks])
    except LengthwiseError as error:
        why = str(error)
    except KeyboardInterrupt:
        why = "interrupted; run again to go on"
    except Exception as error:  # noqa: BLE001 - one run's mistake is told and does not end the others
        why = f"{type(error).__name__}: {error}"
    for place, (number, task) in enumerate(zip(bundle, tasks, strict=True)):
        ended = Ended(task.labels, runs[place].folder, runs[place].why) if runs else Ended(task.labels, None, why)
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
