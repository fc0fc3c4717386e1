"""Draw the README's picture from committed results.

    python docs/pictures/make.py                        # results/first_curve -> docs/pictures/first_curve.svg
    python docs/pictures/make.py RESULTS PICTURE.svg    # any study's results, or a folder of runs

Results come from `lengthwise run first_curve` and then `lengthwise report first_curve --results results`.
"""

import sys
from pathlib import Path

from lengthwise.core.errors import LengthwiseError
from lengthwise.reports.cover import write_cover
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.results import gathered

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "results" / "first_curve"


def report_of(folder: Path) -> Report:
    """Results as they are committed, or run folders."""
    return gather(folder) if any(folder.glob("*/config.json")) else gathered(folder)


def main(folder: Path = RESULTS, picture: Path = HERE / "first_curve.svg") -> Path:
    return write_cover(report_of(folder), picture)


if __name__ == "__main__":
    try:
        print(main(*map(Path, sys.argv[1:3])))
    except LengthwiseError as error:
        raise SystemExit(f"error: {error}") from None
