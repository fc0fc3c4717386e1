"""What a report is about: runs read from folders and put under each other by task and arm.

A run's labels say what it is called: `study`, `stage`, `task`, `arm`, `seed`. A run without labels is an arm alone.
Where runs of several studies are in one report, a stage is told with its study, so that equal names never mix.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median_low
from typing import Any, NamedTuple

from lengthwise.core.errors import RunError
from lengthwise.evaluation.claims import Judged
from lengthwise.evaluation.curve import LengthCurve, total
from lengthwise.evaluation.evaluate import Sample
from lengthwise.evaluation.picture import COLOURS
from lengthwise.reports.imported import kept
from lengthwise.reports.record import StudyRecord
from lengthwise.reports.spent import Spent, spent
from lengthwise.reports.tabular import Table
from lengthwise.run import Run, listed

SCREEN = "screen"  # the stage whose runs are told as screened, not as done
BETWEEN = " · "  # stands between a study and its stage
SHOWN = 3  # wrong samples a length and arm


class Point(NamedTuple):
    """One value of a series at a length; an interval where there is one."""

    length: int
    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Series:
    """A quantity against the length, beside the curve: attention on the witness, logit margin ...

    A run keeps them in mechanism.json, a row a length: {"series": [{"length": 20, "witness_attention": 0.93, "margin":
    4.1, "margin_low": 1.2}]}. `x_low` and `x_high` are the ends of x's interval.
    """

    title: str
    unit: str
    points: tuple[Point, ...]


KNOWN = {
    "witness_attention": ("attention on the witness", "share"),
    "margin": ("logit margin of the right symbol", "nats"),
    "symbol_error": ("error of a symbol, teacher-forced", "share"),
}
BESIDE = ("length", "targets")  # what a row says about its quantities


class Restricted(NamedTuple):
    """Wrong symbols among the targets of lines of one length that were restricted to `short`; all runs together."""

    short: int
    errors: int
    targets: int


@dataclass(frozen=True)
class Arm:
    """All runs of one arm on one task."""

    name: str
    task: str
    curve: LengthCurve
    stage: str = ""
    series: tuple[Series, ...] = ()
    samples: tuple[Sample, ...] = ()  # wrong ones, with their texts
    runs: tuple[str, ...] = ()
    made_on: tuple[str, ...] = ()  # devices and versions
    folders: tuple[Path, ...] = ()  # of the runs, in the same order
    spent: tuple[Spent, ...] = ()
    restricted: Mapping[int, Restricted] = field(default_factory=dict)  # by the length that was cut
    watched: tuple[Mapping[int, tuple[tuple[int, float], ...]], ...] = ()  # a run each: (update, accuracy) by length

    @property
    def lengths(self) -> tuple[int, ...]:
        """The lengths of the main task, typical draws."""
        return self.curve.lengths()


class Progress(NamedTuple):
    """How far a stage of a study is: runs planned, and those of them that are done."""

    stage: str
    planned: int
    done: int
    begun: int  # done, running or ended without a result

    def __str__(self) -> str:
        if self.done == self.planned:
            return f"stage {self.stage}: all {self.planned} runs done"
        left = "unfinished" if self.begun else "not begun"
        return f"stage {self.stage}: {self.done} of {self.planned} runs done, {left}"


@dataclass(frozen=True)
class Report:
    """Everything a page or a table shows."""

    title: str
    arms: tuple[Arm, ...] = ()
    claims: tuple[Judged, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    stages: tuple[Progress, ...] = ()
    tables: tuple[Table, ...] = ()  # tables that the study itself made

    @property
    def first_line(self) -> str:
        """How many runs were done, screened and not run; others only where there are any."""
        told = [f"{self.counts.get(what, 0)} {what}" for what in ("done", "screened", "not run")]
        rest = [f"{count} {what}" for what, count in self.counts.items() if what not in ("done", "screened", "not run")]
        return "Runs: " + ", ".join(told + rest)

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Each stage with each task of it, in order."""
        return tuple(dict.fromkeys((arm.stage, arm.task) for arm in self.arms))

    def of(self, stage: str, task: str) -> tuple[Arm, ...]:
        """The arms of one section."""
        return tuple(arm for arm in self.arms if (arm.stage, arm.task) == (stage, task))

    def numbered(self, stage: str, task: str) -> list[tuple[int, Arm]]:
        """The arms of one section with the number that fixes their colour: everywhere the same, if there are enough."""
        names = list(dict.fromkeys(arm.name for arm in self.arms))
        arms = self.of(stage, task)
        is_few = len(names) <= 2 * len(COLOURS) and len({arm.name for arm in arms}) == len(arms)
        return [(names.index(arm.name) if is_few else number, arm) for number, arm in enumerate(arms)]


def gather(where: Path, study: str | None = None, chosen: Sequence[Run] | None = None) -> Report:
    """Read the runs under a root (of one study, or those chosen) into a report."""
    found = list(chosen) if chosen is not None else [entry.run for entry in listed(where) if entry.run is not None]
    if study is not None:
        found = [run for run in found if run.labels.get("study") == study]
    record = StudyRecord("") if study is None else StudyRecord.load(where, study)
    finished = [run for run in found if run.state == "done" and run.has("curve")]
    if not finished and not record.planned:
        what = "" if study is None else f" of the study {study}"
        raise RunError(f"there is no finished run{what} under {where}; run {study or 'an experiment'} first")
    groups: dict[tuple[str, str, str], list[Run]] = {}
    several = len({run.labels.get("study") for run in finished}) > 1
    for run in finished:
        name = str(run.labels.get("arm", run.name))
        task = str(run.labels.get("task", next(iter(run.curve.tasks), "")))
        groups.setdefault((_stage(run, told_with_study=several), task, name), []).append(run)
    order = sorted(groups, key=lambda group: (_rank(group, record.planned), group))  # as planned, then by name
    arms = tuple(_arm(*group, groups[group]) for group in order)
    arms += _imported(where, arms)
    title = record.title or study or "Runs"
    counts, stages = _counts(found, record.planned), _progress(found, record.planned)
    return Report(title, arms, record.claims, counts, record.notes, stages, record.tables)


def _stage(run: Run, *, told_with_study: bool) -> str:
    """The stage of a run, behind its study's name where there are runs of others."""
    names = ("study", "stage") if told_with_study else ("stage",)
    return BETWEEN.join(str(run.labels[name]) for name in names if run.labels.get(name))


def is_screen(stage: str) -> bool:
    """Whether the runs of a stage are told as screened, not as done."""
    return stage.rsplit(BETWEEN, 1)[-1] == SCREEN


def _progress(found: Sequence[Run], planned: Sequence[Mapping[str, str | int]]) -> tuple[Progress, ...]:
    """Each stage that was planned, with how many of its runs are begun and done."""
    begun = [dict(run.labels) for run in found]
    done = [dict(run.labels) for run in found if run.state == "done" and run.has("curve")]
    stages: dict[str, list[Mapping[str, str | int]]] = {}
    for labels in planned:
        stages.setdefault(str(labels.get("stage", "")), []).append(labels)
    return tuple(
        Progress(stage, len(members), _among(members, done), _among(members, begun))
        for stage, members in stages.items()
    )


def _among(planned: Sequence[Mapping[str, str | int]], there: Sequence[Mapping[str, str | int]]) -> int:
    """How many planned runs are among those that are there."""
    return sum(1 for labels in planned if any(labels.items() <= run.items() for run in there))


def _imported(where: Path, arms: Sequence[Arm]) -> tuple[Arm, ...]:
    """Other people's curves, in every section of their task."""
    sections = dict.fromkeys((arm.stage, arm.task) for arm in arms if not is_screen(arm.stage))
    return tuple(
        Arm(name, task, curve, stage) for name, curve in kept(where) for stage, task in sections if task in curve.tasks
    )


def _rank(group: tuple[str, str, str], planned: Sequence[Mapping[str, str | int]]) -> int:
    """Where a stage, task and arm stand in the plan; after it where they are not in it."""
    own = dict(zip(("stage", "task", "arm"), group, strict=True))
    alike = (all(str(labels.get(name, value)) == value for name, value in own.items()) for labels in planned)
    return next((number for number, is_alike in enumerate(alike) if is_alike), len(planned))


def _arm(stage: str, task: str, name: str, members: Sequence[Run]) -> Arm:
    members = sorted(members, key=lambda run: int(run.labels.get("seed", 0)))
    return Arm(
        name,
        task,
        total(run.curve for run in members),
        stage,
        _median_series([_series(run.mechanism) for run in members]),
        tuple(sample for run in members[:1] for sample in run.samples() if sample.prompt),
        tuple(run.name for run in members),
        tuple(dict.fromkeys(_made_on(run.environment) for run in members)),
        tuple(run.folder for run in members),
        tuple(s for run in members if (s := _spent(run)) is not None),
        _restricted(members),
        tuple(_watched(run) for run in members),
    )


def _restricted(members: Iterable[Run]) -> dict[int, Restricted]:
    result: dict[int, Restricted] = {}
    for run in members:
        for row in run.restrictions.get("errors", ()):
            length, before = int(row["length"]), result.get(int(row["length"]), Restricted(0, 0, 0))
            counts = (before.errors + int(row["errors"]), before.targets + int(row["targets"]))
            result[length] = Restricted(int(row["restricted_to"]), *counts)
    return result


def _made_on(environment: Mapping[str, Any]) -> str:
    packages = environment.get("packages", {})
    versions = [f"{name} {packages[name]}" for name in ("torch", "numpy") if name in packages]
    return ", ".join(
        [str(environment.get("device", "?")), *versions, f"lengthwise {environment.get('lengthwise', '?')}"]
    )


def _counts(found: Iterable[Run], planned: Sequence[Mapping[str, str | int]]) -> dict[str, int]:
    """done, screened, not run; and failed, diverged, unfinished where there are any."""
    counts = {"done": 0, "screened": 0, "not run": 0}
    seen = []
    for run in found:
        seen.append(dict(run.labels))
        screened = is_screen(str(run.labels.get("stage", "")))
        names = {"done": "screened" if screened else "done", "running": "unfinished"}
        what = names.get(run.state, str(run.state))
        counts[what] = counts.get(what, 0) + 1
    counts["not run"] = len(planned) - _among(planned, seen)
    return counts


def _series(plain: Mapping[str, Any]) -> list[Series]:
    rows = plain.get("series", ())
    try:
        ends = {name for row in rows for name in row if name.endswith(("_low", "_high"))}
        names = dict.fromkeys(name for row in rows for name in row if name not in BESIDE and name not in ends)
        result = []
        for name in names:
            title, unit = KNOWN.get(name, (name.replace("_", " "), ""))
            result.append(Series(title, unit, tuple(_point(row, name) for row in rows if name in row)))
    except (KeyError, TypeError, ValueError) as error:
        raise RunError(f"mechanism.json holds no rows of a length and its quantities ({error!r})") from error
    return result


def _spent(run: Run) -> Spent | None:
    trained = run.curve.trained
    return spent(run.metrics(), None if trained is None else trained[1])


def _watched(run: Run) -> dict[int, tuple[tuple[int, float], ...]]:
    """What was followed while it trained: (update, accuracy) by length."""
    found: dict[int, list[tuple[int, float]]] = {}
    for record in run.metrics():
        if record.get("event") == "watch":
            for length, share in record.get("accuracy", {}).items():
                found.setdefault(int(length), []).append((int(record["update"]), float(share)))
    return {length: tuple(points) for length, points in sorted(found.items())}


def _point(row: Mapping[str, Any], name: str) -> Point:
    value = float(row[name])
    return Point(int(row["length"]), value, float(row.get(f"{name}_low", value)), float(row.get(f"{name}_high", value)))


def _median_series(of_runs: Sequence[Sequence[Series]]) -> tuple[Series, ...]:
    """Over seeds: the median at each length, with the least and the largest; of one seed its own interval."""
    by_title: dict[tuple[str, str], list[Series]] = {}
    for series in of_runs:
        for one in series:
            by_title.setdefault((one.title, one.unit), []).append(one)
    result = []
    for (title, unit), members in by_title.items():
        if len(members) == 1:
            result.append(members[0])
            continue
        values: dict[int, list[float]] = {}
        for one in members:
            for point in one.points:
                values.setdefault(point.length, []).append(point.value)
        points = tuple(Point(n, median_low(v), min(v), max(v)) for n, v in sorted(values.items()))
        result.append(Series(title, unit, points))
    return tuple(result)
