"""A layout: the order of the values on the page, and constant insertions. It sees no contents."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import Frame, Tag
from lengthwise.core.given import Column, Given
from lengthwise.core.task import Task


@dataclass(frozen=True)
class Layout(ABC):
    """Subclass it, one layout a file. `arrange` gets a frame in order of computation and returns the page."""

    shows_only_values: ClassVar[bool] = True  # False where something computed from the prompt is inserted (regime B)

    fills_every_slot: ClassVar[bool] = True  # False where rows differ in how many of the page's slots they fill

    def check_task(self, task: Task) -> None:  # noqa: B027 - a default, not a duty
        """Refuse, with a LayoutError, a task whose pages cannot be laid out like this."""

    @abstractmethod
    def arrange(self, frame: Frame) -> Frame:
        """The same values in page order, with insertions."""

    def inserted(self, task: Task, frame: Frame, given: Given) -> Mapping[Tag, Column]:
        """The values of entries that are neither the problem's nor the task's: hints, which differ from row to row."""
        return {}

    def leave_away(self, task: Task, frame: Frame, contents: Column) -> Column:
        """The contents of full pages, less what each row leaves away; holes stand behind a row's last symbol."""
        return contents

    def read(self, frame: Frame, symbols: Sequence[str]) -> dict[Tag, str]:
        """The written symbols of a page back to values by tag; a LayoutError where they do not fit its slots."""
        if len(symbols) != len(frame.slots):
            raise LayoutError(f"{len(symbols)} symbols were written where the page has {len(frame.slots)} slots")
        values: dict[Tag, str] = {}
        for entry, symbol in zip(frame.slots, symbols, strict=True):
            if entry.kind is None:
                if symbol != entry.symbol:
                    raise LayoutError(f"{symbol!r} was written where the page has the separator {entry.symbol!r}")
            else:
                values[entry.tag] = symbol
        return values
