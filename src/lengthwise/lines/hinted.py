"""A task whose pages can show index hints: its symbols, and a number of hint symbols more."""

from dataclasses import dataclass

from lengthwise.core.errors import ConfigError
from lengthwise.lines._wrapped import Wrapped

SIGN = "#"  # a hint prints as #1, #2 ...


@dataclass(frozen=True, repr=False)
class Hinted(Wrapped):
    """The same task with the symbols #1 .. #`hints`, which the layout `IndexHints` puts before its values.

    >>> from lengthwise.tasks.arithmetic.addition import Addition
    >>> Hinted(Addition(), hints=3).symbols[-4:]
    ('=', '#1', '#2', '#3')
    """

    hints: int = 128

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.hints < 1:
            raise ConfigError(
                f"hints={self.hints} leaves no hint symbol; give at least as many as the longest page has places"
            )

    @property
    def symbols(self) -> tuple[str, ...]:
        """The task's, then the hints."""
        return (*self.task.symbols, *(f"{SIGN}{number + 1}" for number in range(self.hints)))

    def tiny(self) -> tuple["Hinted", int]:
        """The task's."""
        task, length = self.task.tiny()
        return Hinted(task, self.hints), length
