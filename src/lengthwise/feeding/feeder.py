"""The process that makes batches while the model learns from the last ones.

The batches are those of `Source`, in the same order: the process is a matter of speed alone. It ends with the process
that started it, whatever that one died of.
"""

import multiprocessing
import os
import pickle
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import ModuleType
from typing import Any, Self

from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.source import Diet, Source

AHEAD = 8  # batches that may wait: enough to hide a slow block, little enough to keep memory flat


class Feeder:
    """Batches of a diet from update `start` on, made in a process of their own. Use it in a `with` block."""

    def __init__(self, diet: Diet, start: int = 0) -> None:
        context = multiprocessing.get_context("spawn")  # fork would copy a process whose threads hold locks
        self._receiver, sender = context.Pipe(duplex=False)
        self._credits = context.Semaphore(AHEAD)
        self._process = context.Process(
            target=_make, args=(diet, start, sender, self._credits, os.getpid()), daemon=True
        )
        start_apart(self._process)
        sender.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Batch]:
        while True:
            try:
                message: Any = self._receiver.recv()
            except (EOFError, OSError) as error:
                raise RunError(
                    "the process that makes the batches ended on its own (killed, or out of memory); "
                    "start the run again, it goes on from its last checkpoint"
                ) from error
            if message is None:
                return
            if isinstance(message, BaseException):
                raise message
            self._credits.release()
            yield Batch(*message)

    @property
    def pid(self) -> int | None:
        """The process's number."""
        return self._process.pid

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.join()
        self._receiver.close()


def _make(diet: Diet, start: int, sender: Connection, credit: Any, parent: int) -> None:
    """Runs in the other process: make, wait for room, send."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the trainer, which ends this process
    end_with(parent)
    try:
        for batch in Source(diet).batches(start):
            credit.acquire()
            sender.send(tuple(batch))
        sender.send(None)
    except BrokenPipeError:  # the trainer is gone, and nobody is left to tell
        return
    except LengthwiseError as error:
        sender.send(error)
    except Exception as error:  # noqa: BLE001 - whatever it was: the trainer must hear of it and end with one clear line
        where = traceback.extract_tb(error.__traceback__)[-1]
        why = f"{type(error).__name__}: {error} ({Path(where.filename).name}, line {where.lineno})"
        sender.send(RunError(f"the batches cannot be made: {why}; mend the task, trace or layout and run again"))


def can_travel(thing: object) -> bool:
    """Whether another process can read this: it cannot where a class was written in the running script or notebook."""
    return b"__main__" not in pickle.dumps(thing)


def start_apart(process: BaseProcess) -> None:
    """Start a process that neither runs the caller's script again nor sees Ctrl-C before it asks for it.

    A new process imports the script that is running, which would train once more where the script has no guard. And a
    terminal sends Ctrl-C to all processes of a run at once: one that is still importing would die of it. Here it is
    held back until the process is started, and then told to this one.
    """
    script, masks = sys.modules["__main__"], hasattr(signal, "pthread_sigmask")  # Windows has no masks
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT}) if masks else None
    try:
        sys.modules["__main__"] = ModuleType("__main__")
        process.start()
    finally:
        sys.modules["__main__"] = script
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with(parent: int) -> None:
    """End this process when its parent has ended: one that is killed with -9 cannot say goodbye."""
    threading.Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    os._exit(0)
