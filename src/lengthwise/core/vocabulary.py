"""The Vocabulary: the symbols that one model reads and writes, and their numbers.

Start, end and pad come first, then the marks of the tasks, then every symbol of every ingredient and of every task that
will be tested, in sorted order. It is stored in the run, so that a model and its numbers never come apart.

>>> v = Vocabulary.of(symbols=["b", "a"], marks=["sort"])
>>> v.symbols
('<start>', '<end>', '<pad>', '<sort>', 'a', 'b')
>>> v.number("a")
4
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column
from lengthwise.core.task import Task

START, STOP, PAD = 0, 1, 2
SPECIAL = ("<start>", "<end>", "<pad>")


@dataclass(frozen=True)
class Vocabulary:
    """An ordered set of symbols; `symbols[number]` is a symbol's text."""

    symbols: tuple[str, ...]

    @classmethod
    def of(cls, symbols: Iterable[str], marks: Iterable[str] = ()) -> "Vocabulary":
        """The vocabulary of these symbols and task marks, in the one order that depends on neither's order."""
        return cls((*SPECIAL, *(f"<{mark}>" for mark in sorted(set(marks))), *sorted(set(symbols))))

    @classmethod
    def over(cls, tasks: Iterable[Task], marks: Iterable[str] = ()) -> "Vocabulary":
        """The union over every task that will be trained or tested."""
        return cls.of([symbol for task in tasks for symbol in task.symbols], marks)

    def __len__(self) -> int:
        return len(self.symbols)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {symbol: number for number, symbol in enumerate(self.symbols)}

    def number(self, symbol: str) -> int:
        """The number of a symbol."""
        if symbol not in self._numbers:
            raise ConfigError(
                f"the symbol {symbol!r} is not in this vocabulary of {len(self)}; "
                "build it over every task trained or tested"
            )
        return self._numbers[symbol]

    def mark(self, task: Task) -> int:
        """The number of a task's mark."""
        return self.number(f"<{task.name}>")

    def table(self, task: Task) -> Column:
        """int16[code + 2] from a line's contents (shifted by two: HOLE, END, 0, 1 ...) to numbers."""
        return np.array([PAD, STOP, *(self.number(symbol) for symbol in task.symbols)], dtype=np.int64)
