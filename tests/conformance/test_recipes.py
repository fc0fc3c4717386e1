"""The recipes' suite: scratch passes, planted bugs do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from lengthwise.conformance.recipes import check_recipe
from lengthwise.feeding.batch import Batch
from lengthwise.training.recipes.scratch import Scratch


@pytest.mark.parametrize(
    "recipe", [Scratch(rate=3e-3), Scratch(rate=3e-3, average=0.9), Scratch(rate=3e-3, accumulate=2)], ids=str
)
def test_scratch_keeps_to_every_contract(recipe: Scratch) -> None:
    check_recipe(recipe).demand()


@dataclass(frozen=True)
class Unlearns(Scratch):
    def rate_at(self, update: int, updates: int) -> float:
        return -3e-3


@dataclass(frozen=True)
class Forgets(Scratch):
    """Loses a moment at every stop."""

    def tensors(self, state: Any) -> dict[str, Tensor]:
        return {name: t for name, t in super().tensors(state).items() if not name.startswith("exp_avg_sq.layers")}

    def restore(self, state: Any, tensors: Mapping[str, Tensor], update: int) -> Any:
        return super().restore(state, tensors, 0)


@dataclass(frozen=True)
class Scribbles(Scratch):
    def update(self, state: Any, batch: Batch) -> Any:
        batch.weights[0] = 0
        return super().update(state, batch)


@dataclass(frozen=True)
class Renames(Scratch):
    def final(self, state: Any) -> dict[str, Tensor]:
        return {f"model.{name}": tensor for name, tensor in super().final(state).items()}


@dataclass(frozen=True)
class Counts(Scratch):
    """Something else than tensors, which no checkpoint holds."""

    def tensors(self, state: Any) -> dict[str, Tensor]:
        return {**super().tensors(state), "update": state.update}


@dataclass(frozen=True)
class Noisy(Scratch):
    """Draws from a stream that no checkpoint holds."""

    def update(self, state: Any, batch: Batch) -> Any:
        after, measures = super().update(state, batch)
        with torch.no_grad():
            for weight in after.model.parameters():
                weight.add_(1e-4 * torch.randn_like(weight))
        return after, measures


@dataclass(frozen=True)
class Bursts(Scratch):
    """Its loss is no number from the sixth update on."""

    def update(self, state: Any, batch: Batch) -> Any:
        after, measures = super().update(state, batch)
        return after, {**measures, "loss": measures["loss"] if after.update < 6 else torch.tensor(torch.nan)}


@pytest.mark.parametrize(
    ("recipe", "contract"),
    [
        (Unlearns(), "learns"),
        (Forgets(), "goes on as if never stopped"),
        (Counts(), "goes on as if never stopped"),
        (Noisy(), "goes on as if never stopped"),
        (Bursts(), "goes on as if never stopped"),
        (Scribbles(), "touches nothing else"),
        (Renames(), "leaves the model's weights"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_planted_bug_is_rejected(recipe: Scratch, contract: str) -> None:
    assert contract in {finding.contract for finding in check_recipe(recipe).failures}
