"""What a network says about a batch: the loss is a function of a Prediction and a Batch."""

from typing import Any, NamedTuple

from jaxtyping import Float
from torch import Tensor


class Prediction(NamedTuple):
    """Scores for what comes next after each symbol.

    `symbols` are logits over the vocabulary. `ids`, where the network predicts them, are logits over the next symbol's
    id 0..limit of each level, so the last axis has limit + 1 entries and id 0 means "no id". `states` is whatever else
    a network wants to hand to its recipe, by name.
    """

    symbols: Float[Tensor, "batch time vocabulary"]
    ids: Float[Tensor, "batch time level limit"] | None = None
    states: dict[str, Any] | None = None
