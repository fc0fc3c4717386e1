"""Curves as CSV, for spreadsheets and for other people's figures.

A file needs the columns `length`, `correct` and `asked`; `task`, `case`, `seed` and the other outcomes are optional.
What is read back is marked as imported, so that no claim is judged on it and every picture says where it is from.
"""

import csv
import io
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

from lengthwise.core.errors import ConfigError
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.csv_rows import csv_rows
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve

KEYS = ("task", "case", "length", "seed")
OUTCOMES = tuple(f.name for f in fields(Tally))
NO_TASK = "imported"  # the task of figures that do not say theirs
COLUMNS = (*KEYS, "asked", *OUTCOMES, "stop_failures", "near_ties")


def to_csv(curve: LengthCurve) -> str:
    """One row a cell, the headline's counts."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for k, cell in curve.cells.items():
        tally = cell.headline
        counts = [getattr(tally, name) for name in OUTCOMES]
        writer.writerow([*k, tally.asked, *counts, cell.stop_failures, cell.near_ties])
    return out.getvalue()


def from_csv(path: Path, trained: tuple[int, int] | None = None, source: str = "") -> LengthCurve:
    """A curve of somebody else's figures; `source` names the paper (by default the file's name)."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read {path}: {error}; give a CSV file in UTF-8") from error
    cells: dict[CellKey, Cell] = {}
    for number, row in csv_rows(text, path, ("length", "correct", "asked"), ConfigError):
        name, cell = _read(row, f"{path}, row {number}")
        if name in cells:
            said = f"length {name.length}, seed {name.seed} of {name.task} ({name.case})"
            raise ConfigError(f"{path}, row {number}: {said} stands above already; give each length and seed once")
        cells[name] = cell
    if not cells:
        raise ConfigError(f"{path} has no rows; give at least one length")
    return LengthCurve(cells, trained=trained, imported=source or path.name)


def _read(row: Mapping[str, str | None], where: str) -> tuple[CellKey, Cell]:
    length, asked, correct = (_number(row, name, where, None) for name in ("length", "asked", "correct"))
    counts = {name: _number(row, name, where, 0) for name in OUTCOMES if name not in ("correct", "wrong")}
    unanswered = counts.pop("unanswered")
    wrong = asked - correct - sum(counts.values())
    if wrong < 0 or length < 1:
        raise ConfigError(f"{where}: {correct} correct of {asked} asked at length {length} cannot be; check the counts")
    tally = Tally(correct, wrong, **counts, unanswered=unanswered)
    key = CellKey(row.get("task") or NO_TASK, row.get("case") or "typical", length, _number(row, "seed", where, 0))
    stopped, ties = (_number(row, name, where, 0) for name in ("stop_failures", "near_ties"))
    return key, Cell(tally, tally, stopped, ties)


def _number(row: Mapping[str, str | None], name: str, where: str, default: int | None) -> int:
    text = (row.get(name) or "").strip()
    if not text and default is not None:
        return default
    if not text.isdecimal() or len(text) > 15:
        raise ConfigError(f"{where}: {name} is {text!r}; give a whole number")
    return int(text)
