"""A task made of a rule: an ordinary Python function says how the answer comes about, step by step.

Where a columnar task writes `step`, such a task writes a function. The function is parsed, never called by Python: the
interpreter of this room runs it, and gives the answer, the steps and the trace. What an author writes is the question,
`draw`, the rule, `solve` (the answer by another way) and `chance`.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from hashlib import blake2b
from itertools import product
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lengthwise.core.errors import TaskError, UnknownName
from lengthwise.core.instance import BLOCK, EIGHTHS, SPLITS, BlockName
from lengthwise.core.keys import key
from lengthwise.rules.execution import Execution
from lengthwise.rules.restriction import counted
from lengthwise.rules.rule import Rule
from lengthwise.rules.runtime.limits import LIMITS, Limits
from lengthwise.rules.runtime.render import render

Problem = Mapping[str, Any]  # the arguments of a rule, as JSON can say them
PACKAGE = "lengthwise.tasks."
ROUNDS = 64  # draws of a whole block before a split counts as empty
_SPLIT_OF = [split for split, (low, high) in EIGHTHS.items() for _ in range(low, high)]  # by eighth of the hashes
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, check_circular=False).encode


@dataclass(frozen=True)
class RuleTask(ABC):
    """What is asked, and the rule that answers it. Subclass it as a frozen dataclass, one task a file.

    `question` is a template over the rule's arguments and states how ties are broken. `counts` says what `length`
    counts. `equivalents` lists mutations of the rule that change nothing, each with its reason.
    """

    question: ClassVar[str]
    counts: ClassVar[str]
    rule: ClassVar[Callable[..., Any]]
    cases: ClassVar[tuple[str, ...]] = ("typical",)
    shortest: ClassVar[int] = 1
    cap: ClassVar[int | None] = None
    version: ClassVar[int] = 1  # of the data: a change of draw, rule or question raises it
    equivalents: ClassVar[Mapping[str, str]] = {}

    @abstractmethod
    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """`count` problems of this length: the rule's arguments, of their own shapes."""

    @abstractmethod
    def solve(self, given: Any) -> Any:
        """The answer, by another way than the rule and with nothing shared."""

    @abstractmethod
    def chance(self, length: int) -> float:
        """The share that the best trivial policy (a constant, the length alone, the last symbol alone) gets right."""

    @cached_property
    def name(self) -> str:
        """The registry name: family/task for the package's own, file:Class for a user's."""
        module = type(self).__module__
        if module.startswith(PACKAGE):
            return module.removeprefix(PACKAGE).replace(".", "/")
        return f"{self.program.source.origin.rsplit('/', 1)[-1]}:{type(self).__name__}"

    @property
    def program(self) -> Rule:
        """The rule, parsed."""
        return parsed(type(self).rule)

    @cached_property
    def counted(self) -> Mapping[str, str]:
        """The arguments that count the elements of another in every draw: a restriction counts them again."""
        lengths = [n for n in range(self.shortest, self.shortest + 8) if n <= (self.cap or n)]
        draws = [
            given
            for case, length in product(self.cases, lengths)
            for given in self.draw(length, key("counted", self.name, case, length).rng(), case, 8)
        ]
        return counted(draws)

    def ask(self, given: Problem) -> str:
        """The question of one problem, with its inputs written as Python writes them."""
        return self.question.format(**{name: render(value) for name, value in given.items()})

    def check_length(self, length: int, case: str = "typical") -> None:
        """Refuse a length or a case that cannot be drawn."""
        if length < self.shortest:
            raise TaskError(f"{self.name} has no problem of length {length}; lengths start at {self.shortest}")
        if self.cap is not None and length > self.cap:
            raise TaskError(f"{self.name} goes up to length {self.cap}, not {length}; choose a shorter length")
        if case not in self.cases:
            raise UnknownName(f"{self.name} has no case {case!r}; it has {', '.join(self.cases)}")


@cache
def parsed(function: Callable[..., Any]) -> Rule:
    """The rule of a function, parsed once in a process."""
    return Rule(function)


def answer(task: RuleTask, given: Problem, limits: Limits = LIMITS) -> Execution:
    """Run the rule; refuse, by file and line, an answer that `solve` does not agree with."""
    run = task.program.run(given, limits=limits)
    expected = task.solve(given)
    if run.error is None and render(run.answer) == render(expected):
        return run
    source = task.program.source
    said = f"raises {run.error!r}" if run.error is not None else f"says {render(run.answer)}"
    raise TaskError(
        f"{source.origin}:{source.entry.lineno}: the rule {source.name!r} of {task.name} {said} where solve says "
        f"{render(expected)}, given {canonical(given)}; mend the one that is wrong"
    )


@dataclass(frozen=True)
class RuleBlock(BlockName[RuleTask]):
    """The name of one block of problems; their shapes are free."""


class RuleInstance(NamedTuple):
    """One problem: the block it is from, its row there, and what is given."""

    block: RuleBlock
    row: int
    given: Problem

    @property
    def length(self) -> int:
        """The task's nominal length."""
        return self.block.length

    @property
    def identity(self) -> str:
        """A short text that names this instance in samples, exports and comparisons."""
        return self.block.identity(self.row)


def canonical(given: Problem) -> str:
    """A problem as the one JSON text that stands for it."""
    return _CANONICAL(given)


def split_hash(task: RuleTask, given: Problem) -> int:
    """64 bits that depend on the registry name and the problem, and on nothing else."""
    return int.from_bytes(blake2b(f"{task.name} {_CANONICAL(given)}".encode(), digest_size=8).digest(), "big")


def split_of(task: RuleTask, given: Problem) -> str:
    """The split that a problem belongs to, whoever draws it."""
    return _SPLIT_OF[split_hash(task, given) >> 61]


def rule_block(name: RuleBlock, count: int = BLOCK) -> list[dict[str, Any]]:
    """The problems of one block, all of the split, the same on every machine and at every time.

    Fewer than `count` where the split has few problems of this length; a TaskError where it has none.
    """
    kept = [given for given, _ in _hashed_block(name, count)]
    if not kept:
        raise TaskError(
            f"{name.task.name} has no {name.split} problem of length {name.length} (case {name.case!r}): its space of "
            "problems is too small for splits of an eighth; choose a longer length"
        )
    return kept


def _hashed_block(name: RuleBlock, count: int = BLOCK) -> list[tuple[dict[str, Any], int]]:
    task = name.task
    task.check_length(name.length, name.case)
    if name.split not in EIGHTHS:
        raise TaskError(f"there is no split {name.split!r}; choose one of {', '.join(SPLITS)}")
    stream = key(
        "block", task.name, repr(task), task.version, name.split, name.length, name.seed, name.case, name.number
    )
    kept: list[tuple[dict[str, Any], int]] = []
    low, high = EIGHTHS[name.split]
    share = -(-9 * count // (high - low)) if high - low > 1 else 3 * count  # a little more than one round should need
    for number in range(ROUNDS):
        for given in task.draw(name.length, stream.child(number).rng(), name.case, share):
            value = split_hash(task, given)
            if _SPLIT_OF[value >> 61] == name.split:
                kept.append((given, value))
        if len(kept) >= count:
            break
    return kept[:count]


def instances(first: RuleBlock, count: int) -> Iterator[RuleInstance]:
    """Up to `count` different problems of a split, from one block on; fewer where two blocks bring nothing new."""
    seen: set[int] = set()
    idle, number = 0, first.number
    while len(seen) < count and idle < 2:
        name = replace(first, number=number)
        before = len(seen)
        for row, (given, value) in enumerate(_hashed_block(name)):
            if value not in seen and len(seen) < count:
                seen.add(value)
                yield RuleInstance(name, row, given)
        idle = idle + 1 if len(seen) == before else 0
        number += 1
