"""Parts of a batch: fewer columns, the same loss and the same step."""

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lengthwise.feeding.batch import Batch
from lengthwise.feeding.cut import Near
from lengthwise.feeding.mixture import Ingredient
from lengthwise.feeding.source import Diet, Source
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.training.parts import parts_of, whole
from lengthwise.training.recipes.scratch import Scratch
from tests.feeding.diets import MAIN, cut, diet
from tests.training.tiny import CHOICES

DIETS = {
    "main": diet(MAIN),
    "query": diet(MAIN, cut("query", choice=Near()), symbols=900, numbering=RandomStart(ids=30)),
    "closed": diet(MAIN, cut("closed"), symbols=900),
    "both forms": diet(MAIN, cut("query", "whole"), symbols=900),
    "one target": diet(replace(MAIN, targets="one")),
    "an easier task": diet(MAIN, Ingredient(lengths=MAIN.lengths, task=Successor(values=40)), symbols=900),
}


def batches(made: Diet) -> list[Batch]:
    return list(islice(Source(made).batches(), 20))


@pytest.mark.parametrize("name", sorted(DIETS))
def test_every_row_is_in_one_part_and_every_learned_column_is_asked_once(name: str) -> None:
    for batch in batches(DIETS[name]):
        asked = np.zeros(batch.weights.shape, dtype=int)
        rows: list[int] = []
        for part in parts_of(batch):
            asked[part.rows[:, None], part.asked] += 1
            rows += part.rows.tolist()
            assert (batch.symbols[part.rows, part.width :] == 2).all(), "only pads are left out"
        assert sorted(rows) == list(range(len(batch.symbols)))
        assert (asked[batch.weights > 0] == 1).all()
        assert asked.max() == 1


def test_ragged_batches_are_split_and_even_ones_are_not() -> None:
    assert all(len(parts_of(batch)) == 1 for batch in batches(DIETS["main"]))
    split = [len(parts_of(batch)) for batch in batches(DIETS["query"])]
    assert sum(count == 2 for count in split) > len(split) / 2


@pytest.mark.parametrize("name", sorted(DIETS))
@pytest.mark.parametrize("loss", ["targets", "lines"])
def test_loss_and_step_are_those_of_one_pass_over_the_padded_batch(
    name: str, loss: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = DIETS[name]
    recipe = Scratch(rate=1e-2, loss=loss)  # type: ignore[arg-type]
    blueprint = Transformer(layers=2, heads=2, width=16, attention=LogLength(), encoding=Absolute(limit=30))
    for batch in batches(made)[:4]:
        losses, gradients, told = [], [], []
        for way in (parts_of, lambda batch: [whole(batch)]):
            monkeypatch.setattr("lengthwise.training.recipes.scratch.parts_of", way)
            model = blueprint.build(len(made.vocabulary))
            state, measures = recipe.update(recipe.begin(model, 100, CHOICES), batch)
            losses.append(float(measures["loss"]))
            told.append(measures["by_ingredient"]())
            gradients.append([s["exp_avg"] for s in state.optimiser.state.values()])
        assert losses[0] == pytest.approx(losses[1], rel=1e-5)
        assert told[0] == pytest.approx(told[1], rel=1e-5)
        for one, other in zip(*gradients, strict=True):
            torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-7)


class ThreeArguments(nn.Module):
    """A user's own network: no columns, no cache."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.table = nn.Embedding(symbols, 12)
        self.read = nn.GRU(12, 12, batch_first=True)
        self.head = nn.Linear(12, symbols)

    def forward(self, symbols: Tensor, ids: Tensor, time: Tensor) -> Prediction:
        """What comes after each symbol."""
        return Prediction(self.head(self.read(self.table(symbols))[0]))


def test_any_network_of_three_arguments_learns_from_ragged_batches() -> None:
    made = DIETS["query"]
    torch.manual_seed(0)
    model, recipe = ThreeArguments(len(made.vocabulary)), Scratch(rate=3e-2)
    state, losses = recipe.begin(model, 60, CHOICES), []
    for batch in Source(replace(made, updates=60)).batches():
        state, measures = recipe.update(state, batch)
        losses.append(float(measures["loss"]))
    assert np.mean(losses[-5:]) < losses[0] - 0.5
