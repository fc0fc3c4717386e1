"""Every task made of a rule: its rule is right, its draws are what was asked for, and it cannot be guessed."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from math import ceil
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from lengthwise.conformance.mutants import mutants
from lengthwise.conformance.rule_tasks import (
    SHORT,
    check_chance,
    check_every_branch_is_taken,
    check_mutations_are_caught,
    check_rule_equals_solve,
    check_rule_task,
    check_steps_grow,
    check_traces_replay,
    draws,
)
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConformanceError, TaskError, UnknownName
from lengthwise.core.keys import key
from lengthwise.rules import STYLES, Line, Rule, Style
from lengthwise.rules.styles.knobs import RECITE
from lengthwise.rules.task import RuleBlock, RuleTask, answer, canonical, instances, rule_block, split_of
from lengthwise.tasks.collections import collection, entries, rule_task

TASKS = [task() for task in (find("tasks", name) for name in names("tasks")) if issubclass(task, RuleTask)]
LENGTHS = (*range(1, 31), 60, 200)

# What `length` counts, read off the problem and nothing else.
COUNTED: dict[str, Callable[[Any], float]] = {
    "boards/robot_circle": lambda g: len(g["orders"]),
    "boards/tic_tac_toe_winner": lambda g: len(g["moves"]),
    "digits/add_digits": lambda g: len(str(g["number"])),
    "digits/add_integers": lambda g: max(len(g["a"]), len(g["b"])),
    "digits/alternating_digit_sum": lambda g: len(g["digits"]),
    "digits/digit_max": lambda g: max(len(g["a"]), len(g["b"])),
    "digits/get_digit": lambda g: len(g["number"]),
    "digits/hamming_distance": lambda g: (len(g["a"]) + len(g["b"])) / 2,
    "digits/number_length": lambda g: len(g["number"]),
    "digits/thousand_separator": lambda g: len(g["number"]),
    "lists/chunk_array": lambda g: len(g["numbers"]),
    "lists/circular_game": lambda g: len(set(g["players"])),
    "lists/move_zeroes": lambda g: len(g["numbers"]),
    "lists/summary_ranges": lambda g: len(set(g["numbers"])),
    "logic/coin_flip": lambda g: len(g["turned"]),
    "stacks/balanced_brackets": lambda g: len(g["text"]) / 2,
    "stacks/baseball_game": lambda g: len(g["operations"]),
    "stacks/crawler_log_folder": lambda g: len(g["steps"]),
    "text/first_unique_character": lambda g: len(g["text"]),
    "text/reverse_vowels": lambda g: len(g["text"]),
    "text/string_sequence": lambda g: sum(ord(letter) - 96 for letter in g["target"]),
    "text/valid_palindrome": lambda g: len(g["text"]) / 2,
    "words/word_pattern": lambda g: (len(g["words"]) + len(g["pattern"])) / 2,
    "words/word_sorting": lambda g: len(g["words"]),
}


def each(function: Callable[..., None]) -> Callable[..., None]:
    marked: Callable[..., None] = pytest.mark.parametrize("task", TASKS, ids=lambda task: task.name)(function)
    return marked


def test_every_rule_task_of_the_package_is_looked_at() -> None:
    assert sorted(COUNTED) == sorted(task.name for task in TASKS)


@each
def test_the_rule_equals_solve(task: RuleTask) -> None:
    check_rule_equals_solve(task, (1, 2, 3, 5, 9, 20), 3)


@pytest.mark.prove
@each
def test_the_rule_equals_solve_on_a_thousand_draws(task: RuleTask) -> None:
    check_rule_equals_solve(task, LENGTHS, ceil(1000 / len(LENGTHS)) if task.cap is None else 120)


@each
def test_the_requested_length_is_honoured(task: RuleTask) -> None:
    for length, given in draws(task, (1, 2, 3, 7, 30, 200), 4):
        assert COUNTED[task.name](given) == length


@each
def test_every_branch_is_taken(task: RuleTask) -> None:
    check_every_branch_is_taken(task, SHORT, 1000 // len(SHORT))


@each
def test_steps_grow_with_the_length(task: RuleTask) -> None:
    check_steps_grow(task, 4, task.cap or 40, 40)


@each
def test_no_trivial_policy_beats_the_stated_chance(task: RuleTask) -> None:
    check_chance(task, (1, 2, 3, 5, 10, 40), 2000)


@each
def test_every_mutation_of_the_rule_is_caught(task: RuleTask) -> None:
    assert check_mutations_are_caught(task) >= 3


@each
def test_a_short_trace_replays_in_every_style(task: RuleTask) -> None:
    """The shortest length at which a rule does what it does, in all nine; and a longer one in a style by its name."""
    for style in STYLES.values():
        check_traces_replay(task, style, (max(3, task.shortest),), 1)
    check_traces_replay(task, list(STYLES.values())[sum(map(ord, task.name)) % len(STYLES)], (6,), 2)


@pytest.mark.prove
@each
def test_traces_replay_in_every_style(task: RuleTask) -> None:
    for style in STYLES.values():
        check_traces_replay(task, style, (1, 2, 4, 8, 13), 4)


@each
def test_questions_show_every_input_and_are_in_no_other_split(task: RuleTask) -> None:
    for _, given in draws(task, (6,), 3):
        assert all(repr(value) in task.ask(given) for value in given.values())
    splits = {
        s: {x.given.__repr__() for x in instances(RuleBlock(task, min(13, task.cap or 13), s), 40)}
        for s in ("train", "test", "validation")
    }
    assert all(len(problems) == 40 for problems in splits.values())
    assert not splits["train"] & splits["test"]
    assert not splits["validation"] & (splits["train"] | splits["test"])


def test_the_suite_says_pass_or_fail_by_contract() -> None:
    good = check_rule_task(rule_task("digits/get_digit"))
    assert good.passed
    assert len(good.findings) == 5 + len(STYLES)
    bad = check_rule_task(Twice(wrong=1, guess=0.1))
    assert {finding.contract for finding in bad.failures} >= {
        "the rule equals solve", "every branch is taken", "no trivial policy beats the stated chance",
    }  # fmt: skip


# -- planted faults -----------------------------------------------------------------------------------------------


def count_down(number: int) -> int:
    total = 0
    while number > 0:
        number -= 1
        total += 2
    if total < 0:
        total += 0
    return total


@dataclass(frozen=True)
class Twice(RuleTask):
    """A small task of one's own, with a branch that is never taken."""

    question: ClassVar[str] = "Twice {number}?"
    counts: ClassVar[str] = "the number itself"
    rule = staticmethod(count_down)
    wrong: int = 0
    guess: float = 1.0

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"number": length} for _ in range(count)]

    def solve(self, given: Any) -> int:
        return int(given["number"]) * 2 + self.wrong

    def chance(self, length: int) -> float:
        return self.guess


def test_a_wrong_solve_is_named_by_file_and_line() -> None:
    with pytest.raises(TaskError, match=r"test_rule_tasks.py:\d+: the rule 'count_down' .* says 6 where solve says 7"):
        answer(Twice(wrong=1), {"number": 3})
    with pytest.raises(TaskError):
        check_rule_equals_solve(Twice(wrong=1), (3,), 1)


def test_a_branch_that_no_draw_takes_is_named() -> None:
    with pytest.raises(ConformanceError, match=r"line \d+ never taken; line \d+ never run"):
        check_every_branch_is_taken(Twice(), (1, 2), 5)


def test_a_chance_stated_too_low_is_refused() -> None:
    check_chance(Twice(), (3,), 50)
    with pytest.raises(ConformanceError, match=r"trivial policies reach 1.00"):
        check_chance(Twice(guess=0.2), (3,), 50)


def test_a_mutation_that_no_draw_notices_is_named() -> None:
    with pytest.raises(ConformanceError, match=r"draws do not notice .*total < 0 -> total <= 0"):
        check_mutations_are_caught(Twice())


def test_work_that_does_not_grow_is_refused() -> None:
    with pytest.raises(ConformanceError, match="steps at length 3 and"):
        check_steps_grow(Constant(), 3, 30, 2)


@dataclass(frozen=True)
class Constant(RuleTask):
    """A task whose length means nothing."""

    question: ClassVar[str] = "Twice {number}?"
    counts: ClassVar[str] = "nothing"
    rule = staticmethod(count_down)

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        return [{"number": 2} for _ in range(count)]

    def solve(self, given: Any) -> int:
        return 4

    def chance(self, length: int) -> float:
        return 1.0


def test_mutants_turn_each_operator_and_constant_once() -> None:
    labels = [m.label for m in mutants("def f(x, y):\n    while x > 1 and not y:\n        x -= 2\n    return x[-1]\n")]
    assert labels == [
        "x > 1 and (not y) -> x > 1 or not y", "x -= 2 -> x += 2", "x > 1 -> x >= 1", "x > 1 -> x < 1",
        "x -= 2 -> x -= 3", "x -= 2 -> x -= 1", "x > 1 -> x > 2", "x > 1 -> x > 0", "x[-1] -> x[-2]", "x[-1] -> x[-0]",
    ]  # fmt: skip


class Lying(Rule):
    """A rule that writes one value of its trace wrongly: in the text alone, or in the words as well."""

    words_too = False

    def line(self, given: Any, style: Any = RECITE, **others: Any) -> Line:
        true = super().line(given, style, **others)
        return self.slip(true) if self.words_too else true

    def trace(self, given: Any, style: Any = RECITE, **others: Any) -> str:
        return str(self.slip(super().line(given, style, **others)))

    def slip(self, line: Line) -> Line:
        place = next(i for i, word in enumerate(line.words) if word.role == "value" and word.text == "2")
        return Line((*line.words[:place], line.words[place]._replace(text="3"), *line.words[place + 1 :]))


class LyingToo(Lying):
    """The same slip in both ways of writing."""

    words_too = True


@dataclass(frozen=True)
class Slips(Twice):
    """A task whose traces are written by one of these."""

    written_by: type[Rule] = Rule

    @property
    def program(self) -> Rule:
        return self.written_by(count_down)


@pytest.mark.parametrize("style", STYLES.values(), ids=lambda style: style.name)
def test_a_trace_that_is_not_what_was_executed_is_rejected(style: Style) -> None:
    """The planted faults: a value written wrongly by one density, and by both, so that only the replay can tell."""
    check_traces_replay(Slips(), style, (3,), 1)
    with pytest.raises(ConformanceError, match=f"text and words differ in {style.name} at length 3"):
        check_traces_replay(Slips(written_by=Lying), style, (3,), 1)
    with pytest.raises(ConformanceError, match=f"its own trace in {style.name} is rejected: Fault"):
        check_traces_replay(Slips(written_by=LyingToo), style, (3,), 1)


TABLE: dict[str, int] = {"a": 1, "b": 2}
LEFT_OUT = -3


def worth(text: str) -> int:
    total = 0
    for letter in text:
        total += TABLE.get(letter, 0)
    return total


@dataclass(frozen=True)
class Worth(RuleTask):
    """A rule over a table at the top of its file, of which the draws may use a part only."""

    question: ClassVar[str] = "Worth of {text}?"
    counts: ClassVar[str] = "letters"
    rule = staticmethod(worth)
    letters: str = "abc"

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        rows = rng.integers(len(self.letters), size=(count, length)).tolist()
        return [{"text": "".join(self.letters[code] for code in row)} for row in rows]

    def solve(self, given: Any) -> int:
        return int(given["text"].count("a")) + 2 * int(given["text"].count("b"))

    def chance(self, length: int) -> float:
        return 0.5


def test_the_constants_of_a_file_that_its_rule_uses_are_mutated_too() -> None:
    """The planted fault: draws without any b leave the table's second entry unnoticed."""
    of_the_table = [m.label for m in mutants(Worth().program.text) if m.label.startswith("TABLE =")]
    assert of_the_table == [
        f"TABLE = {{'a': 1, 'b': 2}} -> TABLE = {changed}"
        for changed in ("{'x': 1, 'b': 2}", "{'a': 1, 'x': 2}", "{'a': 2, 'b': 2}", "{'a': 0, 'b': 2}",
                        "{'a': 1, 'b': 3}", "{'a': 1, 'b': 1}")
    ]  # fmt: skip
    assert not any("LEFT_OUT" in m.label for m in mutants(Worth().program.text))
    check_mutations_are_caught(Worth(), (3,), 30)
    with pytest.raises(
        ConformanceError, match=r"do not notice TABLE = \{'a': 1, 'b': 2\} -> TABLE = \{'a': 1, 'x': 2\};"
    ):
        check_mutations_are_caught(Worth(letters="ac"), (3,), 30)


# -- blocks, splits and collections -------------------------------------------------------------------------------


def test_blocks_are_the_same_at_every_time_and_differ_by_every_part_of_their_key() -> None:
    task = rule_task("digits/add_integers")
    name = RuleBlock(task, 9)
    first = rule_block(name, 20)
    assert first == rule_block(name, 20)
    for other in (
        replace(name, seed=1),
        replace(name, number=1),
        replace(name, split="test"),
        replace(name, length=10),
    ):
        assert not {str(g) for g in first} & {str(g) for g in rule_block(other, 20)}


@each
def test_the_first_problems_stay_what_they_are(task: RuleTask) -> None:
    # A change of draw, of keys or of NumPy's streams shows here; if it is meant, raise the task's version.
    golden = json.loads((Path(__file__).parent / "rule_tasks_golden.json").read_text())
    first = [canonical(given) for given in rule_block(RuleBlock(task, 5), 5)]
    assert key(*first).digest().hex() == golden[f"{task.name} {task.version}"]


def test_the_split_takes_an_eighth_for_testing_and_is_that_of_the_problem_alone() -> None:
    task = rule_task("digits/add_integers")
    shares = Counter(split_of(task, given) for _, given in draws(task, (12,), 4000))
    assert 400 < shares["test"] < 600
    assert 400 < shares["validation"] < 600
    assert split_of(task, {"a": "1", "b": "22"}) == split_of(task, {"b": "22", "a": "1"})


def test_a_small_space_gives_its_few_problems_once_and_an_empty_one_is_refused() -> None:
    task = rule_task("logic/coin_flip")  # two problems of length 1
    found = {
        s: [x.given["turned"] for x in instances(RuleBlock(task, 1, s), 50)] for s in ("train", "test", "validation")
    }
    assert sorted(turned for some in found.values() for turned in some) == [[False], [True]]
    empty = next(split for split, problems in found.items() if not problems)
    with pytest.raises(TaskError, match=f"no {empty} problem of length 1"):
        rule_block(RuleBlock(task, 1, empty))


def test_lengths_beyond_the_cap_are_refused() -> None:
    with pytest.raises(TaskError, match="goes up to length 9, not 10"):
        rule_block(RuleBlock(rule_task("boards/tic_tac_toe_winner"), 10))
    with pytest.raises(UnknownName, match="has no case 'odd'"):
        rule_block(RuleBlock(rule_task("coin_flip"), 3, case="odd"))


def test_the_collection_has_86_tasks_of_which_12_are_held_out_and_24_exist() -> None:
    sources = Counter(e.source.split()[0] for e in entries())
    assert sources == {"LeetCode": 74, "NUPA": 4, "BIG-Bench": 6, "symbolic": 2}
    assert sum(e.held_out for e in entries()) == 12
    assert {e.task for e in entries() if e.task} == set(COUNTED)
    held, trained = collection("meta_rfft_heldout"), collection("meta_rfft_pretraining")
    assert (len(held), len(trained), len(collection("meta_rfft"))) == (12, 12, 24)
    assert not {t.name for t in held} & {t.name for t in trained}


def test_what_a_collection_says_of_lengths_is_what_the_task_says() -> None:
    for entry in entries():
        if entry.task:
            assert rule_task(entry.task).counts.split(":")[0].split(",")[0] in (entry.length, "pairs of brackets")


def test_a_misspelt_collection_and_a_task_without_a_rule_are_refused() -> None:
    with pytest.raises(UnknownName, match=r"no task is called 'meta_rft'.*collections: meta_rfft"):
        collection("meta_rft")
    with pytest.raises(TaskError, match="has no rule"):
        collection("ordering/sort")
