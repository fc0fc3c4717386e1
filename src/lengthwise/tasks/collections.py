"""Collections: lists of tasks under one name, kept as data.

>>> [task.name for task in collection("meta_rfft_heldout")][:2]
['digits/add_digits', 'lists/move_zeroes']
>>> len(collection("meta_rfft")), len(entries())
(24, 86)
>>> [task.name for task in collection("digits/get_digit")]
['digits/get_digit']
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from lengthwise.core.catalogue import find
from lengthwise.core.errors import TaskError, UnknownName
from lengthwise.rules.task import RuleTask

DATA = Path(__file__).parent / "meta_rfft" / "collection.json"


class Listed(NamedTuple):
    """One task of a published collection: where it is from, what its length counts, and its name here, if it exists."""

    source: str
    title: str
    length: str
    held_out: bool
    task: str | None


@cache
def entries() -> tuple[Listed, ...]:
    """All 86 tasks of Meta-RFFT (arXiv:2502.11525), the 12 held out first."""
    return tuple(Listed(**row) for row in json.loads(DATA.read_text(encoding="utf-8"))["tasks"])


def collection_names() -> tuple[str, ...]:
    """The collections there are."""
    return ("meta_rfft", "meta_rfft_heldout", "meta_rfft_pretraining")


def collection(name: str) -> list[RuleTask]:
    """The tasks of a collection, or of a comma-separated list of task names and files."""
    if name in collection_names():
        wanted = {"meta_rfft": (True, False), "meta_rfft_heldout": (True,), "meta_rfft_pretraining": (False,)}[name]
        return [rule_task(e.task) for e in entries() if e.task is not None and e.held_out in wanted]
    try:
        return [rule_task(part) for part in name.split(",")]
    except UnknownName as error:
        raise UnknownName(f"{error}; collections: {', '.join(collection_names())}") from error


def made_of_rules(listed: str) -> tuple[list[str], list[str]]:
    """The names of a list that are made of a rule, and the others; commas inside brackets part nothing.

    >>> made_of_rules("coin_flip,sort(values=8)")
    (['coin_flip'], ['sort(values=8)'])
    """
    rules: list[str] = []
    others: list[str] = []
    for name in dict.fromkeys(re.split(r",(?![^(]*\))", listed)):
        (rules if _is_of_a_rule(find("tasks", name.partition("(")[0].strip())) else others).append(name)
    return rules, others


def _is_of_a_rule(thing: Any) -> TypeGuard[type[RuleTask]]:
    return isinstance(thing, type) and issubclass(thing, RuleTask)


def rule_task(name: str) -> RuleTask:
    """The task of this name, which must be made of a rule."""
    found = find("tasks", name)
    if not _is_of_a_rule(found):
        raise TaskError(f"{name!r} has no rule, so it has no trace of one; choose a task whose file holds a rule")
    task: RuleTask = found()
    return task
