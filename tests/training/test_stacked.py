"""Networks trained as one stack learn what they would learn alone."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.mixture import Ingredient
from lengthwise.feeding.source import Diet, Source
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.attention.stick_breaking import StickBreaking
from lengthwise.models.doors import Attention, Encoding
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.fire import FIRE
from lengthwise.models.positions.hard_alibi import HardALiBi
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.training import stacked
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch, tensors_of
from tests.feeding.diets import cut, diet

SEEDS = (0, 1)
CHOICES = Choices()
RECIPE = Scratch(rate=3e-3)
SUMS = diet(
    Ingredient(lengths=(1, 3)),
    task=Addition(),
    layout=ReversedAnswer(),
    numbering=Coupled(ids=16),
    symbols=120,
    updates=100,
)
ADDING = [replace(SUMS, seed=seed) for seed in SEEDS]
RAGGED = [diet(cut("closed", longest=12), seed=seed, symbols=100, updates=100) for seed in SEEDS]
COUPLED = Transformer(layers=1, heads=2, width=32, norm="both", encoding=Absolute(limit=16))


def batches(made: Diet, count: int) -> list[Batch]:
    return list(islice(Source(made).batches(), count))


def networks(blueprint: Transformer, made: Diet, dtype: torch.dtype = torch.float32) -> list[nn.Module]:
    return [blueprint.build(len(made.vocabulary), made.numbering.levels, seed).to(dtype) for seed in SEEDS]


def alone(recipe: Scratch, model: nn.Module, fed: Sequence[Batch], updates: int = 100) -> list[float]:
    """Train one network by itself; its losses."""
    state, losses = recipe.begin(model, updates, CHOICES), []
    for batch in fed:
        state, measures = recipe.update(state, batch)
        losses.append(float(measures["loss"]))
    model.load_state_dict(recipe.final(state), strict=False)
    return losses


def together(
    recipe: Scratch, models: Sequence[nn.Module], fed: Sequence[Sequence[Batch]], updates: int = 100
) -> tuple[stacked.Stack, list[list[float]]]:
    """Train them as a stack; the stack, and [member][update] losses."""
    state = stacked.begin(recipe, models, updates, CHOICES)
    losses = [[float(m.loss) for m in stacked.update(recipe, state, row)] for row in zip(*fed, strict=True)]
    return state, [list(column) for column in zip(*losses, strict=True)]


def logits(model: nn.Module, batch: Batch) -> torch.Tensor:
    symbols, time, ids = tensors_of(batch, "cpu")
    with torch.no_grad():
        said: torch.Tensor = model(symbols, ids, time).symbols
    return said


def agree(
    blueprint: Transformer, diets: Sequence[Diet], dtype: torch.dtype, tolerance: float, count: int = 100
) -> None:
    """Losses and logits of a stack are those of its members alone; in float64 the weights too."""
    fed = [batches(made, count) for made in diets]
    apart = networks(blueprint, diets[0], dtype)
    expected = [alone(RECIPE, model, row) for model, row in zip(apart, fed, strict=True)]
    state, found = together(RECIPE, networks(blueprint, diets[0], dtype), fed)
    torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), atol=tolerance, rtol=0)
    model = networks(blueprint, diets[0], dtype)[0]
    for member, one in enumerate(apart):
        weights = stacked.final(state, member)
        model.load_state_dict(weights, strict=False)
        torch.testing.assert_close(logits(model, fed[0][0]), logits(one, fed[0][0]), atol=tolerance, rtol=0)
        if dtype == torch.float64:
            for name, p in one.named_parameters():
                torch.testing.assert_close(weights[name], p.detach(), atol=tolerance, rtol=0)
    assert len({round(losses[-1], 6) for losses in found}) == len(SEEDS), "each member learned from its own batches"
    untrained = networks(blueprint, diets[0], dtype)[0]
    moved = logits(apart[0], fed[0][0]) - logits(untrained, fed[0][0])
    assert float(moved.abs().max()) > 0.1, "something was learned"


@pytest.mark.parametrize("layers", [1, 2])
def test_coupled_addition_is_learned_as_alone(layers: int) -> None:
    agree(replace(COUPLED, layers=layers), ADDING, torch.float32, 1e-4)


def test_in_double_precision_the_weights_are_those_of_one_alone() -> None:
    agree(COUPLED, ADDING, torch.float64, 1e-9)


def test_ragged_restrictions_are_padded_to_the_widest() -> None:
    fed = [batches(made, 40) for made in RAGGED]
    widths = [{batch.symbols.shape[1] for batch in row} for row in zip(*fed, strict=True)]
    assert any(len(each) > 1 for each in widths), "some update has lines of different widths"
    agree(Transformer(layers=2, heads=2, width=32, attention=LogLength()), RAGGED, torch.float32, 1e-4)


@pytest.mark.parametrize(
    ("encoding", "attention"),
    [(RoPE(), LogLength()), (FIRE(), StickBreaking()), (HardALiBi(), LogLength())],
)
def test_the_doors_open_for_a_stack_too(encoding: Encoding, attention: Attention) -> None:
    """The first loss is that of the same weights; the gradients show in the second."""
    blueprint = Transformer(layers=1, heads=2, width=16, encoding=encoding, attention=attention)
    diets = [replace(SUMS, numbering=Randomized(ids=30), seed=seed) for seed in SEEDS]
    fed = [batches(made, 3) for made in diets]
    expected = [alone(RECIPE, m, row, 3) for m, row in zip(networks(blueprint, SUMS), fed, strict=True)]
    _, found = together(RECIPE, networks(blueprint, SUMS), fed, 3)
    torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), atol=1e-4, rtol=0)


def test_predicted_ids_are_learned_as_alone() -> None:
    diets = [replace(SUMS, numbering=Predicted(Coupled(ids=16)), seed=seed) for seed in SEEDS]
    agree(replace(COUPLED, predict_ids=16), diets, torch.float32, 1e-4, 30)


def test_averages_lines_and_accumulated_batches_are_those_of_one_alone() -> None:
    recipe = Scratch(rate=3e-3, accumulate=3, average=0.9, loss="lines")
    fed = [batches(made, 20) for made in ADDING]
    apart = networks(COUPLED, SUMS)
    expected = [alone(recipe, model, row, 20) for model, row in zip(apart, fed, strict=True)]
    state, found = together(recipe, networks(COUPLED, SUMS), fed, 20)
    torch.testing.assert_close(torch.tensor(found), torch.tensor(expected), atol=1e-4, rtol=0)
    for member, model in enumerate(apart):
        for name, p in model.named_parameters():
            torch.testing.assert_close(stacked.final(state, member)[name], p.detach(), atol=1e-4, rtol=0)


def test_each_member_is_clipped_by_its_own_norm() -> None:
    """One member's gradient is made a thousand times longer: the other learns what it learned before."""
    recipe = replace(RECIPE, clip=0.1)
    fed = [batches(made, 1) for made in ADDING]
    moments = []
    for louder in (1.0, 1000.0):
        models = networks(COUPLED, SUMS)
        with torch.no_grad():
            models[1].get_parameter("embedding.weight").mul_(louder)
        state, _ = together(recipe, models, fed)
        parts = [s["exp_avg"].flatten(1) for s in state.optimiser.state.values()]
        moments.append(torch.cat(parts, dim=1))
    assert torch.equal(moments[0][0], moments[1][0])
    assert not torch.allclose(moments[0][1], moments[1][1])
    for moment in (*moments[0], *moments[1]):
        assert float(moment.norm()) == pytest.approx(0.1 * (1 - 0.9), rel=1e-3)


def test_a_member_that_leaves_changes_nothing_for_the_others() -> None:
    fed = [batches(made, 12) for made in ADDING]
    models = networks(COUPLED, SUMS)
    with torch.no_grad():
        models[0].get_parameter("embedding.weight").fill_(torch.nan)
    state, losses = together(RECIPE, models, [row[:6] for row in fed])
    assert np.isnan(losses[0]).all()
    assert np.isfinite(losses[1]).all()
    left = stacked.keep(RECIPE, state, [1])
    found = [float(stacked.update(RECIPE, left, [batch])[0].loss) for batch in fed[1][6:]]
    one = networks(COUPLED, SUMS)[1]
    assert losses[1] + found == pytest.approx(alone(RECIPE, one, fed[1]), abs=1e-4)
    assert left.members == 1


def test_a_checkpoint_of_a_member_is_that_of_one_alone() -> None:
    """Written by a stack, it is read by the recipe; written by the recipe, it is read by a stack."""
    fed = [batches(made, 10) for made in ADDING]
    whole, losses = together(RECIPE, networks(COUPLED, SUMS), fed)
    half, _ = together(RECIPE, networks(COUPLED, SUMS), [row[:5] for row in fed])
    again = stacked.begin(RECIPE, networks(COUPLED, SUMS)[::-1], 100, CHOICES)
    stacked.restore(again, [stacked.tensors(half, member) for member in range(2)], 5)
    for row in zip(*(each[5:] for each in fed), strict=True):
        stacked.update(RECIPE, again, row)
    for name, p in whole.weights.items():
        assert torch.equal(again.weights[name], p), "killed and resumed = uninterrupted"
    for member, model in enumerate(networks(COUPLED, SUMS)):
        state = RECIPE.begin(model, 100, CHOICES)
        assert set(stacked.tensors(half, member)) == _names_of_a_checkpoint(fed[member][0])
        state = RECIPE.restore(state, stacked.tensors(half, member), 5)
        found = [float(RECIPE.update(state, batch)[1]["loss"]) for batch in fed[member][5:]]
        assert found == pytest.approx(losses[member][5:], abs=1e-4)


def _names_of_a_checkpoint(batch: Batch) -> set[str]:
    state = RECIPE.begin(networks(COUPLED, SUMS)[0], 100, CHOICES)
    RECIPE.update(state, batch)
    return set(RECIPE.tensors(state))


def test_networks_and_batches_of_other_shapes_are_refused() -> None:
    models = [Transformer(layers=1, heads=2, width=width).build(14) for width in (16, 32)]
    with pytest.raises(ConfigError, match=r"'embedding.weight' has the shapes .* one blueprint"):
        stacked.begin(RECIPE, models, 10, CHOICES)
    longer = batches(replace(SUMS, mixture=replace(SUMS.mixture, symbols=300)), 1)[0]
    with pytest.raises(ConfigError, match=r"have \[\d+, \d+\] rows"):
        stacked.pages([batches(SUMS, 1)[0], longer])


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device here")
def test_a_stack_on_a_gpu_learns_as_one_alone() -> None:
    there = Choices(device="cuda")
    fed = [batches(made, 30) for made in ADDING]
    expected = []
    for model, row in zip(networks(COUPLED, SUMS), fed, strict=True):
        state = RECIPE.begin(model.to("cuda"), 30, there)
        expected.append([float(RECIPE.update(state, batch)[1]["loss"]) for batch in row])
    stack = stacked.begin(RECIPE, networks(COUPLED, SUMS), 30, there)
    found = [[float(m.loss) for m in stacked.update(RECIPE, stack, row)] for row in zip(*fed, strict=True)]
    torch.testing.assert_close(torch.tensor(found).T, torch.tensor(expected), atol=1e-3, rtol=0)
