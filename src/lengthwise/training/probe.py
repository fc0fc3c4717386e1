"""Choose for this machine and this shape, before update 0: precision, and whether the optimiser's fused kernel pays.

On a CPU always one thread: two threads on small matrices cost more than they bring, and the other core has another run.
Each factor is timed alone on the run's own batches; the figures are written to the run beside what was chosen.
A timing on a shared machine can fall out either way, so runs that are to be compared say their precision themselves
(`Experiment.dtype`), and the probe is left with the optimiser's kernel.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import cycle, islice

import torch
from torch import nn

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.source import Diet, Source
from lengthwise.training.recipe import Choices, Precision, Recipe

BATCHES = 12  # of the run itself, from its beginning
PAYS = 1.1  # bf16 must be at least this much faster: the machine may be shared, and fp32 is the safer


def device_of(name: str) -> str:
    """The device meant by "auto": CUDA, then MPS, then the CPU."""
    if name != "auto":
        kind = name.split(":", maxsplit=1)[0]
        present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
        if not present.get(kind, False):
            raise ConfigError(
                f"the device {name!r} is not here; available: {', '.join(k for k, v in present.items() if v)}, or auto"
            )
        return name
    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"


def probe(
    build: Callable[[], nn.Module], recipe: Recipe, diet: Diet, device: str = "auto", dtype: Precision = "auto"
) -> tuple[Choices, dict[str, float]]:
    """What to train with, and symbols per second of each combination tried: those of one `dtype` if it is given."""
    torch.set_num_threads(1)
    here = device_of(device)
    plain = Choices(device=here, dtype="float32", threads=1, fused=here != "mps")
    batches = list(islice(Source(diet, scorer=None).batches(), BATCHES))
    options = {
        "float32 fused": plain,
        "float32": replace(plain, fused=False),
        "bfloat16 fused": replace(plain, dtype="bfloat16"),
        "bfloat16": replace(plain, dtype="bfloat16", fused=False),
    }
    if here == "mps":
        options = {"float32": plain}
    if dtype == "auto":
        options.pop("bfloat16", None)
    else:
        options = {name: choices for name, choices in options.items() if choices.dtype == dtype}
    if not options:
        raise ConfigError(f"dtype={dtype!r} cannot be trained on {here}; give float32 or auto")
    _rate(
        build(), recipe, diet, batches[:2], plain
    )  # the first passes allocate, and would be blamed on what comes first
    figures = {name: _rate(build(), recipe, diet, batches, choices) for name, choices in options.items()}
    best = max(figures, key=lambda name: figures[name] / (PAYS if options[name].dtype == "bfloat16" else 1.0))
    return options[best], figures


def symbols_in(seconds: float, rate: float) -> int:
    """The budget that fills this many seconds at a rate, to two figures: minutes only size the cap."""
    exact = seconds * rate
    unit = 10 ** max(0, len(str(int(exact))) - 2)
    return int(exact // unit * unit)


def _rate(model: nn.Module, recipe: Recipe, diet: Diet, batches: list[Batch], choices: Choices) -> float:
    state = recipe.begin(model.to(choices.device), diet.updates, choices)
    best = 0.0
    for stretch in _thirds(cycle(batches)):
        began, symbols = time.perf_counter(), 0
        for batch in stretch:
            state, measures = recipe.update(state, batch)
            symbols += batch.symbols.size
        float(measures["loss"])  # waits for the device
        best = max(best, symbols / (time.perf_counter() - began))
    return best


def _thirds(batches: Iterable[Batch]) -> Iterator[list[Batch]]:
    """Three equal stretches; the fastest counts, since the machine may be shared."""
    source = iter(batches)
    for _ in range(3):
        yield list(islice(source, BATCHES))
