"""The solvers' suite: those of the house pass, planted bugs do not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from lengthwise.conformance.solvers import check_solver
from lengthwise.core.instance import Instance
from lengthwise.core.line import Line
from lengthwise.core.request import Reply, Request
from lengthwise.evaluation.grade import Scores
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program


@pytest.mark.parametrize("solver", [Oracle(), Program()], ids=repr)
def test_the_solvers_of_the_house_keep_to_every_contract(solver: object) -> None:
    check_solver(solver).demand()


@dataclass
class Planted:
    """The oracle with one bug."""

    bug: str
    calls: int = 0

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for number, reply in enumerate(Oracle().answer(requests)):
            yield reply
            if self.bug == "twice" and number == 1:
                yield reply
            if self.bug == "mutates":
                line = requests[number].line
                assert line is not None
                line.contents[:] = 0
        if self.bug == "unasked":
            assert isinstance(reply.instance, Instance)
            yield replace(reply, instance=replace(reply.instance, row=999))

    def score(self, line: Line) -> Scores:
        return Scores(np.full((len(line), len(line.frame.slots) + 1), self.bug != "disagrees"))


class Forgetful(Planted):
    """Its reply depends on how many it has given."""

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for reply in Oracle().answer(requests):
            self.calls += 1
            yield replace(reply, text=f"{reply.text} {self.calls}")


class Mute(Planted):
    """It never replies."""

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        return iter(())


class Bare:
    """It answers, and nothing can be written down about it."""

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        return Oracle().answer(requests)


@pytest.mark.parametrize(
    ("solver", "contract"),
    [
        (Planted("twice"), "one plain reply a request"),
        (Planted("unasked"), "one plain reply a request"),
        (Planted("mutates"), "requests stay as they are"),
        (Planted("disagrees"), "score agrees with answer"),
        (Forgetful(""), "any order"),
        (Mute(""), "one plain reply a request"),
        (object(), "offers answer or score"),
        (Bare(), "kept as plain JSON"),
    ],
    ids=["answers twice", "answers unasked", "mutates", "disagrees", "forgetful", "mute", "offers nothing", "bare"],
)
def test_a_planted_bug_is_rejected(solver: object, contract: str) -> None:
    assert contract in {finding.contract for finding in check_solver(solver).failures}
