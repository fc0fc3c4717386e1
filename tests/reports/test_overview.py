"""The table of all methods on all tasks: what stands in it, where its links lead, and what the script does with it."""

import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path
from urllib.parse import unquote

import pytest

from lengthwise.reports.gather import Report
from lengthwise.reports.overview import overview
from lengthwise.reports.page import page, write_page
from lengthwise.reports.rows import columns, rows

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def test_every_arm_is_one_row_of_its_regime_alone(report: Report) -> None:
    grouped = rows(report)
    assert list(grouped) == ["A", "B"]
    assert sum(map(len, grouped.values())) == len(report.arms)
    text = overview(report)
    tables = dict(re.findall(r'data-regime="(.*?)".*?<tbody>(.*?)</tbody>', text, re.DOTALL))
    assert tables["A"].count("<tr ") == 3
    assert tables["B"].count("<tr ") == 1
    assert "coupled" not in tables["A"]


def test_columns_are_multiples_of_the_longest_trained_length(report: Report) -> None:
    row = rows(report)["A"][0]
    assert [(at.column, at.length) for at in row.at] == [(1, 8), (1.5, 12), (2, 20)]  # 20 is just 1.25 times 2 x 8
    assert columns([row]).every == (1, 1.5, 2)
    assert columns([row]).name(1.5) == "1.5×"


def test_where_nothing_was_trained_columns_are_lengths_and_beside_multiples_there_are_none(report: Report) -> None:
    arms = [replace(arm, curve=replace(arm.curve, trained=None)) for arm in report.arms]
    alone = rows(replace(report, arms=tuple(arms)))["A"]
    assert columns(alone).shown == (4, 8, 12, 20)
    assert columns(alone).name(20) == "20"
    assert [at.length for at in alone[0].at] == [4, 8, 12, 20]
    mixed = rows(replace(report, arms=(report.arms[0], *arms[1:])))["A"]
    assert [len(row.at) for row in mixed] == [3, 0, 0]


def test_a_length_that_is_near_enough_stands_for_its_multiple(report: Report) -> None:
    at = rows(report)["A"][0].at[1]
    curve = report.arms[0].curve
    correct = sum(curve.tally(12, seed).correct for seed in curve.seeds)
    assert sum(count[0] for count in at.counts.values()) == correct
    assert at.intervals[0] == curve.tally(12, 0).interval()


def test_every_seed_stands_in_the_tip_with_its_interval(report: Report) -> None:
    text = unescape(overview(report))
    curve = report.of("2", "ordering/sort")[0].curve
    for seed in curve.seeds:
        tally = curve.tally(12, seed)
        low, high = tally.interval()
        assert f"seed {seed}: {tally.accuracy:.3f} [{low:.3f}, {high:.3f}], {tally.correct} of {tally.asked}" in text


def test_seeds_that_did_not_learn_are_told(report: Report) -> None:
    arms = report.of("2", "ordering/sort")
    learned = sum(1 for seed in arms[0].curve.seeds if arms[0].curve.learned(seed))
    assert learned < 3  # one symbol in twenty is wrong
    text = overview(report)
    assert f">3<small class=refuted>{learned} learned</small>" in text
    assert text.count("class=refuted") == sum(
        any(not arm.curve.learned(seed) for seed in arm.curve.seeds) for arm in report.arms
    )


def test_links_lead_to_cards_on_the_page_and_from_there_to_the_runs(
    report: Report, study: Path, tmp_path: Path
) -> None:
    path = write_page(report, tmp_path / "elsewhere" / "report.html")
    text = path.read_text()
    anchors = re.findall(r'<td class="left"><a href="#([^"]+)"', text)
    assert len(anchors) == len(set(anchors)) == len(report.arms)
    assert all(f'<details id="{name}">' in text for name in anchors)
    links = [unquote(link) for link in re.findall(r'href="([^"#]+)"', text)]
    assert links
    assert all((path.parent / link).exists() for link in links)
    assert {(path.parent / link).resolve() for link in links if link.endswith("/")} == {
        run.resolve() for arm in report.arms for run in arm.folders
    }
    assert 'href=".."' not in page(report)  # a page without a place links to no folder


def test_names_are_escaped_and_a_studys_own_tables_are_there(report: Report) -> None:
    text = page(report)
    assert "near <b>" not in text
    assert "closed &lt;helps&gt;" in text
    assert "How to read it." in text
    assert "stage 2: 6 of 10 runs done, unfinished" in text


CLICKS = """<script>
const pick = (what, name) => [...document.querySelectorAll(what)].find(x => x.textContent === name);
pick("[data-filter=regime] button", "A").click();
pick("[data-filter=column] button", "1.5×").click();
const heads = document.querySelectorAll("table.overview thead button");
[...heads].find(b => b.textContent.startsWith("reach")).click();
const seen = x => [...x].filter(row => !row.hidden);
const first = document.querySelector("table.overview td[data-order][tabindex]");
first.dispatchEvent(new Event("focus"));
const kept = seen(document.querySelectorAll("table.overview tbody tr"));
document.title = JSON.stringify([kept.length, kept[0].dataset.method, document.querySelector(".count").textContent,
  document.querySelector("td[data-column='1.5']").hidden, document.querySelector(".tip").textContent.slice(0, 5)]);
</script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="there is no browser here")
def test_a_browser_filters_sorts_and_shows_tips(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "clicked.html"
    path.write_text(page(report).replace("</body>", f"{CLICKS}</body>"))
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=500", "--dump-dom"]
    command = [str(CHROMIUM), *options, f"--user-data-dir={tmp_path / 'profile'}", path.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout
    found = re.search("<title>(.*?)</title>", shown)
    assert found is not None
    assert unescape(found[1]) == '[3,"near <b>","3 of 4 rows",true,"seeds"]'
