"""What a study leaves beside its runs: the plan before the first, verdicts and its own tables after the last."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import RunError
from lengthwise.evaluation.claims import Judged
from lengthwise.reports.tabular import Table


@dataclass(frozen=True)
class StudyRecord:
    """The file `<name>.study.json` in the root of the runs; `planned` are the labels of every planned run."""

    name: str
    title: str = ""
    planned: tuple[Mapping[str, str | int], ...] = ()
    claims: tuple[Judged, ...] = ()
    notes: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()

    def save(self, where: Path) -> None:
        """Write it whole."""
        plain = {
            "name": self.name,
            "title": self.title,
            "planned": [dict(labels) for labels in self.planned],
            "claims": [claim.to_json() for claim in self.claims],
            "notes": list(self.notes),
            "tables": [table._asdict() for table in self.tables],
        }
        write_atomically(where / f"{self.name}.study.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")

    @classmethod
    def load(cls, where: Path, name: str) -> "StudyRecord":
        """The record of a study; an empty one where the study never left any."""
        path = where / f"{name}.study.json"
        if not path.exists():
            return cls(name)
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            claims = tuple(Judged.from_json(claim) for claim in plain["claims"])
            tables = tuple(
                Table(t["title"], tuple(t["columns"]), tuple(map(tuple, t["rows"])), t["note"])
                for t in plain.get("tables", ())  # records of before there were any
            )
            return cls(plain["name"], plain["title"], tuple(plain["planned"]), claims, tuple(plain["notes"]), tables)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RunError(f"{path} is no record of a study ({error}); remove it and run the study again") from error
