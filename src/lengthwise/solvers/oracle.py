"""The right answers, with errors planted at a stated rate: a solver whose accuracy is known before it is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.request import Reply, Request, columnar
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.grade import Scores, expected


@dataclass(frozen=True)
class Oracle:
    """Answers right, except that each symbol is spoilt with probability `error` (the same ones on every call).

    With errors a symbol apart from each other, a line of k symbols is right with probability (1 - error) ** k.
    """

    error: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.error <= 1:
            raise ConfigError(f"an error rate of {self.error} is none; give a number from 0 to 1")

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """The page's own symbols, some of them spoilt."""
        for request in requests:
            symbols = _truth(request)
            names = columnar(request).block.task.alphabet
            bad = self._spoilt(request.instance.identity, len(symbols))
            written = [_other(symbol, names) if is_bad else symbol for symbol, is_bad in zip(symbols, bad, strict=True)]
            yield Reply(request.instance, " ".join(written), tokens=len(written))

    def score(self, line: Line) -> Scores:
        """The same rate of errors, drawn per row; the end is always right."""
        rows, slots = len(line), len(line.frame.slots)
        bad = key("oracle", self.seed, line.task.name, rows, slots).rng().random((rows, slots)) < self.error
        return Scores(np.concatenate([~bad, np.ones((rows, 1), dtype=bool)], axis=1))

    def _spoilt(self, identity: str, count: int) -> list[bool]:
        rng = key("oracle", self.seed, identity).rng()
        return (rng.random(count) < self.error).tolist() if self.error else [False] * count


def _truth(request: Request) -> list[str]:
    instance = columnar(request)
    task = instance.block.task
    if isinstance(task, DataFile):
        return task.rows[instance.row].answer.split()
    if request.line is None:
        raise ConfigError(
            f"the oracle has no page to read {request.instance.identity} from; ask it about lines or data files"
        )
    return expected(request.line, 0)


def _other(symbol: str, names: Sequence[str]) -> str:
    """A wrong symbol of the same alphabet."""
    at = names.index(symbol) if symbol in names else -1
    return names[(at + 1) % len(names)]
