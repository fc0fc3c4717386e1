"""The queue: every run ends in a report, none is run twice, none outlives its parent, and benchmarks have peace."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from lengthwise.core.catalogue import resolve
from lengthwise.core.errors import RunError
from lengthwise.run import Run
from lengthwise.training import queue
from lengthwise.training.progress import Progress
from lengthwise.training.queue import LOCK, Status, Task, is_locked, measuring, patient, run_all
from tests.processes import ROOT, eventually, is_gone, start

FATES = f"{ROOT / 'tests' / 'training' / 'workers.py'}:Fate"  # a user's own class, by its file
Fate = resolve(FATES)

LONG = """
import sys
from pathlib import Path
from lengthwise.core.catalogue import resolve
from lengthwise.training.queue import Task, run_all

Fate = resolve(sys.argv[2])
run_all([Task(Fate("long"), {})], Path(sys.argv[1]), 1, lambda status: None, lambda some: False)
"""


def test_done_runs_are_skipped_and_each_failure_is_told_without_ending_the_others(tmp_path: Path) -> None:
    fates = ["done already", "fine", "refused", "mistaken", "killed"]
    Run.begin(tmp_path, Fate("done already")).run.finish("done")
    seen: list[tuple[int, int, int]] = []

    def show(status: Status) -> None:
        seen.append((len(status.done), len(status.running), status.left))

    tasks = [Task(Fate(how), {"arm": how}) for how in fates]
    status = run_all(tasks, tmp_path, 2, show, lambda _: False)
    ended = {str(end.labels["arm"]): end for end in status.done}
    assert set(ended) == set(fates)
    for good in ("done already", "fine"):
        folder = ended[good].folder
        assert folder is not None
        assert Run.load(folder).state == "done"
    assert ended["refused"].why == "this cannot be cut; choose another form"
    assert ended["mistaken"].why == "ZeroDivisionError: division by zero"
    assert ended["killed"].why == "its process ended with code 9"
    ran = [line.split()[0] for line in (tmp_path / "ran.txt").read_text().splitlines()]
    assert sorted(ran) == sorted(fates[1:]), "what was done has no process"
    assert max(running for _, running, _ in seen) == 2, "two at a time"
    assert seen[-1] == (5, 0, 0)
    assert all(sum(counts) == 5 for counts in seen)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_no_worker_outlives_the_queue(how: int, tmp_path: Path) -> None:
    parent = start(LONG, str(tmp_path), FATES)
    note = tmp_path / "ran.txt"
    assert eventually(lambda: note.exists() and note.read_text().endswith("\n"))
    worker = int(note.read_text().split()[1])
    assert not is_gone(worker)
    os.kill(parent.pid, how)  # to the parent alone: a terminal would tell the worker as well
    assert eventually(lambda: is_gone(worker), 20)
    parent.communicate()
    assert parent.returncode != 0


@pytest.fixture
def somebody() -> Iterator[int]:
    """Another process that lives."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    yield process.pid
    process.kill()
    process.wait()


def test_a_run_waits_while_somebody_measures_and_goes_on_after(tmp_path: Path, somebody: int) -> None:
    progress = Progress(1, 2, 0.5, {}, 100, 1.0)
    (tmp_path / LOCK).write_text(str(somebody))
    waiting = threading.Thread(target=patient(tmp_path).progress, args=(progress,), daemon=True)
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    (tmp_path / LOCK).unlink()
    waiting.join(10)
    assert not waiting.is_alive()


def test_a_lock_whose_holder_is_dead_or_which_is_no_number_holds_nobody(tmp_path: Path, somebody: int) -> None:
    assert not is_locked(tmp_path)
    (tmp_path / LOCK).write_text(str(somebody))
    assert is_locked(tmp_path)
    os.kill(somebody, signal.SIGKILL)
    os.waitpid(somebody, 0)
    assert not is_locked(tmp_path)
    (tmp_path / LOCK).write_text("nobody")
    assert not is_locked(tmp_path)


def test_a_benchmark_holds_the_lock_while_it_runs_and_two_do_not_run_at_once(
    tmp_path: Path, somebody: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "SETTLING", 0.0)
    with measuring(tmp_path / "runs"):
        assert (tmp_path / "runs" / LOCK).read_text() == str(os.getpid())
    with pytest.raises(ZeroDivisionError), measuring(tmp_path / "runs"):
        raise ZeroDivisionError
    assert not (tmp_path / "runs" / LOCK).exists(), "also when it fails"
    (tmp_path / LOCK).write_text(str(somebody))
    with pytest.raises(RunError, match=f"process {somebody} measures"), measuring(tmp_path):
        pass
    assert (tmp_path / LOCK).read_text() == str(somebody)


def test_the_time_left_follows_from_the_runs_that_ended() -> None:
    status = Status(4, began=time.monotonic() - 10)
    assert status.seconds_left != status.seconds_left, "nothing is known before the first has ended"
    status.done.append(queue.Ended({}, None, ""))
    assert status.seconds_left == pytest.approx(30, rel=0.05)
