"""Figures fit for a paper: PNG and SVG at a column's width, drawn with matplotlib (an extra).

paths = write_figures(gather(root(), study="auxiliary_tasks"), Path("figures"))
"""

from collections.abc import Sequence
from pathlib import Path
from textwrap import fill
from typing import Any

from lengthwise.core.errors import MissingExtra, RunError
from lengthwise.evaluation.picture import COLOURS, WIDE, medians
from lengthwise.reports.gather import Arm, Report

# Beside the colours, so that curves are told apart without any.
DASHES: tuple[Any, ...] = ("-", (0, (5, 1.5)), (0, (1, 1)), (0, (4, 1, 1, 1)))
WORDS = 28  # characters of an arm's name on one line of the legend
INCHES = (5.5, 3.0)  # the text width of the usual conference styles
SETTINGS = {
    "font.size": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 7,
    "svg.hashsalt": "lengthwise",  # the same figure is the same file
    "svg.fonttype": "none",
}


def write_figures(report: Report, folder: Path) -> list[Path]:
    """One PNG and one SVG for each stage, task and regime."""
    written: list[Path] = []
    for stage, task in report.sections:
        arms = report.numbered(stage, task)
        for regime in dict.fromkeys(arm.curve.regime for _, arm in arms):
            inside = [(n, arm) for n, arm in arms if arm.curve.regime == regime]
            name = "_".join(part for part in (stage, task.replace("/", "-"), regime.replace(" ", "")) if part)
            written += write_accuracy(inside, folder / name)
    return written


def write_accuracy(arms: Sequence[tuple[int, Arm]], stem: Path) -> list[Path]:
    """Accuracy against length: thin seeds, thick median, Wilson's band, trained lengths shaded."""
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtra("matplotlib", "plot") from error
    with mpl.rc_context(SETTINGS):
        figure = Figure(figsize=INCHES, layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, arms)
        paths = [stem.with_name(f"{stem.name}.{kind}") for kind in ("png", "svg")]
        try:
            stem.parent.mkdir(parents=True, exist_ok=True)
            for path in paths:
                figure.savefig(path, dpi=300, metadata={"Date": None} if path.suffix == ".svg" else None)
        except OSError as error:
            raise RunError(
                f"cannot write the figure {stem} ({error.strerror}); make room, or choose another folder"
            ) from error
    return paths


def _draw(axes: Any, arms: Sequence[tuple[int, Arm]]) -> None:
    curve = arms[0][1].curve
    longest = max(n for _, arm in arms for n in arm.lengths)
    if curve.trained is not None:
        axes.axvspan(curve.trained[0], curve.trained[1], color="0.93", lw=0, zorder=0)
        if longest > WIDE * curve.trained[1]:
            axes.set_xscale("log")
    chance = sorted(curve.chance.items())
    if any(share > 0 for _, share in chance):
        axes.plot(*zip(*chance, strict=True), color="0.45", lw=0.8, ls=":", label="trivial policy")
    for cut in sorted({arm.curve.cut_from for _, arm in arms if arm.curve.cut_from is not None}):
        axes.axvline(cut, color="0.45", lw=0.6, ls=(0, (2, 3)))
    for number, arm in arms:
        _draw_arm(axes, number, arm, banded=len(arms) <= 4)
    axes.set(xlabel="length", ylabel="exact match", ylim=(-0.02, 1.02), yticks=(0, 0.25, 0.5, 0.75, 0.9, 1))
    axes.grid(axis="y", color="0.9", lw=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=2.4)


def _draw_arm(axes: Any, number: int, arm: Arm, *, banded: bool) -> None:
    ink = COLOURS[number % len(COLOURS)]
    band = medians(arm.curve)
    if banded:
        lengths = [p.length for p in band]
        axes.fill_between(lengths, [p.low for p in band], [p.high for p in band], color=ink, alpha=0.14, lw=0)
    for seed in arm.curve.seeds if len(arm.curve.seeds) > 1 else ():
        points = [(n, tally.accuracy) for n in arm.lengths if (tally := arm.curve.tally(n, seed)).asked]
        axes.plot(*zip(*points, strict=True), color=ink, lw=0.5, alpha=0.4)
    dashes = DASHES[number % len(DASHES)]
    axes.plot(
        [p.length for p in band], [p.value for p in band], color=ink, lw=1.5, ls=dashes, label=fill(arm.name, WORDS)
    )
