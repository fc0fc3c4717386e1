"""Checkpoints: one safetensors file, written beside the old one and renamed over it, so that one is always whole."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import RunError


def write_checkpoint(path: Path, tensors: Mapping[str, Tensor], facts: Mapping[str, Any]) -> None:
    """Write tensors and plain facts (update, seconds ...); a crash at any moment leaves the old file or the new."""
    held: dict[str, Tensor] = {}
    memories: set[int] = set()
    for name, tensor in tensors.items():
        found = tensor.detach().contiguous().cpu()
        memory = found.untyped_storage().data_ptr()
        held[name] = found.clone() if memory in memories else found  # tied weights: a file has one memory a name
        memories.add(memory)
    write_atomically(path, save(held, {"facts": json.dumps(facts)}))


def read_checkpoint(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The tensors and facts of a checkpoint; a RunError where the file is not a whole one."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads((file.metadata() or {})["facts"])
            return {name: file.get_tensor(name) for name in file.keys()}, facts  # noqa: SIM118 - not a mapping
    except (SafetensorError, KeyError, ValueError, OSError) as error:
        raise RunError(
            f"{path} is not a whole checkpoint of lengthwise ({error}); "
            "remove it and run again to train from the beginning"
        ) from error
