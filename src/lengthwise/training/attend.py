"""Look at a network's attention from outside: a hook on a named module, nothing in the model's own files."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch
from torch import Tensor, nn

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
    last = [module for name, module in model.named_modules() if name.endswith(".weights")][-1]
    columns = np.array([symbols.shape[1] - 1]) if asked is None else asked
    time = torch.arange(symbols.shape[1], device=device).expand(len(symbols), -1)
    with torch.inference_mode(), watching(last) as seen:
        model(
            torch.from_numpy(np.ascontiguousarray(symbols)).to(device).long(),
            torch.from_numpy(np.ascontiguousarray(ids)).to(device).long(),
            time,
            torch.from_numpy(columns).to(device),
        )
    mass = seen[0].float().mean(dim=1).cpu().numpy()  # [batch, asked, key]
    return mass[:, 0] if asked is None else mass
