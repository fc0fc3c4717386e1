"""The table for a paper: LaTeX and PNG, a file for each regime, and what happens where matplotlib is missing."""

import re
import sys
from pathlib import Path

import pytest

from lengthwise.reports.booktabs import latex, tabulated, write_tables
from lengthwise.reports.gather import Report
from lengthwise.reports.leave import leave
from lengthwise.reports.rows import rows
from lengthwise.reports.tabular import Table


def test_every_regime_has_a_file_of_its_own(report: Report, tmp_path: Path) -> None:
    written = write_tables(report, tmp_path)
    assert [path.name for path in written] == ["table_A.tex", "table_A.png", "table_B.tex", "table_B.png"]
    assert "coupled" not in written[0].read_text()
    assert written[1].read_bytes().startswith(b"\x89PNG")


def test_every_line_has_as_many_cells_as_the_tabular_has_columns(report: Report) -> None:
    table = tabulated("A", rows(report)["A"])
    text = latex(table)
    (columns,) = re.findall(r"\{@\{\}([lr]+)@\{\}\}", text)
    lines = [line for line in text.splitlines() if line.endswith(r"\\")]
    assert len(lines) == 1 + 3
    assert all(line.count(" & ") == len(columns) - 1 for line in lines)
    assert len(columns) == len(table.columns)


def test_figures_are_those_of_the_curve(report: Report) -> None:
    table = tabulated("A", rows(report)["A"])
    at = table.columns.index("1.5×")
    curve = report.of("2", "ordering/sort")[0].curve
    shares = sorted(curve.accuracies(12).values())
    (cell,) = [row[at] for row in table.rows if row[1:3] == ("2", "main")]
    assert cell == f"{shares[1]:.2f} [{shares[0]:.2f}, {shares[2]:.2f}]"


def test_latexs_own_signs_are_written_as_text() -> None:
    text = latex(Table("T", ("task", "x_1"), (("50 % & more", "[a] <b> #{c}"),), "note"))
    assert r"50 \% \& more & {[a] $<$b$>$ \#\{c\}} \\" in text
    assert r"x\_1" in text


def test_without_matplotlib_the_latex_is_there_and_the_way_to_get_it_is_said(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    lines = list(leave(report, tmp_path))
    assert lines[:-1] == [f"table: {tmp_path / 'table_A.tex'}", f"table: {tmp_path / 'table_B.tex'}"]
    assert "pip install 'lengthwise[plot]'" in lines[-1]
    assert {path.suffix for path in tmp_path.iterdir()} == {".tex"}


def test_with_matplotlib_it_says_how_many_figures_are_where(report: Report, tmp_path: Path) -> None:
    lines = list(leave(report, tmp_path))
    assert lines[-2:] == [f"figures: 5 PNG in {tmp_path}", f"figures: 3 SVG in {tmp_path}"]
    assert len(list(tmp_path.glob("*.png"))) == 5
