"""`lengthwise trace`: the rule, the question, the trace and the answer of one problem."""

import json
from typing import Any, NamedTuple

from lengthwise.core.errors import ConfigError
from lengthwise.rules import Rule
from lengthwise.rules.runtime.render import render
from lengthwise.rules.styles import style as style_named
from lengthwise.rules.task import RuleBlock, rule_block
from lengthwise.tasks.collections import rule_task


class Posed(NamedTuple):
    """A rule and what it is given, with the question that asks for it."""

    rule: Rule
    given: dict[str, Any]
    question: str

    @property
    def head(self) -> str:
        """What is printed before the trace."""
        return f"{self.rule.text}\nQ: {self.question}\n\n"


def trace(
    rule: str, *, given: str | None = None, length: int = 5, style: str = "recite", seed: int = 0, split: str = "train"
) -> None:
    """Execute a rule and print its trace.

    Parameters
    ----------
    rule
        A function in a file (`my_rule.py:add`), which is parsed and never imported, or a task (`digits/add_digits`).
    given
        The arguments as JSON, such as '{"a": "1234", "b": "88"}'; a task draws them where none are given.
    length
        The length of the problem that a task draws.
    style
        recite, stages, changes, fetch, frames, steps ...
    seed
        Another seed, another problem.
    split
        train, validation or test.
    """
    posed = pose(rule, given, length, seed, split)
    written = posed.rule.trace(posed.given, style_named(style))
    print(f"{posed.head}{written}", end="")


def pose(rule: str, given: str | None, length: int = 1, seed: int = 0, split: str = "train") -> Posed:
    """Find the rule, and the problem that was given or is drawn."""
    if _is_function(rule):
        found = Rule(rule)
        arguments = read_given(given or "{}")
        told = ", ".join(f"{name}={render(value)}" for name, value in arguments.items())
        return Posed(found, arguments, f"What does {found.name}({told}) return?")
    task = rule_task(rule)
    problem = read_given(given) if given else rule_block(RuleBlock(task, length, split, seed), 1)[0]
    return Posed(task.program, problem, task.ask(problem))


def read_given(text: str) -> dict[str, Any]:
    """The arguments of a rule from JSON."""
    try:
        told = json.loads(text)
    except ValueError as error:
        raise ConfigError(f'--given {text!r} is no JSON ({error}); write {{"name": value, ...}}') from error
    if not isinstance(told, dict):
        raise ConfigError(f'--given {text!r} holds a {type(told).__name__}; write {{"name": value, ...}}')
    return told


def _is_function(name: str) -> bool:
    """A class in a file is a task, by its capital letter; anything else in a file is a function."""
    _, in_file, wanted = name.partition(".py")
    return bool(in_file) and not wanted.removeprefix(":")[:1].isupper()
