"""One picture that stands alone: the curves of a study as an SVG file, light or dark as its reader likes it.

path = write_cover(gathered(Path("results/first_curve")), Path("docs/pictures/first_curve.svg"))
"""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from statistics import mode

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import RunError
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.reports import figures
from lengthwise.reports.gather import Report
from lengthwise.reports.style import LOOKS, SVG

WIDE, HIGH, HEAD, EDGE = 920, 380, 64, 22  # of the drawing; what stands above it; the margin around both


def write_cover(report: Report, path: Path) -> Path:
    """Write the picture whole and say where it is."""
    write_atomically(path, cover(report))
    return path


def cover(report: Report) -> str:
    """The first section's curves of the regime that most arms are in, with its question above."""
    if not report.sections:
        raise RunError("there is no finished run to draw a picture of; run an experiment first")
    arms = report.numbered(*report.sections[0])
    regime = mode(arm.curve.regime for _, arm in arms)
    inside = [(number, arm) for number, arm in arms if arm.curve.regime == regime]
    drawn = figures.accuracy(inside, width=WIDE, height=HIGH)
    width, height = WIDE + 2 * EDGE, HIGH + HEAD + 2 * EDGE
    label = drawn.split('aria-label="', 1)[1].split('"', 1)[0]
    body = drawn.split(">", 1)[1].removesuffix("</svg>")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="{label}"><style>{LOOKS}{SVG}'
        "svg .head{font-size:20px;font-weight:650;fill:var(--ink)}</style>"
        f'<rect width="{width}" height="{height}" rx="12" style="fill:var(--ground)"/>'
        f'<text class="head" x="{EDGE + 8}" y="{EDGE + 22}">{escape(report.title)}</text>'
        f'<text x="{EDGE + 8}" y="{EDGE + 46}">{escape(_below([arm.curve for _, arm in inside]))}</text>'
        f'<g transform="translate({EDGE} {EDGE + HEAD})">{body}</g></svg>\n'
    )


def _below(curves: Sequence[LengthCurve]) -> str:
    """How many problems and seeds stand behind every curve, where they differ the fewest, past the trained lengths."""
    seeds = min(len(curve.seeds) for curve in curves)
    many = f"{seeds} seeds" if seeds > 1 else "one seed"
    asked = min(tally.asked for curve in curves for tally in _far(curve))
    return (
        f"Exact match on {asked:,} problems a length, {many} an arm (thin; thick: the median), regime "
        f"{curves[0].regime}. Shaded: trained lengths."
    )


def _far(curve: LengthCurve) -> Iterator[Tally]:
    beyond = [n for n in curve.lengths() if curve.trained is None or n > curve.trained[1]] or curve.lengths()
    yield from (tally for n in beyond for seed in curve.seeds if (tally := curve.tally(n, seed)).asked)
