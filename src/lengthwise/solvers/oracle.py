"""The right answers, with errors planted at a stated rate: a solver whose accuracy is known before it is measured."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import PROMPT
from lengthwise.core.given import END
from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.request import Reply, Request, columnar
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.grade import Scores, expected
from lengthwise.prompting.way import LAST_LINE
from lengthwise.rules.styles import style as style_named
from lengthwise.rules.task import RuleInstance

SPOILT = ("value", "answer")  # the words of a trace that hold values


@dataclass(frozen=True)
class Oracle:
    """Answers right, except that each symbol is spoilt with probability `error`, decided by the prompt and `seed`.

    With errors a symbol apart from each other, a line of k symbols is right with probability (1 - error) ** k. On tasks
    made of a rule it answers alone, or with the trace in `style`, of which each value is spoilt with that probability.
    """

    error: float = 0.0
    seed: int = 0
    style: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.error <= 1:
            raise ConfigError(f"an error rate of {self.error} is none; give a number from 0 to 1")

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """The page's own symbols, some of them spoilt."""
        for request in requests:
            if isinstance(request.instance, RuleInstance):
                yield Reply(request.instance, self._told(request.instance))
                continue
            symbols = _truth(request)
            names = columnar(request).block.task.alphabet
            bad = self._spoilt(_prompt(request), len(symbols))
            written = [_other(symbol, names) if is_bad else symbol for symbol, is_bad in zip(symbols, bad, strict=True)]
            yield Reply(request.instance, " ".join(written), tokens=len(written))

    def score(self, line: Line) -> Scores:
        """The same symbols as `answer` writes; the end is always right."""
        names, first = line.task.alphabet, len(line.frame.prompt)
        wanted = line.contents[:, first:]
        written = np.concatenate([wanted, np.full((len(line), 1), END)], axis=1)
        for row, codes in enumerate(wanted):
            spoilt = self._spoilt(line.part(PROMPT, row), len(expected(line, row)))
            bad = np.flatnonzero(codes >= 0)[spoilt]
            written[row, bad] = np.where(codes[bad] < len(names), (codes[bad] + 1) % len(names), 0)
        right = np.concatenate([written[:, :-1] == wanted, np.ones((len(line), 1), dtype=bool)], axis=1)
        return Scores(right, written=written)

    def _told(self, instance: RuleInstance) -> str:
        """The trace, or the answer alone, with its values spoilt."""
        task = instance.block.task
        words = task.program.line(instance.given, style_named(self.style or "recite")).words
        kept = [word for word in words if self.style or word.role == "answer"]
        bad = iter(self._spoilt(instance.identity, sum(word.role in SPOILT for word in kept)))
        told = "".join(_other_value(w.text) if w.role in SPOILT and next(bad) else w.text for w in kept)
        return told if self.style else f"{LAST_LINE}{told}\n"

    def _spoilt(self, asked: str, count: int) -> list[bool]:
        rng = key("oracle", self.seed, asked).rng()
        return (rng.random(count) < self.error).tolist() if self.error else [False] * count


def _prompt(request: Request) -> str:
    """What was asked, as text: all that the two ways of asking have in common."""
    instance = columnar(request)
    task = instance.block.task
    if isinstance(task, DataFile):
        return task.rows[instance.row].prompt
    return "" if request.line is None else request.line.part(PROMPT)


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


def _other_value(text: str) -> str:
    """A wrong value: another literal."""
    return "None" if text != "None" else "0"
