"""The figures of a page: accuracy against length, what stands beside it, and where in the answer the errors are."""

from collections.abc import Sequence
from dataclasses import replace

from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.picture import (
    SHARES,
    WIDE,
    axes_for,
    colour,
    dash,
    draw_curve,
    medians,
    surroundings,
)
from lengthwise.evaluation.svg import Axes
from lengthwise.reports.gather import Arm, Series

BINS = 20  # of the answer, from its first symbol to its last


def accuracy(arms: Sequence[tuple[int, Arm]], *, width: int = 920, height: int = 400, named: bool = True) -> str:
    """All arms of a task: a thin line a seed, a thick one for the median, bands where four arms or fewer are shown.

    `arms` come with the number that fixes their colour. Trained lengths are shaded, and the dotted line is the best
    trivial policy.
    """
    names, curves = [arm.name for _, arm in arms], [arm.curve for _, arm in arms]
    axes = axes_for(curves, width, height)
    axes.right = 24 + int(6.8 * max(map(len, names))) if named else 16
    surroundings(axes, [replace(curve, cut_from=None) for curve in curves])
    _cuts(axes, curves)
    for number, arm in arms:
        draw_curve(axes, number, arm.name, arm.curve, banded=len(arms) <= 4)
    if named:
        axes.labels([(p[-1].value, arm.name, colour(n)) for n, arm in arms if (p := medians(arm.curve))])
    shares = SHARES if named else (0, 0.5, 0.9)
    return axes.svg(f"Exact match against length: {', '.join(names)}", ("length", "exact match"), y_ticks=shares)


def _cuts(axes: Axes, curves: Sequence[LengthCurve]) -> None:
    """A dashed rule at each N_cut, named above the drawing, where no curve is."""
    for cut in sorted({curve.cut_from for curve in curves if curve.cut_from is not None}):
        if axes.x[0] < cut <= axes.x[1]:
            x, foot = axes.px(cut), axes.height - axes.bottom
            axes.marks.append(
                f'<line class="rule" x1="{x:.1f}" x2="{x:.1f}" y1="{axes.top}" y2="{foot}"/>'
                f'<text class="note" x="{x:.1f}" y="{axes.top - 8}" text-anchor="middle">cut from ≤ {cut}</text>'
            )


def mechanism(title: str, members: Sequence[tuple[int, str, Series]], *, width: int = 450, height: int = 250) -> str:
    """One quantity against the length for all arms that kept it."""
    points = [point for _, _, series in members for point in series.points]
    lengths = [point.length for point in points]
    low, high = min(0.0, *(p.low for p in points)), max(p.high for p in points)
    is_share = members[0][2].unit == "share" and 0.5 < high <= 1
    axes = Axes((min(lengths), max(lengths)), (low, 1 if is_share else high), width, height)
    axes.log_x = max(lengths) > WIDE * min(lengths) > 0
    for number, name, series in members:
        ink = colour(number)
        ends = [(p.length, p.low) for p in series.points], [(p.length, p.high) for p in series.points]
        axes.band(*ends, f'class="band" style="fill:{ink}"')
        line = [(p.length, p.value) for p in series.points]
        axes.line(line, f'class="median" style="stroke:{ink}{dash(number)}"', name)
        tips = ((p.length, p.value, f"{name}, length {p.length}: {p.value:.3g}") for p in series.points)
        axes.dots(tips, f'style="fill:{ink}"')
    return axes.svg(title, ("length", members[0][2].unit))


def training(number: int, arm: Arm, *, width: int = 450, height: int = 230) -> str:
    """Accuracy at a few lengths while it trained, a line a length and seed: see when long follows short."""
    lengths = sorted({length for run in arm.watched for length in run})
    last = max((point[0] for run in arm.watched for points in run.values() for point in points), default=0)
    if not last:
        return ""
    axes = Axes((0, last), (0, 1), width, height, right=46)
    ends = []
    for i, length in enumerate(lengths):
        style = f"stroke:{colour(number)};stroke-opacity:{1 - 0.75 * i / max(1, len(lengths) - 1):.2f}"
        for run in arm.watched:
            axes.line(run.get(length, ()), f'class="median" style="{style};stroke-width:1.6"', f"length {length}")
        newest = [run[length][-1][1] for run in arm.watched if length in run]
        ends.append((sum(newest) / len(newest), str(length), "var(--soft)"))
    axes.labels(ends)
    return axes.svg(f"Accuracy while training, {arm.name}", ("update", "exact match"), y_ticks=(0, 0.5, 0.9))


def errors_by_position(number: int, arm: Arm, *, width: int = 450) -> str:
    """A row a length, from the answer's first symbol to its last; the darker, the more symbols are wrong there."""
    rows = [(n, by_bin) for n in arm.lengths if any(by_bin := error_bins(arm.curve, n))]
    if not rows:
        return ""
    worst = max(share for _, shares in rows for share in shares)
    axes = Axes((0, 1), (0, len(rows)), width, 56 + 15 * len(rows), left=46, top=6)
    for i, (length, shares) in enumerate(rows):
        for b, share in enumerate(shares):
            box = (b / BINS, i + 0.06, (b + 1) / BINS, i + 0.94)
            strength = 0.06 + 0.94 * (share / worst) ** 0.5 if share else 0.03
            tip = f"length {length}, {b * 100 // BINS}–{(b + 1) * 100 // BINS} % of the line: {share:.2%} wrong"
            axes.cell(box, f'style="fill:{colour(number)};fill-opacity:{strength:.2f}"', tip)
        at = axes.py(i + 0.5) + 3.5
        axes.marks.append(f'<text class="tick" x="{axes.left - 7}" y="{at:.1f}" text-anchor="end">{length}</text>')
    what = f"Share of wrong symbols by position, {arm.name}"
    return axes.svg(what, ("position in the line", ""), x_ticks=(0, 0.5, 1), y_ticks=())


def error_bins(curve: LengthCurve, length: int) -> list[float]:
    """The share of wrong symbols in each twentieth of the line, the end included; all seeds together."""
    cell = curve.cell(length)
    wrong, asked = [0] * BINS, [0] * BINS
    for t, (errors, targets) in enumerate(zip(cell.errors, cell.targets, strict=True)):
        b = min(BINS - 1, t * BINS // len(cell.targets))
        wrong[b] += errors
        asked[b] += targets
    known = [w / a if a else None for w, a in zip(wrong, asked, strict=True)]
    last = 0.0
    filled = []
    for share in known:  # a short line has fewer symbols than bins: a symbol fills several
        last = last if share is None else share
        filled.append(last)
    return filled if any(asked) else []
