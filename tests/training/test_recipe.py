"""What an update must measure."""

import pytest
import torch

from lengthwise.core.errors import ConfigError
from lengthwise.training.recipe import loss_of
from lengthwise.training.recipes.scratch import Scratch


@pytest.mark.parametrize("loss", [0.5, torch.tensor(0.5), torch.tensor([0.5])])
def test_a_loss_is_one_number(loss: object) -> None:
    assert loss_of({"loss": loss}, Scratch()) == 0.5


@pytest.mark.parametrize("measures", [{}, {"lost": 0.5}, {"loss": "much"}, {"loss": torch.zeros(2)}, {"loss": None}])
def test_a_recipe_without_one_is_told_so(measures: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match=r"Scratch.update measured .* no loss"):
        loss_of(measures, Scratch())
