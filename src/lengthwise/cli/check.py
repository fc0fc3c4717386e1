"""`lengthwise check`: the conformance suite of a thing's axis, for the house's things and for people's own."""

import ast
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from lengthwise.conformance.report import Report
from lengthwise.conformance.rule_tasks import check_rule_task
from lengthwise.core.catalogue import AXES, EXTRA_OF, find, is_rows, names, unknown
from lengthwise.core.errors import ConfigError, MissingExtra, UnknownName
from lengthwise.core.overrides import make
from lengthwise.evaluation.datafile import DataFile
from lengthwise.rules.task import RuleTask


class Kind(NamedTuple):
    """What a thing of an axis descends from or, where that is a protocol, offers; and where its suite is."""

    base: str
    suite: str
    offers: tuple[str, ...] = ()


# By name, so that a task is checked without torch.
KINDS = {
    "tasks": Kind("lengthwise.core.task:Task", "lengthwise.conformance.tasks:check_task"),
    "traces": Kind("lengthwise.core.trace:Trace", "lengthwise.conformance.traces:check_trace"),
    "layouts": Kind("lengthwise.core.layout:Layout", "lengthwise.conformance.layouts:check_layout"),
    "numberings": Kind("lengthwise.core.numbering:Numbering", "lengthwise.conformance.numberings:check_numbering"),
    "recipes": Kind("lengthwise.training.recipe:Recipe", "lengthwise.conformance.recipes:check_recipe"),
    "solvers": Kind("lengthwise.evaluation.solver:Solver", "lengthwise.conformance.solvers:check_solver", ("answer",)),
    "encodings": Kind(
        "lengthwise.models.doors:Encoding",
        "lengthwise.conformance.networks:check_encoding",
        ("build", "limit", "distance", "levels", "shift_invariant"),
    ),
    # After the encodings, which offer all of this as well.
    "attention": Kind(
        "lengthwise.models.doors:Attention",
        "lengthwise.conformance.networks:check_attention",
        ("build", "cached", "fused"),
    ),
}


def check(name: str) -> None:
    """Check that a task, layout, encoding ... keeps the contracts of its axis; exit code 1 where one is broken.

    Parameters
    ----------
    name
        A file of your own (`my_task.py` or `my_task.py:MyTask`), a file of rows (`data.jsonl`, `data.csv` with prompt,
        answer and length), a name (`sort`, `sort(values=20)`), or a name with its axis where several have it
        (`attention/plain`).
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
        which = _thing_in(Path(stem)) if stem.endswith(".py") else stem
        return _axis_of(find("tasks", which)), make("tasks", which + name.removeprefix(stem))
    if is_rows(name):
        stored: DataFile = make("tasks", name)
        len(stored.rows)  # a file that cannot be read is a mistake of whoever calls, and breaks no contract
        return "tasks", stored
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
    if axis not in KINDS:
        raise ConfigError(f"there is no suite for {axis}; there are suites for {', '.join(KINDS)}")
    report: Report = _loaded(KINDS[axis].suite)(thing)
    return report


def _thing_in(file: Path) -> str:
    """`file.py:Class` for the one class of a file that is on an axis; modules and helpers beside it are on none."""
    if not file.is_file():
        return str(file)  # the catalogue says what is wrong with it
    try:
        parsed = ast.parse(file.read_text(encoding="utf-8"))
    except (SyntaxError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} cannot be read as Python: {error}; mend the file") from error
    classes = [node.name for node in parsed.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
    found = [f"{file}:{name}" for name in classes if _axes_of(find("tasks", f"{file}:{name}"))]
    return found[0] if len(found) == 1 else str(file)


def _axis_of(cls: Any) -> str:
    """The axis that a class is on, by what it descends from or offers."""
    found = _axes_of(cls)
    if not found:
        bases = ", ".join(kind.base.partition(":")[2] for kind in KINDS.values())
        raise ConfigError(f"{cls.__name__} is on no axis that has a suite; write one of {bases}")
    return found[0]


def _axes_of(cls: Any) -> list[str]:
    above = {f"{each.__module__}:{each.__name__}" for each in cls.__mro__}
    if "lengthwise.rules.task:RuleTask" in above:
        return ["tasks"]
    return [
        axis
        for axis, kind in KINDS.items()
        if kind.base in above or (kind.offers and all(hasattr(cls, name) for name in kind.offers))
    ]


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
