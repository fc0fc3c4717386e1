"""What a study leaves when its runs have ended: verdicts of whole stages, counts of every end, figures and tables."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest
from rich.console import Console

from lengthwise.cli.finish import announce, finish, of_study
from lengthwise.cli.plan import Plan
from lengthwise.cli.work import Finished
from lengthwise.core.outcome import Tally
from lengthwise.core.study import Job, NotApplicable, Study
from lengthwise.evaluation.claims import AtLeast
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.reports.gather import gather
from lengthwise.reports.record import StudyRecord
from lengthwise.reports.tabular import Table
from lengthwise.run import Run


@dataclass(frozen=True)
class Tiny(Study):
    """Six runs in one stage; their experiments are plain words."""

    question: ClassVar[str] = "How far?"
    stages: ClassVar[tuple[str, ...]] = ("only",)

    def jobs(self, stage: str) -> list[Job]:
        return [Job(stage, "ordering/sort", "main", seed, {"seed": seed}) for seed in range(6)]

    def claims(self, stage: str, task: str) -> tuple[Any, ...]:
        return (AtLeast("main", length=20),)

    def not_applicable(self, stage: str) -> list[NotApplicable]:
        return [NotApplicable("ordering/copy", "hinting", "there is none")]

    def tables(self, runs: Any) -> tuple[Any, ...]:
        return (Table("Found", ("runs",), ((str(len(runs)),),)),)


def end(where: Path, seed: int, state: Any) -> Run:
    run = Run.begin(where, {"seed": seed}, labels=Tiny().jobs("only")[seed].labels("test_finish")).run
    tally = Tally(correct=1000)
    cells = {CellKey("ordering/sort", "typical", n, seed): Cell(tally, tally) for n in (10, 20)}
    run.finish(state, LengthCurve(cells, trained=(1, 10)) if state == "done" else None, why="planted")
    return run


@pytest.fixture
def study(monkeypatch: pytest.MonkeyPatch) -> Tiny:
    monkeypatch.setattr(Tiny, "name", "test_finish")
    return Tiny()


def test_a_run_that_diverged_is_counted_and_the_claims_are_judged_without_it(study: Tiny, tmp_path: Path) -> None:
    for seed in range(6):
        end(tmp_path, seed, "done" if seed else "diverged")
    report = of_study(study, tmp_path)
    assert report.first_line == "Runs: 5 done, 0 screened, 0 not run, 1 diverged"
    assert [claim.verdict.value for claim in report.claims] == ["upheld"]
    assert [table.title for table in report.tables] == ["Found", "Arms that do not apply"]
    assert report.tables[0].rows == (("5",),)


def test_claims_of_several_tasks_name_theirs(study: Tiny, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs = [Job("only", task, "main", seed, [task, seed]) for task in ("a/one", "a/two") for seed in range(5)]
    monkeypatch.setattr(Tiny, "jobs", lambda *_: jobs)
    for job in jobs:
        run = Run.begin(tmp_path, job.experiment, labels=job.labels("test_finish")).run
        cells = {CellKey(job.task, "typical", n, job.seed): Cell(Tally(correct=1000)) for n in (10, 20)}
        run.finish("done", LengthCurve(cells, trained=(1, 10)))
    statements = [claim.statement for claim in of_study(study, tmp_path).claims]
    assert [said.partition(": ")[0] for said in statements] == ["a/one, stage only", "a/two, stage only"]


@pytest.mark.parametrize("state", ["failed", "running"])
def test_a_stage_that_lacks_a_run_has_no_verdict_and_says_so(study: Tiny, tmp_path: Path, state: str) -> None:
    for seed in range(6):
        end(tmp_path, seed, "done" if seed else state)
    report = of_study(study, tmp_path)
    assert not report.claims
    assert [str(stage) for stage in report.stages] == ["stage only: 5 of 6 runs done, unfinished"]


def test_figures_tables_and_page_are_written_and_their_paths_printed(study: Tiny, tmp_path: Path) -> None:
    runs = [end(tmp_path, seed, "done") for seed in range(6)]
    said = io.StringIO()
    jobs = study.jobs("only")
    plan = Plan("test_finish", jobs, study, ("only",))
    ended = [Finished(job, run) for job, run in zip(jobs, runs, strict=True)]
    finish(plan, ended, tmp_path, Console(file=said, width=200))
    folder = tmp_path / "test_finish-figures"
    assert f"table: {folder / 'table_A.tex'}" in said.getvalue()
    assert f"figures: 2 PNG in {folder}" in said.getvalue()
    assert f"figures: 1 SVG in {folder}" in said.getvalue()
    assert f"report: {tmp_path / 'test_finish.html'}" in said.getvalue()
    assert len(list(folder.glob("*.png"))) == 2


def test_a_studys_report_is_kept_as_results(study: Tiny, tmp_path: Path, lengthwise: Callable[..., Any]) -> None:
    where, results = tmp_path / "runs", tmp_path / "results"
    for seed in range(6):
        end(where, seed, "done")
    of_study(study, where)
    said = lengthwise("report", "test_finish", "--results", str(results))
    assert said.code == 0
    kept = {path.name for path in (results / "test_finish").iterdir()}
    assert kept == {"claims.json", "report.txt", *(f"only-ordering_sort-main-{seed}.json" for seed in range(6))}
    assert "there is none" in (results / "test_finish" / "report.txt").read_text()  # why an arm does not apply


def test_judging_needs_one_study(tmp_path: Path, lengthwise: Callable[..., Any]) -> None:
    assert "name one study beside --judge" in lengthwise("report", "--judge").err
    said = lengthwise("report", "first_curve", "--judge")
    assert said.code == 0
    assert "Runs: 0 done, 0 screened, 4 not run" in said.out


def test_a_report_on_the_way_counts_what_is_not_run_yet(study: Tiny, tmp_path: Path) -> None:
    plan = Plan("test_finish", study.jobs("only"), study, ("only",))
    announce(plan, tmp_path)
    end(tmp_path, 0, "done")
    end(tmp_path, 1, "done")
    assert gather(tmp_path, "test_finish").first_line == "Runs: 2 done, 0 screened, 4 not run"


def test_announcing_keeps_the_verdicts_that_are_there_and_overwrites_a_damaged_record(
    study: Tiny, tmp_path: Path
) -> None:
    plan = Plan("test_finish", study.jobs("only"), study, ("only",))
    for seed in range(6):
        end(tmp_path, seed, "done")
    judged = of_study(study, tmp_path).claims
    announce(plan, tmp_path)
    assert judged
    assert StudyRecord.load(tmp_path, "test_finish").claims == judged
    (tmp_path / "test_finish.study.json").write_text("{")
    announce(plan, tmp_path)
    record = StudyRecord.load(tmp_path, "test_finish")
    assert (len(record.planned), record.claims) == (6, ())
