"""The Execution protocol is small: ten hand-written lines satisfy it."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from lengthwise.core.execution import Execution, Sources
from lengthwise.core.frame import Tag


@dataclass(frozen=True)
class Xor:  # one run of: state = 0; for bit in bits: state ^= bit; return state
    bits: tuple[int, ...]
    answer = property(lambda self: sum(self.bits) % 2)
    steps = property(lambda self: len(self.bits))

    def sources(self, tag: Tag, written: AbstractSet[Tag]) -> Sources:
        i = int(str(tag[1]))
        before = frozenset({("state", i - 1)} if ("state", i - 1) in written else {("x", j) for j in range(i)})
        read = before | {("x", i)}
        return Sources(sum(self.bits[: i + 1]) % 2, read, read, read)


def test_ten_hand_written_lines_are_an_execution() -> None:
    run: Execution = Xor((1, 0, 1, 1))
    assert (run.answer, run.steps) == (1, 4)


def test_written_wins_over_computed() -> None:
    run: Execution = Xor((1, 0, 1, 1))
    written = run.sources(("state", 3), frozenset({("state", 2)}))
    walked = run.sources(("state", 3), frozenset())
    assert written.witness == {("state", 2), ("x", 3)}
    assert walked.witness == {("x", 0), ("x", 1), ("x", 2), ("x", 3)}
    assert written.content == walked.content == 1


def test_each_relation_contains_the_one_before() -> None:
    sources = Xor((1, 0)).sources(("state", 1), frozenset())
    assert sources.carriers <= sources.witness <= sources.influence
