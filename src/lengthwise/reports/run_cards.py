"""The runs behind each arm: its curve alone, a row a seed, and the way to the run's folder."""

import os
from collections.abc import Sequence
from html import escape
from pathlib import Path
from urllib.parse import quote

from lengthwise.evaluation.picture import colour
from lengthwise.reports import figures
from lengthwise.reports.gather import Arm
from lengthwise.reports.rows import SHARE, anchor

FILES = ("config.json", "curve.json", "metrics.jsonl")


def run_cards(arms: Sequence[tuple[int, Arm]], beside: Path | None) -> str:
    """One card an arm, closed until somebody looks. `beside` is the page's folder: links are relative to it."""
    cards = "".join(_card(number, arm, beside) for number, arm in arms if arm.curve.cells)
    return f"<h3>Runs</h3>{cards}" if cards else ""


def _card(number: int, arm: Arm, beside: Path | None) -> str:
    key = f'<i class="key" style="background:{colour(number)}"></i>'
    source = f"imported from {arm.curve.imported}" if arm.curve.imported else _count(len(arm.runs))
    drawn = figures.accuracy([(number, arm)], width=720, height=300, named=False)
    return (
        f'<details id="{anchor(arm.stage, arm.task)}-{number}"><summary>{key}{escape(arm.name)} '
        f"<small>{escape(source)}</small></summary><figure>{drawn}</figure>{_seeds(arm, beside)}</details>"
    )


def _count(runs: int) -> str:
    return f"{runs} run{'s' * (runs != 1)}"


def _seeds(arm: Arm, beside: Path | None) -> str:
    curve = arm.curve
    has_trained = curve.trained is not None
    rows = []
    for number, seed in enumerate(curve.seeds):
        cells = [str(seed), str(curve.reach(SHARE, seed)), str(curve.factor(SHARE, seed)) if has_trained else "–"]
        cells.append(("yes" if curve.learned(seed) else "no") if has_trained else "–")
        is_one_each = len(arm.folders) == len(curve.seeds)
        link = _link(arm.folders[number], beside) if is_one_each else ""
        rows.append(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}<td>{link}</td></tr>")
    names = ("seed", f"reach {SHARE:.0%}", "factor", "learned", "run")
    head = "".join(f"<th>{name}</th>" for name in names)
    body = f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody>"
    return f'<div class="scroll"><table class="runs">{body}</table></div>'


def _link(folder: Path, beside: Path | None) -> str:
    """The run's folder and what one reads first in it; its name alone where the page has no place yet."""
    if beside is None:
        return escape(folder.name)
    there = Path(os.path.relpath(folder.resolve(), beside.resolve())).as_posix()
    links = [f'<a href="{quote(there)}/">{escape(folder.name)}</a>']
    links += [f'<a href="{quote(there)}/{name}">{name}</a>' for name in FILES if (folder / name).is_file()]
    return " ".join(links)
