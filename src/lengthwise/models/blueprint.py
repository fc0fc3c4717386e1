"""A blueprint: the frozen description of a network, from which the same first weights are built every time."""

from typing import Protocol, runtime_checkable

from torch import nn


@runtime_checkable
class Blueprint(Protocol):
    """Any frozen dataclass with this `build`. The network it makes is called `model(symbols, ids, time)`.

    It answers with a `Prediction`, or at least with an object whose `symbols` are logits[batch time vocabulary]. It may
    take a fourth argument, the columns at which a prediction is asked (`head_at`), which saves work.
    """

    def build(self, symbols: int, levels: int, seed: int) -> nn.Module:
        """The network for a vocabulary of `symbols` and ids of `levels` levels, its weights decided by `seed`."""
        ...
