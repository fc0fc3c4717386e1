"""Look at a network's attention from outside: a hook on a named module, nothing in the model's own files."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column


@contextmanager
def watching(module: nn.Module) -> Iterator[list[Tensor]]:
    """Collect what passes through one identity module."""
    seen: list[Tensor] = []
    handle = module.register_forward_hook(lambda _m, _i, output: seen.append(output.detach()))
    try:
        yield seen
    finally:
        handle.remove()


def attention_at(model: nn.Module, symbols: Column, ids: Column, asked: Column | None = None) -> Column:
    """float[batch key] or [batch asked key]: the last layer's attention, mean over heads, from the last one or `asked`.

    `symbols[batch time]` and `ids[batch time level]` are NumPy; `asked` are columns, the same for every row.
    """
    device = next(model.parameters()).device
    last = _watched(model)[-1:]
    if not last:
        raise ConfigError(
            f"{type(model).__name__} lets nobody see its attention: it has no module named `weights` inside a layer; "
            "pass the weights through an nn.Identity of that name, or train without Hard"
        )
    columns = np.array([symbols.shape[1] - 1]) if asked is None else asked
    time = torch.arange(symbols.shape[1], device=device).expand(len(symbols), -1)
    with torch.inference_mode(), watching(last[0]) as seen:
        model(
            torch.from_numpy(np.ascontiguousarray(symbols)).to(device).long(),
            torch.from_numpy(np.ascontiguousarray(ids)).to(device).long(),
            time,
            torch.from_numpy(columns).to(device),
        )
    mass = seen[0].float().mean(dim=1).cpu().numpy()  # [batch, asked, key]
    return mass[:, 0] if asked is None else mass


def can_be_watched(model: nn.Module) -> bool:
    """Whether the network passes its attention through a module named `weights`."""
    return bool(_watched(model))


def _watched(model: nn.Module) -> list[nn.Module]:
    return [module for name, module in model.named_modules() if name.endswith(".weights")]
