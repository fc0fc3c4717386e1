"""The recipes' suite: scratch passes, planted bugs do not."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
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


@pytest.mark.parametrize(
    ("recipe", "contract"),
    [
        (Unlearns(), "learns"),
        (Forgets(), "goes on as if never stopped"),
        (Scribbles(), "touches nothing else"),
        (Renames(), "leaves the model's weights"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_planted_bug_is_rejected(recipe: Scratch, contract: str) -> None:
    assert contract in {finding.contract for finding in check_recipe(recipe).failures}
