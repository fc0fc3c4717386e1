"""What every trace keeps to: it names kinds of working, and computes nothing."""

from functools import partial
from types import FunctionType

from lengthwise.conformance.pages import lengths, rng_of
from lengthwise.conformance.report import NotApplicable, Report, judge
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConformanceError
from lengthwise.core.frame import WORKING
from lengthwise.core.given import Given, shape_of
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.write import computed, solved, write


def check_trace(trace: Trace, tasks: tuple[Task, ...] | None = None, *, first_failure: bool = False) -> Report:
    """Every contract of a trace, on `tasks`: by default those of the house that have such working.

    >>> from lengthwise.lines.traces.carries import Carries
    >>> check_trace(Carries()).passed
    True
    """
    of = _house() if tasks is None else tasks
    checks = [
        ("names kinds of value", partial(check_kinds, trace)),
        ("computes nothing", partial(check_nothing_is_computed, trace)),
        ("its kinds are written, and no others", partial(check_kinds_are_written, trace, of)),
        ("answers stay the same", partial(check_answers_stay, trace, of)),
    ]
    return judge(repr(trace), checks, first_failure=first_failure)


def _house() -> tuple[Task, ...]:
    every = [find("tasks", name)() for name in names("tasks")]
    return tuple(task for task in every if isinstance(task, Task))


def check_kinds(trace: Trace) -> None:
    """A set of names."""
    kinds: object = trace.kinds
    if not isinstance(kinds, frozenset) or not all(isinstance(kind, str) and kind for kind in kinds):
        raise ConformanceError(f"kinds is {kinds!r}; it is a frozenset of names of working")


def check_nothing_is_computed(trace: Trace) -> None:
    """No method of its own: what is written is what `step` says."""
    own = [name for name, value in vars(type(trace)).items() if isinstance(value, FunctionType)]
    methods = [name for name in own if not (name.startswith("__") and name.endswith("__"))]
    if methods:
        raise ConformanceError(f"it has the methods {', '.join(methods)}; a trace is a set of kinds, and tasks compute")


def _fitting(trace: Trace, tasks: tuple[Task, ...]) -> list[tuple[Task, Given]]:
    """The tasks that have working of these kinds, each with a few problems."""
    found = []
    for task in tasks:
        given = task.draw(lengths(task)[-1], rng_of(task, "trace"), "typical", 4)
        working = {slot.kind for slot in task.slots(dict(shape_of(given))) if slot.role == WORKING}
        if trace.kinds <= working or trace.kinds & working:
            found.append((task, given))
    if not found:
        raise NotApplicable(
            f"no task has working of the kinds {', '.join(sorted(trace.kinds))}: check it with its task"
        )
    return found


def check_kinds_are_written(trace: Trace, tasks: tuple[Task, ...]) -> None:
    """Every value of these kinds stands on the page with what `step` says, and no other working."""
    for task, given in _fitting(trace, tasks):
        line = write(task, given, trace, Plain())
        truth = computed(task, given)
        wanted = {
            (slot.kind, slot.index)
            for slot in task.slots(dict(shape_of(given)))
            if slot.role == WORKING and slot.kind in trace.kinds
        }
        columns = line.frame.columns()
        shown = {entry.tag for entry in line.frame.slots if entry.kind is not None and entry.role == WORKING}
        if shown != wanted:
            raise ConformanceError(
                f"{task.name} writes {sorted(map(str, shown))} and was to write {sorted(map(str, wanted))}"
            )
        for tag in shown:
            if (line.contents[:, columns[tag]] != truth[tag]).any():
                raise ConformanceError(f"{tag} of {task.name} is written otherwise than step says")


def check_answers_stay(trace: Trace, tasks: tuple[Task, ...]) -> None:
    """With the working, the answer is the one without it."""
    for task, given in _fitting(trace, tasks):
        line = write(task, given, trace, Plain())
        columns = line.frame.columns()
        for tag, column in solved(task, given).items():
            if (line.contents[:, columns[tag]] != column).any():
                raise ConformanceError(f"{tag} of {task.name} changes with the working of {trace!r}")
