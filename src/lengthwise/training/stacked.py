"""Several networks of one shape trained as one: their weights are stacked, so that one operation serves all members.

A small network keeps a GPU waiting for its next order; eight of them stacked are ordered about as often as one. Every
member has its own weights, batches, gradients, clipping and moments: what it learns is what it would learn alone, up to
the order in which sums are taken.

    state = begin(Scratch(), [first, second], updates=100, choices=Choices())
    measures = update(Scratch(), state, [batch_of_first, batch_of_second])      # one for each member
    final(state, 1)                                                             # the second member's weights
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.func import functional_call, vmap
from torch.nn.attention import SDPBackend, sdpa_kernel

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column
from lengthwise.core.vocabulary import PAD
from lengthwise.feeding.batch import Batch
from lengthwise.models.ask import takes
from lengthwise.models.prediction import Prediction
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch, by_ingredient, symbol_losses

MOMENTS = ("exp_avg", "exp_avg_sq")
STACKABLE = {  # the CPU's flash kernel knows no stacks and would be called member by member
    False: [SDPBackend.MATH],
    True: [SDPBackend.FLASH_ATTENTION, SDPBackend.EFFICIENT_ATTENTION, SDPBackend.MATH],
}
STABLE = 1e-6  # added to a norm before it divides, as in torch's clipping


@dataclass
class Stack:
    """What training carries from update to update: every tensor of weights, buffers and average is [member ...]."""

    shell: nn.Module  # the network's form; its own weights are never used
    weights: dict[str, Tensor]
    buffers: dict[str, Tensor]
    optimiser: torch.optim.AdamW
    average: dict[str, Tensor]
    update: int
    updates: int
    choices: Choices

    @property
    def members(self) -> int:
        """How many are trained."""
        return next(iter(self.weights.values())).shape[0]


class MemberMeasures(NamedTuple):
    """One member's part of an update: its loss, and what its losses by ingredient are made from."""

    loss: Tensor
    losses: Tensor
    weights: Tensor
    batch: Batch

    def by_ingredient(self) -> dict[int, float]:
        """The mean loss of each ingredient's learned symbols; waits for the device."""
        return by_ingredient(self.losses, self.weights, self.batch)


class Pages(NamedTuple):
    """The batches of one update as arrays with a first axis of members, padded to the widest."""

    symbols: Column  # int32[member batch time]
    ids: Column  # int32[member batch time level]
    targets: Column  # int32[member batch time]
    weights: Column  # float32[member batch time]
    next_ids: Column | None


def begin(recipe: Scratch, models: Sequence[nn.Module], updates: int, choices: Choices) -> Stack:
    """A stack of these networks, with a fresh optimiser; weight decay on what is a matrix in one member."""
    stacked = {name: _stacked(models, name) for name, _ in models[0].named_parameters()}
    weights = {name: tensor.to(choices.device).requires_grad_() for name, tensor in stacked.items()}
    held = [dict(model.named_buffers()) for model in models]
    buffers = {name: torch.stack([part[name] for part in held]).to(choices.device) for name in held[0]}
    average = {name: p.detach().clone() for name, p in weights.items()} if recipe.average else {}
    optimiser = _optimiser(recipe, weights, choices)
    return Stack(models[0].to(choices.device), weights, buffers, optimiser, average, 0, updates, choices)


def _stacked(models: Sequence[nn.Module], name: str) -> Tensor:
    parts = [dict(model.named_parameters()).get(name) for model in models]
    shapes = {None if part is None else tuple(part.shape) for part in parts}
    if len(shapes) > 1:
        raise ConfigError(
            f"the weight {name!r} has the shapes {shapes} in the networks to be stacked; "
            "stack networks of one blueprint, one vocabulary length and as many id levels"
        )
    return torch.stack([part.detach() for part in parts if part is not None])


def _optimiser(recipe: Scratch, weights: Mapping[str, Tensor], choices: Choices) -> torch.optim.AdamW:
    matrices = [p for p in weights.values() if p.dim() > 2]  # the members' axis, and two of a matrix
    rest = [p for p in weights.values() if p.dim() <= 2]
    groups = [{"params": matrices, "weight_decay": recipe.weight_decay}, {"params": rest, "weight_decay": 0.0}]
    return torch.optim.AdamW(
        [g for g in groups if g["params"]], lr=recipe.rate, betas=recipe.betas, fused=choices.fused
    )


def update(recipe: Scratch, state: Stack, batches: Sequence[Batch]) -> list[MemberMeasures]:
    """One batch of each member; every `accumulate`-th update changes the weights. Changes the stack in place."""
    losses, weights = _losses(state, pages(batches))
    learned = torch.stack([recipe.normalised(each) for each in weights])
    loss = (losses * learned).sum(dim=(1, 2))
    (loss.sum() / recipe.accumulate).backward()  # type: ignore[no-untyped-call] # members share no weight: each its own
    if (state.update + 1) % recipe.accumulate == 0 or state.update + 1 == state.updates:
        _clip(state, recipe.clip)
        for group in state.optimiser.param_groups:
            group["lr"] = recipe.rate_at(state.update, state.updates)
        state.optimiser.step()
        state.optimiser.zero_grad(set_to_none=True)
        with torch.no_grad():
            for name, average in state.average.items():
                average.lerp_(state.weights[name], 1 - recipe.average)
    state.update += 1
    kept = zip(loss.detach(), losses.detach(), weights, batches, strict=True)
    return [MemberMeasures(*parts) for parts in kept]


def pages(batches: Sequence[Batch]) -> Pages:
    """Batches of as many rows each under one another, padded at the end of every line to the widest."""
    rows, levels = {len(batch.symbols) for batch in batches}, {batch.ids.shape[2] for batch in batches}
    if len(rows) > 1 or len(levels) > 1:
        raise ConfigError(
            f"the batches to be stacked have {sorted(rows)} rows and {sorted(levels)} id levels; "
            "stack experiments of one mixture, whose lines have the same lengths, and of as many id levels"
        )
    width = max(batch.symbols.shape[1] for batch in batches)
    following = [batch.next_ids for batch in batches if batch.next_ids is not None]
    return Pages(
        _padded([batch.symbols for batch in batches], width, PAD),
        _padded([batch.ids for batch in batches], width, 0),
        _padded([batch.targets for batch in batches], width, PAD),
        _padded([batch.weights for batch in batches], width, 0),
        _padded(following, width, 0) if len(following) == len(batches) else None,
    )


def _padded(parts: Sequence[Column], width: int, fill: int) -> Column:
    after = [(0, 0)] * (parts[0].ndim - 2)
    grown = [np.pad(p, [(0, 0), (0, width - p.shape[1]), *after], constant_values=fill) for p in parts]
    return np.stack(grown)


def _losses(
    state: Stack, page: Pages
) -> tuple[Float[Tensor, "member batch asked"], Float[Tensor, "member batch asked"]]:
    """Cross-entropy of every column from the first that a member learns, and the weights there."""
    device = state.choices.device
    first = int((page.weights > 0).any(axis=(0, 1)).argmax())
    targets = torch.from_numpy(page.targets[..., first:]).to(device).long()
    weights = torch.from_numpy(np.ascontiguousarray(page.weights[..., first:])).to(device)
    asked = torch.arange(first, page.symbols.shape[2], device=device)
    with torch.autocast(device.split(":")[0], torch.bfloat16, enabled=state.choices.dtype == "bfloat16"):
        prediction = _say(state, page, asked)
    aims = None if page.next_ids is None else torch.from_numpy(page.next_ids[..., first:, :]).to(device).long()
    return symbol_losses(prediction, targets, aims), weights


def _say(state: Stack, page: Pages, asked: Tensor) -> Prediction:
    """What each member says about its own lines, at the columns `asked`."""
    shell, whole = state.shell, not takes(state.shell, "head_at")
    _, rows, length = page.symbols.shape
    symbols = torch.from_numpy(page.symbols).to(asked.device).long()
    alike = bool((page.ids == page.ids[:, :1]).all())
    ids = torch.from_numpy(np.ascontiguousarray(page.ids[:, :1] if alike else page.ids)).to(asked.device).long()
    time = torch.arange(length, device=asked.device).expand(rows, length)

    def say(
        weights: dict[str, Tensor], buffers: dict[str, Tensor], lines: Tensor, numbers: Tensor
    ) -> tuple[Tensor, ...]:
        given = (lines, numbers.expand(rows, -1, -1), time, *(() if whole else (asked,)))
        said: Prediction = functional_call(shell, (weights, buffers), given)
        parts = (said.symbols,) if said.ids is None else (said.symbols, said.ids)
        return tuple(part[:, asked] for part in parts) if whole else parts

    with sdpa_kernel(STACKABLE[asked.device.type == "cuda"]):
        said = vmap(say)(state.weights, state.buffers, symbols, ids)
    return Prediction(said[0], said[1] if len(said) > 1 else None)


def _clip(state: Stack, most: float) -> None:
    """Shrink each member's gradient to the norm `most` where it is longer: a member's spike is its own affair."""
    gradients = [p.grad for p in state.weights.values() if p.grad is not None]
    norms = torch.stack([torch.linalg.vector_norm(_flat(g), dim=1) for g in gradients])
    factor = (most / (torch.linalg.vector_norm(norms, dim=0) + STABLE)).clamp(max=1.0)
    for gradient in gradients:
        gradient.mul_(factor.view(-1, *[1] * (gradient.dim() - 1)))


def _flat(gradient: Tensor) -> Float[Tensor, "member entry"]:
    return gradient.reshape(gradient.shape[0], -1)


def keep(recipe: Scratch, state: Stack, members: Sequence[int]) -> Stack:
    """The stack of these members alone: who diverged leaves it, and the rest go on as they were."""
    rows = torch.tensor(members, device=state.choices.device)
    held = [tensors(state, member) for member in members]
    weights = {name: p.detach()[rows].requires_grad_() for name, p in state.weights.items()}
    buffers = {name: buffer[rows] for name, buffer in state.buffers.items()}
    average = {name: part[rows] for name, part in state.average.items()}
    optimiser = _optimiser(recipe, weights, state.choices)
    left = Stack(state.shell, weights, buffers, optimiser, average, state.update, state.updates, state.choices)
    restore(left, held, state.update)
    return left


# -- checkpoints: a member's is the one that it would write alone ------------------------------------------------------


def tensors(state: Stack, member: int) -> dict[str, Tensor]:
    """Everything that the checkpoint of one member holds, under the names that `Scratch.tensors` gives."""
    result = {f"weights.{name}": p.detach()[member] for name, p in state.weights.items()}
    for name, p in state.weights.items():
        for part, tensor in state.optimiser.state.get(p, {}).items():
            result[f"{part}.{name}"] = tensor[member] if part in MOMENTS else tensor
        if p.grad is not None:
            result[f"gradient.{name}"] = p.grad[member]
    return result | {f"average.{name}": part[member] for name, part in state.average.items()}


def restore(state: Stack, held: Sequence[Mapping[str, Tensor]], update: int) -> None:
    """Put the tensors of all members' checkpoints back where they were."""
    device = state.choices.device
    state.update = update
    with torch.no_grad():
        for name, p in state.weights.items():
            p.copy_(torch.stack([part[f"weights.{name}"] for part in held]))
            if all(f"exp_avg.{name}" in part for part in held):
                moments = {m: torch.stack([part[f"{m}.{name}"] for part in held]).to(device) for m in MOMENTS}
                state.optimiser.state[p] = {"step": held[0][f"step.{name}"].clone(), **moments}
            if all(f"gradient.{name}" in part for part in held):
                p.grad = torch.stack([part[f"gradient.{name}"] for part in held]).to(device)
        for name, average in state.average.items():
            average.copy_(torch.stack([part[f"average.{name}"] for part in held]))


def final(state: Stack, member: int) -> dict[str, Tensor]:
    """One member's weights as they are to be measured: the last, or their moving average where one was asked for."""
    source = state.average or state.weights
    return {name: p.detach()[member].clone() for name, p in source.items()}
