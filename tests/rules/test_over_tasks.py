"""The engine over every task that is made of a rule: corruptions, sources, cuts."""

import importlib
import pkgutil
import random
import zlib
from typing import Any

import numpy as np
import pytest

import lengthwise.tasks
from lengthwise.rules import STYLES
from lengthwise.rules.bounded import segments
from lengthwise.rules.runtime.render import render
from lengthwise.rules.task import RuleTask
from tests.rules.test_judge import corruptions


def tasks() -> list[RuleTask]:
    modules = [m.name for m in pkgutil.walk_packages(lengthwise.tasks.__path__, "lengthwise.tasks.")]
    values = [(name, v) for name in modules for v in vars(importlib.import_module(name)).values()]
    return [v() for name, v in values if isinstance(v, type) and issubclass(v, RuleTask) and v.__module__ == name]


TASKS = {task.name: task for task in tasks()}


def one(task: RuleTask, length: int, seed: int = 0) -> dict[str, Any]:
    length = max(task.shortest, min(length, task.cap or length))
    return task.draw(length, np.random.default_rng(seed), task.cases[0], 1)[0]


def test_there_are_at_least_the_twenty_four() -> None:
    assert len(TASKS) >= 24


@pytest.mark.parametrize("name", TASKS)
def test_corrupted_traces_are_refused(name: str) -> None:
    task = TASKS[name]
    style = list(STYLES.values())[zlib.crc32(name.encode()) % len(STYLES)]
    for length in (2, 5, 8):
        assert corruptions(task.program, one(task, length), style, random.Random(length), 20) > 0


@pytest.mark.prove
@pytest.mark.parametrize("name", TASKS)
def test_corrupted_traces_are_refused_in_every_style(name: str) -> None:
    for style in STYLES.values():
        corruptions(TASKS[name].program, one(TASKS[name], 3), style, random.Random(name), 50)


@pytest.mark.parametrize("name", TASKS)
def test_the_edge_density_comes_to_the_answer(name: str) -> None:
    run = TASKS[name].program.execute(**one(TASKS[name], 6))
    cells = [render(content) for tag, (_, content) in run.trail.tags.items() if tag[0] == "answer"]
    answer = run.answer
    assert cells == [render(a) for a in (answer if isinstance(answer, str | list | tuple) else [answer])]


def cut(name: str, length: int, budget: int) -> None:
    rule, given = TASKS[name].program, one(TASKS[name], length)
    pieces = list(segments(rule, given, budget))
    assert "".join(p.text for p in pieces) == rule.trace(given)


@pytest.mark.parametrize("name", TASKS)
def test_cut_traces_equal_uncut_ones(name: str) -> None:
    cut(name, 12, 16)


@pytest.mark.prove
@pytest.mark.parametrize("name", TASKS)
def test_cut_traces_equal_uncut_ones_at_length_200(name: str) -> None:
    cut(name, 200, 64)
