"""Killed at any moment and run again: the same weights, bit for bit. Real processes, really killed."""

import os
import random
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from lengthwise.feeding.feeder import AHEAD
from lengthwise.training.checkpoint import read_checkpoint
from tests.processes import eventually
from tests.training.tiny import ARMS, FAULTS, begin, folder, weights


def finish(arm: str, where: Path) -> bytes:
    """Run to the end, from wherever it is."""
    process = begin(arm, where)
    process.join()
    assert process.exitcode == 0
    assert folder(where).state == "done"
    return weights(where)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The weights of each arm when nothing interrupts it."""
    return {arm: finish(arm, tmp_path_factory.mktemp(arm)) for arm in ARMS}


def lines(where: Path) -> int:
    logs = list(where.glob("*/metrics.jsonl"))
    return logs[0].read_bytes().count(b"\n") if logs else 0


def kill_at_random(arm: str, where: Path, rng: random.Random, how: int = signal.SIGKILL) -> bool:
    """Wait for a random line of the log, then for a random moment more, and kill; whether it was not done before."""
    process = begin(arm, where)
    already, wanted = lines(where), rng.randrange(1, 6)
    assert process.pid is not None
    eventually(lambda: lines(where) >= already + wanted or process.exitcode is not None)
    process.join(rng.random() * 0.05)
    if process.exitcode is None:
        with suppress(ProcessLookupError):  # it ended between the two lines
            os.kill(process.pid, how)
    process.join()
    return process.exitcode == -how


def test_killed_at_random_moments_and_resumed_it_ends_with_the_same_weights(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    rng = random.Random(20261121)
    assert sum(kill_at_random("plain", tmp_path, rng) for _ in range(2)) == 2
    assert finish("plain", tmp_path) == whole["plain"]


@pytest.mark.parametrize("arm", ["hard", "averaged"])
def test_so_does_a_run_that_asks_its_own_model_or_averages_its_weights(
    arm: str, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    assert kill_at_random(arm, tmp_path, random.Random(7))
    assert finish(arm, tmp_path) == whole[arm]


@pytest.mark.prove
@pytest.mark.parametrize("arm", ["averaged", "hard", "plain"])
@pytest.mark.parametrize("seed", range(20))
def test_killed_at_twenty_more_moments(seed: int, arm: str, tmp_path: Path, whole: dict[str, bytes]) -> None:
    rng = random.Random(seed)
    assert sum(kill_at_random(arm, tmp_path, rng) for _ in range(3)) >= 1
    assert finish(arm, tmp_path) == whole[arm]


def test_ctrl_c_writes_a_checkpoint_and_the_next_call_goes_on_from_there(
    tmp_path: Path, whole: dict[str, bytes]
) -> None:
    process = begin("plain", tmp_path)
    assert process.pid is not None
    eventually(lambda: lines(tmp_path) >= 3)
    os.kill(process.pid, signal.SIGINT)
    process.join()
    assert process.exitcode == 4, "KeyboardInterrupt"
    _, facts = read_checkpoint(folder(tmp_path).checkpoint)
    assert facts["update"] >= 30
    assert folder(tmp_path).state == "running"
    assert not folder(tmp_path).is_alive
    assert finish("plain", tmp_path) == whole["plain"]
    resumed = [line for line in folder(tmp_path).metrics() if line["event"] == "resumed"]
    assert [line["update"] for line in resumed] == [facts["update"]]


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_death_at_the_worst_moment_leaves_a_whole_checkpoint(
    fault: str, tmp_path: Path, whole: dict[str, bytes]
) -> None:
    after = 0 if fault == "during the first batch" else 12
    process = begin("short", tmp_path, fault, after)
    process.join()
    run = folder(tmp_path)
    if fault in ("in the feeder", "on a full disk"):
        assert process.exitcode == 3, "it ended on its own, with one line"
        message = (tmp_path / "error.txt").read_text()
        assert "\n" not in message
        assert "run again" in message or "start the run again" in message
        assert run.state == "failed"
        assert run.why == message
    else:
        assert process.exitcode == -signal.SIGKILL
        assert not run.is_alive
    if after:
        _, facts = read_checkpoint(run.checkpoint)
        ahead = AHEAD + 1 if fault == "in the feeder" else 0  # what the feeder had sent is still learned from
        assert 12 <= facts["update"] <= 13 + ahead
    else:
        assert not run.checkpoint.exists()
    assert finish("short", tmp_path) == whole["short"]
    assert not list(run.folder.glob(".*")), "nothing half-written stays behind"


def test_the_comparison_can_fail(whole: dict[str, bytes]) -> None:
    """Arms differ, and so would a resumed run that lost its moments or read other batches."""
    assert len(set(whole.values())) == len(whole)
