"""Small mutations of three real tasks: each is killed by the suite, or listed here as equivalent, with the reason."""

from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from lengthwise.conformance.golden import fingerprint
from lengthwise.conformance.tasks import check_task
from lengthwise.core.task import Task
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort
from tests.conformance.mutants import Mutant, mutants

# What was changed -> why nobody can tell the difference.
EQUIVALENT = {
    "step: 1 -> 2 in last =": "sort starts below every number: -2 is as good as -1",
    "draw: shorter < length -> shorter <= length in": "where no place is beyond the shorter number, none is filled",
    "draw: a -> b in a[:, shorter:] = 9 if": "what stands after `else` is asked for only where it is empty",
}

# The configurations that a mutant of a class must pass together, and the methods that the default run mutates.
SISTERS: dict[type[Task], tuple[Task, ...]] = {
    Sort: (Sort(values=30),),
    Parity: (Parity(),),
    Addition: (Addition(), Addition(second="any")),
}


@cache
def golden(task: Task) -> dict[str, str]:
    return {task.name: fingerprint(task)}


@cache
def all_mutants(kind: type[Task]) -> list[Mutant]:
    return list(mutants(SISTERS[kind][0]))


def survivors(kind: type[Task], chosen: list[Mutant]) -> list[str]:
    """The mutants that no contract noticed in any configuration, those known as equivalent aside."""
    left = []
    for mutant in chosen:
        configured = [type(mutant.task)(**fields_of(sister)) for sister in SISTERS[kind]]
        reports = (
            check_task(task, golden(sister), first_failure=True)
            for task, sister in zip(configured, SISTERS[kind], strict=True)
        )
        if not mutant.what.startswith(tuple(EQUIVALENT)) and all(report.passed for report in reports):
            left.append(mutant.what)
    return left


def fields_of(task: Task) -> dict[str, Any]:
    return {field.name: getattr(task, field.name) for field in fields(task)}  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", [Sort, Parity, Addition], ids=lambda kind: kind.__name__)
def test_mutations_of_step_and_solve_are_killed(kind: type[Task]) -> None:
    chosen = [mutant for mutant in all_mutants(kind) if mutant.what.startswith(("step", "solve"))]
    chosen = chosen[:: -(-len(chosen) // 15)]  # the default run takes some fifteen; `make prove` takes all
    assert len(chosen) >= 10
    assert survivors(kind, chosen) == []


@pytest.mark.prove
@pytest.mark.parametrize("kind", [Sort, Parity, Addition], ids=lambda kind: kind.__name__)
def test_all_mutations_are_killed(kind: type[Task]) -> None:
    assert survivors(kind, all_mutants(kind)) == []


def test_a_suite_without_contracts_kills_nothing() -> None:
    mutant = all_mutants(Parity)[0]
    assert check_task(mutant.task, only=set()).passed
