"""Which lengths are tested: each at most 1.25 times the one before, to twice past the first failure.

>>> growing(8, 30)
(8, 10, 12, 15, 18, 22, 27, 30)
>>> grid(trained=4, last=10)
(1, 2, 3, 4, 5, 6, 7, 8, 10)
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lengthwise.core.errors import ConfigError

RATIO = 1.25  # house rule: a coarser grid would round a reach


def growing(first: int, last: int, ratio: float = RATIO) -> tuple[int, ...]:
    """Lengths from `first` to `last`, both included, each at most `ratio` times the one before (or one more)."""
    if not 1 <= first <= last:
        raise ConfigError(f"lengths from {first} to {last} are none; give 1 <= first <= last")
    if ratio <= 1:
        raise ConfigError(f"a grid that grows by {ratio}x does not grow; give a ratio above 1, such as {RATIO}")
    lengths = [first]
    while lengths[-1] < last:
        lengths.append(min(last, max(lengths[-1] + 1, int(lengths[-1] * ratio))))
    return tuple(lengths)


def grid(trained: int, last: int, ratio: float = RATIO) -> tuple[int, ...]:
    """Lengths from 1 to `last` that go through `trained`, so that the edge of training is on the curve."""
    if not 1 <= trained <= last:
        raise ConfigError(f"the longest trained length {trained} is not within the lengths tested, 1 to {last}")
    return (*growing(1, trained, ratio), *growing(trained, last, ratio)[1:])


@dataclass(frozen=True)
class PastFailure:
    """Lengths that go on until twice the first one that failed, or to the cap.

    `lengths(accuracies)` yields one length after the other; the caller puts each length's accuracy into the mapping
    before asking for the next.
    """

    trained: int
    cap: int
    threshold: float = 0.9
    past: float = 2.0
    ratio: float = RATIO

    def lengths(self, accuracies: Mapping[int, float]) -> Iterator[int]:
        """The grid, cut off at `past` times the first length beyond training that is below the threshold."""
        for length in grid(self.trained, self.cap, self.ratio):
            failed = [n for n, share in accuracies.items() if n > self.trained and share < self.threshold]
            if failed and length > self.past * min(failed):
                return
            yield length
