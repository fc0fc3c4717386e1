"""`lengthwise runs`: what lies in the folder of the runs; clean it, bring another machine's runs over."""

from pathlib import Path

from lengthwise.cli.printed import title_of
from lengthwise.core.errors import RunError
from lengthwise.reports.tabular import Table
from lengthwise.run import Run, clean, listed, merge
from lengthwise.run import root as usual_root

FIGURES = "-figures"  # ends the name of the folder that `run` leaves beside its runs


def list_runs(*, root: Path | None = None) -> None:
    """List the runs: state, name, what they are, reach.

    Parameters
    ----------
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    where = root or usual_root()
    entries = listed(where)
    if not entries:
        print(f"no runs under {where}")
        return
    rows = tuple(_row(entry.run) for entry in entries if entry.run is not None)
    if rows:
        print(Table(f"{len(rows)} runs under {where}", ("what", "run", "state", "reach"), rows))
    for entry in entries:
        if entry.run is None and not entry.folder.name.endswith(FIGURES):
            print(f"not a run: {entry.trouble}")


def _row(run: Run) -> tuple[str, ...]:
    try:
        state = run.state if run.state != "running" or run.is_alive else "interrupted"
        reach = str(run.curve.reach()) if run.has("curve") else ""
        return title_of(run), run.name, state, reach
    except RunError as error:
        return str(error), run.name, "damaged", ""


def clean_runs(*, root: Path | None = None, interrupted: bool = False) -> None:
    """Remove failed and diverged runs; foreign folders stay.

    Parameters
    ----------
    root
        The folder of the runs.
    interrupted
        Remove those too whose process is gone; they could be resumed.
    """
    gone = clean(root or usual_root(), interrupted=interrupted)
    print(f"removed {len(gone)} runs" + (f": {', '.join(gone)}" if gone else ""))


def merge_runs(there: Path, *, root: Path | None = None) -> None:
    """Bring the runs of another folder over: those missing here, and those done there that are not done here.

    Parameters
    ----------
    there
        The other folder of runs, for instance a copy from another machine.
    root
        The folder of the runs here.
    """
    merged = merge(root or usual_root(), there)
    print(f"copied {len(merged.copied)} runs, {len(merged.kept)} are here already")
