"""Choose for this machine and this shape, before update 0: precision, and whether the optimiser's fused kernel pays.

On a CPU always one thread: two threads on small matrices cost more than they bring, and the other core has another run.
Each factor is timed alone on the run's own batches; the figures are written to the run beside what was chosen.
A timing on a shared machine can fall out either way. So the usual combination, float32 and the fused kernel, is left
only for one that is clearly faster, and runs that are to be compared say their precision themselves
(`Experiment.dtype`).
"""

import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice

import torch
from torch import nn

from lengthwise.core.errors import ConfigError
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.source import Diet, Source
from lengthwise.training.recipe import Choices, Precision, Recipe, loss_of

BATCHES = 12  # of the run itself, from its beginning
ROUNDS = 3  # of every combination by turns, so that what else the machine does falls on all of them
PAYS = 1.25  # so much faster must another combination be than the usual one: less is told by chance, and would make
# two runs of one experiment end with other last digits


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
    figures = _rates(build, recipe, diet, batches, options)
    usual, best = next(iter(options)), max(figures, key=lambda name: figures[name])
    return options[best if figures[best] > PAYS * figures[usual] else usual], figures


def symbols_in(seconds: float, rate: float) -> int:
    """The budget that fills this many seconds at a rate, to two figures: minutes only size the cap."""
    exact = seconds * rate
    unit = 10 ** max(0, len(str(int(exact))) - 2)
    return int(exact // unit * unit)


def _rates(
    build: Callable[[], nn.Module], recipe: Recipe, diet: Diet, batches: list[Batch], options: dict[str, Choices]
) -> dict[str, float]:
    """Symbols a second of each combination, in its fastest round; the round before the first is not timed."""
    states = {name: recipe.begin(build().to(of.device), diet.updates, of) for name, of in options.items()}
    best = dict.fromkeys(options, 0.0)
    for batch in batches[:2]:  # the first passes allocate
        for name in options:
            states[name], _ = recipe.update(states[name], batch)
    for _ in range(ROUNDS):
        for name in options:
            began = time.perf_counter()
            for batch in batches:
                states[name], measures = recipe.update(states[name], batch)
            loss_of(measures, recipe)  # waits for the device
            seconds = time.perf_counter() - began
            best[name] = max(best[name], sum(batch.symbols.size for batch in batches) / seconds)
    return best
