"""Hard restriction: the model being trained says which places of a long line it attends to most.

Long lines are read in the training process with the weights of the last multiple of `every` updates, without labels
and without gradients. Those weights are kept beside the live ones and in the checkpoint, so that a resumed run cuts
the same lines.
"""

import copy
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.reader import Reading, written_before
from lengthwise.feeding.batch import Pages
from lengthwise.feeding.cut import Hard, places_of
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
        """Take the live weights over after a multiple of `every` updates; whether it did, so that older cuts go."""
        if done % self.every:
            return False
        self.snapshot.load_state_dict(self.live.state_dict())
        return True

    def scores(self, line: Line, slots: Sequence[int]) -> list[Column]:
        """float[batch place] for each slot: what the symbol before the target attends to, in the last layer."""
        numbered = self.pages.full(line, np.random.default_rng(0))
        opening, prompt = len(self.pages.opening(line.task)), len(line.frame.prompt)
        self._taken += numbered.symbols.size
        asked = np.array([opening + prompt - 1 + slot for slot in slots])
        attention = attention_at(self.snapshot, numbered.symbols, numbered.ids, asked)  # [batch, slot, key]
        return [self._by_place(line, slot, attention[:, number, opening:]) for number, slot in enumerate(slots)]

    def _by_place(self, line: Line, slot: int, attention: Column) -> Column:
        """Attention on entries summed over the entries of each place that stand before the slot."""
        reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot))
        places = place_map(line, reading)
        # Places that are not written yet (they run on through the answer) have nothing; the last column is no place.
        result = np.zeros((len(line), places_of(line) + 1))
        columns, rows = line.frame.columns(), np.arange(len(line))
        for tag, cell in reading.cells.items():
            if tag in columns:
                result[rows, places.of[:, cell]] += attention[:, columns[tag]]
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
