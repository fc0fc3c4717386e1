r"""The table of all methods on all tasks for a paper: LaTeX (booktabs), and the same as a PNG; one for each regime.

paths = write_tables(gather(root(), study="position_coupling"), Path("figures"))

`\usepackage{booktabs}` and `\input{figures/table_A.tex}` are all that a paper needs. The PNG needs matplotlib (extra).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import MissingExtra, RunError
from lengthwise.reports.gather import Report
from lengthwise.reports.overview import MEANT
from lengthwise.reports.rows import SHARE, Row, columns, rows
from lengthwise.reports.tabular import Table

ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
ESCAPED |= {c: f"\\{c}" for c in "&%$#_{}"}
SAID = {"≥ ": r"$\ge$\,", ">= ": r"$\ge$\,", "×": r"$\times$", "–": "--", "≤": r"$\le$", "<": r"$<$", ">": r"$>$"}
LEFT = ("task", "stage", "method")


def write_tables(report: Report, folder: Path, *, pictures: bool = True) -> list[Path]:
    """One .tex file a regime, and one .png where `pictures` are wanted."""
    written = []
    for regime, members in rows(report).items():
        table, stem = tabulated(regime, members), folder / f"table_{regime.replace(' ', '')}"
        written.append(stem.with_name(f"{stem.name}.tex"))
        write_atomically(written[-1], latex(table))
        if pictures:
            written.append(_picture(table, stem.with_name(f"{stem.name}.png")))
    return written


def tabulated(regime: str, members: Sequence[Row]) -> Table:
    """The rows of one regime as text: the median seed, and [least, most] where seeds differ."""
    across = columns(members)
    has_stage = len({row.stage for row in members}) > 1
    heads = ("task", *(["stage"] * has_stage), "method", "learned", "trained", f"reach {SHARE:.0%}", "factor")
    lines = []
    for row in members:
        curve, found = row.curve, {at.column: at.spread for at in row.at}
        cells = [row.task.rsplit("/", 1)[-1].replace("_", " "), *([row.stage] if has_stage else [])]
        cells += [
            row.arm.name + (f" ({curve.imported})" if curve.imported else ""),
            f"{row.learned} of {len(curve.seeds)}",
        ]
        cells.append(f"{curve.trained[0]}–{curve.trained[1]}" if curve.trained else "–")
        cells += [str(curve.reach(SHARE)), str(curve.factor(SHARE)).replace("x", "×") if curve.trained else "–"]
        lines.append((*cells, *(_accuracy(found.get(c)) for c in across.shown)))
    note = (
        f"Regime {regime}: {MEANT[regime]}. Learned: seeds right in 99% at every trained length. Reach: the largest "
        f"tested length such that it and all below it are right in {SHARE:.0%}, median seed. Right of it: exact match "
        f"at {across.said}, the median seed [least, most]."
    )
    return Table(f"Regime {regime}", (*heads, *map(across.name, across.shown)), tuple(lines), note)


def _accuracy(s: Any) -> str:
    if s is None:
        return ""
    low, middle, high = (f"{share:.2f}" for share in (s.low, s.median, s.high))
    return middle if low == high else f"{middle} [{low}, {high}]"


def latex(table: Table) -> str:
    """A booktabs tabular with its caption in a comment."""
    kinds = "".join("l" if name in LEFT else "r" for name in table.columns)
    lines = [f"% {table.note}", rf"\begin{{tabular}}{{@{{}}{kinds}@{{}}}}", r"\toprule"]
    lines += [_row(table.columns), r"\midrule"]
    for number, row in enumerate(table.rows):
        if number and row[0] != table.rows[number - 1][0]:
            lines.append(r"\addlinespace")
        lines.append(_row(row))
    return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"]) + "\n"


def _row(cells: Sequence[str]) -> str:
    return " & ".join(_escape(cell) for cell in cells) + r" \\"


def _escape(text: str) -> str:
    text = "".join(ESCAPED.get(c, c) for c in text)
    for said, written in SAID.items():
        text = text.replace(said, written)
    return f"{{{text}}}" if text.startswith("[") else text  # after \\ a bracket would be read as a length


def _picture(table: Table, path: Path) -> Path:
    """The same rules and columns, drawn."""
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "plot") from error
    widths = [max(len(row[i]) for row in (table.columns, *table.rows)) for i in range(len(table.columns))]
    across, down = 0.072 * sum(w + 2.2 for w in widths), 0.2 * (len(table.rows) + 1) + 0.25
    figure = Figure(figsize=(across, down))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, sum(w + 2.2 for w in widths)), ylim=(len(table.rows) + 1.9, -0.65))
    axes.axis("off")
    for y, width in ((-0.5, 1.0), (0.55, 0.6), (len(table.rows) + 0.6, 1.0)):
        axes.axhline(y, color="black", lw=width)
    for number, row in enumerate((table.columns, *table.rows)):
        _draw_row(axes, number + (0.1 if number else 0), row, table.columns, widths)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, dpi=200, facecolor="white")
    except OSError as error:
        raise RunError(f"cannot write {path} ({error.strerror}); make room, or choose another folder") from error
    return path


def _draw_row(axes: Any, y: float, row: Sequence[str], columns: Sequence[str], widths: Sequence[int]) -> None:
    x = 0.0
    for cell, name, width in zip(row, columns, widths, strict=True):
        is_left = name in LEFT
        at, side = (x + 0.6, "left") if is_left else (x + width + 1.6, "right")
        axes.text(at, y, cell.replace("$", r"\$"), ha=side, va="center", fontsize=8)
        x += width + 2.2
