"""Two runs, instance by instance: what one solves and the other does not, and the difference per length."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.outcome import Outcome
from lengthwise.evaluation.evaluate import Sample
from lengthwise.evaluation.statistics import Difference, paired_difference

EXAMPLES = 5  # instances named a side; the rest are counted


class Compared(NamedTuple):
    """One length of one task and case: the difference, and some instances that one side alone solves."""

    task: str
    case: str
    length: int
    difference: Difference
    first_solves: tuple[str, ...]
    second_solves: tuple[str, ...]

    def __str__(self) -> str:
        d = self.difference
        return (
            f"{self.task} {self.case} length {self.length}: {d.value:+.3f} [{d.low:+.3f}, {d.high:+.3f}] "
            f"on {d.instances}, alone right: {d.first_only} and {d.second_only}"
        )


def compare(first: Iterable[Sample], second: Iterable[Sample]) -> list[Compared]:
    """Pair two runs' samples by instance; only instances that both answered count."""
    one, two = _by_instance(first), _by_instance(second)
    shared = [name for name in one if name in two]
    if not shared:
        raise ConfigError(
            "the two runs share no instance; measure both with the same task, lengths and seed of the problems"
        )
    cells: dict[tuple[str, str, int], list[str]] = {}
    for name in shared:
        sample = one[name]
        cells.setdefault((sample.task, sample.case, sample.length), []).append(name)
    return [_compared(cell, names, one, two) for cell, names in cells.items()]


def _by_instance(samples: Iterable[Sample]) -> dict[str, Sample]:
    found: dict[str, Sample] = {}
    for sample in samples:
        if sample.instance in found:
            raise ConfigError(
                f"{sample.instance} stands twice among the samples of one run; compare one seed at a time"
            )
        found[sample.instance] = sample
    return found


def _compared(
    cell: tuple[str, str, int], names: Sequence[str], one: Mapping[str, Sample], two: Mapping[str, Sample]
) -> Compared:
    right = [np.array([side[name].outcome == Outcome.CORRECT.value for name in names]) for side in (one, two)]
    alone = [[n for n, a, b in zip(names, x, y, strict=True) if a and not b] for x, y in (right, right[::-1])]
    return Compared(
        *cell, paired_difference(right[0], right[1]), tuple(alone[0][:EXAMPLES]), tuple(alone[1][:EXAMPLES])
    )
