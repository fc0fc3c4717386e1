"""Who watches a run: a live display, plain lines, a worker that waits for a benchmark, or nobody."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lengthwise.run import How, Run
from lengthwise.training.progress import Progress
from lengthwise.training.recipe import Choices


def _nobody(*_: object) -> None:
    """Nobody watches."""


@dataclass(frozen=True)
class Show:
    """What is called as a run goes on; each by default nobody."""

    began: Callable[[Run, How], object] = _nobody  # new, resumed or reused
    chosen: Callable[[Choices, Mapping[str, float], int], object] = _nobody  # choices, symbols a second, updates
    progress: Callable[[Progress], object] = _nobody
    watched: Callable[[int, Mapping[int, float]], object] = _nobody  # update, accuracy at a few lengths
    measured: Callable[[int, int, str], object] = _nobody  # lengths measured, of how many, and the newest in words


NOBODY = Show()
