"""A recipe: how one batch changes the weights. The loop owns everything else."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from torch import Tensor, nn

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.batch import Batch

Precision = Literal["auto", "float32", "bfloat16"]  # auto: what a probe finds faster on this machine
Measures = Mapping[str, Any]  # loss, and if there are parts by_ingredient, called when the log wants it


@dataclass(frozen=True)
class Choices:
    """What was chosen for this machine before update 0, written to the run and obeyed on resume."""

    device: str = "cpu"
    dtype: Literal["float32", "bfloat16"] = "float32"
    threads: int = 1
    fused: bool = True  # of the optimiser
    compiled: bool = False


@dataclass(frozen=True)
class Recipe(ABC):
    """Subclass it, one recipe a file. It never sees test data."""

    @abstractmethod
    def begin(self, model: nn.Module, updates: int, choices: Choices) -> Any:
        """The state before update 0."""

    @abstractmethod
    def update(self, state: Any, batch: Batch) -> tuple[Any, Measures]:
        """One update; may change its own state in place, touches nothing else."""

    @abstractmethod
    def tensors(self, state: Any) -> dict[str, Tensor]:
        """Everything that a checkpoint must hold, by name; the same tensors that `restore` fills."""

    @abstractmethod
    def restore(self, state: Any, tensors: Mapping[str, Tensor], update: int) -> Any:
        """The state with these tensors, `update` updates later."""

    @abstractmethod
    def final(self, state: Any) -> dict[str, Tensor]:
        """The weights to be measured and saved, by the model's names."""


def loss_of(measures: Measures, recipe: Recipe) -> float:
    """The loss among an update's measures; it waits for the device."""
    loss = measures.get("loss")
    if (isinstance(loss, Tensor) and loss.numel() == 1) or isinstance(loss, float | int):
        return float(loss)
    raise ConfigError(
        f"{type(recipe).__name__}.update measured {', '.join(sorted(measures)) or 'nothing'} and no loss that is one "
        "number; give (state, {'loss': ...})"
    )
