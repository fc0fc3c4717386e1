"""Epochs: drawn once, read by all, and never other lines than those that would have been drawn."""

from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import BlockKey
from lengthwise.feeding.epoch import Epoch
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Diet, Source, vocabulary_of
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.carries import Carries
from lengthwise.tasks.arithmetic.addition import Addition


def _diet(distinct: int = 0) -> Diet:
    mixture = Mixture((Ingredient(lengths=(3, 5), distinct=distinct),), symbols=1024)
    return Diet(Addition(), Carries(), LeastFirst(), Sequential(), mixture, vocabulary_of(Addition(), mixture), 7, 40)


def test_batches_from_an_epoch_are_those_that_would_have_been_drawn(tmp_path: Path) -> None:
    diet = _diet()
    epoch = Epoch(tmp_path)
    for length in (3, 4, 5):
        epoch.draw(BlockKey(Addition(), length, "train", 7), (Carries(), LeastFirst()), blocks=3)
    drawn, read = Source(diet), Source(replace(diet, epoch=epoch))
    for ours, theirs in zip(drawn.batches(), read.batches(), strict=True):
        assert all(np.array_equal(a, b) for a, b in zip(ours[:7], theirs[:7], strict=True))


def test_an_epoch_is_drawn_once_and_its_givens_are_read_back(tmp_path: Path) -> None:
    name, page = BlockKey(Addition(), 4, "train", 7), (Carries(), LeastFirst())
    path = Epoch(tmp_path).draw(name, page, blocks=2)
    before = path.stat().st_mtime_ns
    assert Epoch(tmp_path).draw(name, page, blocks=2).stat().st_mtime_ns == before
    line = Epoch(tmp_path).line(name, page)
    assert line is not None
    digits = np.array(
        [[int(c) for c in line.part("prompt", row).replace("+", "").replace("=", "").split()] for row in range(128)]
    )
    assert np.array_equal(line.given["a"], digits[:, :4])
    assert np.array_equal(line.given["b"], digits[:, 4:])
    assert Epoch(tmp_path).line(replace(name, number=2), page) is None
    assert Epoch(tmp_path).line(replace(name, seed=8), page) is None


def test_a_damaged_epoch_is_named(tmp_path: Path) -> None:
    name, page = BlockKey(Addition(), 4, "train", 7), (Carries(), LeastFirst())
    Epoch(tmp_path).draw(name, page, blocks=1).write_bytes(b"not an array")
    with pytest.raises(ConfigError, match="draw it again"):
        Epoch(tmp_path).line(name, page)


def test_a_fixed_training_set_comes_again_and_again() -> None:
    def lines(diet: Diet, updates: int) -> set[bytes]:
        batches = islice(Source(diet).batches(), updates)
        return {row.tobytes() for b in batches for row in b.symbols}

    assert len(lines(_diet(distinct=128), 40)) <= 3 * 128
    assert len(lines(_diet(), 40)) > 3 * 128
