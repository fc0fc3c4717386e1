"""The errors that a user can meet.

Every message says three things: what was given, what is allowed, and what to do. `assert` is kept for states that
cannot happen. A new error belongs here only if somebody may want to catch it apart from the others.

    LengthwiseError
    ├── UnknownName           a name that no task, layout, field ... has; the message lists near ones
    ├── ConfigError           a value or a combination that has no meaning
    ├── TaskError             a task that cannot do what was asked (length, case, too few prompts)
    ├── LayoutError           a layout that does not fit the frame, or a page that cannot be read back
    ├── RestrictionRefused    a restriction that the task, the form or the line does not admit
    ├── NumberingError        ids that a numbering cannot give, or that would not fit the encoding
    ├── RuleError             a rule outside the subset, or over one of its limits
    ├── RunError              a run folder that is corrupt, foreign, unfinished or newer than this code
    ├── MissingExtra          an optional dependency that is not installed; the message has the install line
    └── ConformanceError      a plug-in that breaks a contract of its axis
"""


class LengthwiseError(Exception):
    """Base of every error that lengthwise raises on purpose."""


class UnknownName(LengthwiseError):
    """A name that nothing answers to."""


class ConfigError(LengthwiseError):
    """A value, or a combination of values, that has no meaning."""


class TaskError(LengthwiseError):
    """A task that cannot do what was asked of it."""


class LayoutError(LengthwiseError):
    """A layout that does not fit the frame, or a page that cannot be read back."""


class RestrictionRefused(LengthwiseError):
    """A restriction that the task, the form or this line does not admit."""


class NumberingError(LengthwiseError):
    """Ids that a numbering cannot give, or that do not fit the encoding."""


class RuleError(LengthwiseError):
    """A rule outside the supported subset of Python, or over one of its limits."""


class RunError(LengthwiseError):
    """A run folder that is corrupt, foreign, unfinished or newer than this code."""


class MissingExtra(LengthwiseError):
    """An optional dependency that is not installed."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            f"this needs the package {package!r}, which is not installed; run: pip install 'lengthwise[{extra}]'"
        )


class ConformanceError(LengthwiseError):
    """A plug-in that breaks a contract of its axis."""
