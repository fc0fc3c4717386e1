"""A task: what is asked, what is right, and the one local rule from which everything else follows.

An author writes seven things: `draw`, `question`, `slots` (default: one answer per input), `step`, `solve`, `unit`, and
the stated facts. What follows from them (next symbol, carriers, witness, influence, restrictions, coupled ids) is never
written by hand. Tasks are frozen dataclasses: their fields are their configuration.
"""

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Literal, Protocol, Self

import numpy as np

from lengthwise.core.errors import TaskError, UnknownName
from lengthwise.core.frame import ANSWER, PROMPT, Entry, Frame, Index, Place, Slot, Tag
from lengthwise.core.given import Column, Given

Addressing = Literal["content", "order", "last", "offset", "index", "dense"]


Where = Column | bool | None  # the rows that read; None: all of them


class Reader(Protocol):
    """What `step` may ask for. Rows outside `where` get 0 and note nothing."""

    def read(self, kind: str, index: Index | Column, where: Where = None) -> Column:
        """A value that enters the result."""
        ...

    def key(self, kind: str, index: Index | Column, where: Where = None) -> Column:
        """A value that only finds the place."""
        ...

    def scan(self, kind: str) -> Column:
        """All of a kind, looked over; the losers count. int[batch, count]."""
        ...

    def count(self, kind: str) -> int:
        """How many there are of a kind: shape only."""
        ...


class Task(ABC):
    """What is asked and what is right, for any length. Subclass it as a frozen dataclass, one task a file."""

    question: ClassVar[str]  # "a + b =": words that are names expand to that kind's cells, the rest are separators
    unit: ClassVar[Literal["place", "value"]] = "place"  # what a restriction drops
    axes: ClassVar[tuple[str, ...]] = ("position",)  # what places are numbers of
    addressing: ClassVar[Addressing]  # how a source is found
    ends: ClassVar[Literal["by shape", "by content"]] = "by shape"  # by content: `step` says END after the last answer
    cases: ClassVar[tuple[str, ...]] = ("typical",)  # kinds of draw; "spaced_as(N)" takes a number
    shortest: ClassVar[int] = 1  # the shortest length that can be drawn
    separators_written: ClassVar[tuple[str, ...]] = ()  # separators that stand between slots, beside the question's
    version: ClassVar[int] = 1  # of the data: a change of draw, step or solve raises it

    # -- the seven things an author writes ------------------------------------------------------------------------

    @property
    @abstractmethod
    def alphabet(self) -> tuple[str, ...]:
        """The symbols of the values 0, 1, 2 ..., in this order."""

    @abstractmethod
    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> Given:
        """`count` problems of one shape: {kind: int[count, n]}. The shape is drawn before the contents."""

    def slots(self, shape: Mapping[str, int]) -> list[Slot]:
        """What can be written, in order of computation; by default one answer y per input."""
        return [Slot("y", index) for index in range(sum(shape.values()))]

    @abstractmethod
    def step(self, read: Reader, kind: str, index: Any) -> Column:
        """The value of one slot for every row; END where the answer is over."""

    @abstractmethod
    def solve(self, given: Given) -> Mapping[str, Column]:
        """The answers {kind: int[batch, n]} in order of computation, by another way than `step`; HOLE after an end."""

    # -- stated facts ---------------------------------------------------------------------------------------------

    @abstractmethod
    def chance(self, length: int) -> float:
        """The share that the best trivial policy (a constant, the length alone, the last symbol alone) gets right."""

    def sparsity(self, length: int, kinds: frozenset[str] = frozenset()) -> int | None:
        """How many symbols fix one, at most, where working of these `kinds` is written; None: nothing is claimed."""
        return None

    @property
    def cap(self) -> int | None:
        """The longest length that can be drawn, or None."""
        return None

    def tiny(self) -> tuple[Self, int]:
        """A configuration and length with few enough problems (20,000 at most) to try them all."""
        return self, 2

    # -- defaults that house.md lets a task override ----------------------------------------------------------------

    def place(self, kind: str, index: Index, shape: Mapping[str, int]) -> Place:
        """Where a value belongs on each of the axes; by default its index."""
        return index if isinstance(index, tuple) else (index,)

    def separator_place(self, number: int, shape: Mapping[str, int]) -> Place | None:
        """The place of the number-th separator of the page, or None for the house's rule."""
        return None

    def template(self, shape: Mapping[str, int]) -> str:
        """The question of this shape; another one than `question` only where the number of inputs varies."""
        return self.question

    # -- what follows: no task writes these -------------------------------------------------------------------------

    @cached_property
    def name(self) -> str:
        """The registry name: family/task for the package's own, file:Class for a user's."""
        module = type(self).__module__
        if module.startswith("lengthwise.tasks."):
            return module.removeprefix("lengthwise.tasks.").replace(".", "/")
        try:
            file = Path(inspect.getfile(type(self))).name
        except (OSError, TypeError):
            file = module
        return f"{file}:{type(self).__name__}"

    @property
    def inputs(self) -> tuple[str, ...]:
        """The kinds that the question shows, in the order in which it shows them."""
        return tuple(word for word in self.question.split() if word.isidentifier())

    @property
    def separators(self) -> tuple[str, ...]:
        """The constant symbols of a page, each once."""
        words = [word for word in self.question.split() if not word.isidentifier()]
        return tuple(dict.fromkeys([*words, *self.separators_written]))

    @cached_property
    def symbols(self) -> tuple[str, ...]:
        """Everything a line of this task can show: code c of a line's contents prints as symbols[c]."""
        return self.alphabet + tuple(s for s in self.separators if s not in self.alphabet)

    def check_length(self, length: int, case: str = "typical") -> None:
        """Refuse a length or a case that cannot be drawn."""
        if length < self.shortest:
            raise TaskError(f"{self.name} has no instance of length {length}; lengths start at {self.shortest}")
        if self.cap is not None and length > self.cap:
            raise TaskError(
                f"{self!r} goes up to length {self.cap}, not {length}; "
                "choose a shorter length or widen the task's fields"
            )
        check_case(self, case)

    def frame(self, shape: tuple[tuple[str, int], ...], kinds: frozenset[str]) -> Frame:
        """The page in order of computation, with the answer slots and the working slots of these kinds."""
        sizes = dict(shape)
        prompt: list[Entry] = []
        question = self.template(sizes)
        for word in question.split():
            if word.isidentifier():
                if word not in sizes:
                    raise TaskError(
                        f"{self.name}: the question {question!r} shows {word!r}; draw gave {', '.join(sizes)}"
                    )
                prompt += [Entry(word, i, None, self.place(word, i, sizes), PROMPT) for i in range(sizes[word])]
            else:
                prompt.append(Entry(None, 0, word, (), PROMPT))
        slots = [
            Entry(s.kind, s.index, s.symbol, () if s.kind is None else self.place(s.kind, s.index, sizes), s.role)
            for s in _written(self.slots(sizes), kinds)
        ]
        return Frame(tuple(prompt), tuple(slots), self.axes)


def _written(slots: list[Slot], kinds: frozenset[str]) -> list[Slot]:
    """The answer, the working of these kinds, and separators: one of the working only where working precedes it."""
    kept: list[Slot] = []
    follows = False  # whether working was written since the last separator
    for slot in slots:
        if slot.role == ANSWER or (follows if slot.kind is None else slot.kind in kinds):
            kept.append(slot)
        follows = slot.kind is not None and (follows or (slot.role != ANSWER and slot.kind in kinds))
    return kept


def check_case(task: Task, case: str) -> None:
    """Refuse a kind of draw that the task does not have."""
    stem = case.split("(", maxsplit=1)[0]
    known = [c.split("(")[0] for c in task.cases]
    if stem not in known:
        raise UnknownName(f"{task.name} has no case {case!r}; it has {', '.join(task.cases)}")


def check_positive(**fields: int) -> None:
    """Refuse fields of a task that leave it no symbol, by name.

    >>> check_positive(values=0)
    Traceback (most recent call last):
    lengthwise.core.errors.TaskError: values=0 leaves no symbol; give 1 or more
    """
    for name, value in fields.items():
        if value < 1:
            raise TaskError(f"{name}={value} leaves no symbol; give 1 or more")


def case_number(case: str, stem: str) -> int | None:
    """The N of "stem(N)", or None where the case is another one."""
    if not case.startswith(f"{stem}("):
        return None
    inside = case[len(stem) + 1 : -1]
    if not (case.endswith(")") and inside.isdigit()):
        raise TaskError(f"the case {case!r} does not read as {stem}(N) with a whole number N, for instance {stem}(100)")
    return int(inside)


def role_tags(task: Task, shape: Mapping[str, int], role: str) -> list[Tag]:
    """The tags of the slots with this role, in order of computation."""
    return [(s.kind, s.index) for s in task.slots(shape) if s.role == role and s.kind is not None]
