"""Shapes written in signatures are really checked while tests run, in the rooms that have tensors."""

import pytest
import torch
from beartype.roar import BeartypeCallHintViolation
from jaxtyping import TypeCheckError

from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer


def test_a_tensor_of_a_wrong_shape_is_caught() -> None:
    model = Transformer(layers=1, heads=1, width=4).build(symbols=3)
    symbols, ids, time = torch.zeros(2, 5, dtype=torch.long), torch.zeros(2, 5, 1, dtype=torch.long), torch.arange(5)
    assert isinstance(model(symbols, ids, time.expand(2, 5)), Prediction)
    with pytest.raises((TypeCheckError, BeartypeCallHintViolation)):
        model(symbols, ids[:, :4], time.expand(2, 5))
