"""Mixtures: weighted ingredients, and the schedule that says what every update is made of.

The schedule depends on the mixture alone: at update t all seeds read the same lengths and as many rows of each
ingredient. So a run can be resumed at any update without a look at the data before it, and arms can be compared at
equal symbols.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from lengthwise.core.errors import ConfigError
from lengthwise.core.keys import key
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.feeding.cut import Cut


@dataclass(frozen=True)
class Ingredient:
    """One kind of line: `task` and `trace` are the experiment's own where they are None.

    `lengths` is the range of the lines that the model reads, also where they are cut from longer ones. `weight` is the
    share of rows; with `ramp` it grows linearly from nothing over that share of training. With targets "one", the loss
    counts one random answer symbol of each line. With `distinct`, an uncut ingredient has only so many lines of each
    length, in whole blocks of 128, and reads them again and again (0: always new ones).
    """

    lengths: tuple[int, int] = (1, 20)
    weight: float = 1.0
    task: Task | None = None
    trace: Trace | None = None
    case: str = "typical"
    cut: Cut | None = None
    targets: Literal["all", "one"] = "all"
    ramp: float = 0.0
    distinct: int = 0

    def __post_init__(self) -> None:
        low, high = self.lengths
        if not 1 <= low <= high:
            raise ConfigError(f"lengths {low} to {high} hold no length; give a range such as (1, 20)")
        if self.weight <= 0:
            raise ConfigError(
                f"an ingredient of weight {self.weight} is never read; give a weight above 0 or leave it out"
            )
        if not 0 <= self.ramp <= 1:
            raise ConfigError(f"ramp={self.ramp} is no share of training; give a number from 0 (none) to 1")
        if self.cut is not None and self.cut.longest < high:
            raise ConfigError(
                f"lines of up to {high} cannot be cut from lines of at most {self.cut.longest}; "
                f"raise cut.longest to {high} or more"
            )


@dataclass(frozen=True)
class Mixture:
    """Weighted ingredients; `symbols` is about how many symbols a batch has.

    One batch holds one length, so that nothing is padded but what a restriction leaves ragged. With `curriculum`, the
    longest length grows linearly from the shortest over that share of training.
    """

    ingredients: tuple[Ingredient, ...] = (Ingredient(),)
    symbols: int = 4096
    curriculum: float = 0.0

    def __post_init__(self) -> None:
        if not self.ingredients:
            raise ConfigError("a mixture without ingredients trains nothing; give at least one Ingredient")
        if self.symbols < 1 or not 0 <= self.curriculum <= 1:
            raise ConfigError(
                f"symbols={self.symbols}, curriculum={self.curriculum}: symbols of a batch are at least 1, "
                "curriculum is a share of training, from 0 (none) to 1"
            )
        if len({i.lengths for i in self.ingredients}) > 1:
            raise ConfigError("the ingredients of one mixture share one range of lengths; give each the same `lengths`")

    @property
    def lengths(self) -> tuple[int, int]:
        """The range of the lines that the model reads."""
        return self.ingredients[0].lengths


class Portion(NamedTuple):
    """Rows of one ingredient for one update: rows number `start` .. `start + rows` of all its lines of this length."""

    ingredient: int
    length: int
    start: int
    rows: int


class Plan(NamedTuple):
    """What one update is made of."""

    update: int
    length: int
    portions: tuple[Portion, ...]


LARGEST_BATCH = 512  # rows: more short lines than this teach nothing new in one update


def schedule(mixture: Mixture, updates: int, symbols_at: dict[int, int]) -> Iterator[Plan]:
    """The plans of all updates. `symbols_at[length]` is how many symbols one line of that length has."""
    low, high = mixture.lengths
    rng = key("schedule", low, high, mixture.symbols).rng()
    draws = rng.random(updates).tolist()
    taken: dict[tuple[int, int], int] = {}
    owed = [0.0] * len(mixture.ingredients)
    for update, draw in enumerate(draws):
        done = update / max(1, updates)
        top = high if mixture.curriculum <= done else low + round((high - low) * done / mixture.curriculum)
        length = low + int(draw * (top - low + 1))
        rows = max(1, min(LARGEST_BATCH, mixture.symbols // symbols_at[length]))
        grown = (update + 1) / updates  # above 0 from the first update on, so that a batch is never empty
        weights = [i.weight * (min(1.0, grown / i.ramp) if i.ramp else 1.0) for i in mixture.ingredients]
        portions = []
        for number, share in enumerate(_shares(weights, rows, owed)):
            if share:
                start = taken.get((number, length), 0)
                taken[number, length] = start + share
                portions.append(Portion(number, length, start, share))
        yield Plan(update, length, tuple(portions))


def _shares(weights: list[float], rows: int, owed: list[float]) -> list[int]:
    """Whole rows for each ingredient; what rounding takes from one is owed to it next time."""
    total = sum(weights)
    for number, weight in enumerate(weights):
        owed[number] += rows * weight / total
    shares = [max(0, int(value)) for value in owed]
    short = rows - sum(shares)
    for number in sorted(range(len(owed)), key=lambda k: shares[k] - owed[k])[: max(0, short)]:
        shares[number] += 1
    for number, share in enumerate(shares):
        owed[number] -= share
    return shares
