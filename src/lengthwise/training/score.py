"""Measure a network with one teacher-forced pass in fp32: which symbols of finished lines its first choice gets right.

Where no working is written this equals greedy free-running decoding: a line is right exactly if every first choice is.
"""

from typing import Any, NamedTuple

import numpy as np
import torch
from torch import nn

from lengthwise.core.given import END, HOLE, Column
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.vocabulary import PAD, Vocabulary
from lengthwise.evaluation.grade import Scores
from lengthwise.feeding.batch import Numbered, Pages

NEAR_TIE = 1e-4  # two logits closer than this may swap on another machine: counted, not hidden
ROOM = 2**26  # numbers that one pass may hold in its widest tensor (256 MiB)


class Scored(NamedTuple):
    """One pass, [batch, target]: whether right, near ties, what was chosen (vocabulary numbers), and the margin of the
    right symbol's logit over the best other one.
    """

    right: Column
    near_ties: int
    chosen: Column
    margin: Column


class NetworkScorer:
    """A model, its vocabulary and its numbering, ready to score lines. The numbering is the form used in measurement."""

    def __init__(self, model: nn.Module, vocabulary: Vocabulary, numbering: Numbering, *, marked: bool = False) -> None:
        self.model = model
        self.pages = Pages(vocabulary, numbering.fixed(), marked=marked)

    def score(self, line: Line) -> Scores:
        """For every row: which slots, and the end after them, the first choice gets right."""
        scored = self.look(line)
        codes = np.full(len(self.pages.vocabulary), HOLE, dtype=np.int64)
        codes[self.pages.vocabulary.table(line.task)[1:]] = np.arange(END, len(line.task.symbols))
        return Scores(scored.right, scored.near_ties, codes[scored.chosen])

    def look(self, line: Line) -> Scored:
        """The same, with margins."""
        numbered = self.pages.full(line, np.random.default_rng(0))
        first = len(self.pages.opening(line.task)) + len(line.frame.prompt) - 1
        rows = max(1, ROOM // (numbered.symbols.shape[1] * max(len(self.pages.vocabulary), 512)))
        was_training = self.model.training
        self.model.eval()
        try:
            parts = [self._pass(numbered, slice(row, row + rows), first) for row in range(0, len(line), rows)]
        finally:
            self.model.train(was_training)
        joined = [np.concatenate([part[field] for part in parts]) for field in (0, 2, 3)]
        return Scored(joined[0], sum(part.near_ties for part in parts), joined[1], joined[2])

    def _pass(self, numbered: Numbered, rows: slice, first: int) -> Scored:
        device = next(self.model.parameters()).device
        symbols = torch.from_numpy(np.ascontiguousarray(numbered.symbols[rows])).to(device)
        ids = numbered.ids[rows]
        alike = bool((ids == ids[:1]).all())
        numbers = torch.from_numpy(np.ascontiguousarray(ids[:1] if alike else ids)).to(device).expand(len(symbols), *ids.shape[1:])
        time = torch.arange(symbols.shape[1], device=device).expand(len(symbols), -1)
        targets = torch.from_numpy(np.ascontiguousarray(numbered.targets[rows, first:])).to(device)
        with torch.inference_mode():
            prediction: Any = self.model(symbols, numbers, time, torch.arange(first, symbols.shape[1], device=device))
            logits = prediction.symbols.float()
            best = logits.topk(2, dim=-1)
            own = logits.gather(-1, targets[..., None])[..., 0]
            chosen = best.indices[..., 0]
            other = torch.where(chosen == targets, best.values[..., 1], best.values[..., 0])
            ties = ((best.values[..., 0] - best.values[..., 1]) < NEAR_TIE) & (targets != PAD)
        right = (chosen == targets) | (targets == PAD)
        return Scored(right.cpu().numpy(), int(ties.sum()), chosen.cpu().numpy(), (own - other).cpu().numpy())
