"""The figures of a page: accuracy against length, what stands beside it, and where in the answer the errors are."""

from collections.abc import Sequence
from statistics import median_low

from lengthwise.evaluation.curve import LengthCurve
from lengthwise.reports.gather import Arm, Point, Series
from lengthwise.reports.svg import Axes

COLOURS = 8  # of the page's palette; further arms begin again, dashed
BINS = 20  # of the answer, from its first symbol to its last
WIDE = 12  # from here on (longest tested over longest trained) the length axis is logarithmic


def colour(number: int) -> str:
    """The colour of the number-th arm."""
    return f"var(--c{number % COLOURS})"


def _dash(number: int) -> str:
    return "" if number < COLOURS else ";stroke-dasharray:5 3"


def medians(curve: LengthCurve) -> list[tuple[int, float]]:
    """The median seed's accuracy at each length."""
    points = [(n, list(curve.accuracies(n).values())) for n in curve.lengths()]
    return [(n, median_low(shares)) for n, shares in points if shares]


def wilson(curve: LengthCurve) -> list[Point]:
    """Wilson's interval of the median seed at each length."""
    points = []
    for length, middle in medians(curve):
        seed = next(s for s, share in curve.accuracies(length).items() if share == middle)
        points.append(Point(length, middle, *curve.tally(length, seed).interval()))
    return points


def accuracy(arms: Sequence[tuple[int, Arm]], *, width: int = 920, height: int = 400, named: bool = True) -> str:
    """All arms of a task: a thin line a seed, a thick one for the median, bands where four arms or fewer are shown.

    `arms` come with the number that fixes their colour. Trained lengths are shaded, and the dotted line is the best
    trivial policy.
    """
    lengths = sorted({n for _, arm in arms for n in arm.lengths})
    first = arms[0][1].curve
    is_wide = first.trained is not None and lengths[-1] > WIDE * first.trained[1]
    names = [arm.name for _, arm in arms]
    axes = Axes((lengths[0], lengths[-1]), (0, 1), width, height, log_x=is_wide)
    axes.right = 16 if not named else 24 + int(6.6 * max(map(len, names)))
    _surroundings(axes, [arm for _, arm in arms])
    for number, arm in arms:
        _arm(axes, number, arm, banded=len(arms) <= 4)
    if named:
        axes.labels([(points[-1][1], arm.name, colour(n)) for n, arm in arms if (points := medians(arm.curve))])
    what = f"Exact match against length: {', '.join(names)}"
    return axes.svg(what, ("length", "exact match"), y_ticks=(0, 0.25, 0.5, 0.75, 0.9, 1) if named else (0, 0.5, 0.9))


def _surroundings(axes: Axes, arms: Sequence[Arm]) -> None:
    """Trained lengths, N_cut and the trivial policy."""
    trained = next((arm.curve.trained for arm in arms if arm.curve.trained is not None), None)
    if trained is not None:
        axes.shade(max(trained[0], axes.x[0]), trained[1], f"trained {trained[0]}–{trained[1]}")
    cuts = sorted({arm.curve.cut_from for arm in arms if arm.curve.cut_from is not None})
    for cut in cuts:
        if axes.x[0] < cut <= axes.x[1]:
            axes.rule_x(cut, f"cut from ≤ {cut}")
    chance = sorted(arms[0].curve.chance.items())
    if any(share > 0 for _, share in chance):
        axes.line([(n, s) for n, s in chance if axes.x[0] <= n <= axes.x[1]], 'class="chance"', "best trivial policy")


def _arm(axes: Axes, number: int, arm: Arm, *, banded: bool) -> None:
    ink = colour(number)
    band = wilson(arm.curve)
    if banded:
        low, high = [(p.length, p.low) for p in band], [(p.length, p.high) for p in band]
        axes.band(low, high, f'class="band" style="fill:{ink}"')
    if len(arm.curve.seeds) > 1:
        for seed in arm.curve.seeds:
            of_seed = [(n, arm.curve.tally(n, seed)) for n in arm.lengths]
            points = [(n, tally.accuracy) for n, tally in of_seed if tally.asked]
            axes.line(points, f'class="seed" style="stroke:{ink}"', f"{arm.name}, seed {seed}")
    axes.line([(p.length, p.value) for p in band], f'class="median" style="stroke:{ink}{_dash(number)}"', arm.name)
    tips = ((p.length, p.value, _tip(arm, p)) for p in band)
    axes.dots(tips, f'style="fill:{ink}"')


def _tip(arm: Arm, point: Point) -> str:
    asked = arm.curve.tally(point.length, arm.curve.seeds[0]).asked
    seeds = len(arm.curve.accuracies(point.length))
    return (
        f"{arm.name}, length {point.length}: {point.value:.3f} [{point.low:.3f}, {point.high:.3f}]"
        f" on {asked} instances, median of {seeds} seed{'s' * (seeds != 1)}"
    )


def mechanism(title: str, members: Sequence[tuple[int, str, Series]], *, width: int = 450, height: int = 250) -> str:
    """One quantity against the length for all arms that kept it."""
    points = [point for _, _, series in members for point in series.points]
    lengths = [point.length for point in points]
    low, high = min(0.0, *(p.low for p in points)), max(p.high for p in points)
    is_share = members[0][2].unit == "share" and high <= 1
    axes = Axes((min(lengths), max(lengths)), (low, 1 if is_share else high), width, height)
    axes.log_x = max(lengths) > WIDE * min(lengths) > 0
    for number, name, series in members:
        ink = colour(number)
        ends = [(p.length, p.low) for p in series.points], [(p.length, p.high) for p in series.points]
        axes.band(*ends, f'class="band" style="fill:{ink}"')
        line = [(p.length, p.value) for p in series.points]
        axes.line(line, f'class="median" style="stroke:{ink}{_dash(number)}"', name)
        tips = ((p.length, p.value, f"{name}, length {p.length}: {p.value:.3g}") for p in series.points)
        axes.dots(tips, f'style="fill:{ink}"')
    return axes.svg(title, ("length", members[0][2].unit))


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
