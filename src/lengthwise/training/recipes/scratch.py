"""Training from scratch: AdamW with warm-up and decay, clipped gradients, bf16 where it pays."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import cos, pi
from typing import Any, Literal

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.batch import Batch
from lengthwise.models.ask import ask
from lengthwise.models.prediction import Prediction
from lengthwise.training.parts import Part, parts_of, whole
from lengthwise.training.recipe import Choices, Measures, Recipe


@dataclass
class State:
    """What training carries from update to update."""

    model: nn.Module
    optimiser: torch.optim.AdamW
    average: dict[str, Tensor]
    update: int
    updates: int
    choices: Choices


@dataclass(frozen=True)
class Scratch(Recipe):
    """AdamW (arXiv:1711.05101): the rate rises linearly over the first `warmup` of training, then falls.

    It falls to `floor` of its height. `loss` says what counts alike: "targets" (the mean over all learned symbols of a
    batch) or "lines" (each line's mean, then the mean over lines, so that a line with one target counts as much as one
    with twenty). `accumulate` batches make one update. `average` is the decay of an exponential moving average of the
    weights, which is then what is measured (0: none).
    """

    rate: float = 1e-3
    warmup: float = 0.05
    decay: Literal["cosine", "linear", "none"] = "cosine"
    floor: float = 0.01
    clip: float = 1.0
    betas: tuple[float, float] = (0.9, 0.95)
    weight_decay: float = 0.01
    loss: Literal["targets", "lines"] = "targets"
    accumulate: int = 1
    average: float = 0.0

    def __post_init__(self) -> None:
        shares = (self.warmup, self.average)
        if min(self.rate, self.clip) <= 0 or self.accumulate < 1 or not all(0 <= share < 1 for share in shares):
            raise ConfigError(
                f"rate={self.rate}, warmup={self.warmup}, accumulate={self.accumulate}, average={self.average}, "
                f"clip={self.clip}: rate and clip are above 0, warmup and average in [0, 1), accumulate at least 1"
            )
        if not 0 <= self.floor <= 1 or self.weight_decay < 0:
            raise ConfigError(
                f"floor={self.floor}, weight_decay={self.weight_decay}: floor is a share of the rate, from 0 to 1, "
                "and weight_decay is at least 0"
            )

    def begin(self, model: nn.Module, updates: int, choices: Choices) -> State:
        """A fresh optimiser; weight decay on matrices only."""
        matrices = [p for p in model.parameters() if p.dim() > 1]
        rest = [p for p in model.parameters() if p.dim() <= 1]
        groups = [{"params": matrices, "weight_decay": self.weight_decay}, {"params": rest, "weight_decay": 0.0}]
        optimiser = torch.optim.AdamW(
            [g for g in groups if g["params"]], lr=self.rate, betas=self.betas, fused=choices.fused
        )
        average = {name: p.detach().clone() for name, p in model.named_parameters()} if self.average else {}
        return State(model, optimiser, average, 0, updates, choices)

    def update(self, state: State, batch: Batch) -> tuple[State, Measures]:
        """One batch; every `accumulate`-th one changes the weights."""
        losses, weights = self._losses(state, batch)
        learned = self.normalised(weights)
        loss = (losses * learned).sum()
        (loss / self.accumulate).backward()  # type: ignore[no-untyped-call]
        measures: dict[str, Any] = {}
        if (state.update + 1) % self.accumulate == 0 or state.update + 1 == state.updates:
            norm = nn.utils.clip_grad_norm_(state.model.parameters(), self.clip)
            for group in state.optimiser.param_groups:
                group["lr"] = self.rate_at(state.update, state.updates)
            state.optimiser.step()
            state.optimiser.zero_grad(set_to_none=True)
            self._follow(state)
            measures["norm"] = norm
        measures |= {"loss": loss.detach(), "by_ingredient": lambda: by_ingredient(losses.detach(), weights, batch)}
        state.update += 1
        return state, measures

    def rate_at(self, update: int, updates: int) -> float:
        """The learning rate of one update."""
        warm = max(1, round(self.warmup * updates))
        if update < warm:
            return self.rate * (update + 1) / warm
        if self.decay == "none":
            return self.rate
        done = (update - warm) / max(1, updates - warm)
        left = 1 - done if self.decay == "linear" else (1 + cos(pi * done)) / 2
        return self.rate * (self.floor + (1 - self.floor) * left)

    def tensors(self, state: State) -> dict[str, Tensor]:
        """Weights, both moments, step counts, and the average."""
        result = {f"weights.{name}": p.detach() for name, p in state.model.named_parameters()}
        for name, p in state.model.named_parameters():
            for part, tensor in state.optimiser.state.get(p, {}).items():
                result[f"{part}.{name}"] = tensor
        result |= {f"average.{name}": tensor for name, tensor in state.average.items()}
        result |= {f"gradient.{name}": p.grad for name, p in state.model.named_parameters() if p.grad is not None}
        return result

    def restore(self, state: State, tensors: Mapping[str, Tensor], update: int) -> State:
        """Put the tensors back where they were."""
        with torch.no_grad():
            for name, p in state.model.named_parameters():
                p.copy_(tensors[f"weights.{name}"])
                parts = {
                    part: tensors[f"{part}.{name}"]
                    for part in ("step", "exp_avg", "exp_avg_sq")
                    if f"{part}.{name}" in tensors
                }
                if parts:
                    state.optimiser.state[p] = {part: tensor.clone() for part, tensor in parts.items()}
                if f"gradient.{name}" in tensors:
                    p.grad = tensors[f"gradient.{name}"].clone()
        average = {name: tensors[f"average.{name}"].clone() for name in state.average}
        return replace(state, average=average, update=update)

    def final(self, state: State) -> dict[str, Tensor]:
        """The last weights, or their moving average where one was asked for."""
        if state.average:
            return dict(state.average)
        return {name: p.detach() for name, p in state.model.named_parameters()}

    def _losses(self, state: State, batch: Batch) -> tuple[Tensor, Tensor]:
        """Cross-entropy of every column that a part of the batch is asked at, 0 elsewhere; and the weights."""
        device = state.choices.device
        parts = parts_of(batch) if device == "cpu" else [whole(batch)]  # elsewhere starting a pass is what costs
        weights = torch.from_numpy(np.ascontiguousarray(batch.weights)).to(device)
        losses = weights.new_zeros(weights.shape)
        for part in parts:
            rows = torch.from_numpy(part.rows).to(device)[:, None]
            asked = torch.from_numpy(part.asked).to(device)
            found = self._of_part(state, batch, part)
            losses = losses.to(found.dtype).index_put((rows, asked), found)
        return losses, weights

    def _of_part(self, state: State, batch: Batch, part: Part) -> Tensor:
        """The losses of one pass, [row, asked]."""
        device = state.choices.device
        symbols, time, ids = tensors_of(batch, device, part)
        where = (part.rows[:, None], part.asked)
        targets = torch.from_numpy(batch.targets[where]).to(device).long()
        aims = None if batch.next_ids is None else torch.from_numpy(batch.next_ids[where]).to(device).long()
        asked = torch.from_numpy(part.asked).to(device)
        kind = device.split(":")[0]
        with torch.autocast(kind, torch.bfloat16, enabled=state.choices.dtype == "bfloat16"):
            prediction = ask(state.model, symbols, ids, time, asked)
        return symbol_losses(prediction, targets, aims)

    def normalised(self, weights: Tensor) -> Tensor:
        """What each symbol of a batch counts in its loss; the sum over the batch is 1."""
        if self.loss == "lines":
            rows = weights.sum(dim=1, keepdim=True)
            return weights / rows.clamp(min=1) / (rows > 0).sum().clamp(min=1)
        return weights / weights.sum().clamp(min=1)

    def _follow(self, state: State) -> None:
        if state.average:
            with torch.no_grad():
                for name, p in state.model.named_parameters():
                    state.average[name].lerp_(p, 1 - self.average)


def symbol_losses(prediction: Prediction, targets: Tensor, next_ids: Tensor | None) -> Tensor:
    """Cross-entropy of every target [... batch asked], with that of the next symbol's ids where they are predicted.

    At least in fp32, whatever the network was run in.
    """
    losses = _cross_entropy(prediction.symbols, targets)
    if next_ids is None or prediction.ids is None:
        return losses
    return losses + _cross_entropy(prediction.ids, next_ids).mean(-1)


def _cross_entropy(scores: Tensor, targets: Tensor) -> Tensor:
    exact = scores.to(torch.promote_types(scores.dtype, torch.float32)).flatten(0, -2)
    return functional.cross_entropy(exact, targets.flatten(), reduction="none").view_as(targets)


def tensors_of(batch: Batch, device: str, part: Part | None = None) -> tuple[Tensor, Tensor, Tensor]:
    """symbols[row time], time[row time], ids[row time level] of a part on the device; equal rows share memory."""
    rows, width = (slice(None), batch.symbols.shape[1]) if part is None else (part.rows, part.width)
    symbols = torch.from_numpy(batch.symbols[rows, :width]).to(device).long()
    numbers = batch.ids[rows, :width]
    time = torch.arange(width, device=device).expand(len(symbols), width)
    alike = bool((numbers == numbers[:1]).all())
    ids = torch.from_numpy(np.ascontiguousarray(numbers[:1] if alike else numbers)).to(device).long()
    return symbols, time, ids.expand(len(symbols), *ids.shape[1:])


def by_ingredient(losses: Tensor, weights: Tensor, batch: Batch) -> dict[int, float]:
    """The mean loss of each ingredient's learned symbols."""
    total = (losses * weights).sum(dim=1).cpu().numpy()
    count = weights.sum(dim=1).cpu().numpy()
    return {
        int(i): float(total[batch.ingredient == i].sum() / max(1.0, count[batch.ingredient == i].sum()))
        for i in np.unique(batch.ingredient)
    }
