"""Runs trained as a stack leave the folders that they would leave alone; and a stack is made only where it pays."""

import json
import multiprocessing
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

import lengthwise.experiment.conduct
from lengthwise.core.errors import ConfigError
from lengthwise.experiment import Experiment
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.transformer import Transformer
from lengthwise.run import Run
from lengthwise.training import queue, stacked, together
from lengthwise.training.bundles import Rates, Task, bundled, rates
from lengthwise.training.loop import Clock, Course, Hooks
from lengthwise.training.recipes.scratch import Scratch
from lengthwise.training.show import Show
from tests.training.tiny import CHOICES, HARD, MAIN, PLAIN

SEEDS = [replace(PLAIN, mixture=replace(PLAIN.mixture, ingredients=(MAIN,)), budget=6000, seed=seed) for seed in (0, 1)]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """No probe of the machine, and no feeder process: the batches are the same."""
    monkeypatch.setattr(lengthwise.experiment.conduct, "probe", lambda *_: (CHOICES, {"float32 fused": 1.0}))
    monkeypatch.setattr("lengthwise.training.loop.can_travel", lambda _: False)
    monkeypatch.setattr(lengthwise.experiment.conduct, "Clock", lambda measure: Clock(log=10, measure=measure))


def losses(run: Run) -> dict[int, float]:
    return {line["update"]: line["loss"] for line in run.metrics() if line["event"] == "update"}


def weights(run: Run) -> dict[str, torch.Tensor]:
    return load_file(run.weights / "model.safetensors")


def test_a_stack_leaves_the_folders_of_runs_one_by_one(tmp_path: Path) -> None:
    watched = [replace(each, watch=(4,), watches=2) for each in SEEDS]
    alone = [each.run(tmp_path / "alone") for each in watched]
    beside = Experiment.run_together(watched, tmp_path / "stack", labels=[{"seed": 0}, {"seed": 1}])
    for one, other, seed in zip(alone, beside, (0, 1), strict=True):
        assert one.name == other.name
        assert {p.name for p in one.folder.rglob("*")} == {p.name for p in other.folder.rglob("*")}
        assert losses(one) == pytest.approx(losses(other), abs=1e-4)
        assert other.labels == {"seed": seed}
        assert (other.state, other.curve.trained) == ("done", one.curve.trained)
        assert [line["event"] for line in other.metrics()].count("watch") == 1
        assert other.metrics()[0] == {"event": "stacked", "members": 2}
        for name, tensor in weights(one).items():
            torch.testing.assert_close(weights(other)[name], tensor, atol=2e-3, rtol=0)
    assert losses(beside[0]) != losses(beside[1])
    again = Experiment.run_together(watched, tmp_path / "stack")
    assert [run.name for run in again] == [run.name for run in beside], "what is done is not done again"


class _Stopping(threading.Event):
    """A wish to stop that is there from the `after`-th look on."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    def is_set(self) -> bool:
        self.after -= 1
        return self.after < 0


def test_a_stack_that_is_stopped_goes_on_bit_for_bit_together_or_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Experiment.run_together(SEEDS, tmp_path / "whole")
    for where in ("together", "alone"):
        with monkeypatch.context() as patched:
            patched.setattr(together, "stop_signal", lambda: _entered(_Stopping(2 * 12)))  # two looks an update
            with pytest.raises(KeyboardInterrupt):
                Experiment.run_together(SEEDS, tmp_path / where)
    resumed = Experiment.run_together(SEEDS, tmp_path / "together")
    for one, other in zip(whole, resumed, strict=True):
        assert {"event": "resumed", "update": 13} in other.metrics()
        assert (one.weights / "model.safetensors").read_bytes() == (other.weights / "model.safetensors").read_bytes()
    single = SEEDS[1].run(tmp_path / "alone")
    assert losses(single) == pytest.approx(losses(whole[1]), abs=1e-4)
    rest = Experiment.run_together(SEEDS, tmp_path / "alone")
    assert [run.state for run in rest] == ["done", "done"]


def _entered(event: threading.Event) -> Any:
    class Held:
        def __enter__(self) -> threading.Event:
            return event

        def __exit__(self, *_: object) -> None:
            """Nothing was changed."""

    return Held()


def test_members_at_different_updates_go_on_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a kill falls between the writing of two checkpoints."""
    with monkeypatch.context() as patched:
        patched.setattr(together, "stop_signal", lambda: _entered(_Stopping(2 * 12)))
        with pytest.raises(KeyboardInterrupt):
            Experiment.run_together(SEEDS, tmp_path)
    gone = next(path for path in tmp_path.glob("*/checkpoint.safetensors"))
    gone.unlink()
    sizes = []

    def counted(courses: Sequence[Course], hooks: Sequence[Hooks]) -> list[together.Taught]:
        sizes.append(len(courses))
        return together.train_together(courses, hooks)

    monkeypatch.setattr(lengthwise.experiment.conduct, "train_together", counted)
    runs = Experiment.run_together(SEEDS, tmp_path)
    assert sizes == [1, 1]
    whole = Experiment.run_together(SEEDS, tmp_path / "whole")
    for one, other in zip(whole, runs, strict=True):
        assert losses(other) == pytest.approx(losses(one), abs=1e-4)


def test_a_member_that_diverges_is_labelled_and_the_other_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = Experiment.build

    def broken(self: Experiment) -> torch.nn.Module:
        model = original(self)
        if self.seed == 0:
            with torch.no_grad():
                next(model.parameters()).fill_(torch.nan)
        return model

    monkeypatch.setattr(Experiment, "build", broken)
    runs = Experiment.run_together(SEEDS, tmp_path)
    assert [run.state for run in runs] == ["diverged", "done"]
    assert "lower recipe.rate" in runs[0].why
    assert max(losses(runs[0])) == 10, "it left at the first line of the log"
    monkeypatch.undo()
    monkeypatch.setattr(lengthwise.experiment.conduct, "probe", lambda *_: (CHOICES, {"float32 fused": 1.0}))
    monkeypatch.setattr(lengthwise.experiment.conduct, "Clock", lambda measure: Clock(log=10, measure=measure))
    assert losses(runs[1]) == pytest.approx(losses(SEEDS[1].run(tmp_path / "alone")), abs=1e-4)


@pytest.mark.parametrize(
    "other",
    [
        replace(SEEDS[1], model=Transformer(layers=1, heads=2, width=32, attention=LogLength())),
        replace(SEEDS[1], budget=7000),
        replace(SEEDS[1], recipe=Scratch(rate=1e-3)),
        replace(SEEDS[1], mixture=replace(SEEDS[1].mixture, symbols=240)),
        HARD,
    ],
)
def test_experiments_of_another_shape_are_not_stacked(tmp_path: Path, other: Experiment) -> None:
    assert SEEDS[0].shape == SEEDS[1].shape
    assert other.shape != SEEDS[0].shape
    with pytest.raises(ConfigError, match="not one shape"):
        Experiment.run_together([SEEDS[0], other], tmp_path)
    assert not any(tmp_path.iterdir())


# -- which are stacked ---------------------------------------------------------------------------------------------


class _Shaped:
    """An experiment as far as bundling looks at it."""

    def __init__(self, shape: str | None) -> None:
        self.shape = shape


def tasks(shapes: str) -> list[Task]:
    return [Task(_Shaped(None if shape == "-" else shape), {}) for shape in shapes]


@pytest.mark.parametrize(
    ("shapes", "workers", "expected"),
    [
        ("aaaa", 1, [(0, 1, 2, 3)]),
        ("aaaa", 2, [(0, 1), (2, 3)]),
        ("abab", 1, [(0, 2), (1, 3)]),
        ("a-a-", 1, [(0, 2), (1,), (3,)]),
        ("aa", 2, [(0,), (1,)]),
        ("a" * 9, 1, [tuple(range(8)), (8,)]),
    ],
)
def test_tasks_of_one_shape_are_bundled_and_no_worker_is_left_idle(
    shapes: str, workers: int, expected: list[tuple[int, ...]]
) -> None:
    given = tasks(shapes)
    assert bundled(given, range(len(given)), workers, lambda _: True) == expected


def test_nothing_is_bundled_where_it_does_not_pay() -> None:
    asked: list[int] = []

    def never(some: Sequence[Task]) -> bool:
        asked.append(len(some))
        return False

    assert bundled(tasks("aaab"), [0, 1, 3], 1, never) == [(0,), (1,), (3,)]
    assert asked == [2], "one question for two tasks of one shape; none for one that is single or done"


@pytest.mark.parametrize(
    ("alone", "stack", "wins"), [(100.0, 109.0, False), (100.0, 111.0, True), (100.0, 40.0, False)]
)
def test_a_stack_wins_by_a_margin(alone: float, stack: float, wins: bool) -> None:
    assert Rates(alone, stack).stack_wins is wins


@pytest.mark.parametrize(("slow", "wins"), [("alone", True), ("stacked", False)])
def test_the_probe_finds_the_planted_winner(monkeypatch: pytest.MonkeyPatch, slow: str, wins: bool) -> None:
    """Time is a number that the two ways push on: 1 s an update alone; as a stack of two, 1.5 s or 4 s."""
    now = [0.0]
    costs = {"alone": 1.0, "stacked": 1.5} if slow == "alone" else {"alone": 1.0, "stacked": 4.0}
    single, many = Scratch.update, stacked.update

    def one(*given: Any) -> Any:
        now[0] += costs["alone"]
        return single(*given)

    def several(*given: Any) -> Any:
        now[0] += costs["stacked"]
        return many(*given)

    monkeypatch.setattr(Scratch, "update", one)
    monkeypatch.setattr(stacked, "update", several)
    found = rates(SEEDS, seconds=10.0, clock=lambda: now[0])
    assert found == pytest.approx((1.0, 2 / costs["stacked"]))
    assert found.stack_wins is wins


@pytest.mark.parametrize("wins", [True, False])
def test_the_queue_leaves_every_run_however_they_are_bundled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wins: bool
) -> None:
    """The work is done in this process, so that nothing has to start."""
    sizes: list[int] = []

    class Here:
        """A process that is none."""

        exitcode = 0

        def __init__(self, target: Any, args: tuple[Any, ...]) -> None:
            self.target, self.args = target, args

        def start(self) -> None:
            sizes.append(len(self.args[0]))
            bundle, given, where, answers, _ = self.args
            first = given[0].experiment
            labels = [task.labels for task in given]
            runs = (
                first.run_together([task.experiment for task in given], where, Show(), labels)
                if len(given) > 1
                else [first.run(where, Show(), labels[0])]
            )
            for number, run in zip(bundle, runs, strict=True):
                answers.put((number, queue.Ended(given[bundle.index(number)].labels, run.folder, run.why)))

        def is_alive(self) -> bool:
            return False

        def join(self) -> None:
            """It has ended."""

    context = multiprocessing.get_context("spawn")
    monkeypatch.setattr(type(context), "Process", Here)
    monkeypatch.setattr(queue, "start_apart", lambda process: process.start())
    given = [Task(each, {"seed": number}) for number, each in enumerate(SEEDS)]
    status = queue.run_all(given, tmp_path, 1, lambda _: None, lambda _: wins)
    assert sizes == ([2] if wins else [1, 1])
    assert [ended.labels["seed"] for ended in status.done] == [0, 1]
    for ended in status.done:
        assert ended.folder is not None
        assert json.loads((ended.folder / "state.json").read_text())["state"] == "done"
    again = queue.run_all(given, tmp_path, 1, lambda _: None, lambda _: wins)
    assert len(again.done) == 2
    assert len(sizes) == (1 if wins else 2), "what is done starts no process"
