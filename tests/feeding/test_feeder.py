"""The feeder process: the source's batches, one clear error, and no process that outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lengthwise.core.errors import RestrictionRefused, RunError
from lengthwise.feeding.feeder import AHEAD, Feeder
from lengthwise.feeding.source import Source
from lengthwise.tasks.logic.majority import Majority
from tests.feeding.diets import MAIN, Broken, cut, diet
from tests.processes import ROOT, eventually, is_gone, start

HOLDING = """
import time
from lengthwise.feeding.feeder import Feeder
from tests.feeding.diets import diet

if __name__ == "__main__":
    with Feeder(diet(updates=1000)) as feeder:
        next(iter(feeder))
        print(feeder.pid, flush=True)
        time.sleep(300)
"""


def test_its_batches_are_those_of_the_source_from_any_update_on() -> None:
    made = diet(MAIN, cut("query", "whole"))
    with Feeder(made, 17) as feeder:
        received = list(feeder)
    expected = list(Source(made).batches(17))
    assert len(received) == len(expected) == 13
    for one, other in zip(received, expected, strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(one[:-1], other[:-1], strict=True))


def test_it_does_not_run_far_ahead() -> None:
    with Feeder(diet(updates=100_000, symbols=50)) as feeder:
        next(iter(feeder))
        time.sleep(0.5)
        held = feeder._receiver
        waiting = 0
        while held.poll(0.2):
            held.recv()
            waiting += 1
        assert waiting <= AHEAD + 1


def test_it_ends_when_its_parent_is_killed() -> None:
    parent = start(HOLDING)
    assert parent.stdout is not None
    feeder = int(parent.stdout.readline())
    assert not is_gone(feeder)
    parent.kill()
    parent.communicate()
    assert eventually(lambda: is_gone(feeder), 20)


def test_it_ends_with_its_block() -> None:
    with Feeder(diet(updates=1000)) as feeder:
        next(iter(feeder))
        pid = feeder.pid
    assert pid is not None
    assert is_gone(pid)


def test_its_death_is_told_in_one_line() -> None:
    with Feeder(diet(updates=1000)) as feeder:
        batches = iter(feeder)
        next(batches)
        assert feeder.pid is not None
        os.kill(feeder.pid, signal.SIGKILL)
        with pytest.raises(RunError, match=r"ended on its own.*start the run again") as error:
            list(islice(batches, 1000))
    assert "\n" not in str(error.value)


def test_a_refusal_in_it_arrives_as_that_refusal() -> None:
    with (
        Feeder(diet(cut("closed"), task=Majority())) as feeder,
        pytest.raises(RestrictionRefused, match="majority has no restriction"),
    ):
        next(iter(feeder))


def test_a_mistake_in_a_task_arrives_as_one_line_that_says_where(capfd: pytest.CaptureFixture[str]) -> None:
    with (
        Feeder(diet(task=Broken(values=40))) as feeder,
        pytest.raises(RunError, match=r"ZeroDivisionError.*diets.py, line \d+") as error,
    ):
        next(iter(feeder))
    assert "\n" not in str(error.value)
    assert capfd.readouterr().err == "", "no second message on the screen"


def test_ctrl_c_while_it_is_still_importing_does_not_kill_it() -> None:
    feeder = Feeder(diet(updates=5))
    with feeder:
        assert feeder.pid is not None
        os.kill(feeder.pid, signal.SIGINT)
        assert len(list(feeder)) == 5


UNGUARDED = """
print("the script runs")
from lengthwise.feeding.feeder import Feeder, can_travel
from tests.feeding.diets import SORT, Sort, diet


class Own(Sort):
    pass


with Feeder(diet(updates=3)) as feeder:
    print(len(list(feeder)), "batches")
print(can_travel(diet(updates=3)), can_travel(diet(task=Own(values=40))))
"""


def test_a_plain_script_without_a_guard_can_feed_and_is_not_run_twice(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(UNGUARDED)
    here = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, env=here, check=False)
    assert done.stderr == ""
    assert done.stdout.splitlines() == ["the script runs", "3 batches", "True False"]
