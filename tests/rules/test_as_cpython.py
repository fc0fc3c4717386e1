"""A rule behaves exactly as in CPython: value, type of exception, final variables."""

import copy
from collections.abc import Iterable

import pytest

from lengthwise.rules import STYLES, Recorder, Rule
from lengthwise.rules.runtime.render import render
from tests.rules.programs import given, in_cpython, program


def agree(text: str, name: str, arguments: dict[str, object], styles: Iterable[str] = ()) -> str:
    """Compare one run; returns the type of exception, so that tests can count what they covered."""
    value, error, final = in_cpython(text, name, copy.deepcopy(arguments))
    rule = Rule(text, name)
    plain = rule.execute(**arguments)
    watched = rule.run(arguments, Recorder())
    for run in (plain, watched):
        assert render(run.answer) == render(value), text
        assert (type(run.error).__name__ if run.error else "") == error, (text, run.error)
    assert {k: render(v) for k, v in watched.variables.items()} == {k: render(v) for k, v in final.items()}, text
    assert plain.steps == watched.steps
    for style in map(STYLES.__getitem__, styles):
        assert rule.trace(arguments, style) == str(rule.line(arguments, style)), (style, text)
    return error


def run_programs(seeds: range) -> dict[str, int]:
    counts: dict[str, int] = {}
    for seed in seeds:
        text = program(seed)
        error = agree(text, "rule", given(seed), [list(STYLES)[seed % len(STYLES)]])
        counts[error] = counts.get(error, 0) + 1
    return counts


def test_generated_programs_agree_in_value_exception_and_variables() -> None:
    counts = run_programs(range(100))
    assert counts[""] > 60
    assert sum(counts.values()) - counts[""] > 10  # programs that raise are compared too


@pytest.mark.prove
def test_ten_thousand_generated_programs_agree() -> None:
    counts = run_programs(range(1_000, 11_000))
    assert counts[""] > 5_000
