"""Two runs paired by instance."""

import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.compare import compare
from lengthwise.evaluation.evaluate import Sample, evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.solvers.oracle import Oracle
from lengthwise.tasks.ordering.sort import Sort


def samples(error: float, *, lengths: tuple[int, ...] = (5, 10), oracle_seed: int = 0) -> tuple[Sample, ...]:
    measurement = Measurement(Sort(values=64), lengths=lengths, instances=100, way="free running")
    return evaluate(Oracle(error, seed=oracle_seed), measurement).samples


def test_the_difference_counts_what_one_alone_solves() -> None:
    perfect, spoilt = samples(0.0), samples(0.1)
    for compared in compare(perfect, spoilt):
        wrong = sum(1 for s in spoilt if s.length == compared.length and s.outcome != "correct")
        assert compared.difference.first_only == wrong
        assert compared.difference.second_only == 0
        assert compared.difference.value == wrong / 100
        assert 0 < len(compared.first_solves) <= 5


def test_a_run_equals_itself() -> None:
    assert all(c.difference.value == 0 for c in compare(samples(0.1), samples(0.1)))


def test_only_shared_instances_count_and_none_is_refused() -> None:
    assert [c.length for c in compare(samples(0.1), samples(0.1, lengths=(10, 12)))] == [10]
    with pytest.raises(ConfigError, match="share no instance"):
        compare(samples(0.1), samples(0.1, lengths=(12,)))
