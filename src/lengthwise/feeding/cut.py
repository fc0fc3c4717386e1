"""How restricted lines are made: from which lengths, in which form, and what is kept beside the witness."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Literal

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import END, Column, shape_of
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.lines.restrict import Form, Places, target_entry


@dataclass(frozen=True)
class Choice(ABC):
    """What is kept beside the witness: a score for every place of every line; the highest stay."""

    needs_model: ClassVar[bool] = False  # whether the scores come from the model being trained
    slots: ClassVar[int] = 1  # targets cut from each long line

    @abstractmethod
    def scores(self, line: Line, slot: int, rng: np.random.Generator, length: int) -> Column:
        """float[batch place] for a cut to `length` places, seen from the target at slot number `slot`."""


@dataclass(frozen=True)
class AtRandom(Choice):
    """A uniform sample of the other places."""

    def scores(self, line: Line, slot: int, rng: np.random.Generator, length: int) -> Column:
        """Noise."""
        return rng.random((len(line), places_of(line)))


@dataclass(frozen=True)
class Near(Choice):
    """A share of the kept places are those closest to the target, the rest a uniform sample.

    Close in value where the task restricts by value (sort: the numbers around the next one), else close in place.
    """

    share: float = 0.5

    def scores(self, line: Line, slot: int, rng: np.random.Generator, length: int) -> Column:
        """Nearness above noise."""
        distance = distances(line, slot)
        count = max(0, min(distance.shape[1], round(self.share * length)))
        scores = rng.random(distance.shape)
        if count:
            nearest = np.argpartition(distance, count - 1, axis=1)[:, :count]
            scores[np.arange(len(line))[:, None], nearest] += 2.0
        return scores


@dataclass(frozen=True)
class Blocks(Choice):
    """Runs of neighbouring places stay together: `shortest` to `longest` places each."""

    shortest: int = 2
    longest: int = 4

    def scores(self, line: Line, slot: int, rng: np.random.Generator, length: int) -> Column:
        """One noise for every run; the first run starts before the page at a random shift."""
        places = places_of(line)
        lengths = rng.integers(self.shortest, self.longest + 1, size=(len(line), places))
        edges = np.cumsum(lengths, axis=1) - rng.integers(self.longest, size=(len(line), 1))
        run = (edges[:, None, :] <= np.arange(places)[None, :, None]).sum(axis=2)
        noise = rng.random((len(line), places + 1))
        scores: Column = np.take_along_axis(noise, run, axis=1)
        return scores


@dataclass(frozen=True)
class Hard(Choice):
    """The places of the long line that the model attends to most, by its weights at the last multiple of `every`.

    Long lines are read without labels, in the training process, and count as symbols read. One pass shows what every
    symbol of a long line attends to, so that eight targets are cut from each: that makes scoring eight times cheaper.
    """

    every: int = 50

    needs_model: ClassVar[bool] = True
    slots: ClassVar[int] = 8

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ConfigError(f"every={self.every} updates is never; give at least 1")

    def scores(self, line: Line, slot: int, rng: np.random.Generator, length: int) -> Column:
        """Noise far below any attention: it decides among places that nothing attends to."""
        return rng.random((len(line), places_of(line))) * 1e-9


@dataclass(frozen=True)
class Cut:
    """Short lines from long ones of `shortest` to `longest`: N_cut is `longest`.

    Forms are taken in turn, group by group: ("query", "whole") is half query lines, half whole short lines over what
    was kept.
    """

    longest: int = 100
    shortest: int = 1
    forms: tuple[Form, ...] = ("closed",)
    choice: Choice = AtRandom()
    beside: Literal["within", "beside"] = "within"  # "beside": the length is kept beside the witness, not with it

    places: Places = "renumbered"  # "kept": symbols keep the places, and with them the coupled ids, of the long line

    def __post_init__(self) -> None:
        if not self.forms:
            raise ConfigError("a cut without forms makes no lines; give one or more of closed, query, whole")
        if not 1 <= self.shortest <= self.longest:
            raise ConfigError(
                f"there is no line of {self.shortest} to {self.longest} to cut from; "
                "shortest is at least 1 and at most longest"
            )


def places_of(line: Line) -> int:
    """How many places a block of lines has, in the numbering of `restrict.place_map`."""
    sizes = dict(shape_of(line.given))
    if line.task.unit == "value":
        return sum(sizes.values())
    given = {line.task.place(kind, i, sizes) for kind, n in sizes.items() for i in range(n)}
    answers = {line.task.place(e.kind, e.index, sizes) for e in line.frame.slots if e.kind is not None}
    return len(given) if answers & given else len(given | answers)


def distances(line: Line, slot: int) -> Column:
    """float[batch place]: how far each place lies from the target, in value or in place."""
    task, sizes = line.task, dict(shape_of(line.given))
    if task.unit == "value":
        values = np.concatenate([line.given[kind] for kind, _ in shape_of(line.given)], axis=1)
        difference: Column = np.abs(values - _target_value(line, slot)[:, None]).astype(np.float64)
        return difference
    places = sorted({task.place(kind, i, sizes) for kind, n in sizes.items() for i in range(n)})
    at = target_entry(task, line.frame, slot).place
    apart = [float(sum(abs((a or 0) - (b or 0)) for a, b in zip(place, at, strict=True))) for place in places]
    apart += [apart[-1] if apart else 0.0] * (places_of(line) - len(apart))
    return np.broadcast_to(np.array(apart), (len(line), len(apart)))


def _target_value(line: Line, slot: int) -> Column:
    first = len(line.frame.prompt)
    if slot < len(line.frame.slots):
        value = line.contents[:, first + slot].astype(np.int64)
        return np.where(value == END, _largest(line.task), value)
    return np.full(len(line), _largest(line.task))


@lru_cache(maxsize=512)
def _largest(task: Task) -> int:
    return len(task.alphabet) - 1
