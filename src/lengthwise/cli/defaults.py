"""The lengths of an experiment where no word names them: short lines, tested to four times the longest."""

import dataclasses
from collections.abc import Sequence
from typing import Any

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.instance import SPLITS, BlockKey, has_problems
from lengthwise.core.overrides import override
from lengthwise.core.task import Task
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.lengths import grid
from lengthwise.feeding.mixture import Ingredient
from lengthwise.tasks.collections import made_of_rules

LONGEST_TRAINED, SYMBOLS_TRAINED = 20, 256  # a length, and the symbols of its page: boards grow with the square
TESTED, SYMBOLS_TESTED = 4, 1024  # times the longest trained length


def filled(experiment: Any, lengths: str | None, given: set[str]) -> Any:
    """The experiment with lengths for training, tests and what is followed; `given` are the fields that words name."""
    task, mixture = experiment.task, experiment.mixture
    refuse_stored(task)
    if given.isdisjoint({"mixture", "ingredients"}):
        low, high = _trained(experiment) if lengths is None else override(Ingredient(), [f"lengths={lengths}"]).lengths
        mixture = dataclasses.replace(mixture, ingredients=(Ingredient(lengths=(low, high)),))
    low, high = mixture.lengths
    last = TESTED * high if task.cap is None else max(high, min(TESTED * high, task.cap))
    tests = experiment.tests if "tests" in given else _tested(experiment, grid(high, last), low, high)
    if not tests:
        raise ConfigError(f"{task!r} has no length from {low} to {last} with problems to test; give lengths and tests")
    watch = experiment.watch if "watch" in given else tuple(dict.fromkeys((high, max(tests))))
    return dataclasses.replace(experiment, mixture=mixture, tests=tests, watch=watch)


def _tested(experiment: Any, lengths: tuple[int, ...], low: int, high: int) -> tuple[int, ...]:
    """Those of the lengths that have problems to test and, beyond the trained ones, pages that are not huge."""
    return tuple(
        n
        for n in lengths
        if n >= low and _has_splits(experiment.task, n) and (n <= high or _symbols(experiment, n) <= SYMBOLS_TESTED)
    )


def _trained(experiment: Any) -> tuple[int, int]:
    """From the length from which on every split has problems, to 20, or less where there is less or pages are large."""
    task = experiment.task
    high = LONGEST_TRAINED if task.cap is None else max(task.shortest, min(LONGEST_TRAINED, task.cap // TESTED))
    while high > task.shortest and _symbols(experiment, high) > SYMBOLS_TRAINED:
        high -= 1
    lacking = [length for length in range(task.shortest, high + 1) if not _has_splits(task, length)]
    low = max(lacking, default=task.shortest - 1) + 1
    if low <= high:
        return low, high
    raise ConfigError(f"{task!r} has too few problems up to length {high} to split them; give lengths=FIRST-LAST")


def _has_splits(task: Task, length: int) -> bool:
    return all(has_problems(BlockKey(task, length, split)) for split in SPLITS)


def _symbols(experiment: Any, length: int) -> int:
    """How many symbols the page of a length has; 0 where it has no problem."""
    try:
        return len(experiment.frame(length).entries)
    except TaskError:
        return 0


def refuse_stored(task: Task) -> None:
    """Refuse to train on a file of rows, by name: it has prompts and answers and no pages."""
    if isinstance(task, DataFile):
        raise ConfigError(
            f"{task.name} is a data file, whose rows are no pages to train on; `lengthwise measure` and `grade` take "
            "it, or write a task"
        )


def refuse_rules(words: Sequence[str]) -> None:
    """Refuse tasks made of a rule where pages are needed, by name; other verbs are for them."""
    for text in (word.partition("=")[2] for word in words if word.partition("=")[0].strip() == "task"):
        for name in made_of_rules(text)[0]:
            raise ConfigError(
                f"{name} is made of a rule, and this takes tasks with pages; `lengthwise trace`, `export` and "
                "`judge` are for rules, or name another task"
            )
