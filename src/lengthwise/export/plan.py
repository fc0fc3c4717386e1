"""What is exported, as plain data: the same plan always gives the same bytes.

>>> plan = Export("meta_rfft_heldout", lengths("1-3,8"), per_length=100, splits=("train", "test"))
>>> plan.lengths, len(plan.units())
((1, 2, 3, 8), 96)
>>> [shard.file for shard in Export("coin_flip", (2, 3, 4), per_length=100, rows=200).shards()]
['data/train-00000-of-00002.jsonl', 'data/train-00001-of-00002.jsonl']
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, NamedTuple, cast

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import SPLITS
from lengthwise.core.keys import key
from lengthwise.core.plain import from_plain, to_plain
from lengthwise.export.formats import FORMATS
from lengthwise.prompting.rule_in_code import RuleInCode
from lengthwise.prompting.way import Prompting
from lengthwise.rules.styles import Joined, Spaced, Style, style
from lengthwise.rules.task import RuleTask
from lengthwise.tasks.collections import collection

FILES = ("jsonl", "parquet")
SOURCES = ("none", "inputs")
DIGITS: dict[str, Joined | Spaced] = {"joined": Joined(), "spaced": Spaced()}


class Unit(NamedTuple):
    """All examples of one task and length in one split."""

    split: str
    task: int  # its place in the collection
    length: int


class Shard(NamedTuple):
    """One file and the units in it, in this order."""

    file: str
    units: tuple[Unit, ...]


@dataclass(frozen=True)
class Export:
    """A plan. `collection` names tasks (a collection, names or files, separated by commas).

    `per_length` different problems of each task, length and split are written, fewer where there are fewer. `rows` is
    the size of a file; what there is of one task and length is never torn apart. `digits` (joined, spaced) and `group`
    (statements written as one) vary the style. `sources` (none, inputs): the format
    rows says for every value of the answer which symbols of the given entered it (carriers) and which fix it (witness).
    """

    collection: str
    lengths: tuple[int, ...]
    per_length: int
    splits: tuple[str, ...] = ("train",)
    style: str = "recite"
    digits: str = "joined"
    group: int = 1
    prompting: Prompting = field(default_factory=RuleInCode)
    format: str = "messages"
    file: str = "jsonl"
    seed: int = 0
    rows: int = 5_000
    sources: str = "none"

    def __post_init__(self) -> None:
        for name, value, allowed in (
            ("format", self.format, FORMATS), ("file", self.file, FILES), ("digits", self.digits, DIGITS),
            ("sources", self.sources, SOURCES),
            *(("split", split, SPLITS) for split in self.splits),
        ):  # fmt: skip
            if value not in allowed:
                raise ConfigError(f"{name} {value!r} is none of {', '.join(allowed)}; choose one of them")
        if self.sources != "none" and self.format != "rows":
            raise ConfigError(
                f"carriers and witness are columns of the format rows, not of {self.format}; choose that one"
            )
        if not self.lengths or min(self.lengths) < 1 or self.per_length < 1 or self.rows < 1 or not self.splits:
            raise ConfigError(
                f"lengths={self.lengths}, per_length={self.per_length}, rows={self.rows}, splits={self.splits}: "
                "give lengths from 1, at least one example and one row, and a split"
            )
        object.__setattr__(self, "splits", tuple(split for split in SPLITS if split in self.splits))
        object.__setattr__(self, "lengths", tuple(sorted(set(self.lengths))))

    @cached_property
    def tasks(self) -> tuple[RuleTask, ...]:
        """The tasks, in the order of the collection."""
        return tuple(collection(self.collection))

    @cached_property
    def written(self) -> Style:
        """The style with its named values."""
        named = style(self.style)
        if self.digits == "joined" and self.group == 1:
            return named
        varied: Any = named  # every style is a frozen dataclass with these two fields
        varied = replace(varied, digits=DIGITS[self.digits], group=self.group)
        return cast("Style", varied)

    @property
    def canary(self) -> str:
        """A text that stands nowhere else: whoever finds it in training data has found these test problems there."""
        return str(uuid.UUID(bytes=key("canary", "lengthwise", self.collection).digest()))

    def units(self) -> list[Unit]:
        """What there is to draw, split by split and task by task; lengths that a task does not have are left out."""
        return [
            Unit(split, number, length)
            for split in self.splits
            for number, task in enumerate(self.tasks)
            for length in self.lengths
            if self._exists(task, length)
        ]

    def left_out(self) -> list[tuple[str, int]]:
        """Lengths that a task does not have."""
        return [(task.name, length) for task in self.tasks for length in self.lengths if not self._exists(task, length)]

    def shards(self) -> list[Shard]:
        """The files, each of about `rows` rows of one split."""
        packed: dict[str, list[list[Unit]]] = {split: [] for split in self.splits}
        for unit in self.units():
            files = packed[unit.split]
            if not files or (len(files[-1]) + 1) * self.per_length > self.rows:
                files.append([])
            files[-1].append(unit)
        return [
            Shard(f"data/{split}-{number:05d}-of-{len(files):05d}.{self.file}", tuple(units))
            for split, files in packed.items()
            for number, units in enumerate(files)
        ]

    def plain(self) -> dict[str, Any]:
        """The plan as JSON can say it."""
        told: dict[str, Any] = to_plain(self)
        return told

    @staticmethod
    def from_plain(told: Mapping[str, Any]) -> "Export":
        """The plan that `plain` has told."""
        plan: Export = from_plain(dict(told), Export, "export")
        return plan

    @staticmethod
    def _exists(task: RuleTask, length: int) -> bool:
        return task.shortest <= length <= (task.cap or length)


def lengths(text: str) -> tuple[int, ...]:
    """Lengths from a text such as `1-15` or `1-5,10,20-30`."""
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()) or (dash and int(first) > int(last)):
            raise ConfigError(f"the lengths {text!r} do not read as 1-15 or 1-5,10,20-30; write them so")
        found += range(int(first), int(last or first) + 1)
    return tuple(found)
