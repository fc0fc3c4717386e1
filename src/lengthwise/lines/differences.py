"""What a restriction shows that an ordinary short line does not: a report, which says placebo where nothing differs.

Restricted lines are compared with ordinary lines of the same shape, at the same slot, in what is known to matter: the
gap between the target and the nearest other number, the smallest gap of all, the distance to the farthest source on the
page, and the longest run of one symbol. Where contents are exchangeable and the witness lies at places that contents do
not move, nothing can differ and no test is needed. Beside it stands the share of prefixes that no legal line has.

>>> from lengthwise.lines.layouts.plain import Plain
>>> from lengthwise.lines.traces.nothing import Nothing
>>> from lengthwise.tasks.ordering.copy import Copy
>>> print(differences(Copy(values=40), Nothing(), Plain(), Cuts("closed", 20, 10)))
ordering/copy, closed, 20 -> 10: placebo (exact: contents are exchangeable and the witness has fixed places)
"""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import permutations
from typing import NamedTuple

import numpy as np

from lengthwise.core.errors import RestrictionRefused, TaskError
from lengthwise.core.given import Column, Shape, shape_of
from lengthwise.core.holm import holm
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.reader import READ, Reading, written_before
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.admit import require_admitted
from lengthwise.lines.restrict import Form, Restricted, look, restrict, target_entry
from lengthwise.lines.write import stepped, write

Scores = Callable[[Line, int, np.random.Generator], Column]  # [batch place]: what stays, as `restrict` takes it
BLOCKS, ROWS = 24, 64  # of each sample; the rows of a block share their slot
LEVEL = 0.01  # by Holm over the statistics of one report


class Cuts(NamedTuple):
    """Which restrictions: the form, cut from, cut to, and what stays (at random where nothing is said)."""

    form: Form
    longer: int
    length: int
    scores: Scores | None = None


class Difference(NamedTuple):
    """One statistic: its mean in ordinary and in restricted lines, and the p of the two-sample test."""

    statistic: str
    ordinary: float
    restricted: float
    p: float

    def __str__(self) -> str:
        return f"{self.statistic} {self.ordinary:.3g} -> {self.restricted:.3g} (p = {self.p:.2g})"


@dataclass(frozen=True)
class Differences:
    """The report: `exact` holds the reason where no test was needed, `illegal` the share of unknown prefixes."""

    subject: str
    compared: tuple[Difference, ...]
    illegal: float
    exact: str = ""

    @property
    def found(self) -> tuple[Difference, ...]:
        """What differs, by Holm's step-down over the statistics."""
        if self.exact:
            return ()
        adjusted = zip(self.compared, holm([one.p for one in self.compared]), strict=True)
        return tuple(sorted((one for one, p in adjusted if p <= LEVEL), key=lambda one: one.p))

    @property
    def placebo(self) -> bool:
        """Whether nothing differs."""
        return not self.found

    def __str__(self) -> str:
        if self.exact:
            verdict = f"placebo (exact: {self.exact})"
        elif self.placebo:
            tested = ", ".join(one.statistic for one in self.compared)
            verdict = f"placebo (no difference at {LEVEL:g} in {tested}; {BLOCKS * ROWS} lines)"
        else:
            verdict = "differs in " + "; ".join(map(str, self.found))
        strange = f"; {self.illegal:.0%} of prefixes are of no legal line" if self.illegal else ""
        return f"{self.subject}: {verdict}{strange}"


def differences(task: Task, trace: Trace, layout: Layout, cuts: Cuts) -> Differences:
    """Compare restrictions with ordinary short lines; a form that the task does not admit is refused."""
    require_admitted(task, trace, layout, cuts.form)
    rng = key("differences", task.name, repr(task), cuts.form, cuts.longer, cuts.length).rng()
    samples, illegal, fixed = [], [], True
    for _ in range(BLOCKS):
        line = write(task, task.draw(cuts.longer, rng, "typical", ROWS), trace, layout)
        cut, slot = _cut(line, cuts, rng)
        witness = look(line, slot).witness[:, : sum(count for _, count in shape_of(line.given))]
        fixed &= bool((witness == witness[:1]).all())
        for some, at in _by_slot(cut, rng):
            samples.append((_statistics(some, at), _statistics(_ordinary(some, rng), at)))
            illegal.append(_is_illegal(some, at))
    share = float(np.concatenate(illegal).mean())
    subject = f"{task.name}, {cuts.form}, {cuts.longer} -> {cuts.length}"
    if fixed and not share and cuts.scores is None and exchangeable(task):
        return Differences(subject, (), share, "contents are exchangeable and the witness has fixed places")
    compared = [_compared(name, samples) for name in samples[0][0]]
    return Differences(subject, tuple(one for one in compared if one is not None), share)


def exchangeable(task: Task) -> bool:
    """Whether contents may change places: the tiny configuration's problems are closed under it, and equally likely."""
    tiny, length = task.tiny()
    given = tiny.draw(length, key("exchangeable", task.name).rng(), "typical", 80_000)
    if len(given) != 1:  # several kinds would have to move together
        return False
    (x,) = given.values()
    rows, counts = np.unique(x, axis=0, return_counts=True)
    known = {row.tobytes() for row in rows}
    closed = all(row[list(order)].tobytes() in known for row in rows for order in permutations(range(x.shape[1])))
    expected = len(x) / len(rows)
    spread = float(((counts - expected) ** 2 / expected).sum())
    # Chi-square of a uniform draw has mean and half its variance at the degrees of freedom: five deviations.
    return closed and spread < len(rows) + 5 * (2 * len(rows)) ** 0.5


def _cut(line: Line, cuts: Cuts, rng: np.random.Generator) -> tuple[Restricted | Line, int]:
    """A restriction at a random slot whose witness fits."""
    for slot in rng.permutation(len(line.frame.slots)).tolist():
        scores = rng.random(line.contents.shape) if cuts.scores is None else cuts.scores(line, slot, rng)
        try:
            return restrict(line, slot, cuts.length, cuts.form, scores), slot
        except RestrictionRefused:  # a separator, or a witness that is too long for this length
            continue
    raise RestrictionRefused(f"no symbol's witness fits a cut to {cuts.length} places; raise the length")


def _by_slot(cut: Restricted | Line, rng: np.random.Generator) -> list[tuple[Line, int]]:
    """Rows that have their target at one slot together; of whole lines a random slot."""
    if isinstance(cut, Line):
        return [(cut, int(rng.choice([slot for slot, _ in stepped(cut)])))]
    slots = np.unique(cut.written[cut.fits]).tolist()
    return [(cut.line[np.flatnonzero((cut.written == slot) & cut.fits)], slot) for slot in slots]


def _ordinary(line: Line, rng: np.random.Generator) -> Line:
    """As many ordinary lines of the same shape."""
    length = _length_of(line.task, shape_of(line.given))
    return write(line.task, line.task.draw(length, rng, "typical", len(line)), line.trace, line.layout)


def _length_of(task: Task, shape: Shape) -> int:
    most = max(count for _, count in shape)
    for length in range(task.shortest, min(most, task.cap or most) + 1):
        if shape_of(task.draw(length, key("shape").rng(), "typical", 1)) == shape:
            return length
    raise TaskError(f"{task.name} draws no line of the shape {dict(shape)}, so that there is nothing to compare with")


def _is_illegal(line: Line, slot: int) -> Column:
    """bool[batch]: whether the written symbols are not those of an ordinary line over the same problem."""
    first = len(line.frame.prompt)
    legal = write(line.task, line.given, line.trace, line.layout).contents[:, first : first + slot]
    differs: Column = (line.contents[:, first : first + slot] != legal).any(axis=1)
    return differs


def _statistics(line: Line, slot: int) -> dict[str, Column]:
    """float[batch] of each statistic, seen from the value at one slot; nan where it has no meaning."""
    tag = target_entry(line.task, line.frame, slot).tag
    reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
    value, levels = reading.sources(*tag)
    inputs = np.concatenate([line.given[kind] for kind in reading.shape], axis=1)
    is_source = levels[:, : inputs.shape[1]] == READ
    gaps = np.where(is_source, np.inf, np.abs(inputs - value[:, None])).min(axis=1)
    columns = line.frame.columns()
    at = np.array([columns[cell] for cell in reading.cells])
    here = len(line.frame.prompt) + slot
    far = np.where(levels == READ, here - at, -np.inf).max(axis=1)
    between = np.diff(np.sort(inputs, axis=1), axis=1).min(axis=1, initial=2**30)
    return {
        "gap": _known(np.where(value >= 0, gaps, np.inf)),
        "smallest gap": between.astype(float),
        "distance to source": _known(far),
        "run length": _longest_run(line.contents[:, : len(line.frame.prompt)]),
    }


def _known(values: Column) -> Column:
    return np.where(np.isfinite(values), values, np.nan)


def _longest_run(symbols: Column) -> Column:
    """float[batch]: the most equal symbols in a row."""
    run = np.ones(len(symbols))
    longest = run.copy()
    for t in range(1, symbols.shape[1]):
        run = np.where(symbols[:, t] == symbols[:, t - 1], run + 1, 1)
        longest = np.maximum(longest, run)
    return longest


def _compared(name: str, samples: list[tuple[dict[str, Column], dict[str, Column]]]) -> Difference | None:
    restricted, ordinary = (np.concatenate([pair[side][name] for pair in samples]) for side in (0, 1))
    restricted, ordinary = restricted[~np.isnan(restricted)], ordinary[~np.isnan(ordinary)]
    if not len(restricted) or not len(ordinary):
        return None
    return Difference(name, float(ordinary.mean()), float(restricted.mean()), two_sample(restricted, ordinary))


def two_sample(one: Column, other: Column) -> float:
    """P of the Kolmogorov-Smirnov test (asymptotic; with ties it is larger than it need be, never smaller)."""
    values = np.unique(np.concatenate([one, other]))
    shares = [np.searchsorted(np.sort(part), values, side="right") / len(part) for part in (one, other)]
    apart = float(np.abs(shares[0] - shares[1]).max())
    scaled = apart * (len(one) * len(other) / (len(one) + len(other))) ** 0.5
    if scaled < 0.2:  # the series below converges slowly, and its sum is 1 to six digits
        return 1.0
    terms = np.arange(1, 101)
    return float(np.clip(2 * ((-1.0) ** (terms - 1) * np.exp(-2 * terms**2 * scaled**2)).sum(), 0.0, 1.0))
