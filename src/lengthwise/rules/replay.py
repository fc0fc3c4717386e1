"""Read a trace in lock-step with the interpreter: what is stated differently overrides the state and is counted once.

The same pieces that write a style judge it, so there is no grammar per style. A value that differs is parsed and
stored; a decision that differs is taken; anything else is skipped to the end of its line, and after three such lines
in a row the rest is not judged. After one wrong value, steps that follow from it therefore count as right.
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from lengthwise.rules.events import Event, Override
from lengthwise.rules.scanner import NotALiteral, scan
from lengthwise.rules.styles.pieces import Style, Word, fill

PATIENCE = 3  # lines in a row that could not be read before the rest is left unjudged

EARLY_EXIT, OVERRUN, WRONG_LINE, WRONG_VALUE, WRONG_COPY, EARLY_STOP, NON_TERMINATION, FORMAT = (
    "early exit", "overrun", "wrong line", "wrong value", "wrong copy", "early stop", "non-termination", "format",
)  # fmt: skip


class Fault(NamedTuple):
    """One thing that is wrong: its class, event, place in the text, what stands there and what should."""

    kind: str
    event: int
    start: int
    end: int
    stated: str
    expected: str
    role: str = ""


class Ended(BaseException):
    """Nothing more can be judged; passes through every `except` of a rule."""


@dataclass
class Replay:
    """A hook that reads `text`; `flips` are decisions, by their number, to take the other way without being told."""

    style: Style
    text: str
    flips: frozenset[int] = frozenset()
    at: int = 0
    events: int = 0
    decisions: int = 0
    right: int = 0
    wrong: int = 0
    broken: int = 0
    answer: str | None = None
    overridden: bool = False
    ended: bool = False
    faults: list[Fault] = field(default_factory=list)
    unread: list[tuple[int, int]] = field(default_factory=list)
    places: list[tuple[int, int]] = field(default_factory=list)

    @property
    def whole(self) -> bool:
        return self.style.states.values == "all"

    def on(self, event: Event) -> Override | None:
        """Compare the words of one event; answer with what the text states instead."""
        verdict = self.decide(event) if event.kind == "verdict" else None
        if verdict is not None:
            event = event._replace(verdict=verdict)
        words = fill(self.style, event, self.events)
        final = event.kind == "leave" and event.node.entry
        if words:
            if event.error and self.overridden and not self.text.startswith("".join(w.text for w in words), self.at):
                raise Ended  # a stated value made the rule raise; the text goes on in its own way
            before = len(self.faults)
            answer = self.read(event, words)
            self.right, self.wrong = (
                (self.right + 1, self.wrong) if len(self.faults) == before else (self.right, self.wrong + 1)
            )
        else:
            answer = Override()
        self.events += 1
        self.ended = self.ended or final
        if verdict is not None and answer.verdict is None:
            answer = Override(answer.values, verdict)
        self.overridden |= bool(answer.values) or answer.verdict is not None
        return answer

    def decide(self, event: Event) -> bool | None:
        """Number this decision; its other outcome if it is to be flipped."""
        self.places.append((self.decisions, self.at))
        self.decisions += 1
        if self.decisions - 1 not in self.flips:
            return None
        verdict = not event.verdict
        kind = OVERRUN if verdict else EARLY_EXIT
        self.faults.append(Fault(kind, self.events, self.at, self.at, str(verdict), str(event.verdict), "verdict"))
        self.wrong += 1
        return verdict

    def read(self, event: Event, words: list[Word]) -> Override:
        values: dict[str, Any] = {}
        verdict: bool | None = None
        place = 0
        while place < len(words):
            word = words[place]
            follow = words[place + 1].text if place + 1 < len(words) else ""
            if self.at >= len(self.text):
                self.fault(EARLY_STOP, word, self.at)
                raise Ended
            if word.role == "answer":
                self.answer = self.text[self.at : self.line_end()]
            if self.text.startswith(word.text, self.at) and self.text.startswith(follow, self.at + len(word.text)):
                self.at += len(word.text)
                self.broken = 0 if "\n" in word.text else self.broken
                place += 1
            elif word.role == "verdict" and (other := self.other(event, word)) is not None:
                verdict = not event.verdict
                self.fault(OVERRUN if verdict else EARLY_EXIT, word, self.at + len(other[0].text))
                self.at += len(other[0].text)
                words, place = other[1:], 0
            elif word.name is not None and (found := self.literal(word, follow)) is not None:
                start = self.at
                self.at += found[1]
                self.faults.append(Fault(kind_of_value(event), self.events, start, self.at,
                                         self.text[start : self.at], word.text, word.role))  # fmt: skip
                values[word.name if event.part < 0 else ""] = found[0]
                place += 1
            elif self.text.startswith(word.text, self.at):
                self.at += len(word.text)
                place += 1
            else:
                place = self.skip(words, place)
        return Override(values, verdict)

    def other(self, event: Event, word: Word) -> list[Word] | None:
        """The words from the decision on, had it gone the other way, if that is what stands here."""
        words = fill(self.style, event._replace(verdict=not event.verdict), self.events)
        place = next((i for i, w in enumerate(words) if w.role == "verdict"), None)
        if place is None or not self.text.startswith(words[place].text, self.at):
            return None
        return words[place:]

    def literal(self, word: Word, follow: str) -> tuple[Any, int] | None:
        """Another legal value, spelled as this style spells, and followed by what should follow."""
        digits = self.style.digits
        try:
            value, end = scan(digits.unspell(self.text[self.at : self.line_end()]))
        except (NotALiteral, RecursionError, ValueError, OverflowError):
            return None
        spelled = digits.spell(digits.unspell(self.text[self.at : self.line_end()])[:end])
        fits = self.text.startswith(spelled, self.at) and self.text.startswith(follow, self.at + len(spelled))
        return (value, len(spelled)) if fits and spelled != word.text else None

    def skip(self, words: list[Word], place: int) -> int:
        """Leave a line that cannot be read; if the line after it is the expected one, only the text moves on."""
        word, end = words[place], self.line_end()
        stop = next((i + 1 for i in range(place, len(words)) if "\n" in words[i].text), len(words))
        if end == len(self.text) and "".join(w.text for w in words[place:]).startswith(self.text[self.at :]):
            self.fault(EARLY_STOP, word, end)
            raise Ended
        self.unread.append((self.decisions, self.at))
        self.fault(WRONG_LINE if word.role in ("line", "head") else FORMAT, word, end)
        self.at = min(end + 1, len(self.text))
        self.broken += 1
        if self.broken >= PATIENCE:
            raise Ended
        first = place
        while first > 0 and "\n" not in words[first - 1].text:
            first -= 1
        expected = "".join(w.text for w in words[first:stop])
        return first if self.text.startswith(expected, self.at) else stop

    def fault(self, kind: str, word: Word, end: int) -> None:
        self.faults.append(Fault(kind, self.events, self.at, end, self.text[self.at : end], word.text, word.role))

    def line_end(self) -> int:
        end = self.text.find("\n", self.at)
        return len(self.text) if end < 0 else end


def kind_of_value(event: Event) -> str:
    """A value read down wrongly is a wrong copy; one computed wrongly a wrong value."""
    return WRONG_COPY if event.kind in ("enter", "open", "test") else WRONG_VALUE
