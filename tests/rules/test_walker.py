"""The rewritten program and a plain walker over the tree see the same events."""

import copy
from typing import Any

import pytest

from lengthwise.rules import Event, LimitError, Recorder, Rule
from tests.rules.examples import EXAMPLES
from tests.rules.programs import given, program
from tests.rules.test_subset import INSIDE
from tests.rules.walker import Seen, Walker


def seen(event: Event) -> Seen:
    return Seen(
        event.kind, event.node.id, dict(event.values), event.part, event.verdict, event.iteration, event.of, event.error
    )


def compare(text: str, name: str, arguments: dict[str, Any]) -> int:
    rule = Rule(text, name)
    recorder = Recorder()
    try:
        rule.run(arguments, recorder)
    except LimitError:
        return 0
    walker = Walker(rule)
    try:
        walker.run(copy.deepcopy(arguments))
    except Exception:  # noqa: BLE001 -- it is the last event of both
        assert walker.seen[-1].error
    events = [seen(e) for e in recorder.events]
    for place, (mine, other) in enumerate(zip(events, walker.seen, strict=False)):
        assert mine == other, (place, text)
    assert len(events) == len(walker.seen), text
    return len(events)


@pytest.mark.parametrize("name", EXAMPLES)
def test_rules_written_by_hand_agree_event_for_event(name: str) -> None:
    text, arguments = EXAMPLES[name]
    assert compare(text, name, arguments) > 10


def test_generated_programs_agree_event_for_event() -> None:
    assert sum(compare(program(seed), "rule", given(seed)) for seed in range(60)) > 1_500


@pytest.mark.parametrize(("text", "arguments"), [row[1:] for row in INSIDE], ids=[row[0] for row in INSIDE])
def test_every_construct_agrees_event_for_event(text: str, arguments: dict[str, Any]) -> None:
    assert compare(text, "f", arguments) >= 3


@pytest.mark.prove
def test_many_generated_programs_agree_event_for_event() -> None:
    assert sum(compare(program(seed), "rule", given(seed)) for seed in range(20_000, 22_000)) > 40_000
