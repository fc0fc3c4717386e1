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
        learned = self._normalised(weights)
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
        measures |= {"loss": loss.detach(), "by_ingredient": lambda: _by_ingredient(losses.detach(), weights, batch)}
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
        """Cross-entropy of every column from the first learned one on, and the weights there."""
        device = state.choices.device
        first = int((batch.weights > 0).any(axis=0).argmax())
        symbols, time, ids = tensors_of(batch, device)
        targets = torch.from_numpy(batch.targets[:, first:]).to(device).long()
        weights = torch.from_numpy(np.ascontiguousarray(batch.weights[:, first:])).to(device)
        asked = torch.arange(first, symbols.shape[1], device=device)
        kind = device.split(":")[0]
        with torch.autocast(kind, torch.bfloat16, enabled=state.choices.dtype == "bfloat16"):
            prediction = ask(state.model, symbols, ids, time, asked)
        scores = prediction.symbols.float()
        losses = functional.cross_entropy(scores.flatten(0, 1), targets.flatten(), reduction="none").view_as(weights)
        if batch.next_ids is not None and prediction.ids is not None:
            aims = torch.from_numpy(batch.next_ids[:, first:]).to(device).long()
            flat = prediction.ids.float().flatten(0, 2)
            losses = losses + functional.cross_entropy(flat, aims.flatten(), reduction="none").view(
                *weights.shape, -1
            ).mean(-1)
        return losses, weights

    def _normalised(self, weights: Tensor) -> Tensor:
        if self.loss == "lines":
            rows = weights.sum(dim=1, keepdim=True)
            return weights / rows.clamp(min=1) / (rows > 0).sum().clamp(min=1)
        return weights / weights.sum().clamp(min=1)

    def _follow(self, state: State) -> None:
        if state.average:
            with torch.no_grad():
                for name, p in state.model.named_parameters():
                    state.average[name].lerp_(p, 1 - self.average)


def tensors_of(batch: Batch, device: str) -> tuple[Tensor, Tensor, Tensor]:
    """symbols[batch time], time[batch time], ids[batch time level] on the device; equal rows share memory."""
    symbols = torch.from_numpy(batch.symbols).to(device).long()
    rows, length = symbols.shape
    time = torch.arange(length, device=device).expand(rows, length)
    alike = bool((batch.ids == batch.ids[:1]).all())
    ids = torch.from_numpy(np.ascontiguousarray(batch.ids[:1] if alike else batch.ids)).to(device).long()
    return symbols, time, ids.expand(rows, *ids.shape[1:])


def _by_ingredient(losses: Tensor, weights: Tensor, batch: Batch) -> dict[int, float]:
    """The mean loss of each ingredient's learned symbols."""
    total = (losses * weights).sum(dim=1).cpu().numpy()
    count = weights.sum(dim=1).cpu().numpy()
    return {
        int(i): float(total[batch.ingredient == i].sum() / max(1.0, count[batch.ingredient == i].sum()))
        for i in np.unique(batch.ingredient)
    }
