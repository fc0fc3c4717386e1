"""Reports from folders alone: tables, the page, figures and what is kept as results."""

import json
import re
import xml.dom.minidom
from collections.abc import Iterable
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from lengthwise.core.errors import ConfigError, RunError
from lengthwise.evaluation.curve_csv import from_csv
from lengthwise.evaluation.picture import medians
from lengthwise.evaluation.svg import ticks
from lengthwise.reports import figures, table
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.imported import keep
from lengthwise.reports.page import page, write_page
from lengthwise.reports.paper import write_figures
from lengthwise.reports.record import StudyRecord
from lengthwise.reports.results import export, export_report, gathered
from lengthwise.reports.spent import spent
from lengthwise.run import Run
from tests.reports.conftest import leave


def test_the_first_line_counts_runs_done_screened_and_not_run(report: Report, study: Path) -> None:
    assert report.first_line == "Runs: 7 done, 1 screened, 4 not run, 1 failed"
    assert gather(study).first_line.startswith("Runs: 7 done, 1 screened")


def test_arms_stand_in_the_order_of_the_plan_with_all_their_seeds(report: Report) -> None:
    arms = report.of("2", "ordering/sort")
    assert [arm.name for arm in arms][:2] == ["main", "near <b>"]
    assert arms[0].curve.seeds == (0, 1, 2)
    assert [point.value for point in arms[0].series[0].points] == [0.9, 0.6]  # median over seeds


def test_regimes_have_columns_of_their_own(report: Report) -> None:
    shown = table.reaches(report, "2", "ordering/sort")
    columns = dict(zip(shown.columns, zip(*shown.rows, strict=True), strict=True))
    rows = dict(zip(columns["arm"], zip(columns["reach (A)"], columns["reach (B)"], strict=True), strict=True))
    assert rows["coupled"] == ("", ">= 20")
    assert rows["main"][1] == ""
    assert columns["N_cut"][0] == "20"


def test_symbols_until_learned_are_read_from_the_log_and_rank_a_screen(report: Report) -> None:
    shown = table.budgets(report, "2", "ordering/sort")
    assert shown is not None
    assert shown.rows[0] == ("main", "4,000", "40", "4", "3,000", "3 of 3")  # at update 30 of 40, although 20 never was
    assert shown.rows[1][4] == "2,000"
    assert [arm.name for arm in table.ranked(report.of("2", "ordering/sort"))] == ["coupled", "near <b>", "main"]


def test_a_run_that_was_never_right_at_trained_lengths_has_not_learned() -> None:
    log = [{"event": "update", "update": 10, "symbols": 500}, {"event": "watch", "update": 10, "accuracy": {"8": 0.99}}]
    found = spent(log, 8)
    assert found is not None
    assert (found.symbols, found.learned_at) == (500, None)
    assert spent([], 8) is None


def test_the_terminal_sees_tables_and_verdicts(report: Report) -> None:
    text = table.text(report)
    assert text.splitlines()[1] == report.first_line
    assert text.splitlines()[2] == "  stage 2: 6 of 10 runs done, unfinished"
    assert "UNDECIDED near <b> above main at length 20 (exploratory)" in text
    assert all(len(line) < 200 for line in text.splitlines() if "─" in line)


def test_runs_of_several_studies_never_share_an_arm(tmp_path: Path) -> None:
    for study, error in (("one", 0.0), ("two", 0.5), ("two", 0.4)):
        leave(tmp_path, "main", error, seed=int(10 * error), study=study, stage="screen")
    unnamed = Run.begin(tmp_path, "grid", labels={"task": "ordering/sort", "arm": "main", "seed": 0}).run
    unnamed.finish("done", Run.load(next(p for p in tmp_path.iterdir() if p != unnamed.folder)).curve)
    found = gather(tmp_path)
    assert {(arm.stage, arm.name, len(arm.runs)) for arm in found.arms} == {
        ("one · screen", "main", 1),
        ("two · screen", "main", 2),
        ("", "main", 1),
    }
    assert found.counts["screened"] == 3
    spent_there = table.budgets(found, "two · screen", "ordering/sort")
    assert spent_there is not None
    assert "ranked" in spent_there.title
    assert [arm.stage for arm in gather(tmp_path, study="two").arms] == ["screen"]


def test_a_stage_whose_first_run_is_still_going_is_begun(tmp_path: Path) -> None:
    StudyRecord("s", planned=({"stage": "1", "seed": 0}, {"stage": "2", "seed": 0})).save(tmp_path)
    Run.begin(tmp_path, "config", labels={"study": "s", "stage": "1", "seed": 0})
    report = gather(tmp_path, "s")
    assert [str(stage).rpartition(", ")[2] for stage in report.stages] == ["unfinished", "not begun"]
    assert report.first_line == "Runs: 0 done, 0 screened, 1 not run, 1 unfinished"


class Strict(HTMLParser):
    """Notes every tag, and whether each is closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "rect", "line", "circle", "polyline", "polygon", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: Iterable[tuple[str, str | None]]) -> None:
        self.seen.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ("rect", "line", "circle", "polyline", "polygon"):
            assert self.open.pop() == tag


def test_the_page_is_whole_offline_and_escapes_names(report: Report, tmp_path: Path) -> None:
    text = write_page(report, tmp_path / "report.html").read_text()
    parser = Strict()
    parser.feed(text)
    assert not parser.open
    assert parser.seen.count("script") == 1
    assert "<script>" in text  # written here, not brought from elsewhere
    assert not re.search(r"(src|href)=.?https?:|url\(", text)
    assert "near <b>" not in text
    assert "near &lt;b&gt;" in text
    assert text.index("Runs: 7 done") < text.index("<h1>")
    assert text.count("<svg") >= 2 + 1 + 3
    assert 'aria-label="Error of a symbol against length"' in text


def test_the_first_wrong_symbol_of_a_sample_is_marked(report: Report) -> None:
    text = page(report)
    sample = next(arm for arm in report.arms if arm.name == "main").samples[0]
    assert sample.first_wrong is not None
    assert f'<mark class="bad">{sample.written.split()[sample.first_wrong]}</mark>' in text
    assert f'<mark class="good">{sample.expected.split()[sample.first_wrong]}</mark>' in text


def test_every_figure_is_well_formed_and_inside_its_frame(report: Report) -> None:
    for svg in re.findall(r"<svg.*?</svg>", page(report), re.DOTALL):
        tree = xml.dom.minidom.parseString(svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1))
        width, height = (float(v) for v in tree.documentElement.getAttribute("viewBox").split()[2:])  # type: ignore[union-attr]
        for line in tree.getElementsByTagName("polyline"):
            for point in line.getAttribute("points").split():
                x, y = (float(v) for v in point.split(","))
                assert 0 <= x <= width
                assert 0 <= y <= height


def test_a_curve_is_drawn_where_its_figures_are(report: Report) -> None:
    arm = report.of("2", "ordering/sort")[0]
    svg = figures.accuracy([(0, arm)], named=False)
    drawn = re.search(r'<polyline points="([^"]*)" class="median"', svg)
    assert drawn is not None
    heights = [float(point.split(",")[1]) for point in drawn[1].split()]
    shares = [point.value for point in medians(arm.curve)]
    order = sorted(range(4), key=lambda i: -shares[i])
    assert [heights[i] for i in order] == sorted(heights)
    assert "trained 1–8" in svg


def test_error_bins_add_up_to_the_cells_errors(report: Report) -> None:
    curve = report.of("2", "ordering/sort")[0].curve
    bins = figures.error_bins(curve, 20)
    cell = curve.cell(20)
    assert len(bins) == figures.BINS
    assert max(bins) <= 1
    assert sum(bins) / len(bins) == pytest.approx(sum(cell.errors) / sum(cell.targets), rel=0.25)


def test_paper_figures_are_made_as_png_and_svg(report: Report, tmp_path: Path) -> None:
    paths = write_figures(report, tmp_path)
    assert {path.suffix for path in paths} == {".png", ".svg"}
    assert all(path.stat().st_size > 2000 for path in paths)
    again = write_figures(report, tmp_path / "again")
    svgs = [p for p in (*paths, *again) if p.suffix == ".svg"]
    assert svgs[0].read_text() == svgs[len(svgs) // 2].read_text()


def test_other_peoples_figures_stand_beside_ours_with_their_source(study: Path, tmp_path: Path) -> None:
    csv = tmp_path / "theirs.csv"
    csv.write_text("task,length,correct,asked\nordering/sort,8,95,100\nordering/sort,20,10,100\n")
    path = keep(study, "theirs", from_csv(csv, trained=(1, 8), source="arXiv:2310.00726"))
    try:
        found = gather(study, "s")
        rows = {row[0]: row for row in table.reaches(found, "2", "ordering/sort").rows}
        assert rows["theirs (from arXiv:2310.00726)"][3] == "8"
        assert found.first_line == "Runs: 7 done, 1 screened, 4 not run, 1 failed"
        path.write_text("{}")
        with pytest.raises(RunError, match="no imported curve"):
            gather(study, "s")
    finally:
        path.unlink()
    with pytest.raises(ConfigError, match="no imported one"):
        keep(study, "ours", found.arms[0].curve)


def test_results_are_small_and_hold_no_samples(report: Report, study: Path, tmp_path: Path) -> None:
    run = next(run for run in (Run.load(p) for p in study.iterdir() if p.is_dir()) if run.state == "done")
    path = export(run, tmp_path)
    assert path.stat().st_size < 100_000
    assert path.parent.name == "s"
    assert "first_wrong" not in path.read_text()
    assert json.loads(path.read_text())["spent"]["symbols"] == 4000
    claims, text = export_report(report, "s", tmp_path)
    plain = json.loads(claims.read_text())
    assert plain["counts"] == report.first_line
    assert plain["stages"] == ["stage 2: 6 of 10 runs done, unfinished"]
    assert plain["tables"][0]["title"] == "Predicted"
    assert {claim["verdict"] for claim in plain["claims"]} == {"undecided"}
    assert "Error of a symbol and the linear bound" in text.read_text()


def test_results_are_a_report_again_with_the_same_reaches(report: Report, study: Path, tmp_path: Path) -> None:
    for arm in report.arms:
        for name in arm.runs:
            export(Run.load(study / name), tmp_path)
    export_report(report, "s", tmp_path)
    again = gathered(tmp_path / "s")
    found = {(arm.stage, arm.name): arm.curve.reaches() for arm in again.arms}
    assert found == {(arm.stage, arm.name): arm.curve.reaches() for arm in report.arms}
    assert list(found) == [(arm.stage, arm.name) for arm in report.arms]
    assert again.claims == report.claims
    with pytest.raises(RunError, match="holds no results; train with"):
        gathered(tmp_path)
    (tmp_path / "s" / "x.json").write_text("[]")
    with pytest.raises(RunError, match=r"x\.json holds no results"):
        gathered(tmp_path / "s")


def test_a_root_without_finished_runs_and_a_damaged_record_say_so(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="no finished run"):
        gather(tmp_path)
    (tmp_path / "s.study.json").write_text("{")
    with pytest.raises(RunError, match="no record of a study"):
        gather(tmp_path, "s")


@pytest.mark.parametrize("span", [(0.0, 1.0), (3.0, 97.0), (-4.0, 9.0), (0.0, 0.0007)])
def test_ticks_are_round_and_inside(span: tuple[float, float]) -> None:
    found = ticks(*span)
    assert 3 <= len(found) <= 9
    assert all(span[0] - 1e-12 <= t <= span[1] + 1e-12 for t in found)
    steps = {round(b - a, 12) for a, b in pairwise(found)}
    assert len(steps) == 1
