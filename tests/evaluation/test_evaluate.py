"""The evaluate loop: planted error rates come out, scoring and answering agree, and nothing is guessed."""

from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from lengthwise.core.errors import ConfigError, TaskError, UnknownName
from lengthwise.core.line import Line
from lengthwise.core.outcome import Tally
from lengthwise.core.request import Finish, Reply, Request
from lengthwise.evaluation.evaluate import Sample, evaluate
from lengthwise.evaluation.grade import Scores, expected
from lengthwise.evaluation.lengths import PastFailure
from lengthwise.evaluation.measure import Measurement
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.sort import Sort

SORT = Measurement(Sort(values=64), lengths=(5, 20), instances=400)


def test_a_perfect_solver_has_a_perfect_curve_and_no_wrong_sample() -> None:
    for solver in (Oracle(), Program()):
        curve, samples = evaluate(solver, SORT)
        assert [curve.tally(n) for n in (5, 20)] == [Tally(correct=400)] * 2
        assert all(sample.outcome == "correct" and not sample.prompt for sample in samples)
        assert str(curve.reach()) == ">= 20"


@pytest.mark.parametrize("way", ["one pass", "free running"])
def test_a_planted_error_rate_comes_out_as_its_power(way: str) -> None:
    measurement = Measurement(Sort(values=64), lengths=(5, 20), instances=1000, way=way)  # type: ignore[arg-type]
    curve, _ = evaluate(Oracle(error=0.03), measurement)
    for length in (5, 20):
        low, high = curve.tally(length).interval(z=3.5)
        assert low <= (1 - 0.03) ** length <= high
        cell = curve.cell(length)
        wrong, asked = sum(cell.errors[:-1]), sum(cell.targets[:-1])
        assert asked == 1000 * length
        assert Tally(correct=wrong, wrong=asked - wrong).interval(z=3.5)[0] <= 0.03
        assert sum(cell.first_wrong) == cell.line.asked - cell.line.correct


def test_the_same_problems_are_asked_on_every_call_and_seeds_name_the_run() -> None:
    first, second = evaluate(Oracle(0.2), SORT, seed=0), evaluate(Oracle(0.2), SORT, seed=7)
    assert [s.instance for s in first.samples] == [s.instance for s in second.samples]
    assert second.curve.seeds == (7,)
    assert len({s.instance for s in first.samples}) == len(first.samples) == 800


def test_wrong_samples_are_kept_in_full_up_to_their_number() -> None:
    _, samples = evaluate(Oracle(0.3), Measurement(Sort(values=64), lengths=(10,), instances=100, samples=3))
    shown = [s for s in samples if s.prompt]
    assert len(shown) == 0 or all(s.outcome != "correct" for s in shown)
    _, free = evaluate(
        Oracle(0.3), Measurement(Sort(values=64), lengths=(10,), instances=100, samples=3, way="free running")
    )
    shown = [s for s in free if s.prompt]
    assert len(shown) == 3
    for sample in shown:
        assert sample.first_wrong is not None
        right, wrong = sample.expected.split(), sample.written.split()
        assert right[sample.first_wrong] != wrong[sample.first_wrong]
        assert right[: sample.first_wrong] == wrong[: sample.first_wrong]
    assert Sample.from_json(shown[0].to_json()) == shown[0]


class Network:
    """What a network offers: a pass for lines, and free answers; here both are right but for the working."""

    def score(self, line: Line) -> tuple[np.ndarray, int]:
        right = np.ones((len(line), len(line.frame.slots) + 1), dtype=bool)
        right[0, 0] = False  # a state in the first line's working
        return right, 2

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        for request in requests:
            assert request.line is not None
            yield Reply(request.instance, " ".join(expected(request.line, 0)))


def test_with_working_the_whole_line_and_the_answer_are_two_curves() -> None:
    curve, _ = evaluate(Network(), Measurement(Parity(), RunningState(), lengths=(8,), instances=32))
    cell = curve.cell(8)
    assert (cell.line.correct, cell.answer.correct, cell.answer.asked) == (31, 32, 32)
    assert curve.tally(8) == cell.answer
    assert cell.near_ties == 2


def test_a_scorer_alone_has_only_the_lower_bound_where_working_is_written() -> None:
    class ScoreOnly:
        score = Network.score

    curve, _ = evaluate(ScoreOnly(), Measurement(Parity(), RunningState(), lengths=(8,), instances=32))
    assert (curve.cell(8).answer.asked, curve.tally(8).correct) == (0, 31)
    with pytest.raises(ConfigError, match="needs answer"):
        evaluate(ScoreOnly(), Measurement(Parity(), lengths=(8,), way="free running"))


def test_what_a_pass_was_told_does_not_count_as_an_answer() -> None:
    class Told(Network):
        def score(self, line: Line) -> Scores:  # type: ignore[override]
            return Scores(*Network.score(self, line), told=True)

    class ToldOnly:
        score = Told.score

    cell = evaluate(Told(), Measurement(Parity(), lengths=(8,), instances=32)).curve.cell(8)
    assert (cell.line.correct, cell.answer.correct, cell.answer.asked) == (31, 32, 32), "decoded freely beside the pass"
    cell = evaluate(ToldOnly(), Measurement(Parity(), lengths=(8,), instances=32)).curve.cell(8)
    assert (cell.line.correct, cell.answer.asked) == (31, 0)


def test_without_working_answer_and_line_are_the_same() -> None:
    curve, _ = evaluate(Network(), Measurement(Parity(), lengths=(8,), instances=32))
    assert curve.cell(8).answer == curve.cell(8).line == Tally(correct=31, wrong=1)


def test_what_is_refused_or_missing_is_unanswered_and_not_wrong() -> None:
    class Shy:
        def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
            for i, request in enumerate(requests):
                if i % 3 == 1:
                    yield Reply(request.instance, "", Finish.REFUSED)
                elif i % 3 == 2:
                    assert request.line is not None
                    yield Reply(request.instance, " ".join(expected(request.line, 0)))

    curve, _ = evaluate(Shy(), Measurement(Sort(values=64), lengths=(5,), instances=30))
    assert curve.tally(5) == Tally(correct=10, unanswered=20)


def test_a_solver_that_answers_twice_or_something_else_is_refused() -> None:
    class Twice:
        def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
            yield Reply(requests[0].instance, "")
            yield Reply(requests[0].instance, "")

    class Bare:
        def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
            yield "1 2"  # type: ignore[misc]

    with pytest.raises(ConfigError, match="answered with a str"):
        evaluate(Bare(), Measurement(Sort(values=64), lengths=(5,), instances=3))
    with pytest.raises(ConfigError, match="one request twice"):
        evaluate(Twice(), Measurement(Sort(values=64), lengths=(5,), instances=3))
    with pytest.raises(ConfigError, match="neither answer"):
        evaluate(object(), SORT)  # type: ignore[arg-type]


def test_scores_of_a_wrong_shape_are_refused() -> None:
    class Short:
        def score(self, line: Line) -> Scores:
            return Scores(np.ones((len(line), len(line.frame.slots)), dtype=bool))

    with pytest.raises(ConfigError, match=r"400, 6"):
        evaluate(Short(), SORT)


def test_a_growing_grid_stops_after_failure() -> None:
    class UpTo12:
        def score(self, line: Line) -> Scores:
            slots = len(line.frame.slots)
            return Scores(np.full((len(line), slots + 1), slots <= 12))

    growing = Measurement(Sort(values=256), lengths=PastFailure(trained=6, cap=100), instances=8)
    curve, _ = evaluate(UpTo12(), growing)
    assert 20 <= max(curve.lengths()) <= 30
    assert str(curve.reach()) == "12"


def test_progress_tells_each_cell_once() -> None:
    seen: list[str] = []
    evaluate(
        Oracle(),
        Measurement((Sort(values=64), Addition()), lengths=(3, 4), instances=8),
        progress=lambda p: seen.append(str(p)),
    )
    assert [s.split()[0] for s in seen] == ["1/4", "2/4", "3/4", "4/4"]
    assert "arithmetic/addition typical length 4: 8/8" in seen[-1]


def test_what_cannot_be_measured_is_refused_before_it_starts() -> None:
    with pytest.raises(TaskError, match="up to length 10"):
        Measurement(Sort(values=10), lengths=(5, 11))
    with pytest.raises(ConfigError, match="needs lengths"):
        Measurement(Sort(values=10))
    with pytest.raises(UnknownName, match="full_chain"):
        Measurement(Sort(values=10), lengths=(5,), cases=("full_chain",))
    with pytest.raises(ConfigError, match="at least 1"):
        Measurement(Sort(values=10), lengths=(5,), instances=0)
