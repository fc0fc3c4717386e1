"""What `lengthwise run` leaves: verdicts of a study's claims, the tables, and the page."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from lengthwise.cli.plan import Plan, without_shared
from lengthwise.cli.runs import FIGURES
from lengthwise.cli.work import Finished
from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.core.plain import to_plain
from lengthwise.core.study import Job, Study
from lengthwise.evaluation.claims import Claim, Curves, Judged, judge_all
from lengthwise.evaluation.curve import total
from lengthwise.reports import table
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.leave import leave
from lengthwise.reports.page import write_page
from lengthwise.reports.record import StudyRecord
from lengthwise.reports.table import text
from lengthwise.run import ENDED, Run, listed


def announce(plan: Plan, where: Path) -> None:
    """Store what a study is going to run, all stages of it, so that a report on the way counts what is not run."""
    if plan.study is None:
        return
    try:
        before = StudyRecord.load(where, plan.study.name)
    except RunError:  # damaged: the end would write it anew, and so does the beginning
        before = StudyRecord(plan.study.name)
    replace(before, title=plan.study.question, planned=_planned(plan.study, _stages(plan.study))).save(where)


def finish(plan: Plan, ended: Sequence[Finished], where: Path, console: Console) -> None:
    """Print the tables and where the page is; exit code 1 where a run failed."""
    runs = [one.run for one in ended if one.run is not None and one.run.state == "done"]
    if runs:
        report = shortened(gather(where, chosen=runs)) if plan.study is None else of_study(plan.study, where)
        console.print(text(report), soft_wrap=True, markup=False)
        for line in leave(report, where / f"{plan.name}{FIGURES}"):
            console.print(line, soft_wrap=True, markup=False)
        console.print(f"report: {write_page(report, where / f'{plan.name}.html')}", soft_wrap=True, markup=False)
    failed = [one for one in ended if one.run is None or one.run.state != "done"]
    for one in failed:
        console.print(f"not done: {plan.title(one.job)}: {one.why}", soft_wrap=True, markup=False)
    if failed:
        raise SystemExit(1)


def of_study(study: Study, where: Path) -> Report:
    """Judge the claims of the stages whose runs are all there, store the verdicts, and gather."""
    stages = _stages(study)
    runs = _runs_of([job for jobs in stages.values() for job in jobs], where)
    without = table.without([one for stage in study.stages for one in study.not_applicable(stage)])
    tables = (*study.tables([run for run in runs if run.state == "done"]), *([without] if without is not None else []))
    planned, judged = _planned(study, stages), _judged(study, stages, runs)
    StudyRecord(study.name, study.question, planned, judged, tables=tables).save(where)
    return gather(where, study.name, runs)


def _stages(study: Study) -> dict[str, list[Job]]:
    """The runs of every stage."""
    return {stage: study.jobs(stage) for stage in study.stages}


def _planned(study: Study, stages: Mapping[str, Sequence[Job]]) -> tuple[Mapping[str, str | int], ...]:
    """The labels of every run of every stage."""
    return tuple(job.labels(study.name) for jobs in stages.values() for job in jobs)


def _judged(study: Study, stages: Mapping[str, Sequence[Job]], runs: Sequence[Run]) -> tuple[Judged, ...]:
    """The verdicts, all together; a claim names its task and stage where claims of several are judged."""
    found = [group for stage, jobs in stages.items() for group in _groups(study, stage, jobs, runs)]
    groups = [group for group in found if group[1]]
    verdicts = judge_all([(claims, curves) for _, claims, curves in groups])
    names = [f"{name}: " if len(groups) > 1 else "" for name, _, _ in groups]
    named = [(name, one) for name, judged in zip(names, verdicts, strict=True) for one in judged]
    return tuple(replace(one, statement=name + one.statement) for name, one in named)


def _groups(
    study: Study, stage: str, jobs: Sequence[Job], runs: Sequence[Run]
) -> Iterator[tuple[str, Sequence[Claim], Curves]]:
    """Each task of a stage with its claims and its arms' curves; none while a run of the stage is missing."""
    ended = [run for run in runs if run.labels.get("stage") == stage and run.state in ENDED]
    if len(ended) < len(jobs):  # a run that diverged will not come back: it is counted, and its seed is missing
        return
    mine = [run for run in ended if run.state == "done"]
    for task in dict.fromkeys(job.task for job in jobs):
        arms = dict.fromkeys(job.arm for job in jobs if job.task == task)
        of_arm = {arm: [r for r in mine if (r.labels["task"], r.labels["arm"]) == (task, arm)] for arm in arms}
        curves = {arm: total(run.curve for run in found) for arm, found in of_arm.items()}
        yield f"{task}, stage {stage}", study.claims(stage, task), curves


def _runs_of(jobs: Sequence[Job], where: Path) -> list[Run]:
    """The newest run of each of these very experiments, a finished one first: labels alone would mix budgets.

    A config is read back before it is compared: what has got a new field since is still the same experiment.
    """
    wanted = {json.dumps(to_plain(job.experiment), sort_keys=True) for job in jobs}
    found = [entry.run for entry in listed(where) if entry.run is not None]
    newest: dict[str, Run] = {}
    for run in sorted(found, key=lambda run: (run.state == "done", (run.folder / "state.json").stat().st_mtime)):
        try:
            config = json.dumps(to_plain(run.rebuild()), sort_keys=True)
        except LengthwiseError:  # of a task or a type that is here no more
            continue
        if config in wanted:
            newest[config] = run
    return list(newest.values())


def shortened(report: Report) -> Report:
    """Arms called by what tells them apart; the words that all of them share stand in a note."""
    names = [arm.name for arm in report.arms]
    shared = [word for word in names[0].split() if all(word in name.split() for name in names)] if names else []
    if len(set(names)) == 1:
        names = ["experiment"] * len(names)
    arms = tuple(replace(arm, name=name) for arm, name in zip(report.arms, without_shared(names), strict=True))
    note = (f"All arms: {' '.join(shared)}",) if shared and shared != ["default"] else ()
    return replace(report, arms=arms, notes=(*report.notes, *note))
