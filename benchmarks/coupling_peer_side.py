"""The authors' side of `coupling_peer.py`: runs inside a checkout of theirs, in a process of its own.

It builds what their `run.py` builds (configuration, tokenizer, data set, loader, model) by calling their functions, and
repeats the steps of their training loop: batch from the loader, loss, backward, clipped gradients, AdamW, scheduler.
Their progress bar, accuracies, plots and validation are left out, in their favour. One line of JSON in (settings, then
seconds to train), one line out.
"""

import contextlib
import json
import sys
import time
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path.cwd()))  # their packages are named from the root of the checkout

import torch
from hydra import compose, initialize_config_dir
from src.data import build_dataset, build_loader
from src.model import build_model_from_scratch
from src.tokenization import build_tokenizer
from src.training import get_custom_cosine_schedule_with_warmup, set_seed

CLIP, STEPS = 1.0, 50_000  # of their configuration


def configuration(asked: dict[str, Any]) -> Any:
    """Their addition with coupled positions, at our sizes."""
    phases = [
        f"task.{phase}.{end}_n_digits={asked['longest']}" for phase in ("val", "val_long") for end in ("min", "max")
    ]
    overrides = [
        "device=cpu",
        "model.position_encoding_type=abs_learned",
        f"model.num_layers={asked['layers']}",
        f"model.num_heads={asked['heads']}",
        f"model.d_model={asked['width']}",
        f"model.d_ff={2 * asked['width']}",
        f"model.d_kv={asked['width'] // asked['heads']}",
        f"model.n_positions={asked['ids'] + 1}",
        "task=addition_coupled",
        f"task.max_position={asked['ids']}",
        f"task.train.max_n_digits={asked['longest']}",
        f"task.train.n_data={asked['lines']}",
        "task.val.n_data=10",
        "task.val_long.n_data=10",
        *phases,
        f"training.batch_size_train={asked['rows']}",
    ]
    with initialize_config_dir(version_base=None, config_dir=f"{Path.cwd()}/configs"):
        return compose(config_name="config", overrides=overrides)


def forever(loader: Any) -> Iterator[dict[str, torch.Tensor]]:
    """Epoch after epoch."""
    while True:
        yield from loader


def main() -> None:
    """Obey until the input ends."""
    asked = json.loads(sys.stdin.readline())
    torch.set_num_threads(asked["threads"])
    told = sys.stdout
    with contextlib.redirect_stdout(sys.stderr):
        cfg = configuration(asked)
        tokenizer = build_tokenizer(cfg)
        set_seed(0, "cpu")
        data = {"train": build_dataset(cfg, verbose=False)["train"]}
        loader = build_loader(cfg, data, tokenizer, "cpu", num_workers=asked["feeders"])["train"]
        model = build_model_from_scratch(cfg, tokenizer, "cpu")
    steps = model
    if asked["compiled"]:
        steps = torch.compile(model, dynamic=True)
    made = dict(cfg.training.optimizer)
    optimizer = getattr(torch.optim, made.pop("type"))(model.parameters(), **made)
    scheduler = get_custom_cosine_schedule_with_warmup(optimizer, STEPS // 100, STEPS, 0.1)
    batches = forever(loader)
    model.train()
    parameters = sum(p.numel() for p in model.parameters())
    for line in chain(["1"], sys.stdin):  # the first is a rehearsal, in which a compiler compiles
        seconds, began, symbols, padded, updates = float(line), time.perf_counter(), 0, 0, 0
        while updates == 0 or time.perf_counter() - began < seconds:
            batch = next(batches)
            loss = steps(**batch).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), CLIP)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            scheduler.step()
            updates += 1
            symbols += int(batch["attention_mask"].sum())
            padded += batch["input_ids"].numel()
        spent = time.perf_counter() - began
        facts = {"symbols": symbols / spent, "padded": padded / spent, "loss": float(loss), "parameters": parameters}
        print(json.dumps(facts), file=told, flush=True)


if __name__ == "__main__":
    main()
