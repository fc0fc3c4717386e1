"""Everything a report leaves beside its page: figures and tables fit for a paper."""

from collections.abc import Iterator
from pathlib import Path

from lengthwise.core.errors import MissingExtra
from lengthwise.reports.booktabs import write_tables
from lengthwise.reports.gather import Report
from lengthwise.reports.paper import write_figures


def leave(report: Report, folder: Path) -> Iterator[str]:
    """Write them, and say for each kind where it is; without matplotlib the LaTeX tables alone, and how to get it."""
    for path in write_tables(report, folder, pictures=False):
        yield f"table: {path}"
    try:
        paths = [*write_figures(report, folder), *write_tables(report, folder)]
    except MissingExtra as missing:
        yield f"figures: none; {missing}"
        return
    for kind in ("png", "svg"):
        yield f"figures: {sum(path.suffix == f'.{kind}' for path in paths)} {kind.upper()} in {folder}"
