"""Automatic coupling of a rule: what every execution of one shape reads, from its stores."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from lengthwise.core.errors import NumberingError
from lengthwise.core.frame import Tag
from lengthwise.core.keys import key
from lengthwise.core.reader import KEY, READ
from lengthwise.lines.coupling.discover import SMALL, Table, agreed
from lengthwise.lines.coupling.graph import DRAWS, Edge, ReadGraph, Role
from lengthwise.rules.execution import Execution
from lengthwise.rules.rule import Rule
from lengthwise.rules.task import RuleTask

Problem = Mapping[str, Any]


def discover_rule(task: RuleTask) -> Table:
    """The table of a task made of a rule, as `discover` finds it from a `step`.

    Rules with straight loops have one; where the steps or the addresses depend on values, a NumberingError says so.
    """
    return agreed(*(reads_of_rule(task.program, problems(task, length)) for length in (SMALL, SMALL + 1)))


def problems(task: RuleTask, length: int) -> list[dict[str, Any]]:
    """Problems of one length, drawn under a fixed key."""
    return task.draw(length, key("coupling", length).rng(), task.cases[0], DRAWS)


def reads_of_rule(rule: Rule, given: Sequence[Problem]) -> ReadGraph:
    """The graph of the shape of these problems.

    A cell is one store: the kind names the place in the source that stores, so that a role needs no line beside it. An
    edge goes to every store and given cell whose content entered, or found the place, without another one between.
    """
    executions = [rule.execute(**problem) for problem in given]
    tags = executions[0].tags()
    sizes = _sizes(given[0])
    for execution, problem in zip(executions, given, strict=True):
        if execution.tags() != tags or _sizes(problem) != sizes:
            raise NumberingError(
                f"the rule {rule.name}: how often it stores differs between problems of one length, so no ids "
                "can follow from the shape; use a numbering without places"
            )
    written = frozenset(tags)
    edges = [edge for tag in tags for edge in _edges(rule, tag, executions, written)]
    inputs = [(name, index) for name, count in sizes.items() for index in range(count)]
    family = {kind: kind for kind, _ in (*inputs, *tags)}
    answers = tuple(tag for tag in tags if tag[0] == "answer")
    return ReadGraph(f"the rule {rule.name}", (*inputs, *tags), tuple(edges), answers, family, frozenset(sizes))


def _edges(rule: Rule, tag: Tag, executions: Sequence[Execution], written: frozenset[Tag]) -> list[Edge]:
    found = [execution.sources(tag, written) for execution in executions]
    carriers = found[0].carriers
    if any(one.carriers != carriers for one in found):
        raise NumberingError(
            f"the rule {rule.name}: {tag[0]}[{tag[1]}] reads at addresses that depend on values, so no ids "
            "from the shape alone can couple it with what it reads; use a numbering without places"
        )
    always = frozenset.intersection(*(one.witness for one in found))
    turns: Counter[str] = Counter()
    edges = []
    for source in sorted(always | carriers, key=repr):
        role = Role(tag[0], 0, turns[source[0]], source[0])
        turns[source[0]] += 1
        edges.append(Edge(tag, source, role, READ if source in carriers else KEY))
    return edges


def _sizes(problem: Problem) -> dict[str, int]:
    return {name: _cells(value) for name, value in problem.items()}


def _cells(value: Any) -> int:
    """How many given cells a value has, counted as an execution numbers them."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, list | tuple):
        return sum(_cells(item) for item in value)
    if isinstance(value, dict):
        return sum(_cells(name) + _cells(item) for name, item in value.items())
    return 1
