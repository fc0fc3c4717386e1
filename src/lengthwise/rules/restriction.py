"""Run a rule again on a part of what it was given, to see whether the part is enough.

A value is fixed by its witness if, with all other places deleted, the rule still comes to it. The given is cut to the
kept places, values that are written and kept are stored as they were, matched by count per kind, and the target is the
next value of its kind. In the *closed* form the values written so far at kept places stay; in the *query* form only
those of the witness do. Where other kept places change the target, looked-over symbols are added one by one (delta
debugging), up to the stated size; else the form is not admitted.

A number given beside the row that it counts (`n` = the length of `xs`) is counted again from what is kept of the row:
a count that stayed would ask the rule for places that are gone. Which numbers are counts is read off many problems
(`counted`), never off one, in which a number may equal a length by chance.
"""

import random
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Literal

from lengthwise.core.errors import RestrictionRefused, RuleError
from lengthwise.core.frame import Tag
from lengthwise.rules.execution import Execution
from lengthwise.rules.runtime.render import render

Form = Literal["closed", "query"]
Unit = Literal["place", "value"]
TRIES = 40  # choices of other kept places per witness
LENGTHS_TO_TELL = 3  # of a row, before a number that equals them all is taken for its count


@dataclass(frozen=True)
class Restriction:
    """One target of one execution, and what can be kept of it.

    `unit`: "place": a value (kind, k) has the place k; "value": it has the place of the one input it copies. Values for
    which `inputs` has no such place (a top digit; a store before the loop is of another kind) are never dropped.
    `counts`: numbers of the given, each with the row whose kept elements it counts (`task.counted`, or `counted`).
    """

    execution: Execution
    target: Tag
    written: frozenset[Tag]
    form: Form = "closed"
    unit: Unit = "place"
    counts: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = self.execution.given
        for number, row in self.counts.items():
            if type(given.get(number)) is not int or not isinstance(given.get(row), str | list):
                raise RestrictionRefused(
                    f"{number!r} cannot count {row!r} where {self.execution.rule!r} is given "
                    f"{', '.join(f'{n} ({type(v).__name__})' for n, v in given.items())}; "
                    "name a number and the string or list whose elements it counts"
                )

    @property
    def witness(self) -> frozenset[Tag]:
        """What the target's closure over read and key reaches, stopping at what is written; a count is no symbol."""
        return self.symbols(self.execution.sources(self.target, self.written).witness)

    def symbols(self, tags: Iterable[Tag]) -> frozenset[Tag]:
        """Without the counts, which are never dropped, as the length of a row is not."""
        return frozenset(tag for tag in tags if tag[0] not in self.counts)

    def place(self, tag: Tag) -> int | None:
        """The place of a value, None where it has none."""
        kind, index = tag
        assert isinstance(index, int)
        if kind in self.execution.given:
            return element_of(self.execution.given[str(kind)], index)
        if self.unit == "place":
            return index
        carriers = {self.place(t) for t in self.execution.sources(tag, frozenset()).carriers}
        return next(iter(carriers)) if len(carriers) == 1 else None

    def places(self, tags: Iterable[Tag]) -> frozenset[int]:
        return frozenset(p for t in tags if (p := self.place(t)) is not None)

    def before(self) -> list[Tag]:
        """What was written before the target, in order."""
        trail = self.execution.trail
        at = trail.tags[self.target][0]
        return sorted(
            (t for t in self.written if t in trail.tags and trail.tags[t][0] < at), key=lambda t: trail.tags[t][0]
        )

    def kept(self, places: AbstractSet[int], witness: AbstractSet[Tag]) -> dict[str, list[Any]]:
        """The written values that stay, by kind."""
        values: dict[str, list[Any]] = {}
        for tag in self.before():
            place = self.place(tag)
            stays = place is None or place in places
            if tag in witness or (self.form == "closed" and stays):
                values.setdefault(str(tag[0]), []).append(self.execution.trail.tags[tag][1])
        return values

    def given(self, places: AbstractSet[int]) -> dict[str, Any]:
        """The given over the kept places, with its counts counted again."""
        given = {name: cut(value, places) for name, value in self.execution.given.items()}
        return given | {number: len(given[row]) for number, row in self.counts.items()}

    def value(self, places: AbstractSet[int], witness: AbstractSet[Tag]) -> Any:
        """The target as the rule computes it from these places alone."""
        given = self.given(places)
        kept = self.kept(places, witness)
        kind = str(self.target[0])
        number = len(kept.get(kind, []))
        run, log = self.execution.rule.rerun(given, kept)
        if number >= len(log.get(kind, [])):  # what happens after the target is no matter
            ended = f" before it raises {type(run.error).__name__}" if run.error is not None else ""
            raise RestrictionRefused(
                f"{kind!r} is stored {number} times on the restricted given{ended}; keep more places"
            )
        return log[kind][number]

    def holds(self, places: AbstractSet[int], witness: AbstractSet[Tag]) -> bool:
        """Whether the target comes out as it was."""
        try:
            return render(self.value(places, witness)) == render(self.execution.trail.tags[self.target][1])
        except (RestrictionRefused, RuleError):
            return False

    def needed(self, sparsity: int, seed: int = 0) -> frozenset[Tag]:
        """The witness in this form: with it kept, no choice of other places changes the target."""
        rng = random.Random(seed)  # noqa: S311 -- chooses places, hides nothing
        sources = self.execution.sources(self.target, self.written)
        witness = set(self.symbols(sources.witness))
        candidates = sorted(self.symbols(sources.influence - sources.witness), key=str)
        everywhere = sorted(self.places([*self.inputs(), *self.before()]))
        while (broken := self.broken_by(witness, everywhere, rng)) is not None:
            helpful = [
                c for c in candidates if c not in witness and self.holds(broken | self.places({c}), witness | {c})
            ]
            if not helpful or len(witness) >= sparsity:
                raise RestrictionRefused(
                    f"the {self.form} form of {self.target!r} needs more than {sparsity} symbols; take another form"
                )
            witness.add(helpful[-1])
        return frozenset(witness)

    def broken_by(self, witness: set[Tag], everywhere: list[int], rng: random.Random) -> set[int] | None:
        """Kept places with which the target changes, among the empty, full, single and random choices; None if none."""
        own = set(self.places(witness))
        others = [p for p in everywhere if p not in own]
        choices = [[], others, *([p] for p in others)]
        choices += [[p for p in others if rng.random() < 0.5] for _ in range(TRIES)]
        return next((own | set(c) for c in choices if not self.holds(own | set(c), witness)), None)

    def inputs(self) -> list[Tag]:
        return [(n, i) for n, v in self.execution.given.items() if isinstance(v, str | list) for i in range(len(v))]


def cut(value: Any, places: AbstractSet[int]) -> Any:
    """Only the elements at these places; what is no row stays whole."""
    if isinstance(value, str):
        return "".join(c for i, c in enumerate(value) if i in places)
    return [v for i, v in enumerate(value) if i in places] if isinstance(value, list) else value


def element_of(value: Any, index: int) -> int | None:
    """The element of a row that its cell number `index` lies in, None where the value is no row.

    >>> element_of("abc", 2), element_of([[5, 6], [7]], 2), element_of(4, 0)
    (2, 1, None)
    """
    if not isinstance(value, str | list):
        return None
    if isinstance(value, str):
        return index
    for place, element in enumerate(value):
        index -= cells_in(element)
        if index < 0:
            return place
    raise IndexError(index)


def cells_in(value: Any) -> int:
    """How many cells a value of the given has, as sources number them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(map(cells_in, [*value.keys(), *value.values()]))
    return sum(map(cells_in, value)) if isinstance(value, list | tuple) else 1


def counted(problems: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """The numbers that count a row in every one of these problems, each with its row.

    Rows must come in at least three lengths, or a constant could pass for a count; without them nothing is found.

    >>> counted([{"n": n, "xs": [7] * n, "size": 2} for n in (1, 2, 3)])
    {'n': 'xs'}
    """
    rows = list(problems)
    names = [name for name in rows[0] if all(name in p for p in rows)] if rows else []
    found: dict[str, str] = {}
    for row in names:
        lengths = [len(p[row]) if isinstance(p[row], str | list) else -1 for p in rows]
        if min(lengths) < 0 or len(set(lengths)) < LENGTHS_TO_TELL:
            continue
        for number in names:
            if all(type(p[number]) is int and p[number] == n for p, n in zip(rows, lengths, strict=True)):
                found.setdefault(number, row)
    return found
