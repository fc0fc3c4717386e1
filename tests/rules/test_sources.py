"""Influence is sound on generated programs: what it leaves out may be redrawn and the value stays."""

import copy
import random
from collections.abc import Mapping
from typing import Any

import pytest

from lengthwise.rules import Rule
from lengthwise.rules.runtime.render import render
from tests.rules.examples import EXAMPLES
from tests.rules.programs import given, program

NOTHING: frozenset[Any] = frozenset()


def redrawn(arguments: Mapping[str, Any], held: frozenset[Any], rng: random.Random) -> dict[str, Any]:
    """Other contents of the same lengths in every cell that is not held."""
    new: dict[str, Any] = copy.deepcopy(dict(arguments))
    for name, value in new.items():
        if isinstance(value, str):
            cells = [c if (name, i) in held else rng.choice("0123456789") for i, c in enumerate(value)]
            new[name] = "".join(cells)
        elif isinstance(value, list):
            new[name] = [v if (name, i) in held else rng.randint(0, 9) for i, v in enumerate(value)]
        elif (name, 0) not in held:
            new[name] = rng.randint(0, 9)
    return new


class Counts:
    """What a redraw test came to."""

    def __init__(self) -> None:
        self.real = self.vacuous = self.raised = 0
        self.wrong: list[str] = []

    def check(self, name: str, text: str, arguments: dict[str, Any], rng: random.Random, *, targets: int = 4, draws: int = 3) -> None:
        rule = Rule(text, name)
        run = rule.run(arguments)
        if run.error is not None:
            return
        tags = run.tags()
        chosen = [t for t in tags if t[0] == "answer"][:3] + rng.sample(tags, min(targets, len(tags)))
        for tag in chosen:
            sources = run.sources(tag, NOTHING)
            for _ in range(draws):
                other = redrawn(arguments, sources.influence, rng)
                if other == arguments:
                    self.vacuous += 1
                    continue
                again = rule.run(other)
                if again.error is not None:
                    self.raised += 1
                    continue
                self.real += 1
                found = again.tags()
                if tag not in found or render(again.sources(tag, NOTHING).content) != render(sources.content):
                    self.wrong.append(f"{tag} of {text}\n{arguments}\n{other}")


def redraw_programs(seeds: range) -> Counts:
    counts = Counts()
    for seed in seeds:
        counts.check("rule", program(seed, raising=False), given(seed), random.Random(seed))
    return counts


def test_the_edge_density_computes_the_same_values() -> None:
    for seed in range(200):
        text, arguments = program(seed, raising=seed % 2 == 0), given(seed)
        rule = Rule(text, "rule")
        run = rule.run(arguments)
        if run.error is not None:
            with pytest.raises(type(run.error)):
                rule.trail(arguments)
            continue
        answer = run.answer
        cells = [c for t, (_, c) in rule.trail(arguments).tags.items() if t[0] == "answer"]
        expected = list(answer) if isinstance(answer, str | list | tuple) else [answer]
        assert [render(c) for c in cells] == [render(e) for e in expected], text


def test_influence_is_sound_on_generated_programs(record_property: Any) -> None:
    counts = redraw_programs(range(120))
    record_property("vacuous", counts.vacuous)
    assert not counts.wrong, counts.wrong[0]
    assert counts.real > 300


@pytest.mark.prove
def test_influence_is_sound_on_many_generated_programs() -> None:
    counts = redraw_programs(range(10_000, 13_000))
    assert not counts.wrong, counts.wrong[0]
    print(f"real {counts.real}, vacuous {counts.vacuous}, raised {counts.raised}")  # noqa: T201 -- the share is the report


@pytest.mark.parametrize("name", EXAMPLES)
def test_influence_is_sound_on_rules_written_by_hand(name: str) -> None:
    text, arguments = EXAMPLES[name]
    if not all(isinstance(v, list | str | int) for v in arguments.values()) or "words" in arguments:
        return
    counts = Counts()
    counts.check(name, text, arguments, random.Random(name), targets=8, draws=8)
    assert not counts.wrong, counts.wrong[0]
