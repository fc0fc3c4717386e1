"""A small SVG writer: axes with a linear or logarithmic length, lines, bands, marks and labels that do not collide.

Colours are CSS variables of the page (`var(--c0)` ...), so that one drawing serves light and dark.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, log, log10

Points = Sequence[tuple[float, float]]
Ticks = Sequence[float] | None  # None: round numbers are found


@dataclass
class Axes:
    """A drawing area in data coordinates. Marks are collected; `svg()` writes them."""

    x: tuple[float, float]
    y: tuple[float, float]
    width: int = 640
    height: int = 360
    log_x: bool = False
    log_y: bool = False
    left: int = 46
    right: int = 16
    top: int = 30
    bottom: int = 40
    marks: list[str] = field(default_factory=list)

    # -- coordinates ----------------------------------------------------------------------------------------------

    def px(self, x: float) -> float:
        """Pixels from the left."""
        return self.left + _share(x, self.x, logarithmic=self.log_x) * (self.width - self.left - self.right)

    def py(self, y: float) -> float:
        """Pixels from the top."""
        inside = self.height - self.top - self.bottom
        return self.top + (1 - _share(y, self.y, logarithmic=self.log_y)) * inside

    # -- marks ----------------------------------------------------------------------------------------------------

    def line(self, points: Points, style: str, title: str = "") -> None:
        """A polyline; `style` is the element's class list and style."""
        if points:
            self.marks.append(f'<polyline points="{self._path(points)}" {style}>{_title(title)}</polyline>')

    def band(self, low: Points, high: Points, style: str) -> None:
        """The area between two lines."""
        if low:
            self.marks.append(f'<polygon points="{self._path([*low, *reversed(high)])}" {style}/>')

    def dots(self, points: Iterable[tuple[float, float, str]], style: str, radius: float = 2.4) -> None:
        """Points with a tooltip each."""
        for x, y, title in points:
            self.marks.append(
                f'<circle cx="{self.px(x):.1f}" cy="{self.py(y):.1f}" r="{radius}" {style}>{_title(title)}</circle>'
            )

    def shade(self, start: float, end: float, label: str) -> None:
        """A stretch of the length axis, labelled at its foot."""
        a, b = self.px(start), self.px(end)
        inside = self.height - self.top - self.bottom
        self.marks.append(
            f'<rect class="trained" x="{a:.1f}" y="{self.top}" width="{max(1, b - a):.1f}" height="{inside}"/>'
        )
        self.marks.append(
            f'<text class="note" x="{a + 5:.1f}" y="{self.height - self.bottom - 8}">{escape(label)}</text>'
        )

    def rule_x(self, x: float, label: str) -> None:
        """A dashed vertical rule, labelled at its foot."""
        a = self.px(x)
        self.marks.append(
            f'<line class="rule" x1="{a:.1f}" x2="{a:.1f}" y1="{self.top}" y2="{self.height - self.bottom}"/>'
            f'<text class="note" x="{a - 5:.1f}" y="{self.height - self.bottom - 8}" text-anchor="end">'
            f"{escape(label)}</text>"
        )

    def cell(self, box: tuple[float, float, float, float], style: str, title: str) -> None:
        """A rectangle (x0, y0, x1, y1) in data coordinates."""
        x0, y0, x1, y1 = box
        left, right, upper, lower = self.px(x0), self.px(x1), self.py(y1), self.py(y0)
        self.marks.append(
            f'<rect x="{left:.1f}" y="{upper:.1f}" width="{right - left:.1f}" height="{lower - upper:.1f}" {style}>'
            f"{_title(title)}</rect>"
        )

    def labels(self, ends: Sequence[tuple[float, str, str]]) -> None:
        """Names at the right edge, at these heights, pushed apart where they would overlap: (y, text, colour)."""
        step = 15.0
        wanted = sorted((self.py(y), text, colour) for y, text, colour in ends)
        placed: list[float] = []
        for at, _, _ in wanted:
            placed.append(max(at, placed[-1] + step) if placed else at)
        lowest = self.height - self.bottom
        if placed and placed[-1] > lowest:  # pushed out below: move the tail up again
            placed[-1] = lowest
            for i in range(len(placed) - 2, -1, -1):
                placed[i] = min(placed[i], placed[i + 1] - step)
        x = self.width - self.right + 8
        for (_, text, colour), at in zip(wanted, placed, strict=True):
            self.marks.append(
                f'<text class="name" x="{x}" y="{at + 4:.1f}" style="fill:{colour}">{escape(text)}</text>'
            )

    # -- writing --------------------------------------------------------------------------------------------------

    def svg(self, title: str, names: tuple[str, str], *, x_ticks: Ticks = None, y_ticks: Ticks = None) -> str:
        """The drawing, with axes under the marks. `title` is what a screen reader says, `names` are the axes'."""
        across = ticks(*self.x, logarithmic=self.log_x) if x_ticks is None else x_ticks
        up = ticks(*self.y, logarithmic=self.log_y) if y_ticks is None else y_ticks
        frame = [*(self._grid_line(y) for y in up), *(self._tick(x) for x in across)]
        base, middle = self.height - self.bottom, (self.left + self.width - self.right) / 2
        frame.append(f'<line class="axis" x1="{self.left}" x2="{self.width - self.right}" y1="{base}" y2="{base}"/>')
        below = f'x="{middle:.0f}" y="{self.height - 4}" text-anchor="middle"'
        frame.append(f'<text class="axis-name" {below}>{escape(names[0])}</text>')
        if names[1]:
            frame.append(f'<text class="axis-name" x="{self.left - 38}" y="{self.top - 15}">{escape(names[1])}</text>')
        return (
            f'<svg viewBox="0 0 {self.width} {self.height}" role="img" aria-label="{escape(title)}">'
            f"{''.join(frame)}{''.join(self.marks)}</svg>"
        )

    def _path(self, points: Points) -> str:
        return " ".join(f"{self.px(x):.1f},{self.py(y):.1f}" for x, y in points)

    def _grid_line(self, y: float) -> str:
        at = self.py(y)
        return (
            f'<line class="grid" x1="{self.left}" x2="{self.width - self.right}" y1="{at:.1f}" y2="{at:.1f}"/>'
            f'<text class="tick" x="{self.left - 7}" y="{at + 3.5:.1f}" text-anchor="end">{number(y)}</text>'
        )

    def _tick(self, x: float) -> str:
        at, base = self.px(x), self.height - self.bottom
        return (
            f'<line class="axis" x1="{at:.1f}" x2="{at:.1f}" y1="{base}" y2="{base + 4}"/>'
            f'<text class="tick" x="{at:.1f}" y="{base + 16}" text-anchor="middle">{number(x)}</text>'
        )


def _share(value: float, span: tuple[float, float], *, logarithmic: bool) -> float:
    low, high = span
    if logarithmic:
        return (log(max(value, low)) - log(low)) / (log(high) - log(low) or 1)
    return (value - low) / ((high - low) or 1)


def _title(text: str) -> str:
    return f"<title>{escape(text)}</title>" if text else ""


def number(value: float) -> str:
    """A tick's text: no trailing zeros, no exponents where a reader would not write them."""
    if value and abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:.3f}".rstrip("0").rstrip(".")


def ticks(low: float, high: float, *, logarithmic: bool = False, about: int = 6) -> list[float]:
    """Round numbers within a span: multiples of 1, 2 or 5 times a power of ten.

    >>> ticks(1, 100, logarithmic=True)
    [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    >>> ticks(0, 1)
    [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]
    """
    if logarithmic:
        powers = range(floor(log10(low)), ceil(log10(high)) + 1)
        several = [m * 10.0**p for p in powers for m in ((1, 2, 5) if len(powers) <= 4 else (1,))]
        return [t for t in several if low * 0.999 <= t <= high * 1.001]
    if high <= low:
        return [low]
    power = 10.0 ** floor(log10((high - low) / about))
    step = min((m * power for m in (1, 2, 5, 10)), key=lambda s: abs((high - low) / s - about + 1))
    first = ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, floor(high / step + 1e-9) + 1)]
