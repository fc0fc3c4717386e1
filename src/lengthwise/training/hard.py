"""Hard restriction: the model being trained says which places of a long line it attends to most.

Long lines are read in the training process with the weights of the last multiple of `every` updates, without labels and
without gradients. Those weights are kept beside the live ones and in the checkpoint, so that a resumed run cuts the same
lines.
"""

import copy
from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor, nn

from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.reader import Reading, written_before
from lengthwise.feeding.batch import Pages
from lengthwise.feeding.cut import Hard
from lengthwise.feeding.mixture import Mixture
from lengthwise.feeding.source import Diet
from lengthwise.lines.restrict import place_map
from lengthwise.training.attend import attention_at


def needs_model(mixture: Mixture) -> bool:
    """Whether an ingredient asks the model what is hard."""
    return any(i.cut is not None and isinstance(i.cut.choice, Hard) for i in mixture.ingredients)


class Examiner:
    """Scores long lines with a snapshot of the model."""

    def __init__(self, model: nn.Module, diet: Diet) -> None:
        self.live, self.snapshot = model, copy.deepcopy(model).eval()
        self.pages = Pages(diet.vocabulary, diet.numbering.fixed(), marked=diet.marked)
        cuts = [i.cut for i in diet.mixture.ingredients if i.cut is not None and isinstance(i.cut.choice, Hard)]
        self.every = min(cut.choice.every for cut in cuts if isinstance(cut.choice, Hard))
        self._taken = 0

    def look(self, done: int) -> bool:
        """Take the live weights over after a multiple of `every` updates; whether it did, so that no older cut is used."""
        if done % self.every:
            return False
        self.snapshot.load_state_dict(self.live.state_dict())
        return True

    def scores(self, line: Line, slot: int) -> Column:
        """float[batch place]: the attention that the symbol before the target gives to each place, all heads and layers."""
        first = len(self.pages.opening(line.task)) + len(line.frame.prompt)
        ids, state = self.pages.numbering.begin(line.frame, np.random.default_rng(0), len(line), len(self.pages.opening(line.task)), line.places)
        body = self.pages.numbers(line)
        written = body[:, len(line.frame.prompt) : len(line.frame.prompt) + slot]
        opening = np.broadcast_to(np.array(self.pages.opening(line.task)), (len(line), first - len(line.frame.prompt)))
        symbols = np.concatenate([opening, body[:, : len(line.frame.prompt)], written], axis=1)
        ids = np.concatenate([ids, self.pages.numbering.ahead(state, written)], axis=1)
        self._taken += symbols.size
        mass = attention_at(self.snapshot, symbols, ids)  # [batch key], from the last symbol
        reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot))
        places = place_map(line, reading)
        result = np.zeros((len(line), places.count + 1))
        columns = line.frame.columns()
        rows = np.arange(len(line))
        for tag, cell in reading.cells.items():
            if tag in columns:
                result[rows, places.of[:, cell]] += mass[:, first - len(line.frame.prompt) + columns[tag]]
        return result[:, :-1]

    def taken(self) -> int:
        """Symbols read since the last call."""
        taken, self._taken = self._taken, 0
        return taken

    def tensors(self) -> dict[str, Tensor]:
        """The snapshot's weights."""
        return {name: p.detach() for name, p in self.snapshot.named_parameters()}

    def restore(self, tensors: Mapping[str, Tensor]) -> None:
        """Put a snapshot back."""
        with torch.no_grad():
            for name, p in self.snapshot.named_parameters():
                p.copy_(tensors[name])
