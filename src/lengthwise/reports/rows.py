"""Every arm of every task as one row: reach, factor, and how often right at lengths that can be put beside each other.

Tasks are trained on different lengths, so the columns are multiples of the longest trained one: 2x is the shortest
tested length at or past twice of it, where the grid has one near enough. Where nothing was trained they are lengths.
Rows are grouped by regime and never ranked across regimes.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from lengthwise.evaluation.curve import REGIMES, LengthCurve, Reach
from lengthwise.evaluation.statistics import Spread, spread
from lengthwise.reports.few import few
from lengthwise.reports.gather import Arm, Report

SHARE = 0.9  # what a reach passes
MULTIPLES = (1, 1.5, 2, 3, 4, 5, 7, 10, 15, 20)
SHOWN = (1, 1.5, 2, 3, 5, 10)  # of them, until a reader chooses others
LENGTHS = 6  # shown where nothing was trained
NEAR = 1.25  # a length up to this much past a multiple stands for it: grids grow by at most that


class At(NamedTuple):
    """An arm at one length: the shares of its seeds, and the column (a multiple, or the length) it stands in."""

    length: int
    column: float
    shares: Mapping[int, float]  # by seed
    counts: Mapping[int, tuple[int, int]]  # by seed: correct, asked
    intervals: Mapping[int, tuple[float, float]]  # by seed: Wilson's

    @property
    def spread(self) -> Spread:
        """Median, least and most over seeds."""
        return spread(list(self.shares.values()))


class Columns(NamedTuple):
    """The columns of accuracies: all there are, those shown until a reader chooses others, and what they are."""

    every: tuple[float, ...]
    shown: tuple[float, ...]
    sign: str  # behind the number
    said: str

    def name(self, column: float) -> str:
        """A column's heading."""
        return f"{column:g}{self.sign}"


class Row(NamedTuple):
    """One arm on one task, in one stage of a study and one regime."""

    stage: str
    task: str
    arm: Arm
    number: int  # of the arm in its section: its colour, and its anchor on the page
    at: tuple[At, ...]
    hardest: tuple[str, Reach] | None  # the kind of draw with the shortest reach, where there are several

    @property
    def curve(self) -> LengthCurve:
        """The arm's curve."""
        return self.arm.curve

    @property
    def anchor(self) -> str:
        """Where the arm is on the page."""
        return f"{anchor(self.stage, self.task)}-{self.number}"

    @property
    def learned(self) -> int:
        """How many seeds are at 99 % or more at trained lengths."""
        return sum(1 for seed in self.curve.seeds if self.curve.learned(seed))


def anchor(stage: str, task: str) -> str:
    """The name of a section on the page."""
    return "".join(c if c.isalnum() else "-" for c in f"{stage}-{task}")


def rows(report: Report) -> dict[str, list[Row]]:
    """The rows of each regime, in the order of the report."""
    found = [
        _row(stage, task, number, arm)
        for stage, task in report.sections
        for number, arm in report.numbered(stage, task)
        if arm.curve.cells
    ]
    if any(row.curve.trained for row in found):  # beside multiples, a length alone has no column
        found = [row if row.curve.trained else row._replace(at=()) for row in found]
    grouped = {regime: [row for row in found if row.curve.regime == regime] for regime in REGIMES}
    return {regime: members for regime, members in grouped.items() if members}


def _row(stage: str, task: str, number: int, arm: Arm) -> Row:
    return Row(stage, task, arm, number, tuple(_at(arm.curve)), _hardest(arm.curve))


def _at(curve: LengthCurve) -> Iterator[At]:
    for length, column in _stands(curve):
        if shares := curve.accuracies(length):
            tallies = {seed: curve.tally(length, seed) for seed in shares}
            counts = {seed: (tally.correct, tally.asked) for seed, tally in tallies.items()}
            yield At(length, column, shares, counts, {seed: t.interval() for seed, t in tallies.items()})


def _stands(curve: LengthCurve) -> Iterator[tuple[int, float]]:
    """Lengths, and the column each stands in."""
    if curve.trained is None:
        yield from ((length, float(length)) for length in curve.lengths())
        return
    for multiple in MULTIPLES:
        wanted = multiple * curve.trained[1]
        length = next((n for n in curve.lengths() if wanted <= n <= NEAR * wanted), None)
        if length is not None:
            yield length, multiple


def _hardest(curve: LengthCurve) -> tuple[str, Reach] | None:
    task = curve.tasks[0]
    cases = [case for case in curve.of(task).cases if curve.lengths(task, case)]
    if len(cases) < 2:
        return None
    return min(((case, curve.reach(SHARE, task=task, case=case)) for case in cases), key=lambda pair: pair[1].length)


def columns(found: Sequence[Row]) -> Columns:
    """Multiples of the trained length at which any of these rows was tested; lengths where nothing was trained."""
    there = tuple(sorted({at.column for row in found for at in row.at}))
    if any(row.curve.trained for row in found):
        shown = tuple(c for c in there if c in SHOWN) or there
        return Columns(there, shown, "×", "multiples of the longest trained length")
    lengths = tuple(map(float, few([int(c) for c in there], LENGTHS)))
    return Columns(there, lengths, "", "lengths")
