"""`lengthwise report`: tables and a page from run folders alone."""

import sys
from collections.abc import Iterable
from pathlib import Path

from lengthwise.cli.finish import of_study, shortened
from lengthwise.cli.printed import run_named
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConfigError, RunError
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.leave import leave
from lengthwise.reports.page import write_page
from lengthwise.reports.results import export, export_report
from lengthwise.reports.table import text
from lengthwise.run import Run, listed
from lengthwise.run import root as usual_root


def report(
    *names_of_runs: str,
    out: Path | None = None,
    figures: Path | None = None,
    results: Path | None = None,
    judge: bool = False,
    root: Path | None = None,
) -> None:
    """Tables, and a page that needs no network, of runs or of a study; of all runs where none is named.

    Parameters
    ----------
    names_of_runs
        Names or folders of runs, or the name of one study.
    out
        Where the page goes; beside the runs where none is given.
    figures
        A folder for what is fit for a paper: the table as LaTeX, and with matplotlib figures and table as PNG and SVG.
    results
        A folder for what is kept under version control: config, environment, tallies; no weights, no samples.
    judge
        Judge a study's claims and score its predictions anew from the runs that are there, as `run` does at its end.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    where = root or usual_root()
    if judge:
        _judged(names_of_runs, where)
    gathered, name = _gathered(names_of_runs, where)
    print(text(gathered), end="")
    print(f"\nreport: {write_page(gathered, out or where / f'{name}.html')}")
    if figures is not None:
        for line in leave(gathered, figures):
            print(line)
    if results is not None:
        for folder in dict.fromkeys(folder for arm in gathered.arms for folder in arm.folders):
            print(f"results: {export(Run.load(folder), results)}")
        for path in export_report(gathered, name, results) if name != "report" else []:
            print(f"results: {path}")


def _judged(names_of_runs: tuple[str, ...], where: Path) -> None:
    if len(names_of_runs) != 1:
        raise ConfigError("claims are a study's; name one study beside --judge")
    of_study(find("studies", names_of_runs[0])(), where)


def _gathered(named: tuple[str, ...], where: Path) -> tuple[Report, str]:
    studies = {name.rsplit("/", 1)[-1] for name in names("studies")}
    if len(named) == 1 and (named[0] in studies or (where / f"{named[0]}.study.json").is_file()):
        of_it = [run for run in _readable(where) if run.labels.get("study") == named[0]]
        return gather(where, named[0], newest(of_it)), named[0]
    chosen = [run_named(name, where) for name in named] or newest(_readable(where))
    gathered = gather(where, chosen=chosen)
    return (gathered if any("study" in run.labels for run in chosen) else shortened(gathered)), "report"


def _readable(where: Path) -> list[Run]:
    """The runs of a root; one that is damaged is told and left out, so that it hides none of the others."""
    found = []
    for run in (entry.run for entry in listed(where) if entry.run is not None):
        try:
            _ = run.labels, run.curve if run.has("curve") else None
        except RunError as error:
            print(f"left out: {error}", file=sys.stderr)
        else:
            found.append(run)
    return found


def newest(found: Iterable[Run]) -> list[Run]:
    """Of runs that are called the same (an arm and seed run again with other code or budget), the one finished last."""
    last: dict[str, Run] = {}
    for run in sorted(found, key=lambda run: (run.folder / "state.json").stat().st_mtime):
        last[repr(sorted(run.labels.items())) if run.labels else run.name] = run
    return list(last.values())
