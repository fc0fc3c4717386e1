"""The error of one symbol on restrictions of long lines, measured after the run: what the linear bound is made of.

A model that is wrong in a share eps of the restrictions of length N to length n should be wrong in at most (N / n) eps
of the symbols of length N: "Length Generalization via Auxiliary Tasks" (OpenReview QL3J1fyAFv). Closed restrictions at
random are our reading: every arm reads lines of that form. Nothing is trained; what is found is kept in the run's
folder as restrictions.json.
"""

from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import torch

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.given import shape_of
from lengthwise.core.instance import BlockKey, problems
from lengthwise.core.keys import key
from lengthwise.core.reader import order_of
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import AtRandom
from lengthwise.lines.admit import admits
from lengthwise.lines.restrict import Restricted, restrict
from lengthwise.lines.write import write
from lengthwise.models.ask import ask
from lengthwise.models.network import Network
from lengthwise.run import Run

ROWS, SLOTS, LENGTHS = 256, 8, 6  # lines a length, targets cut from each, and lengths beyond the trained ones


class Error(NamedTuple):
    """Wrong symbols among the targets of restrictions of lines of one length."""

    length: int
    restricted_to: int
    errors: int
    targets: int


def keep_restrictions(run: Run) -> None:
    """Measure a finished run once, where its task has closed restrictions and its weights are here."""
    if run.has("restrictions") or not (run.weights / "model.safetensors").is_file():
        return
    experiment: Experiment = run.rebuild()
    found: list[Error] = []
    if admits(experiment.task, experiment.trace, experiment.layout, "closed"):
        network = experiment.network(experiment.load(run))
        beyond = [n for n in experiment.tests if n > experiment.trained[1]]
        chosen = sorted({beyond[round(i)] for i in np.linspace(0, len(beyond) - 1, LENGTHS)}) if beyond else []
        found = [on_restrictions(network, experiment, length) for length in chosen]
    run.write("restrictions", {"errors": [one._asdict() for one in found]})


def on_restrictions(network: Network, experiment: Experiment, length: int) -> Error:
    """Cut test lines of one length to the longest trained one, and count the targets that the model gets wrong."""
    task, short = experiment.task, experiment.trained[1]
    given = problems(BlockKey(task, length, "test", 0, 0), ROWS)[0]
    line = write(task, given, experiment.trace, experiment.layout)
    computed = order_of(task, shape_of(given)).rank
    slots = [t for t, entry in enumerate(line.frame.slots) if (entry.kind, entry.index) in computed]
    rng = key("restrictions", length).rng()
    errors = targets = 0
    for slot in sorted({slots[round(i)] for i in np.linspace(0, len(slots) - 1, SLOTS)}):
        with suppress(RestrictionRefused):  # a target that the restriction never had room for is no target
            cut = restrict(line, slot, short, "closed", AtRandom().scores(line, slot, rng, short))
            assert isinstance(cut, Restricted)
            wrong, asked = _wrong(network, cut, rng)
            errors, targets = errors + wrong, targets + asked
    return Error(length, short, errors, targets)


def _wrong(network: Network, cut: Restricted, rng: np.random.Generator) -> tuple[int, int]:
    """Wrong ones among the rows that fit."""
    numbered = network.pages.cut(cut, rng)
    at = torch.from_numpy(numbered.weights.argmax(axis=1))[:, None]
    device = next(network.model.parameters()).device
    symbols, ids = (_tensor(part, device) for part in (numbered.symbols, numbered.ids))
    time = torch.arange(symbols.shape[1], device=device).expand(len(symbols), -1)
    with torch.inference_mode():
        said = ask(network.model.eval(), symbols, ids, time, at.to(device)).symbols[:, 0].argmax(dim=-1).cpu()
    right = said == torch.from_numpy(numbered.targets).gather(1, at)[:, 0]
    fits = torch.from_numpy(np.ascontiguousarray(cut.fits))
    return int((~right & fits).sum()), int(fits.sum())


def _tensor(column: Any, device: torch.device) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(column)).to(device)
