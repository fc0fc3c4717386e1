"""What is kept of a run for ever: config, environment and tallies, under 100 kB; never weights, never samples.

export(run, Path("results"))            # results/<study>/<stage>-<task>-<arm>-<seed>.json
export_claims(record, Path("results"))  # results/<study>/claims.json
"""

import json
from pathlib import Path
from typing import Any

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import RunError
from lengthwise.reports.record import StudyRecord
from lengthwise.run import Run

LIMIT = 100_000  # bytes a run


def export(run: Run, folder: Path) -> Path:
    """Write one run's results and say where they are."""
    if run.state != "done":
        raise RunError(f"{run.folder} is {run.state}, and only finished runs are results; let it finish")
    plain = {
        "run": run.name,
        "labels": dict(run.labels),
        "config": run.config,
        "environment": dict(run.environment),
        "choices": dict(run.choices),
        "curve": _without_positions(run.curve.to_json()),
        "mechanism": dict(run.mechanism),
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


def export_claims(record: StudyRecord, folder: Path) -> Path:
    """Write a study's verdicts and what was planned."""
    path = folder / record.name / "claims.json"
    plain = {"title": record.title, "planned": len(record.planned), "claims": [c.to_json() for c in record.claims]}
    write_atomically(path, json.dumps(plain, indent=1, ensure_ascii=False) + "\n")
    return path


def _without_positions(curve: dict[str, Any]) -> dict[str, Any]:
    """Sums over positions instead of a number a position: enough for every claim, and small."""
    for cell in curve["cells"]:
        cell.pop("first_wrong", None)
        for name in ("errors", "targets"):
            if name in cell:
                cell[name] = [sum(cell[name])]
    return curve
