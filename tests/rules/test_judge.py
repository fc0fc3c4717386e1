"""The judge finds every corruption where it is, counts one wrong step once, and survives any text."""

import random
from collections.abc import Callable

import pytest

from lengthwise.core.outcome import Outcome
from lengthwise.rules import STYLES, Event, Override, Rule, Style, Word, grade_text, judge
from lengthwise.rules.judge import horizon
from lengthwise.rules.runtime.limits import LimitError
from lengthwise.rules.scanner import NotALiteral, scan
from lengthwise.rules.styles.pieces import fill
from tests.rules.examples import EXAMPLES

RULES = {name: (Rule(text, name), given) for name, (text, given) in EXAMPLES.items()}
SAID = [s for s in STYLES.values() if s.states.verdicts == "said"]


def other(text: str, rng: random.Random) -> str:
    """A different legal value of the same type."""
    value, _ = scan(text)
    if isinstance(value, bool):
        return str(not value)
    if isinstance(value, int):
        return str(value + rng.choice((1, 2, -1)))
    if isinstance(value, str):
        return repr(value[:-1] if value else "7")
    if isinstance(value, list):
        return repr([*value, 4] if not value or rng.random() < 0.5 else value[:-1])
    return "None" if value is not None else "0"


def corrupted(word: Word, rng: random.Random) -> str:
    match word.role:
        case "value" | "answer":
            return other(word.text, rng)
        case "verdict":
            return word.text[7:] if word.text.startswith("do not ") else f"do not {word.text}"
        case "line" | "head":
            return word.text.replace("\n", "", 1) + " x\n"
    return word.text + "~" if "\n" not in word.text else "~\n"


def corruptions(rule: Rule, given: dict[str, object], style: Style, rng: random.Random, most: int) -> int:
    words = rule.line(given, style).words
    places = list(range(len(words)))
    rng.shuffle(places)
    for place in places[:most]:
        starts = sum(len(w.text) for w in words[:place])
        wrong = corrupted(words[place], rng)
        text = "".join(w.text for w in words[:place]) + wrong + "".join(w.text for w in words[place + 1 :])
        judgement = judge(rule, given, style, text)
        assert not judgement.accepted, (words[place], text)
        first = judgement.first
        assert first is not None
        if style.states.verdicts == "said":
            assert first.start <= starts + len(wrong), (words[place], first)
            assert first.end >= starts, (words[place], first)
    return len(places[:most])


@pytest.mark.parametrize("name", RULES)
def test_true_traces_are_accepted_in_every_style(name: str) -> None:
    rule, given = RULES[name]
    for style in STYLES.values():
        judgement = judge(rule, given, style, rule.trace(given, style))
        assert judgement.accepted
        assert judgement.wrong == judgement.unjudged == 0


@pytest.mark.parametrize("name", RULES)
def test_random_corruptions_are_found_where_they_are(name: str) -> None:
    rng = random.Random(name)
    style = list(STYLES.values())[len(name) % len(STYLES)]
    assert corruptions(*RULES[name], style, rng, 20) > 5
    assert corruptions(*RULES[name], STYLES["recite"], rng, 20) == 20


@pytest.mark.prove
@pytest.mark.parametrize("name", RULES)
def test_every_corruption_in_every_style_is_found(name: str) -> None:
    rng = random.Random(name)
    for style in STYLES.values():
        corruptions(*RULES[name], style, rng, 10_000)


class Tamper:
    """Executes with one value or decision changed, and writes what follows from it."""

    def __init__(self, style: Style, at: int, change: Callable[[str], str]) -> None:
        self.style, self.at, self.change = style, at, change
        self.whole = style.states.values == "all"
        self.words: list[Word] = []
        self.count = 0

    def on(self, event: Event) -> Override | None:
        self.count += 1
        if self.count - 1 != self.at:
            self.words += fill(self.style, event, self.count)
            return None
        if event.kind == "verdict":
            self.words += fill(self.style, event._replace(verdict=not event.verdict), self.count)
            return Override({}, not event.verdict)
        words = fill(self.style, event, self.count)
        place = next((i for i, w in enumerate(words) if w.role in ("value", "answer")), None)
        if place is None:
            self.words += words
            return None
        name, text = words[place].name, self.change(words[place].text)
        self.words += [*words[:place], words[place]._replace(text=text), *words[place + 1 :]]
        key = "" if event.part >= 0 or event.kind == "leave" else name
        assert key is not None
        return Override({key: scan(text)[0]})

    def __str__(self) -> str:
        return "".join(w.text for w in self.words)


@pytest.mark.parametrize("style", SAID, ids=lambda s: s.name)
def test_one_wrong_step_that_is_followed_consistently_is_one_fault(style: Style) -> None:
    rng = random.Random(3)
    checked = 0
    for name, (rule, given) in RULES.items():
        for at in range(40):
            tamper = Tamper(style, at, lambda text: other(text, rng))
            try:
                run = rule.run(given, tamper)
            except LimitError:
                continue
            if run.error or str(tamper) == rule.trace(given, style):
                continue
            judgement = judge(rule, given, style, str(tamper))
            assert not judgement.accepted
            assert len(judgement.faults) == 1, (name, at, str(tamper), judgement.faults)
            assert judgement.unjudged == 0
            checked += 1
    assert checked > 150


@pytest.mark.parametrize("style", [STYLES["changes"], STYLES["steps"], STYLES["frames"]], ids=lambda s: s.name)
def test_an_unsaid_wrong_decision_is_explained_by_flipping_it(style: Style) -> None:
    explained = total = 0
    for rule, given in RULES.values():
        for at in range(60):
            tamper = Tamper(style, at, lambda text: text)
            try:
                run = rule.run(given, tamper)
            except LimitError:
                continue
            if run.error or str(tamper) == rule.trace(given, style):
                continue
            judgement = judge(rule, given, style, str(tamper))
            total += 1
            explained += len(judgement.faults) == 1
            assert not judgement.accepted
    assert total > 20
    assert explained >= 0.8 * total, (explained, total)


def test_a_checker_that_only_renders_again_finds_more_than_one_fault() -> None:
    """The planted bug: without overrides, everything after the first wrong value counts as wrong."""
    rule, given = RULES["parity"]
    tamper = Tamper(STYLES["recite"], 6, lambda text: "1" if text == "0" else "0")
    rule.run(given, tamper)
    written, true = str(tamper).splitlines(), rule.trace(given).splitlines()
    assert sum(a != b for a, b in zip(written, true, strict=False)) > 1
    assert len(judge(rule, given, STYLES["recite"], str(tamper)).faults) == 1


HAND_WRITTEN = """1. Initialize
bits = [1, 1]
state = 0
2. Main loop
bits = [1, 1]
for bit in bits:
enter the loop
now, bit = 1
2.1 One iteration
state = (state + bit) % 2
state = 0
bit = 1
state + bit = 1
now, state = 1
for bit in bits:
enter the loop
now, bit = 1
2.1 One iteration
state = (state + bit) % 2
state = 1
bit = 1
state + bit = 2
now, state = 0
for bit in bits:
do not enter the loop
3. Return
return state
state = 0
So the answer is 0
"""


def test_a_trace_written_by_hand_is_accepted_and_its_wrong_variants_are_classed() -> None:
    rule, _ = RULES["parity"]
    given, style = {"bits": [1, 1]}, STYLES["recite"]
    assert judge(rule, given, style, HAND_WRITTEN).accepted

    def kinds(old: str, new: str) -> list[str]:
        assert old in HAND_WRITTEN
        return [f.kind for f in judge(rule, given, style, HAND_WRITTEN.replace(old, new, 1)).faults]

    assert (
        kinds("now, state = 0\nfor bit in bits:\ndo not enter", "now, state = 0\nfor bit in bits:\nenter")[0]
        == "overrun"
    )
    assert kinds("enter the loop", "do not enter the loop")[0] == "early exit"
    assert kinds("state = (state + bit) % 2", "state = (state + bit) % 3") == ["wrong line"]
    assert kinds("state + bit = 2", "state + bit = 3")[0] == "wrong value"
    assert kinds("bit = 1\nstate + bit = 2", "bit = 0\nstate + bit = 2")[0] == "wrong copy"
    assert kinds("So the answer is 0", "So the answer is 1") == ["wrong value"]
    assert kinds("3. Return\nreturn state\nstate = 0\nSo the answer is 0\n", "") == ["early stop"]
    assert kinds("So the answer is 0\n", "So the answer is 0\nand more\n") == ["format"]
    assert kinds("now, state = 1\n", "now, state = one\n") == ["format"]


def test_a_line_that_is_inserted_is_one_fault_and_three_unread_lines_lose_the_trace() -> None:
    rule, _ = RULES["parity"]
    given, style = {"bits": [1, 1]}, STYLES["recite"]
    one = HAND_WRITTEN.replace("2. Main loop\n", "hello\n2. Main loop\n")
    assert len(judge(rule, given, style, one).faults) == 1
    lost = judge(
        rule, given, style, HAND_WRITTEN.replace("2. Main loop\nbits = [1, 1]\nfor bit in bits:\n", "a\nb\nc\n")
    )
    assert lost.unjudged > 10
    assert len(lost.faults) == 3


def fuzzed(rng: random.Random, true: str) -> str:
    kind = rng.random()
    if kind < 0.4:
        return "".join(rng.choice("\n =[](){}'\"\\,:0123456789-.exnow loopTFN\x00é") for _ in range(rng.randint(0, 60)))
    lines = true.splitlines(keepends=True)
    for _ in range(rng.randint(1, 3)):
        at = rng.randrange(len(lines))
        if kind < 0.6:
            lines.insert(at, rng.choice(lines))
        elif kind < 0.8 and len(lines) > 1:
            del lines[at]
        else:
            line = lines[at]
            cut = rng.randrange(len(line) + 1)
            lines[at] = line[:cut] + rng.choice("(['\"{-9e\\\n") + line[cut + rng.randint(0, 1) :]
    return "".join(lines)


def fuzz(count: int) -> None:
    rng = random.Random(11)
    names = list(RULES)
    true = {(n, s): RULES[n][0].trace(RULES[n][1], STYLES[s]) for n in names for s in STYLES}
    for _ in range(count):
        name, style = rng.choice(names), rng.choice(list(STYLES))
        text = fuzzed(rng, true[name, style])
        judgement = judge(*RULES[name], STYLES[style], text)
        assert judgement.accepted == (text == true[name, style])


def test_any_text_is_survived_and_none_accepted_falsely() -> None:
    fuzz(20_000)


@pytest.mark.prove
def test_a_million_texts_are_survived() -> None:
    fuzz(1_000_000)


def test_a_stated_value_that_starts_an_endless_silent_loop_ends_the_judging() -> None:
    rule = Rule("def f(x):\n    y = x - 1\n    while x != 0:\n        x = x - y\n        y = 1\n    return x\n")
    text = rule.trace({"x": 3}, STYLES["changes"]).replace("y = 2", "y = 9")
    judgement = judge(rule, {"x": 3}, STYLES["changes"], text)
    assert not judgement.accepted
    assert judgement.faults[0].stated == "9"


def test_grades_say_answer_trace_first_error_and_horizon() -> None:
    rule, given = RULES["addition"]
    style, true = STYLES["recite"], rule.trace(given)
    good = grade_text(rule, given, style, true)
    assert (good.outcome, good.answered, good.whole, good.error, good.rate) == (Outcome.CORRECT, True, True, None, 0.0)
    slip = grade_text(rule, given, style, true.replace("now, x = 9", "now, x = 8", 1))
    assert slip.answered
    assert not slip.whole
    assert slip.error is not None
    assert slip.error[0] == "wrong value"
    assert 0 < slip.rate < 0.1
    cut = grade_text(rule, given, style, true[:200], finished=False)
    assert cut.outcome is Outcome.TRUNCATED
    assert cut.error is not None
    assert cut.error[0] == "non-termination"
    assert grade_text(rule, given, style, "").outcome is Outcome.UNFINISHED
    assert grade_text(rule, given, style, "So the answer is [").outcome is Outcome.MALFORMED
    assert grade_text(rule, given, style, "So the answer is '3'").outcome is Outcome.WRONG


def test_the_horizon_is_where_half_of_the_traces_have_failed() -> None:
    assert (1 - 0.01) ** horizon(0.01) == pytest.approx(0.5)


@pytest.mark.parametrize(
    "text", ["-" * 5000, "[" * 5000, "1" * 5000, "'\\q'", "[1,2]", "(1)", "{1: 2, 3}", "{[]}", "01", "1e5", "--1", ""]
)
def test_what_does_not_print_back_to_itself_is_no_literal(text: str) -> None:
    with pytest.raises(NotALiteral):
        scan(text)
