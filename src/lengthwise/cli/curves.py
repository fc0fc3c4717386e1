"""`lengthwise curves`: curves as CSV, out of runs and into them."""

from dataclasses import replace
from pathlib import Path

from lengthwise.cli.printed import of_curve, run_named
from lengthwise.core.catalogue import find, reference
from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import ConfigError
from lengthwise.core.overrides import override
from lengthwise.evaluation.curve import CellKey
from lengthwise.evaluation.curve_csv import NO_TASK, from_csv, to_csv
from lengthwise.feeding.mixture import Ingredient
from lengthwise.reports.imported import keep
from lengthwise.run import root as usual_root


def import_curve(
    file: Path,
    *,
    source: str = "",
    task: str = "",
    arm: str = "",
    trained: str = "",
    root: Path | None = None,
) -> None:
    """Read other people's figures (CSV with length, correct, asked); reports show them beside runs of their task.

    Parameters
    ----------
    file
        The CSV file.
    source
        Where the figures are from, for instance an arXiv number.
    task
        The task, if the file does not say it: a name (`sort`), or that of your own in reports (`my_task.py:Mine`).
    arm
        What the curve is called in reports; the source where none is given.
    trained
        The trained lengths, such as 1-40.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    lengths = override(Ingredient(), [f"lengths={trained}"]).lengths if trained else None
    curve = from_csv(file, lengths, source)
    if task and len(curve.tasks) > 1:
        raise ConfigError(f"{file} has the tasks {', '.join(curve.tasks)}; leave --task out")
    if not task and curve.tasks == (NO_TASK,):
        raise ConfigError(f"{file} does not say of which task its figures are; add --task, for instance --task sort")
    curve = replace(curve, cells={CellKey(_full(task or key.task), *key[1:]): c for key, c in curve.cells.items()})
    kept = keep(root or usual_root(), arm or curve.imported or file.name, curve)
    print(of_curve(curve, f"imported from {curve.imported}"))
    print(f"curve: {kept}")


def _full(task: str) -> str:
    """The name under which runs of this task stand in reports: ordering/sort for sort; a file's name stays."""
    if "." in task:
        return task
    return (reference(find("tasks", task)) or task).removeprefix("tasks/")


def export_curve(run: str, *, out: Path | None = None, root: Path | None = None) -> None:
    """Write a run's curve as CSV.

    Parameters
    ----------
    run
        A run's name (or its beginning) or folder.
    out
        The file; printed where none is given.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    text = to_csv(run_named(run, root or usual_root()).curve)
    if out is None:
        print(text, end="")
        return
    write_atomically(out, text)
    print(f"curve: {out}")
