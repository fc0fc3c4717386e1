"""The picture that stands alone: an SVG file from committed results or from runs."""

import runpy
import xml.dom.minidom
from pathlib import Path

import pytest

from lengthwise.core.errors import RunError
from lengthwise.reports.cover import cover
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.results import export, export_report, gathered
from lengthwise.run import Run

SCRIPT = Path(__file__).parents[2] / "docs" / "pictures" / "make.py"


def test_the_picture_is_a_whole_file_that_needs_no_page(report: Report) -> None:
    text = cover(report)
    tree = xml.dom.minidom.parseString(text)
    root = tree.documentElement
    assert root is not None
    assert root.getAttribute("xmlns") == "http://www.w3.org/2000/svg"
    assert "prefers-color-scheme:dark" in text
    assert "A study" in text
    assert "href" not in text


def test_one_regime_alone_is_drawn_with_all_its_arms_and_counts(report: Report) -> None:
    text = cover(report)
    names = [n.firstChild.nodeValue for n in xml.dom.minidom.parseString(text).getElementsByTagName("text")]  # type: ignore[union-attr]
    assert {"main", "near <b>"} <= set(names)
    assert "coupled" not in names  # regime B
    assert any("60 problems a length, 3 seeds an arm" in str(name) for name in names)


def test_one_command_draws_it_from_results_and_from_runs(report: Report, study: Path, tmp_path: Path) -> None:
    for arm in report.arms:
        for name in arm.runs:
            export(Run.load(study / name), tmp_path)
    export_report(report, "s", tmp_path)
    main = runpy.run_path(str(SCRIPT))["main"]
    from_results, from_runs = (
        main([str(folder), str(tmp_path / name)])[0].read_text()
        for folder, name in ((tmp_path / "s", "a.svg"), (study, "b.svg"))
    )
    assert from_results == cover(gathered(tmp_path / "s"))
    assert from_runs == cover(gather(study))
    assert from_results.count("<polyline") == from_runs.count("<polyline")


def test_nothing_to_draw_says_what_to_do() -> None:
    with pytest.raises(RunError, match="run an experiment first"):
        cover(Report("nothing"))
