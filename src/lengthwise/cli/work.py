"""The runs of a plan, one after the other in this process or several at a time in processes of their own."""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from lengthwise.cli.plan import Plan, ingredient_name
from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.core.study import Job
from lengthwise.reports.live import Board, Running, board, follow, named
from lengthwise.run import Run, listed


class Finished(NamedTuple):
    """One job and what became of it: its run, or why there is none."""

    job: Job
    run: Run | None
    why: str = ""


def work(plan: Plan, where: Path, workers: int, console: Console) -> list[Finished]:
    """Run every job; Ctrl-C writes checkpoints and raises KeyboardInterrupt."""
    with board(len(plan.jobs), console) as shown:
        if workers == 1 or len(plan.jobs) == 1:
            return [_one(plan, job, where, shown) for job in plan.jobs]
        return _many(plan, where, workers, shown)


def labels(plan: Plan, job: Job) -> Mapping[str, str | int]:
    """What a run is called: in its study, or by what differs from the default."""
    return {k: v for k, v in job.labels(plan.name).items() if v != "" and (plan.study or k != "study")}


def _one(plan: Plan, job: Job, where: Path, shown: Board) -> Finished:
    """In this process."""
    from lengthwise.training.show import Show

    running = shown.start(plan.title(job), _ingredients(job))
    how = ["done"]

    def began(run: Run, begun: str) -> None:
        running.how = begun
        if begun == "reused":
            how[0] = f"reused, as experiment, data and source are those of {run.folder}"
        elif begun == "resumed":
            shown.say(f"{running.title}: goes on in {run.folder}")

    show = Show(began, _chosen(running), _progress(running, shown), _watched(running, shown), _measured(running, shown))
    try:
        run = job.experiment.run(where, show, labels(plan, job))
    except LengthwiseError as error:
        shown.end(plan.title(job), f"failed: {error}", failed=True)
        return Finished(job, None, str(error))
    said = how[0] if run.state == "done" else f"{run.state}: {run.why}"
    shown.end(plan.title(job), said, failed=run.state != "done")
    return Finished(job, run, run.why)


def _chosen(running: Running) -> Any:
    def chosen(_: Any, __: Mapping[str, float], updates: int) -> None:
        running.updates = updates

    return chosen


def _progress(running: Running, shown: Board) -> Any:
    def progress(p: Any) -> None:
        running.update, running.updates, running.loss = p.update, p.updates, p.loss
        running.rate, running.left = p.rate, p.left
        running.losses = named(running.ingredients, p.by_ingredient)
        shown.changed(running)

    return progress


def _watched(running: Running, shown: Board) -> Any:
    def watched(update: int, accuracy: Mapping[int, float]) -> None:
        running.update, running.accuracy = update, dict(accuracy)
        shown.changed(running)

    return watched


def _measured(running: Running, shown: Board) -> Any:
    def measured(_: int, __: int, words: str) -> None:
        running.measured = words
        shown.changed(running)

    return measured


def _ingredients(job: Job) -> list[str]:
    return [ingredient_name(ingredient) for ingredient in job.experiment.mixture.ingredients]


# -- several at a time ------------------------------------------------------------------------------------------------


def _many(plan: Plan, where: Path, workers: int, shown: Board) -> list[Finished]:
    """In processes of their own, followed through the folders that they write."""
    from lengthwise.training.queue import Status, Task, run_all

    before = {entry.run.name for entry in listed(where) if entry.run is not None and entry.run.state == "done"}
    jobs = {tuple(labels(plan, job).items()): job for job in plan.jobs}
    told = [0]

    def show(status: Status) -> None:
        for ended in status.done[told[0] :]:
            job = jobs[tuple(ended.labels.items())]
            shown.end(plan.title(job), _how(ended, before), failed=ended.folder is None or bool(ended.why))
        told[0] = len(status.done)
        for mine in status.running.values():
            job = jobs[tuple(mine.items())]
            if plan.title(job) not in shown.running:
                shown.start(plan.title(job), _ingredients(job)).reader = follow(_finder(where, mine))

    status = run_all([Task(job.experiment, labels(plan, job)) for job in plan.jobs], where, workers, show)
    return [_finished(jobs[tuple(ended.labels.items())], ended) for ended in status.done]


def _how(ended: Any, before: set[str]) -> str:
    if ended.folder is None:
        return f"failed: {ended.why}"
    if ended.folder.name in before:
        return f"reused, as experiment, data and source are those of {ended.folder}"
    return f"not done: {ended.why}" if ended.why else "done"


def _finished(job: Job, ended: Any) -> Finished:
    return Finished(job, None if ended.folder is None else Run.load(ended.folder), ended.why)


def _finder(where: Path, mine: Mapping[str, str | int]) -> Any:
    """The folder of the run with these labels that is being written, found once."""
    found: list[Run] = []

    def find() -> Run | None:
        if not found:
            with suppress(RunError):
                found.extend(
                    e.run for e in listed(where) if e.run is not None and e.run.labels == mine and e.run.is_alive
                )
        return found[0] if found else None

    return find
