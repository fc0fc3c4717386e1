"""Claims about curves, and the one way they are judged: upheld, refuted or undecided, once, at the end.

    claims = (AtLeast("near", length=100, share=0.9), Order("near", "main + log-length", length=100, primary=True))
    verdicts = judge(claims, {"near": curve, "main + log-length": other})

The rules are those of the laboratory: a run below 99 % at trained lengths is *not learned* and enters no claim about
longer ones; at least 1,000 instances a length where a claim speaks; at least 5 seeds; orders by a one-sided exact sign
test over seeds, Holm's correction at 0.05 over the primary ones, all others exploratory.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from statistics import median_low
from typing import Any

from lengthwise.core.errors import ConfigError
from lengthwise.core.holm import holm
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.statistics import clopper_pearson, exponent, sign_test, spread

LEVEL = 0.05
SEEDS = 5  # a claim needs five: with fewer no sign test reaches 0.05
INSTANCES = 1000


class Verdict(StrEnum):
    """What the data say."""

    UPHELD = "upheld"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Judged:
    """A claim's verdict and the figures it rests on. Exploratory claims are shown and decide nothing."""

    statement: str
    verdict: Verdict
    evidence: str
    exploratory: bool = False
    numbers: Mapping[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Plain data, for `claims.json`."""
        return {**asdict(self), "verdict": self.verdict.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Judged":
        """A verdict from what `to_json` gave."""
        try:
            return cls(**{**data, "verdict": Verdict(data["verdict"])})
        except (KeyError, TypeError, ValueError) as error:
            raise ConfigError(f"this is no judged claim ({error}); take a file that lengthwise wrote") from error


Curves = Mapping[str, LengthCurve]


@dataclass(frozen=True)
class Claim(ABC):
    """One statement about the curves of named arms."""

    @property
    @abstractmethod
    def statement(self) -> str:
        """The claim in words."""

    @abstractmethod
    def judge(self, curves: Curves) -> Judged:
        """What these curves say of it."""


def judge(claims: Sequence[Claim], curves: Curves) -> tuple[Judged, ...]:
    """Judge claims about one set of arms together: orders need to know how many primary ones there are.

    An arm that was not run leaves its claims undecided.
    """
    return judge_all([(claims, curves)])[0]


def judge_all(groups: Sequence[tuple[Sequence[Claim], Curves]]) -> list[tuple[Judged, ...]]:
    """Judge a whole study, whose stages and tasks have curves of their own: Holm runs over all its primary orders."""
    judged = [[_judge_one(claim, curves) for claim in claims] for claims, curves in groups]
    primary = [
        (g, i)
        for g, (claims, _) in enumerate(groups)
        for i, claim in enumerate(claims)
        if isinstance(claim, Order) and not judged[g][i].exploratory and "p" in judged[g][i].numbers
    ]
    for (g, i), p in zip(primary, holm([judged[g][i].numbers["p"] for g, i in primary]), strict=True):
        judged[g][i] = _corrected(judged[g][i], p, len(primary))
    return [tuple(group) for group in judged]


def _corrected(order: Judged, p: float, primaries: int) -> Judged:
    verdict = Verdict.UPHELD if p <= LEVEL else order.verdict
    evidence = f"{order.evidence}; Holm over {primaries} primary: p = {p:.3g}"
    return replace(order, verdict=verdict, evidence=evidence, numbers={**order.numbers, "p_holm": p})


def _judge_one(claim: Claim, curves: Curves) -> Judged:
    try:
        return claim.judge(curves)
    except _NotEnough as short:
        return Judged(claim.statement, Verdict.UNDECIDED, str(short), exploratory=short.exploratory)


class _NotEnough(Exception):
    """There are too few runs, seeds or instances to say anything."""

    def __init__(self, why: str, *, exploratory: bool = False) -> None:
        super().__init__(why)
        self.exploratory = exploratory


@dataclass(frozen=True)
class AtLeast(Claim):
    """An arm is right at a length in at least a share of the instances, in every seed.

    Upheld if every one of at least 5 seeds has its Wilson lower bound at the share or above, refuted if the median
    seed's upper bound is below it.
    """

    arm: str
    length: int
    share: float = 0.9
    task: str | None = None
    case: str | None = None
    instances: int = INSTANCES

    @property
    def statement(self) -> str:
        return f"{self.arm}: at least {self.share:g} at length {self.length}{_about(self.task, self.case)}"

    def judge(self, curves: Curves) -> Judged:
        tallies = _tallies(curves, self.arm, self.length, self.task, self.case, self.instances)
        ordered = sorted(tallies.values(), key=lambda tally: tally.accuracy)
        middle = median_low(range(len(ordered)))
        accuracies = spread([tally.accuracy for tally in ordered])
        evidence = f"median {accuracies}, lower bounds {', '.join(f'{t.interval()[0]:.3f}' for t in ordered)}"
        if len(ordered) >= SEEDS and all(tally.interval()[0] >= self.share for tally in ordered):
            verdict = Verdict.UPHELD
        elif len(ordered) >= SEEDS and ordered[middle].interval()[1] < self.share:
            verdict = Verdict.REFUTED
        else:
            verdict = Verdict.UNDECIDED
        return Judged(self.statement, verdict, evidence, len(ordered) < SEEDS, {"median": accuracies.median})


@dataclass(frozen=True)
class Order(Claim):
    """The first arm is right more often than the second at a length, run by run with the same data keys.

    Only `primary` claims with at least 5 seeds decide anything; upheld where Holm's p is at most 0.05, refuted where
    the test the other way round is.
    """

    first: str
    second: str
    length: int
    primary: bool = False
    task: str | None = None
    case: str | None = None
    instances: int = INSTANCES

    @property
    def statement(self) -> str:
        return f"{self.first} above {self.second} at length {self.length}{_about(self.task, self.case)}"

    def judge(self, curves: Curves) -> Judged:
        needed = self.instances if self.primary else 1
        pairs = _pairs(curves, (self.first, self.second), self.length, self.task, self.case, needed)
        ahead, behind = sum(1 for d in pairs if d > 0), sum(1 for d in pairs if d < 0)
        p = sign_test(ahead, behind)
        exploratory = not self.primary or len(pairs) < SEEDS
        backwards = sign_test(behind, ahead) <= LEVEL and not exploratory
        evidence = (
            f"ahead in {ahead} of {len(pairs)} seeds, difference {spread(pairs)}, one-sided sign test p = {p:.3g}"
        )
        verdict = Verdict.REFUTED if backwards else Verdict.UNDECIDED
        return Judged(self.statement, verdict, evidence, exploratory, {"p": p, "difference": spread(pairs).median})


@dataclass(frozen=True)
class Succeeds(Claim):
    """At least a stated part of the seeds reach a share at a length: k of n with Clopper and Pearson's interval."""

    arm: str
    length: int
    rate: float
    share: float = 0.9
    task: str | None = None
    case: str | None = None
    instances: int = INSTANCES

    @property
    def statement(self) -> str:
        where = f"{self.share:g} at length {self.length}{_about(self.task, self.case)}"
        return f"{self.arm}: at least {self.rate:g} of the seeds reach {where}"

    def judge(self, curves: Curves) -> Judged:
        tallies = _tallies(curves, self.arm, self.length, self.task, self.case, self.instances)
        successes = sum(1 for tally in tallies.values() if tally.accuracy >= self.share)
        low, high = clopper_pearson(successes, len(tallies))
        verdict = Verdict.UPHELD if low >= self.rate else Verdict.REFUTED if high < self.rate else Verdict.UNDECIDED
        evidence = f"{successes} of {len(tallies)} seeds, 95 % interval [{low:.2f}, {high:.2f}]"
        return Judged(self.statement, verdict, evidence, numbers={"successes": successes, "seeds": len(tallies)})


@dataclass(frozen=True)
class Equal(Claim):
    """Two arms are the same at every stated length: what is predicted of a placebo.

    Upheld if at every length the differences of all of at least 5 seeds lie within `margin`; refuted if at one length
    all seeds differ by more than that in one direction.
    """

    first: str
    second: str
    lengths: tuple[int, ...]
    margin: float = 0.05
    task: str | None = None
    case: str | None = None
    instances: int = INSTANCES

    @property
    def statement(self) -> str:
        where = f"at {', '.join(map(str, self.lengths))}{_about(self.task, self.case)}"
        return f"placebo: {self.first} equal to {self.second} within {self.margin:g} {where}"

    def judge(self, curves: Curves) -> Judged:
        arms = (self.first, self.second)
        spreads = [spread(_pairs(curves, arms, n, self.task, self.case, self.instances)) for n in self.lengths]
        seeds = min(s.seeds for s in spreads)
        is_apart = any(s.low > self.margin or s.high < -self.margin for s in spreads)
        is_same = all(-self.margin <= s.low and s.high <= self.margin for s in spreads)
        verdict = Verdict.REFUTED if is_apart else Verdict.UPHELD if is_same else Verdict.UNDECIDED
        evidence = "; ".join(f"at {n}: {s}" for n, s in zip(self.lengths, spreads, strict=True))
        if seeds < SEEDS:
            return Judged(self.statement, Verdict.UNDECIDED, evidence, exploratory=True)
        return Judged(
            self.statement, verdict, evidence, numbers={"largest": max(max(abs(s.low), abs(s.high)) for s in spreads)}
        )


@dataclass(frozen=True)
class GrowsAtMost(Claim):
    """The error of one symbol, teacher-forced, grows with the length at most like N ** `power` (1: the linear bound).

    Upheld if the upper end of the fitted exponent's interval is at most `power`, refuted if its lower end is above.
    """

    arm: str
    power: float = 1.0
    lengths: tuple[int, ...] = ()
    task: str | None = None
    case: str | None = None

    @property
    def statement(self) -> str:
        return f"{self.arm}: the error of a symbol grows at most like N^{self.power:g}{_about(self.task, self.case)}"

    def judge(self, curves: Curves) -> Judged:
        curve = _curve(curves, self.arm)
        lengths = self.lengths or curve.lengths(self.task, self.case)
        cells = [
            (n, seed, curve.cell(n, seed, self.task, self.case)) for n in lengths for seed in _learned(curve, self.task)
        ]
        asked = [(n, seed, sum(cell.errors), sum(cell.targets)) for n, seed, cell in cells if sum(cell.targets)]
        with_errors = {seed for _, seed, errors, _ in asked if errors}
        used = [row for row in asked if row[1] in with_errors]
        try:
            fit = exponent([r[0] for r in used], [r[2] for r in used], [r[3] for r in used], [r[1] for r in used])
        except ConfigError as error:
            raise _NotEnough(str(error)) from error
        verdict = (
            Verdict.UPHELD if fit.high <= self.power else Verdict.REFUTED if fit.low > self.power else Verdict.UNDECIDED
        )
        evidence = (
            f"exponent {fit} over {fit.lengths} lengths and {len(with_errors)} seeds, dispersion {fit.dispersion:.1f}"
        )
        return Judged(
            self.statement, verdict, evidence, numbers={"exponent": fit.value, "low": fit.low, "high": fit.high}
        )


def _about(task: str | None, case: str | None) -> str:
    said = [word for word in (task, case) if word is not None]
    return f" ({', '.join(said)})" if said else ""


def _curve(curves: Curves, arm: str) -> LengthCurve:
    if arm not in curves:
        raise _NotEnough(f"the arm {arm!r} was not run")
    if curves[arm].imported is not None:
        raise ConfigError(f"the curve of {arm!r} is imported; claims are about runs of our own")
    return curves[arm]


def _learned(curve: LengthCurve, task: str | None) -> list[int]:
    """The seeds whose run learned the trained lengths, judged on typical draws."""
    return [seed for seed in curve.seeds if curve.learned(seed, task)]


def _tallies(
    curves: Curves, arm: str, length: int, task: str | None, case: str | None, instances: int
) -> dict[int, Tally]:
    """The counts of each seed that learned; too few of anything says so."""
    curve = _curve(curves, arm)
    learned = _learned(curve, task)
    left_out = len(curve.seeds) - len(learned)
    tallies = {seed: curve.tally(length, seed, task, case) for seed in learned}
    tallies = {seed: tally for seed, tally in tallies.items() if tally.asked}
    if not tallies:
        raise _NotEnough(
            f"{arm}: no learned run was tested at length {length} ({left_out} not learned)", exploratory=True
        )
    fewest = min(tally.asked for tally in tallies.values())
    if fewest < instances:
        raise _NotEnough(f"{arm}: {fewest} instances at length {length}; this claim needs {instances}")
    return tallies


def _pairs(
    curves: Curves, arms: tuple[str, str], length: int, task: str | None, case: str | None, instances: int
) -> list[float]:
    """The differences of the seeds that both arms have."""
    first, second = (_tallies(curves, arm, length, task, case, instances) for arm in arms)
    shared = sorted(first.keys() & second.keys())
    if not shared:
        raise _NotEnough(f"{arms[0]} and {arms[1]} share no learned seed at length {length}", exploratory=True)
    return [first[seed].accuracy - second[seed].accuracy for seed in shared]
