"""Ways of asking: what stands in the prompt, what is wanted back, and that no example gives a test problem away."""

import pytest

from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.request import columnar
from lengthwise.prompting.direct import Direct
from lengthwise.prompting.k_shot import KShot
from lengthwise.prompting.rule_in_code import RuleInCode
from lengthwise.prompting.scratchpad import Scratchpad
from lengthwise.prompting.way import Prompting
from lengthwise.rules import STYLES, Rule, judge, style
from lengthwise.rules.task import RuleBlock, RuleInstance, RuleTask, canonical, instances, split_of
from lengthwise.tasks.collections import collection, rule_task

WAYS: list[Prompting] = [find("promptings", name)() for name in names("promptings")]
RECITE = style("recite")


def an_instance(name: str = "digits/add_integers", length: int = 5, split: str = "test") -> RuleInstance:
    return next(instances(RuleBlock(rule_task(name), length, split), 1))


def test_every_file_of_the_room_is_a_way_of_asking() -> None:
    assert {"direct", "scratchpad", "rule_in_code", "k_shot"} <= set(names("promptings"))
    assert all(isinstance(way, Prompting) for way in WAYS)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: type(way).__name__)
def test_the_last_message_asks_and_the_plain_form_ends_where_the_reply_begins(way: Prompting) -> None:
    for task in collection("meta_rfft"):
        instance = an_instance(task.name, 5)
        request = way.request(instance, RECITE)
        assert request.messages[-1]["role"] == "user"
        assert request.messages[-1]["content"].endswith(f"Q: {task.ask(instance.given)}\n")
        assert request.plain.endswith(f"{request.messages[-1]['content']}\nA:\n")
        assert way.reply(instance, RECITE).splitlines()[-1] == f"So the answer is {task.solve(instance.given)!r}"
        assert request.instance.identity == instance.identity


def test_the_same_question_has_the_same_request_and_another_one_another() -> None:
    first = KShot().request(an_instance(), RECITE)
    assert first.identity == KShot().request(an_instance(), RECITE).identity
    assert first.identity != KShot().request(an_instance(length=6), RECITE).identity
    assert first.identity != KShot(shots=2).request(an_instance(), RECITE).identity
    assert first.identity != RuleInCode().request(an_instance(), RECITE).identity


def test_only_the_rule_in_code_shows_code_and_it_is_a_rule_that_can_be_followed() -> None:
    instance = an_instance()
    assert "def " not in Direct().question(instance, RECITE) + Scratchpad().question(instance, RECITE)
    shown = RuleInCode().question(instance, RECITE).split("Rule:\n")[1].split("\nQ: ")[0]
    text = RuleInCode().reply(instance, RECITE)
    assert judge(Rule(shown), instance.given, RECITE, text).accepted


@pytest.mark.parametrize("name", STYLES)
def test_the_style_changes_the_reply_and_never_the_question(name: str) -> None:
    instance, other = an_instance(), style(name)
    assert RuleInCode().question(instance, other) == RuleInCode().question(instance, RECITE)
    assert judge(instance.block.task.program, instance.given, other, Scratchpad().reply(instance, other)).accepted


@pytest.mark.parametrize("task", collection("meta_rfft"), ids=lambda task: task.name)
def test_examples_are_other_training_problems_and_short(task: RuleTask) -> None:
    way = KShot(shots=2, longest=6)
    for instance in instances(RuleBlock(task, 5, "train"), 10):
        examples = way.examples(instance)
        problems = {canonical(x.given) for x in examples}
        assert len(problems) == 2
        assert canonical(instance.given) not in problems
        assert all(split_of(x.block.task, x.given) == "train" and x.length <= 6 for x in examples)


def test_too_many_examples_from_a_tiny_space_are_refused() -> None:
    with pytest.raises(TaskError, match="coin_flip has fewer than 30 other training problems"):
        KShot(shots=30, longest=2).examples(an_instance("logic/coin_flip", 9))
    with pytest.raises(ConfigError, match="shots=0"):
        KShot(shots=0)


def test_a_solver_of_pages_refuses_a_rule_by_name() -> None:
    with pytest.raises(ConfigError, match=r"add_integers/5/test/.* is of a task made of a rule"):
        columnar(Direct().request(an_instance(), RECITE))
