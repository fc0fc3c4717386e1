"""`lengthwise check`: the conformance suite of a thing's axis, for the house's things and for people's own."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from lengthwise.conformance.report import Report, judge
from lengthwise.conformance.rule_tasks import check_rule_task
from lengthwise.conformance.tasks import check_task
from lengthwise.core.catalogue import AXES, EXTRA_OF, find, names, unknown
from lengthwise.core.errors import ConfigError, MissingExtra, UnknownName
from lengthwise.core.overrides import make
from lengthwise.core.task import Task
from lengthwise.rules.task import RuleTask

# The class that a thing of each axis descends from, and where its suite is.
KINDS = {
    "tasks": ("lengthwise.core.task:Task", "lengthwise.conformance.tasks:check_task"),
    "traces": ("lengthwise.core.trace:Trace", "lengthwise.conformance.traces:check_trace"),
    "layouts": ("lengthwise.core.layout:Layout", "lengthwise.conformance.layouts:check_layout"),
    "numberings": ("lengthwise.core.numbering:Numbering", "lengthwise.conformance.numberings:check_numbering"),
    "encodings": ("lengthwise.models.doors:Encoding", "lengthwise.models.checks:check_encoding"),
    "attention": ("lengthwise.models.doors:Attention", "lengthwise.models.checks:check_attention"),
    "recipes": ("lengthwise.training.recipe:Recipe", "lengthwise.conformance.recipes:check_recipe"),
    "solvers": ("lengthwise.evaluation.solver:Solver", "lengthwise.conformance.solvers:check_solver"),
}


def check(name: str) -> None:
    """Check that a task, layout, encoding ... keeps the contracts of its axis; exit code 1 where one is broken.

    Parameters
    ----------
    name
        A file of your own (`my_task.py` or `my_task.py:MyTask`), a name (`sort`, `sort(values=20)`), or a name with its
        axis where several have it (`attention/plain`).
    """
    axis, thing = named(name)
    report = suite(axis, thing)
    print(report)
    if not report.passed:
        print(f"{len(report.failures)} of {len(report.findings)} contracts are broken")
        raise SystemExit(1)
    skipped = sum(finding.verdict == "skip" for finding in report.findings)
    print(f"{len(report.findings) - skipped} contracts are kept" + (f", {skipped} do not apply" if skipped else ""))


def named(name: str) -> tuple[str, Any]:
    """The axis of a name, and the thing."""
    stem = name.partition("(")[0]
    if ".py" in stem:
        return _axis_of(find("tasks", stem)), make("tasks", name)
    axis, slash, _ = name.partition("/")
    if slash and axis in AXES:
        return axis, make(axis, name.removeprefix(f"{axis}/"))
    found = [axis for axis in KINDS if _has(axis, stem)]
    if len(found) > 1:
        both = " and ".join(f"{axis}/{stem}" for axis in found)
        raise UnknownName(f"{stem!r} is on more than one axis: {both}; write it with its axis")
    if not found:
        known = [full.rsplit("/", 1)[-1] for axis in KINDS for full in names(axis)]
        raise unknown("task, layout, numbering, encoding ...", stem, known)
    return found[0], make(found[0], name)


def suite(axis: str, thing: Any) -> Report:
    """Run the suite of an axis."""
    if isinstance(thing, RuleTask):
        return check_rule_task(thing)
    if isinstance(thing, Task):
        return check_task(thing)
    where = KINDS.get(axis, ("", ""))[1]
    if not where or find_spec(where.partition(":")[0]) is None:
        known = ", ".join(each for each, (_, at) in KINDS.items() if find_spec(at.partition(":")[0]) is not None)
        raise ConfigError(f"there is no suite for {axis}; there are suites for {known}")
    run = _loaded(where)
    found = run(thing)
    return found if isinstance(found, Report) else judge(repr(thing), [("contracts of the axis", partial(run, thing))])


def _axis_of(cls: Any) -> str:
    """The axis that a class is on, by what it descends from."""
    if isinstance(cls, type) and issubclass(cls, RuleTask):
        return "tasks"
    for axis, (base, _) in KINDS.items():
        if _is_a(cls, base):
            return axis
    bases = ", ".join(base.partition(":")[2] for base, _ in KINDS.values())
    raise ConfigError(f"{cls.__name__} is on no axis that has a suite; subclass one of {bases}")


def _is_a(cls: Any, base: str) -> bool:
    """Whether a class descends from another, without importing a room that nothing of the class has imported."""
    module, _, name = base.partition(":")
    if name == "Solver":
        return callable(getattr(cls, "answer", None)) or callable(getattr(cls, "score", None))
    return any((c.__module__, c.__name__) == (module, name) for c in getattr(cls, "__mro__", ()))


def _has(axis: str, name: str) -> bool:
    try:
        find(axis, name)
    except MissingExtra:
        return True
    except UnknownName:
        return False
    return True


def _loaded(where: str) -> Callable[..., Any]:
    module, _, name = where.partition(":")
    try:
        function: Callable[..., Any] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        top = (error.name or "").split(".")[0]
        if top in EXTRA_OF:
            raise MissingExtra(top, EXTRA_OF[top]) from error
        raise
    return function
