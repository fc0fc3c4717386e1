"""Drawing curves: the lines of one, what surrounds it, and the whole picture that a notebook shows."""

from collections.abc import Mapping, Sequence
from html import escape
from statistics import median_low
from typing import Any, NamedTuple, Protocol

from lengthwise.core.outcome import Tally
from lengthwise.evaluation.svg import Axes

# After Okabe and Ito; a page may set the variables, in the dark to lighter ones.
COLOURS = ("#0072b2", "#c8540a", "#00805f", "#a8487f", "#b27600", "#3d8fc4", "#4a4f57", "#8a7a00")
WIDE = 12  # from here on (longest tested over longest trained) the length axis is logarithmic
SHARES = (0, 0.25, 0.5, 0.75, 0.9, 1)

# The classes of a drawing that stands alone; a page has them in its own sheet.
SHEET = (
    "<style>.lw text{font:12px system-ui,sans-serif;fill:#777}.lw .grid{stroke:#8884}.lw .axis{stroke:#888}"
    ".lw .trained{fill:#8882}.lw .rule{stroke:#888;stroke-dasharray:3 4}.lw .chance{fill:none;stroke:#888;"
    "stroke-dasharray:1 4}.lw .band{fill-opacity:.14}.lw .seed{fill:none;stroke-opacity:.45}"
    ".lw .median{fill:none;stroke-width:2.3}</style>"
)


class Drawable(Protocol):
    """What a curve must say to be drawn: a LengthCurve, which draws itself with what is here."""

    @property
    def trained(self) -> tuple[int, int] | None: ...
    @property
    def cut_from(self) -> int | None: ...
    @property
    def chance(self) -> Mapping[int, float]: ...
    @property
    def regime(self) -> str: ...
    @property
    def imported(self) -> str | None: ...
    @property
    def tasks(self) -> tuple[str, ...]: ...
    @property
    def seeds(self) -> tuple[int, ...]: ...
    def lengths(self) -> tuple[int, ...]: ...
    def accuracies(self, length: int) -> Mapping[int, float]: ...
    def tally(self, length: int, seed: int | None = None) -> Tally: ...
    def reach(self) -> Any: ...
    def factor(self) -> Any: ...


class Shown(NamedTuple):
    """The median seed at a length, with Wilson's interval of its count."""

    length: int
    value: float
    low: float
    high: float


def colour(number: int) -> str:
    """The colour of the number-th curve."""
    return f"var(--c{number % len(COLOURS)},{COLOURS[number % len(COLOURS)]})"


def dash(number: int) -> str:
    """Curves beyond the palette begin again, dashed."""
    return "" if number < len(COLOURS) else ";stroke-dasharray:5 3"


def medians(curve: Drawable) -> list[Shown]:
    """The median seed's accuracy at each length."""
    points = []
    for length in curve.lengths():
        shares = curve.accuracies(length)
        if shares:
            middle = median_low(shares.values())
            seed = next(s for s, share in shares.items() if share == middle)
            points.append(Shown(length, middle, *curve.tally(length, seed).interval()))
    return points


def axes_for(curves: Sequence[Drawable], width: int, height: int) -> Axes:
    """Axes over all lengths tested, logarithmic where they go far beyond training."""
    lengths = sorted({n for curve in curves for n in curve.lengths()})
    trained = next((curve.trained for curve in curves if curve.trained is not None), None)
    is_wide = trained is not None and lengths[-1] > WIDE * trained[1]
    return Axes((lengths[0], lengths[-1]), (0, 1), width, height, log_x=is_wide)


def surroundings(axes: Axes, curves: Sequence[Drawable]) -> None:
    """Trained lengths, N_cut and the trivial policy, under the curves."""
    trained = next((curve.trained for curve in curves if curve.trained is not None), None)
    if trained is not None:
        axes.shade(max(trained[0], axes.x[0]), trained[1], f"trained {trained[0]}–{trained[1]}")
    for cut in sorted({curve.cut_from for curve in curves if curve.cut_from is not None}):
        if axes.x[0] < cut <= axes.x[1]:
            axes.rule_x(cut, f"cut from ≤ {cut}")
    chance = sorted(curves[0].chance.items())
    if any(share > 0 for _, share in chance):
        points = [(n, share) for n, share in chance if axes.x[0] <= n <= axes.x[1]]
        axes.line(points, 'class="chance"', "best trivial policy")


def draw_curve(axes: Axes, number: int, name: str, curve: Drawable, *, banded: bool) -> None:
    """A thin line a seed, a thick one through the medians, and Wilson's band where `banded`."""
    ink, points = colour(number), medians(curve)
    if banded:
        low, high = [(p.length, p.low) for p in points], [(p.length, p.high) for p in points]
        axes.band(low, high, f'class="band" style="fill:{ink}"')
    for seed in curve.seeds if len(curve.seeds) > 1 else ():
        tallies = [(n, curve.tally(n, seed)) for n in curve.lengths()]
        shares = [(n, tally.accuracy) for n, tally in tallies if tally.asked]
        axes.line(shares, f'class="seed" style="stroke:{ink}"', f"{name}, seed {seed}")
    axes.line([(p.length, p.value) for p in points], f'class="median" style="stroke:{ink}{dash(number)}"', name)
    axes.dots(((p.length, p.value, _tip(name, curve, p)) for p in points), f'style="fill:{ink}"')


def _tip(name: str, curve: Drawable, point: Shown) -> str:
    asked = curve.tally(point.length, curve.seeds[0]).asked
    seeds = len(curve.accuracies(point.length))
    return (
        f"{name}, length {point.length}: {point.value:.3f} [{point.low:.3f}, {point.high:.3f}]"
        f" on {asked} instances, median of {seeds} seed{'s' * (seeds != 1)}"
    )


def picture(curve: Drawable) -> str:
    """One curve as HTML for a notebook: the drawing, and the reach below it."""
    if not curve.lengths():
        return "<p>an empty length curve</p>"
    axes = axes_for([curve], 640, 300)
    surroundings(axes, [curve])
    draw_curve(axes, 0, curve.tasks[0], curve, banded=True)
    svg = axes.svg(f"Exact match against length, {curve.tasks[0]}", ("length", "exact match"), y_ticks=SHARES)
    factor = f", factor {curve.factor()}" if curve.trained is not None else ""
    source = f" (imported from {curve.imported})" if curve.imported else ""
    below = f"reach at 90 %: {curve.reach()}{factor}; regime {curve.regime}; seeds: {len(curve.seeds)}{source}"
    return f'<div class="lw" style="max-width:640px">{SHEET}{svg}<small>{escape(below)}</small></div>'
