"""The statistics that claims rest on, each exact or with its source, none from a library.

Wilson's interval for one tally is `Tally.interval`. Here is the rest: Clopper and Pearson for success rates, the median
with its range over seeds, the exact sign test, paired differences, and the exponent of an error.
"""

from collections.abc import Callable, Sequence
from math import comb, exp, gamma, lgamma, log, pi, sqrt
from statistics import median_low
from typing import NamedTuple

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column

Interval = tuple[float, float]


class Spread(NamedTuple):
    """The median over seeds, the smallest and the largest: with 5 seeds the range covers it with 93.75 %."""

    median: float
    low: float
    high: float
    seeds: int

    def __str__(self) -> str:
        return f"{self.median:.3f} [{self.low:.3f}, {self.high:.3f}] ({self.seeds} seeds)"

    @property
    def coverage(self) -> float:
        """How surely the range holds the true median: 1 - 2 ** (1 - seeds)."""
        return 1 - 2.0 ** (1 - self.seeds)


def spread(values: Sequence[float]) -> Spread:
    """Median (of an even number the lower of the middle two, so that it is a seed's own value), minimum, maximum.

    >>> print(spread([0.9, 1.0, 0.4]))
    0.900 [0.400, 1.000] (3 seeds)
    """
    if not values:
        raise ConfigError("no values have no median; give at least one seed")
    return Spread(median_low(values), min(values), max(values), len(values))


def clopper_pearson(successes: int, trials: int, level: float = 0.95) -> Interval:
    """The exact interval for a success rate (Clopper and Pearson 1934): conservative, right for a handful of seeds.

    >>> [round(x, 4) for x in clopper_pearson(5, 5)]
    [0.4782, 1.0]
    """
    if not 0 <= successes <= trials:
        raise ConfigError(f"{successes} successes in {trials} trials are impossible")
    tail = (1 - level) / 2
    low = 0.0 if successes == 0 else _root(lambda p: _at_least(successes, trials, p) - tail, 0, 1)
    high = 1.0 if successes == trials else _root(lambda p: tail - (1 - _at_least(successes + 1, trials, p)), 0, 1)
    return low, high


def _at_least(successes: int, trials: int, p: float) -> float:
    """P(X >= successes) of a binomial variable, summed in logarithms."""
    if p in (0.0, 1.0):
        return float(p == 1.0 or successes == 0)
    ways = lgamma(trials + 1)
    terms = (
        exp(ways - lgamma(k + 1) - lgamma(trials - k + 1) + k * log(p) + (trials - k) * log(1 - p))
        for k in range(successes, trials + 1)
    )
    return min(1.0, sum(terms))


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    """Where a rising function crosses 0, by halving 100 times (well below the last bit)."""
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def sign_test(ahead: int, behind: int) -> float:
    """One-sided exact p-value of "ahead more often than behind"; ties are left out.

    >>> sign_test(5, 0) == 1 / 32
    True
    """
    pairs = ahead + behind
    return sum(comb(pairs, k) for k in range(ahead, pairs + 1)) / 2.0**pairs


class Difference(NamedTuple):
    """A difference of two shares on the same instances, its interval, and who alone was right how often."""

    value: float
    low: float
    high: float
    first_only: int
    second_only: int
    instances: int


def paired_difference(first: Column, second: Column, z: float = 1.959963984540054) -> Difference:
    """Share of `first` minus share of `second`, bool[instances] each, on the same instances.

    The interval is Bonett and Price's (2012): Wald's with one more instance on each discordant side, which keeps its
    coverage where few instances differ.
    """
    if len(first) != len(second) or not len(first):
        raise ConfigError(f"paired shares need the same instances; given were {len(first)} and {len(second)}")
    n = len(first)
    only, other = int((first & ~second).sum()), int((second & ~first).sum())
    p, q = (only + 1) / (n + 2), (other + 1) / (n + 2)
    half = z * sqrt((p + q - (p - q) ** 2) / (n + 2))
    return Difference((only - other) / n, max(-1.0, p - q - half), min(1.0, p - q + half), only, other, n)


class Exponent(NamedTuple):
    """The exponent b of error = a N^b with its 95 % interval, and how much wider than Poisson the counts lie."""

    value: float
    low: float
    high: float
    dispersion: float
    lengths: int

    def __str__(self) -> str:
        return f"{self.value:.2f} [{self.low:.2f}, {self.high:.2f}]"


def exponent(lengths: Sequence[int], errors: Sequence[int], targets: Sequence[int], seeds: Sequence[int]) -> Exponent:
    """Fit errors = targets * a_seed * length ** b, one observation a length and seed.

    Quasi-Poisson regression with a logarithmic link, so that lengths without an error count too, an intercept for each
    seed, and an interval from Student's t scaled by the dispersion (errors in one line come together).
    """
    names = sorted(set(seeds))
    if len(set(lengths)) < 3 or not all(targets) or len(lengths) <= len(names) + 1:
        raise ConfigError("an exponent needs targets at 3 lengths or more; measure more lengths")
    wrong = np.array(errors, dtype=float)
    with_errors = {seed for seed, count in zip(seeds, errors, strict=True) if count}
    if len(with_errors) < len(names):
        raise ConfigError("an exponent needs at least one error of each seed; measure longer lines")
    if not _is_held(lengths, errors, seeds):
        raise ConfigError(
            "all errors are at the longest lengths, or all at the shortest, and no exponent is too steep for that; "
            "measure more lengths or more problems"
        )
    logs = np.log(np.array(lengths, dtype=float))
    design = np.column_stack([*(np.array([s == seed for s in seeds], dtype=float) for seed in names), logs])
    offset = np.log(np.array(targets, dtype=float))
    weights = _poisson(design, wrong, offset)
    mean = np.exp(design @ weights + offset)
    freedom = len(lengths) - design.shape[1]
    dispersion = max(1.0, float(((wrong - mean) ** 2 / mean).sum()) / freedom)
    spread_of = np.linalg.inv(design.T @ (design * mean[:, None]))
    half = student(0.975, freedom) * sqrt(dispersion * float(spread_of[-1, -1]))
    b = float(weights[-1])
    return Exponent(b, b - half, b + half, dispersion, len(set(lengths)))


def _is_held(lengths: Sequence[int], errors: Sequence[int], seeds: Sequence[int]) -> bool:
    """Whether errors hold the exponent from both sides: some of a seed not at its longest, some not at its shortest."""
    rows = list(zip(lengths, errors, seeds, strict=True))
    ends = {seed: (min(n for n, _, s in rows if s == seed), max(n for n, _, s in rows if s == seed)) for seed in seeds}
    inner = [(n > ends[seed][0], n < ends[seed][1]) for n, count, seed in rows if count]
    return any(above for above, _ in inner) and any(below for _, below in inner)


def _poisson(design: Column, counts: Column, offset: Column) -> Column:
    """Iteratively reweighted least squares, started at the logarithm of the counts (and a half)."""
    eta = np.log(counts + 0.5)
    weights = np.zeros(design.shape[1])
    for _ in range(200):
        mean = np.exp(np.clip(eta, -30, 30))
        working = eta - offset + (counts - mean) / mean
        scaled = design * np.sqrt(mean)[:, None]
        fresh = np.linalg.lstsq(scaled, working * np.sqrt(mean), rcond=None)[0]
        is_still = np.allclose(fresh, weights, rtol=1e-10, atol=1e-10)
        weights, eta = fresh, design @ fresh + offset
        if is_still:
            break
    return weights


def student(share: float, freedom: int) -> float:
    """The quantile of Student's t: where its distribution reaches `share` (above a half).

    >>> round(student(0.975, 10), 3)
    2.228
    """
    scale = gamma_ratio(freedom) / sqrt(freedom * pi)

    def below(t: float) -> float:
        x = np.linspace(0, t, 4001)
        y = scale * (1 + x * x / freedom) ** (-(freedom + 1) / 2)
        return 0.5 + float((y[0] + 4 * y[1::2].sum() + 2 * y[2:-1:2].sum() + y[-1]) * (x[1] - x[0]) / 3)

    return _root(lambda t: below(t) - share, 0, 100)


def gamma_ratio(freedom: int) -> float:
    """gamma((n + 1) / 2) / gamma(n / 2), in logarithms where it would overflow."""
    if freedom < 300:
        return gamma((freedom + 1) / 2) / gamma(freedom / 2)
    return exp(lgamma((freedom + 1) / 2) - lgamma(freedom / 2))
