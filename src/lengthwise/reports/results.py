"""What is kept of a run for ever: config, environment and tallies, under 100 kB; never weights, never samples.

export(run, Path("results"))            # results/<study>/<stage>-<task>-<arm>-<seed>.json
export_report(report, "auxiliary_tasks", Path("results"))  # results/<study>/claims.json and report.txt
gathered(Path("results/auxiliary_tasks"))  # a report again, for pictures and pages
"""

import json
from pathlib import Path
from typing import Any

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import RunError
from lengthwise.evaluation.claims import Judged
from lengthwise.evaluation.curve import LengthCurve, total
from lengthwise.reports.gather import Arm, Report
from lengthwise.reports.spent import spent
from lengthwise.reports.table import text
from lengthwise.run import Run

LIMIT = 100_000  # bytes a run
CLAIMS = "claims.json"  # of the study's folder; every other file there is a run


def export(run: Run, folder: Path) -> Path:
    """Write one run's results and say where they are."""
    if run.state != "done":
        raise RunError(f"{run.folder} is {run.state}, and only finished runs are results; let it finish")
    budget = spent(run.metrics(), run.curve.trained[1] if run.curve.trained else None)
    plain = {
        "run": run.name,
        "labels": dict(run.labels),
        "config": run.config,
        "environment": dict(run.environment),
        "choices": dict(run.choices),
        "curve": _without_positions(run.curve.to_json()),
        "mechanism": dict(run.mechanism),
        "restrictions": dict(run.restrictions),
        "spent": None if budget is None else budget._asdict(),
    }
    words = [str(run.labels[name]) for name in ("stage", "task", "arm", "seed") if name in run.labels]
    name = "-".join("".join(c if c.isalnum() else "_" for c in word) for word in words) or run.name
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":")).replace('},{"task"', '},\n{"task"') + "\n"
    if len(text.encode()) > LIMIT:
        raise RunError(
            f"the results of {run.folder} take {len(text.encode())} bytes, more than {LIMIT}; test fewer lengths"
        )
    path = folder / str(run.labels.get("study", "runs")) / f"{name}.json"
    write_atomically(path, text)
    return path


def export_report(report: Report, name: str, folder: Path) -> list[Path]:
    """Write what a study found: counts, stages, verdicts and its own tables as JSON, and every table as text."""
    plain = {
        "title": report.title,
        "counts": report.first_line,
        "stages": [str(stage) for stage in report.stages],
        "order": [[arm.stage, arm.task, arm.name] for arm in report.arms],
        "claims": [claim.to_json() for claim in report.claims],
        "tables": [table._asdict() for table in report.tables],
    }
    paths = [folder / name / CLAIMS, folder / name / "report.txt"]
    write_atomically(paths[0], json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
    write_atomically(paths[1], text(report))
    return paths


def gathered(folder: Path) -> Report:
    """A report from what `export` wrote: curves, mechanism and verdicts; there are no samples and no logs."""
    kept = [_read(path) for path in sorted(folder.glob("*.json")) if path.name != CLAIMS]
    if not kept:
        raise RunError(
            f"{folder} holds no results; train with `lengthwise run STUDY`, "
            "then give `lengthwise report STUDY --results` the folder above"
        )
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for plain in kept:
        labels = plain["labels"]
        stage, task, arm = (str(labels.get(name, "")) for name in ("stage", "task", "arm"))
        groups.setdefault((stage, task, arm), []).append(plain)
    about: dict[str, Any] = {"title": folder.name, "claims": [], "order": []}
    if (folder / CLAIMS).is_file():
        about |= _read(folder / CLAIMS)
    known = [tuple(name) for name in about["order"]]
    order = sorted(groups, key=lambda group: known.index(group) if group in known else len(known))
    arms = tuple(
        Arm(arm, task, total(LengthCurve.from_json(p["curve"]) for p in groups[stage, task, arm]), stage)
        for stage, task, arm in order
    )
    return Report(about["title"], arms, tuple(Judged.from_json(claim) for claim in about["claims"]))


def _read(path: Path) -> dict[str, Any]:
    try:
        plain = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(f"{path} holds no results ({error}); remove it and export it again") from error
    if not isinstance(plain, dict) or not ({"labels", "curve"} <= plain.keys() or {"title", "claims"} <= plain.keys()):
        raise RunError(f"{path} holds no results; remove it and export it again")
    return plain


def _without_positions(curve: dict[str, Any]) -> dict[str, Any]:
    """Sums over positions instead of a number a position: enough for every claim, and small."""
    for cell in curve["cells"]:
        cell.pop("first_wrong", None)
        for name in ("errors", "targets"):
            if name in cell:
                cell[name] = [sum(cell[name])]
    return curve
