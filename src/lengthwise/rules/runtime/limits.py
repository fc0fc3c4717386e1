"""How much a rule may use, and what is raised when it wants more."""

from dataclasses import dataclass

from lengthwise.core.errors import RuleError


class LimitError(RuleError):
    """A rule that wanted more steps, memory, digits or depth than it is given."""


@dataclass(frozen=True)
class Limits:
    """What one execution of a rule may use; every excess is a `LimitError` of its own.

    `steps`: statements and loop turns. `bits`: size of an integer (14,000 bits are 4,200 digits, what CPython prints).
    `items`: elements of one string or container, counted through what it holds. `work`: elements made or looked at
    altogether, which bounds memory and time between two steps. `depth`: calls inside calls. `text`: characters of
    trace.
    """

    steps: int = 1_000_000
    bits: int = 14_000
    items: int = 1_000_000
    work: int = 200_000_000
    depth: int = 200
    text: int = 200_000_000


LIMITS = Limits()


class Stop(BaseException):
    """Ends an execution from inside; never an `Exception`, so that no `except` of a rule can catch it."""

    def __init__(self, error: RuleError) -> None:
        super().__init__(str(error))
        self.error = error
