"""The length curve: how often right, per length and seed, with what training saw beside it.

    curve = LengthCurve({CellKey("ordering/sort", "typical", 20, 0): Cell(answer=Tally(correct=1000))}, trained=(1, 10))
    curve.tally(20, seed=0)     # 1000/1000 [0.996, 1.000]
    curve.reach(0.9)            # >= 20: the grid ends there
    curve.factor(0.9)           # >= 2.0x
    curve + other_seeds         # cells add, seeds stand beside each other

A reach is the largest tested length such that it and every tested length below it pass, by the point value. At the end
of the grid it is censored and prints `>= N`. Factor = reach / the longest main-task length trained; beside it always
stand the longest line that training saw and N_cut, the longest instance that a restriction was cut from: reach past
N_cut is extrapolation, reach up to it is inheritance.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from itertools import zip_longest
from statistics import median_low
from typing import Any, Literal, NamedTuple, Self

from lengthwise.core.errors import ConfigError
from lengthwise.core.outcome import Tally
from lengthwise.evaluation.picture import picture

LEARNED = 0.99  # a run below this at trained lengths is not learned and enters no extrapolation claim
Regime = Literal["A", "A + own working", "B", "C"]
REGIMES: tuple[Regime, ...] = ("A", "A + own working", "B", "C")


class CellKey(NamedTuple):
    """What a cell is about: task, case of its draw, length, and the seed of the run."""

    task: str
    case: str
    length: int
    seed: int


def _sum(a: tuple[int, ...], b: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(x + y for x, y in zip_longest(a, b, fillvalue=0))


@dataclass(frozen=True)
class Cell:
    """The counts of one length. Where no working is written, `answer` and `line` are the same.

    `stop_failures` are lines whose every symbol was right and only the end wrong: with the right length given (oracle
    length) they would have been correct. `errors[t]` of `targets[t]` symbols at slot t were wrong, teacher-forced where
    a network scored the line; `first_wrong[t]` lines had their first wrong symbol there.
    """

    answer: Tally = Tally()  # noqa: RUF009 - a frozen value
    line: Tally = Tally()  # noqa: RUF009 - a frozen value
    stop_failures: int = 0
    near_ties: int = 0
    first_wrong: tuple[int, ...] = ()
    errors: tuple[int, ...] = ()
    targets: tuple[int, ...] = ()

    def __add__(self, other: "Cell") -> "Cell":
        return Cell(
            self.answer + other.answer,
            self.line + other.line,
            self.stop_failures + other.stop_failures,
            self.near_ties + other.near_ties,
            _sum(self.first_wrong, other.first_wrong),
            _sum(self.errors, other.errors),
            _sum(self.targets, other.targets),
        )

    @property
    def headline(self) -> Tally:
        """The answer where it was measured, else the whole line (a lower bound of it)."""
        return self.answer if self.answer.asked or self.answer.unanswered else self.line

    def oracle_length(self) -> Tally:
        """Whole lines with stop failures counted as correct."""
        correct = self.line.correct + self.stop_failures
        return Tally(correct=correct, wrong=self.line.asked - correct, unanswered=self.line.unanswered)


class Reach(NamedTuple):
    """A length, and whether the grid ended there."""

    length: int
    censored: bool

    def __str__(self) -> str:
        return f">= {self.length}" if self.censored else str(self.length)


class Factor(NamedTuple):
    """Reach over the longest trained length."""

    value: float
    censored: bool

    def __str__(self) -> str:
        return f"{'>= ' if self.censored else ''}{self.value:.3g}x"


@dataclass(frozen=True)
class LengthCurve:
    """Cells, and what must stand beside them. `imported` names the source of figures that are not ours."""

    cells: Mapping[CellKey, Cell] = field(default_factory=dict)
    trained: tuple[int, int] | None = None  # shortest and longest main-task length
    longest_line: int | None = None  # symbols of the longest line that training saw, from any ingredient
    cut_from: int | None = None  # N_cut
    regime: Regime = "A"
    chance: Mapping[int, float] = field(default_factory=dict)  # by length: the best trivial policy of the main task
    imported: str | None = None

    def __post_init__(self) -> None:
        if self.regime not in REGIMES:
            raise ConfigError(f"there is no regime {self.regime!r}; choose one of {', '.join(REGIMES)}")

    # -- what is on it --------------------------------------------------------------------------------------------

    @property
    def tasks(self) -> tuple[str, ...]:
        """The tasks measured, in the order of the cells."""
        return tuple(dict.fromkeys(k.task for k in self.cells))

    @property
    def cases(self) -> tuple[str, ...]:
        """The cases measured."""
        return tuple(dict.fromkeys(k.case for k in self.cells))

    @property
    def seeds(self) -> tuple[int, ...]:
        """The seeds of the runs, in order."""
        return tuple(sorted({k.seed for k in self.cells}))

    def lengths(self, task: str | None = None, case: str | None = None) -> tuple[int, ...]:
        """The lengths tested of one task and case, in order."""
        task, case = self._chosen(task, case)
        return tuple(sorted({k.length for k in self.cells if (k.task, k.case) == (task, case)}))

    def cell(self, length: int, seed: int | None = None, task: str | None = None, case: str | None = None) -> Cell:
        """The counts at one length, of one seed or of all together; empty where nothing was measured."""
        task, case = self._chosen(task, case)
        found = (
            c
            for k, c in self.cells.items()
            if (k.task, k.case, k.length) == (task, case, length) and seed in (None, k.seed)
        )
        return sum(found, Cell())

    def tally(self, length: int, seed: int | None = None, task: str | None = None, case: str | None = None) -> Tally:
        """The headline counts at one length."""
        return self.cell(length, seed, task, case).headline

    def accuracies(self, length: int, task: str | None = None, case: str | None = None) -> dict[int, float]:
        """The share of correct answers of each seed that was asked at this length."""
        tallies = {seed: self.tally(length, seed, task, case) for seed in self.seeds}
        return {seed: tally.accuracy for seed, tally in tallies.items() if tally.asked}

    # -- what follows ---------------------------------------------------------------------------------------------

    def reaches(self, share: float = 0.9, task: str | None = None, case: str | None = None) -> dict[int, Reach]:
        """The reach of each seed, 0 where the shortest length tested already fails."""
        return {seed: self._reach_of(seed, share, task, case) for seed in self.seeds}

    def reach(
        self, share: float = 0.9, seed: int | None = None, task: str | None = None, case: str | None = None
    ) -> Reach:
        """The reach of one seed, or the (lower) median over seeds."""
        if seed is not None:
            return self._reach_of(seed, share, task, case)
        return median_low(self.reaches(share, task, case).values()) if self.seeds else Reach(0, censored=False)

    def factor(
        self, share: float = 0.9, seed: int | None = None, task: str | None = None, case: str | None = None
    ) -> Factor:
        """Reach over the longest main-task length trained."""
        if self.trained is None:
            raise ConfigError("this curve does not say which lengths were trained, so it has no factor; set `trained`")
        reach = self.reach(share, seed, task, case)
        return Factor(reach.length / self.trained[1], reach.censored)

    def learned(self, seed: int, task: str | None = None, case: str | None = None) -> bool:
        """Whether the run is at 99 % or more at every trained length tested."""
        if self.trained is None:
            return True
        inside = [n for n in self.lengths(task, case) if self.trained[0] <= n <= self.trained[1]]
        tallies = [self.tally(n, seed, task, case) for n in inside]
        return bool(tallies) and all(t.asked and t.accuracy >= LEARNED for t in tallies)

    def of(self, task: str | None = None, case: str | None = None, seed: int | None = None) -> Self:
        """Only the cells of one task, case or seed."""
        kept = {
            k: c
            for k, c in self.cells.items()
            if task in (None, k.task) and case in (None, k.case) and seed in (None, k.seed)
        }
        return replace(self, cells=kept)

    def __add__(self, other: "LengthCurve") -> "LengthCurve":
        """Cells add; what stands beside must agree, or be unknown on one side."""
        cells = dict(self.cells)
        for k, cell in other.cells.items():
            cells[k] = cells.get(k, Cell()) + cell
        if not (self.cells and other.cells):
            return replace(self if self.cells else other, cells=cells)
        if self.regime != other.regime:
            raise ConfigError(
                f"curves of the regimes {self.regime} and {other.regime} are never ranked in one; keep them apart"
            )
        if self.trained != other.trained:
            raise ConfigError(
                f"curves trained on lengths {self.trained} and {other.trained} are not one curve; keep them apart"
            )
        return replace(
            self,
            cells=cells,
            longest_line=_longest(self.longest_line, other.longest_line),
            cut_from=_longest(self.cut_from, other.cut_from),
            chance={**self.chance, **other.chance},
            imported=self.imported or other.imported,
        )

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        return picture(self)

    def _reach_of(self, seed: int, share: float, task: str | None, case: str | None) -> Reach:
        best, lengths = 0, self.lengths(task, case)
        measured = [(n, tally) for n in lengths if (tally := self.tally(n, seed, task, case)).asked]
        for length, tally in measured:
            if tally.accuracy < share:
                return Reach(best, censored=False)
            best = length
        return Reach(best, censored=bool(measured))

    def _chosen(self, task: str | None, case: str | None) -> tuple[str, str]:
        """The one task and case meant where none is named: the first (the main task, typical draws)."""
        if not self.cells:
            return task or "", case or ""
        first = next(iter(self.cells))
        return first.task if task is None else task, first.case if case is None else case

    # -- plain JSON -----------------------------------------------------------------------------------------------

    def to_json(self) -> dict[str, Any]:
        """Plain data, for `curve.json`."""
        beside = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("cells", "chance")}
        return {
            **{name: list(value) if isinstance(value, tuple) else value for name, value in beside.items()},
            "chance": [[length, share] for length, share in self.chance.items()],
            "cells": [{**k._asdict(), **_cell_to_json(cell)} for k, cell in self.cells.items()],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "LengthCurve":
        """A curve from what `to_json` gave; a ConfigError where it is something else."""
        try:
            cells = {
                CellKey(c["task"], c["case"], int(c["length"]), int(c["seed"])): _cell_from_json(c)
                for c in data["cells"]
            }
            return cls(
                cells,
                None if data["trained"] is None else (int(data["trained"][0]), int(data["trained"][1])),
                data["longest_line"],
                data["cut_from"],
                data["regime"],
                {int(length): float(share) for length, share in data["chance"]},
                data["imported"],
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ConfigError(
                f"this is no length curve ({type(error).__name__}: {error}); take a file that lengthwise wrote"
            ) from error


def total(curves: Iterable[LengthCurve]) -> LengthCurve:
    """The sum of many curves: the runs of one arm under each other."""
    return sum(curves, LengthCurve())


def _longest(a: int | None, b: int | None) -> int | None:
    return max((n for n in (a, b) if n is not None), default=None)


def _tally_to_json(tally: Tally) -> dict[str, int]:
    return {f.name: count for f in fields(tally) if (count := getattr(tally, f.name))}


def _cell_to_json(cell: Cell) -> dict[str, Any]:
    plain: dict[str, Any] = {"answer": _tally_to_json(cell.answer)}
    if cell.line != cell.answer:
        plain["line"] = _tally_to_json(cell.line)
    for name in ("stop_failures", "near_ties", "first_wrong", "errors", "targets"):
        value = getattr(cell, name)
        if value:
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def _cell_from_json(data: Mapping[str, Any]) -> Cell:
    answer = Tally(**data["answer"])
    return Cell(
        answer,
        Tally(**data["line"]) if "line" in data else answer,
        data.get("stop_failures", 0),
        data.get("near_ties", 0),
        tuple(data.get("first_wrong", ())),
        tuple(data.get("errors", ())),
        tuple(data.get("targets", ())),
    )
