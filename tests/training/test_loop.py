"""The loop: it stops where it should, says why, and refuses a checkpoint that is not its own."""

import signal
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from lengthwise.core.errors import RunError
from lengthwise.feeding.cut import Hard
from lengthwise.training.checkpoint import read_checkpoint, write_checkpoint
from lengthwise.training.loop import Clock, Course, Ending, Hooks, train
from lengthwise.training.progress import Progress
from lengthwise.training.recipes.scratch import Scratch
from tests.feeding.diets import MAIN, Broken, cut, diet
from tests.training.tiny import CHOICES, SHORT, TINY

Log = list[dict[str, Any]]


def course(where: Path, **fields: Any) -> Course:
    made = Course(SHORT.build(), SHORT.recipe, SHORT.diet, where / "checkpoint.safetensors", CHOICES, Clock(log=10))
    return replace(made, **fields)


def trained(made: Course, show: Callable[[Progress], object] | None = None) -> tuple[Ending, Log]:
    log: Log = []
    _, ending = train(made, Hooks(log.append, show=show))
    return ending, log


def test_the_log_tells_symbols_seconds_and_the_loss_of_each_ingredient(tmp_path: Path) -> None:
    made = course(tmp_path)
    ending, log = trained(made)
    assert ending == "done"
    assert [line["update"] for line in log] == [*range(10, made.diet.updates, 10), made.diet.updates]
    assert log[-1]["symbols"] == made.diet.processed()
    assert set(log[-1]["by_ingredient"]) <= {"0", "1"}
    assert all(a["seconds"] <= b["seconds"] for a, b in pairwise(log))


def test_progress_has_a_rate_and_the_seconds_left(tmp_path: Path) -> None:
    seen: list[Progress] = []
    trained(course(tmp_path), seen.append)
    assert seen[-1].left == 0
    assert seen[0].left > 0
    assert seen[-1].rate == pytest.approx(seen[-1].symbols / seen[-1].seconds)


def test_a_loss_that_is_no_number_ends_training_at_the_next_line_of_the_log(tmp_path: Path) -> None:
    made = course(tmp_path)
    with torch.no_grad():
        next(made.model.parameters())[:] = torch.nan
    ending, log = trained(made)
    assert ending == "diverged"
    assert [line["update"] for line in log] == [10]


def test_weights_that_are_tied_are_kept_under_both_names(tmp_path: Path) -> None:
    one = torch.arange(4.0)
    write_checkpoint(tmp_path / "tied", {"head": one, "embedding": one, "end": one[2:]}, {"update": 3})
    tensors, facts = read_checkpoint(tmp_path / "tied")
    assert {name: tensor.tolist() for name, tensor in tensors.items()} == {
        "head": [0, 1, 2, 3],
        "embedding": [0, 1, 2, 3],
        "end": [2, 3],
    }
    assert facts == {"update": 3}


def ask_to_stop(number: int, at: int) -> Callable[[Progress], object]:
    def show(progress: Progress) -> None:
        if progress.update == at:
            signal.raise_signal(number)

    return show


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_after_the_update_with_a_checkpoint(number: int, tmp_path: Path) -> None:
    made, before = course(tmp_path), signal.getsignal(number)
    ending, _ = trained(made, ask_to_stop(number, 20))
    assert ending == "interrupted"
    assert read_checkpoint(made.checkpoint)[1]["update"] == 20
    assert signal.getsignal(number) is before, "handlers are put back"
    again = course(tmp_path)
    ending, log = trained(again)
    assert ending == "done"
    assert log[0] == {"event": "resumed", "update": 20}
    straight = course(tmp_path / "other")
    trained(straight)
    for (name, one), other in zip(again.model.named_parameters(), straight.model.parameters(), strict=True):
        assert torch.equal(one, other), name
    assert log[-1]["symbols"] == again.diet.processed()


def test_a_second_ctrl_c_stops_at_once_and_a_terminal_and_a_queue_together_do_not(tmp_path: Path) -> None:
    def twice(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        trained(course(tmp_path), twice)
    assert not (tmp_path / "checkpoint.safetensors").exists()

    def both(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGTERM)

    assert trained(course(tmp_path), both)[0] == "interrupted"


def test_during_training_the_model_is_measured_and_goes_on_learning(tmp_path: Path) -> None:
    made, modes = course(tmp_path, clock=Clock(log=10, measure=15)), []

    def measure(model: nn.Module, update: int) -> None:
        model.eval()
        modes.append(update)

    train(made, Hooks(lambda _: None, measure=measure))
    assert modes == [15, 30]
    assert made.model.training


# -- checkpoints ------------------------------------------------------------------------------------------------------


def saved(where: Path, made: Course | None = None) -> Course:
    made = made or course(where)
    trained(made, ask_to_stop(signal.SIGINT, 20))
    return made


@pytest.mark.parametrize("damage", ["half", "empty", "text", "a folder's worth of zeros"])
def test_a_damaged_checkpoint_gives_one_line_and_stays_as_it_is(damage: str, tmp_path: Path) -> None:
    made = saved(tmp_path)
    whole = made.checkpoint.read_bytes()
    damaged = {"half": whole[: len(whole) // 2], "empty": b"", "text": b"weights"}.get(damage, bytes(len(whole)))
    made.checkpoint.write_bytes(damaged)
    with pytest.raises(RunError, match=r"not a whole checkpoint.*remove it and run again") as error:
        trained(course(tmp_path))
    assert "\n" not in str(error.value)
    assert made.checkpoint.read_bytes() == damaged


def test_a_checkpoint_of_another_length_of_training_is_refused(tmp_path: Path) -> None:
    saved(tmp_path)
    longer = replace(SHORT.diet, updates=500)
    with pytest.raises(RunError, match=r"of a run of \d+ updates, this has 500"):
        trained(course(tmp_path, diet=longer))


@pytest.mark.parametrize("other", [replace(TINY, width=8), replace(TINY, layers=2)])
def test_a_checkpoint_of_another_model_is_refused(other: Any, tmp_path: Path) -> None:
    saved(tmp_path)
    model = other.build(len(SHORT.vocabulary))
    with pytest.raises(RunError, match="checkpoint of another model") as error:
        trained(course(tmp_path, model=model))
    assert "\n" not in str(error.value)


def test_a_checkpoint_lacks_nothing_that_a_hard_restriction_needs(tmp_path: Path) -> None:
    hard = diet(MAIN, cut("query", choice=Hard(every=7)), symbols=200, updates=40)
    model = TINY.build(len(hard.vocabulary))
    made = saved(tmp_path, course(tmp_path, model=model, diet=hard))
    tensors, _ = read_checkpoint(made.checkpoint)
    weights = {name.removeprefix("weights.") for name in tensors if name.startswith("weights.")}
    snapshot = {name.removeprefix("examiner.") for name in tensors if name.startswith("examiner.")}
    assert snapshot == weights
    assert any(not torch.equal(tensors[f"examiner.{n}"], tensors[f"weights.{n}"]) for n in weights), (
        "older by 6 updates"
    )
    del tensors["examiner.embedding.weight"]
    write_checkpoint(made.checkpoint, tensors, read_checkpoint(made.checkpoint)[1])
    with pytest.raises(RunError, match="checkpoint of another model"):
        trained(course(tmp_path, model=model, diet=hard))


def test_a_mistake_in_a_task_ends_training_with_one_line(tmp_path: Path) -> None:
    broken = diet(task=Broken(values=40))
    model = TINY.build(len(broken.vocabulary))
    with pytest.raises(RunError, match="ZeroDivisionError"):
        trained(course(tmp_path, model=model, diet=broken))


def test_a_full_disk_is_one_line_and_the_old_checkpoint_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = saved(tmp_path)
    old = made.checkpoint.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(RunError, match="No space left on device") as error:
        trained(course(tmp_path, clock=Clock(log=10, checkpoint_seconds=0.0)))
    assert "\n" not in str(error.value)
    assert made.checkpoint.read_bytes() == old
    assert [path.name for path in tmp_path.iterdir()] == [made.checkpoint.name]


def test_gradients_that_wait_for_their_step_are_in_the_checkpoint(tmp_path: Path) -> None:
    made = course(tmp_path, recipe=Scratch(rate=3e-3, accumulate=3))
    saved(tmp_path, made)
    names = read_checkpoint(made.checkpoint)[0]
    assert any(name.startswith("gradient.") for name in names), "update 20 of threes: two batches are waiting"
