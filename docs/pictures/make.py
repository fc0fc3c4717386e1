"""Draw the README's pictures from committed results.

    python docs/pictures/make.py                        # results/... -> docs/pictures/*.svg
    python docs/pictures/make.py RESULTS PICTURE.svg    # any study's results, or a folder of runs

Results come from `lengthwise run STUDY` and then `lengthwise report STUDY --results results`.
"""

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lengthwise.core.errors import LengthwiseError
from lengthwise.reports.cover import write_cover
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.results import gathered

HERE = Path(__file__).parent
RESULTS = HERE.parents[1] / "results"
PICTURES: dict[str, tuple[str, ...]] = {  # a study, and the arms to draw beside each other, of whatever stage; () = all
    "nothing_given": ("predicted steps", "count"),
    "first_curve": (),
    "position_coupling": ("coupled", "coupled, clipped bias", "coupled, sharp bias"),
}


def report_of(folder: Path, names: Sequence[str] = ()) -> Report:
    """Results as they are committed, or run folders; with names those arms of the first task alone, side by side."""
    report = gather(folder) if any(folder.glob("*/config.json")) else gathered(folder)
    if not names:
        return report
    stage, task = report.sections[0]
    arms = [arm for arm in report.arms if arm.task == task]
    return replace(report, arms=tuple(replace(arm, stage=stage) for name in names for arm in arms if arm.name == name))


def main(words: Sequence[str]) -> list[Path]:
    """Draw all pictures, or the one that is asked for."""
    if words:
        folder, picture = words
        return [write_cover(report_of(Path(folder)), Path(picture))]
    return [write_cover(report_of(RESULTS / study, arms), HERE / f"{study}.svg") for study, arms in PICTURES.items()]


if __name__ == "__main__":
    try:
        print(*main(sys.argv[1:]), sep="\n")
    except LengthwiseError as error:
        raise SystemExit(f"error: {error}") from None
