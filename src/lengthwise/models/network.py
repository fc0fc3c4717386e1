"""A network as a solver: it scores finished lines in one teacher-forced pass, and it answers by greedy decoding.

Where no working is written the two agree: greedy decoding writes a line exactly if every first choice of the pass, in
fp32, is right. Not so where the network predicts ids: the pass is told the right ones, and decoding goes by its own. A
line is then right in one pass only if every id said in it is right as well.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import torch
from torch import nn

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Frame
from lengthwise.core.given import END, HOLE, Column
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.request import Finish, Reply, Request
from lengthwise.core.vocabulary import PAD, STOP, Vocabulary
from lengthwise.evaluation.grade import Scores
from lengthwise.feeding.batch import Numbered, Pages
from lengthwise.models.ask import ask
from lengthwise.models.decoding import decode

NEAR_TIE = 1e-4  # two logits closer than this may swap on another machine: counted, not hidden
ROOM = 2**26  # numbers that one pass may hold in its widest tensor (256 MiB)
TOGETHER = 256  # prompts continued at once


class Scored(NamedTuple):
    """One pass, [batch, target]: whether right, near ties, what was chosen (vocabulary numbers), the margin of the
    right symbol's logit over the best other one, and whether the ids said with it are right (true where none are).
    """

    right: Column
    near_ties: int
    chosen: Column
    margin: Column
    numbered: Column


class Network:
    """A model, its vocabulary and its numbering (in the form used in measurement), ready to be measured."""

    def __init__(self, model: nn.Module, vocabulary: Vocabulary, numbering: Numbering, *, marked: bool = False) -> None:
        self.model = model
        self.pages = Pages(vocabulary, numbering.fixed(), marked=marked)

    def score(self, line: Line) -> Scores:
        """For every row: which slots, and the end after them, the first choice gets right."""
        scored = self.look(line)
        codes = np.full(len(self.pages.vocabulary), HOLE, dtype=np.int64)
        codes[self.pages.vocabulary.table(line.task)[1:]] = np.arange(END, len(line.task.symbols))
        told = self.pages.numbering.predicts
        return Scores(scored.right & scored.numbered, scored.near_ties, codes[scored.chosen], told)

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
        right, chosen, margin, said = (np.concatenate([part[field] for part in parts]) for field in (0, 2, 3, 4))
        return Scored(right, sum(part.near_ties for part in parts), chosen, margin, said)

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Continue each prompt symbol by symbol to its end; prompts of one frame are continued together."""
        groups: dict[Frame, list[Request]] = {}
        for request in requests:
            if request.line is None:
                raise ConfigError(
                    "a network answers lines, and this request has only text; measure it with a task of the package"
                )
            groups.setdefault(request.line.frame, []).append(request)
        for together in groups.values():
            for first in range(0, len(together), TOGETHER):
                yield from self._continue(together[first : first + TOGETHER])

    def _continue(self, requests: Sequence[Request]) -> Iterator[Reply]:
        lines = [request.line for request in requests if request.line is not None]
        line, opening = lines[0], self.pages.opening(lines[0].task)
        prompt = np.concatenate([self.pages.numbers(each)[:, : len(line.frame.prompt)] for each in lines])
        symbols = np.concatenate([np.broadcast_to(np.array(opening), (len(lines), len(opening))), prompt], axis=1)
        ids, state = self.pages.numbering.begin(line.frame, np.random.default_rng(0), len(lines), len(opening))
        limit = max(1, *(request.limit for request in requests))
        began = time.perf_counter()
        decoded = decode(self.model, symbols, (ids, state, self.pages.numbering.next), STOP, limit)
        seconds = (time.perf_counter() - began) / len(requests)
        for row, request in enumerate(requests):
            written = [int(number) for number in decoded.symbols[row] if number >= 0 and number != STOP]
            text = " ".join(self.pages.vocabulary.symbols[number] for number in written)
            finish = Finish.ENDED if decoded.finish[row] == "ended" else Finish.LIMIT
            yield Reply(
                request.instance, text, finish, len(written), seconds, {"near_ties": float(decoded.near_ties[row])}
            )

    def _pass(self, numbered: Numbered, rows: slice, first: int) -> Scored:
        device = next(self.model.parameters()).device
        symbols = torch.from_numpy(np.ascontiguousarray(numbered.symbols[rows])).to(device)
        ids = numbered.ids[rows]
        alike = bool((ids == ids[:1]).all())
        numbers = (
            torch.from_numpy(np.ascontiguousarray(ids[:1] if alike else ids))
            .to(device)
            .expand(len(symbols), *ids.shape[1:])
        )
        time = torch.arange(symbols.shape[1], device=device).expand(len(symbols), -1)
        targets = torch.from_numpy(np.ascontiguousarray(numbered.targets[rows, first:])).to(device)
        with torch.inference_mode():
            asked = torch.arange(first, symbols.shape[1], device=device)
            prediction = ask(self.model, symbols, numbers, time, asked)
            logits = prediction.symbols.float()
            best = logits.topk(2, dim=-1)
            own = logits.gather(-1, targets[..., None])[..., 0]
            chosen = best.indices[..., 0]
            other = torch.where(chosen == targets, best.values[..., 1], best.values[..., 0])
            ties = ((best.values[..., 0] - best.values[..., 1]) < NEAR_TIE) & (targets != PAD)
        right = ((chosen == targets) | (targets == PAD)).cpu().numpy()
        said = np.ones_like(right)
        if prediction.ids is not None and numbered.next_ids is not None:
            last = numbered.targets[rows, first:] == STOP  # nothing is written there that an id could be of
            heard, now = self.pages.numbering.heard, numbered.ids[rows, first:]
            found, wanted = prediction.ids.argmax(-1).cpu().numpy(), numbered.next_ids[rows, first:]
            said = (heard(found, now) == heard(wanted, now)).all(axis=2) | last
        return Scored(right, int(ties.sum()), chosen.cpu().numpy(), (own - other).cpu().numpy(), said)
