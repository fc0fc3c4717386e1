"""The linear bound: the error of one symbol at length N beside (N / n) eps, and of a line beside independent symbols.

A symbol's error is teacher-forced, e_N = wrong / targets over all seeds; eps is the error on restrictions of lines of
length N to n. A line's error stands beside 1 - (1 - e_N) ** symbols: what independent errors would make of it. The
exponent b of e_N ~ N ** b is fitted beyond the trained lengths with its 95 % interval: the bound says at most 1.
"""

from collections.abc import Sequence
from typing import NamedTuple

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.picture import colour, dash
from lengthwise.evaluation.statistics import Exponent, exponent
from lengthwise.evaluation.svg import Axes
from lengthwise.reports.few import few
from lengthwise.reports.gather import KNOWN, Arm, Report
from lengthwise.reports.tabular import Table

LENGTHS = 4  # shown of each arm, beyond the trained ones
NOTE = (
    "e: share of wrong symbols, teacher-forced, all seeds. Bound: (N / n) eps, with eps the error on random closed "
    "restrictions of lines of length N to the longest trained length n; – where it was not measured. If independent: "
    "1 - (1 - e) ** symbols. Exponent: of e in N beyond the trained lengths, 95 % interval; the linear bound says 1."
)


class Looked(NamedTuple):
    """One arm at one length; `bound` where restrictions were measured, attention and margin where they were kept."""

    length: int
    error: float
    bound: float | None
    line: float
    independent: float
    attention: float | None
    margin: float | None


def looked(arm: Arm) -> list[Looked]:
    """Every tested length beyond the trained ones whose symbols were counted."""
    curve, found = arm.curve, []
    beside = {s.title: {p.length: p.value for p in s.points} for s in arm.series}
    attention, margin = (beside.get(KNOWN[name][0], {}) for name in ("witness_attention", "margin"))
    for n in arm.lengths:
        cell = curve.cell(n)
        targets = sum(cell.targets)
        if not targets or not cell.line.asked or (curve.trained is not None and n <= curve.trained[1]):
            continue
        error, restricted = sum(cell.errors) / targets, arm.restricted.get(n)
        has_bound = restricted is not None and restricted.targets > 0
        bound = n / restricted.short * restricted.errors / restricted.targets if restricted and has_bound else None
        independent = 1 - (1 - error) ** (targets / cell.line.asked)
        found.append(Looked(n, error, bound, 1 - cell.line.accuracy, independent, attention.get(n), margin.get(n)))
    return found


def growth(curve: LengthCurve) -> Exponent | None:
    """The exponent of a symbol's error beyond the trained lengths; None where there are too few errors or lengths."""
    lengths = [n for n in curve.lengths() if curve.trained is None or n > curve.trained[1]]
    cells = [(n, seed, curve.cell(n, seed)) for seed in curve.seeds for n in lengths]
    asked = [(n, sum(c.errors), sum(c.targets), seed) for n, seed, c in cells if sum(c.targets)]
    with_errors = {seed for _, errors, _, seed in asked if errors}
    used = [row for row in asked if row[3] in with_errors]
    try:
        return exponent([r[0] for r in used], [r[1] for r in used], [r[2] for r in used], [r[3] for r in used])
    except ConfigError:
        return None


def bounds(report: Report, stage: str, task: str) -> Table | None:
    """A row for each arm and a few lengths; None where no symbol was ever wrong."""
    rows: list[tuple[str, ...]] = []
    for arm in report.of(stage, task):
        found = {one.length: one for one in looked(arm)}
        measured = [n for n in found if n in arm.restricted] or list(found)
        chosen = [found[n] for n in few(measured, LENGTHS)]
        fit = growth(arm.curve) if any(one.error for one in chosen) else None
        rows += [_row(arm, one, str(fit) if fit and not number else "") for number, one in enumerate(chosen)]
    columns = ("arm", "N", "e", "bound", "line wrong", "if independent", "attention", "margin", "exponent")
    if all(row[2] == "0" for row in rows):
        return None
    where = f"{task}, stage {stage}" if stage else task
    return Table(f"Error of a symbol and the linear bound, {where}", columns, tuple(rows), NOTE)


def _row(arm: Arm, one: Looked, fit: str) -> tuple[str, ...]:
    shares = (_small(one.error), _small(one.bound), f"{one.line:.3f}", f"{one.independent:.3f}")
    return (arm.name, str(one.length), *shares, _plain(one.attention), _plain(one.margin), fit)


def _small(share: float | None) -> str:
    return "–" if share is None else f"{share:.1e}" if share else "0"


def _plain(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


def growing(arms: Sequence[tuple[int, Arm]], *, width: int = 920, height: int = 330) -> str:
    """Error of a symbol against length, both logarithmic, each arm with its bound (dotted)."""
    found = [(number, arm, [one for one in looked(arm) if one.error]) for number, arm in arms]
    found = [(number, arm, points) for number, arm, points in found if len(points) > 1]
    if not found:
        return ""
    lengths = [one.length for _, _, points in found for one in points]
    shares = [share for _, _, points in found for one in points for share in (one.error, one.bound) if share]
    axes = Axes(
        (min(lengths), max(lengths)), (min(shares) / 1.5, max(shares) * 1.5), width, height, log_x=True, log_y=True
    )
    axes.left, axes.right = 58, 24 + int(6.8 * max(len(arm.name) for _, arm, _ in found))
    for number, arm, points in found:
        ink = colour(number)
        bound = [(one.length, one.bound) for one in points if one.bound]
        axes.line(bound, f'class="bound" style="stroke:{ink}"', f"{arm.name}: (N / n) eps")
        line = [(one.length, one.error) for one in points]
        axes.line(line, f'class="median" style="stroke:{ink}{dash(number)}"', arm.name)
        tips = ((one.length, one.error, f"{arm.name}, length {one.length}: {one.error:.2e}") for one in points)
        axes.dots(tips, f'style="fill:{ink}"')
    axes.labels([(points[-1].error, arm.name, colour(number)) for number, arm, points in found])
    return axes.svg("Error of a symbol against length", ("length", "wrong symbols"))
