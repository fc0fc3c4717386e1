"""Batches: numbered lines ready to learn from, in NumPy. Recipes never shift or mask."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from lengthwise.core.given import HOLE, Column
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.core.vocabulary import PAD, START, STOP, Vocabulary
from lengthwise.lines.restrict import Restricted


class Batch(NamedTuple):
    """One update's lines. `targets` are aligned with inputs: what `symbols[:, t]` is followed by.

    Shapes: symbols, targets int32[batch time]; ids int32[batch time level]; weights float32[batch time], 0 where
    nothing is learned; ingredient, length, drawn_from int32[batch]. `next_ids` (int32[batch time level], aligned with
    targets) is there where a numbering wants them predicted.
    """

    symbols: Column
    ids: Column
    targets: Column
    weights: Column
    ingredient: Column
    length: Column
    drawn_from: Column
    next_ids: Column | None = None


class Numbered(NamedTuple):
    """Lines of one frame with ids, before they are put together with others."""

    symbols: Column
    ids: Column
    targets: Column
    weights: Column
    next_ids: Column | None


class Pages:
    """Turns lines into numbers for one vocabulary and one numbering. `marked`: each line carries its task's mark."""

    def __init__(self, vocabulary: Vocabulary, numbering: Numbering, *, marked: bool = False) -> None:
        self.vocabulary, self.numbering, self.marked = vocabulary, numbering, marked
        self._tables: dict[Task, Column] = {}

    def opening(self, task: Task) -> list[int]:
        """The symbols before the prompt."""
        return [START, self.vocabulary.mark(task)] if self.marked else [START]

    def numbers(self, line: Line) -> Column:
        """int64[batch entry]: a line's contents as numbers of the vocabulary; holes are pads."""
        if line.task not in self._tables:
            self._tables[line.task] = self.vocabulary.table(line.task)
        return self._tables[line.task][line.contents.astype(np.int64) - HOLE]

    def full(self, line: Line, rng: np.random.Generator) -> Numbered:
        """Whole lines: every slot and the end is a target."""
        first = len(self.opening(line.task)) + len(line.frame.prompt)
        written = (line.contents[:, len(line.frame.prompt) :] >= 0).sum(axis=1)
        numbered = self._number(line, rng, written, width=len(line.frame.slots))
        time = np.arange(numbered.symbols.shape[1])[None, :]
        learned = (time >= first - 1) & (time < first + written[:, None])
        return numbered._replace(weights=learned.astype(np.float32))

    def one_target(self, line: Line, rng: np.random.Generator) -> Numbered:
        """Whole lines of which one random target counts."""
        numbered = self.full(line, rng)
        noise = np.where(numbered.weights > 0, rng.random(numbered.weights.shape), -1.0)
        return numbered._replace(
            weights=(np.arange(noise.shape[1])[None, :] == noise.argmax(axis=1)[:, None]).astype(np.float32)
        )

    def cut(self, cut: Restricted, rng: np.random.Generator) -> Numbered:
        """Restricted lines: the one target follows the written symbols that were kept."""
        line = cut.line
        numbered = self._number(line, rng, cut.written, width=int(cut.written.max(initial=0)))
        at = len(self.opening(line.task)) + len(line.frame.prompt) + cut.written - 1
        rows = np.arange(len(line))
        table = self._tables[line.task]
        numbered.targets[rows, at] = table[cut.target.astype(np.int64) - HOLE]
        weights = np.zeros(numbered.symbols.shape, dtype=np.float32)
        weights[rows, at] = cut.fits
        return numbered._replace(weights=weights)

    def _number(self, line: Line, rng: np.random.Generator, written: Column, width: int) -> Numbered:
        opening = self.opening(line.task)
        prompt = len(line.frame.prompt)
        body = self.numbers(line)[:, : prompt + width]
        symbols = np.concatenate([np.broadcast_to(np.array(opening), (len(line), len(opening))), body], axis=1)
        nothing = np.full((len(line), 1), PAD)
        ids, state = self.numbering.begin(line.frame, rng, len(line), len(opening), line.places)
        follow = np.concatenate([body[:, prompt:], nothing], axis=1)  # one more, whose id is what comes last
        ids = np.concatenate([ids, self.numbering.ahead(state, follow)], axis=1)
        targets = np.concatenate([symbols[:, 1:], nothing], axis=1)
        targets[np.arange(len(line)), len(opening) + prompt + np.minimum(written, width) - 1] = STOP
        next_ids = self.numbering.taught(ids, len(opening) + prompt) if self.numbering.predicts else None
        return Numbered(symbols, ids[:, :-1], targets, np.zeros(symbols.shape, dtype=np.float32), next_ids)


def under_each_other(parts: Sequence[Numbered]) -> Numbered:
    """Lines of several frames as one block, padded to the longest."""
    batch = stack([(part, 0, 0, 0) for part in parts])
    return Numbered(batch.symbols, batch.ids, batch.targets, batch.weights, batch.next_ids)


def stack(parts: Sequence[tuple[Numbered, int, int, int]]) -> Batch:
    """Put parts (numbered lines, ingredient, length, drawn_from) under each other, padded to the longest."""
    time = max(part.symbols.shape[1] for part, *_ in parts)
    level = max(part.ids.shape[2] for part, *_ in parts)
    rows = sum(len(part.symbols) for part, *_ in parts)
    symbols = np.full((rows, time), PAD, dtype=np.int32)
    targets = np.full((rows, time), PAD, dtype=np.int32)
    ids = np.zeros((rows, time, level), dtype=np.int32)
    weights = np.zeros((rows, time), dtype=np.float32)
    about = np.zeros((3, rows), dtype=np.int32)
    has_next = any(part.next_ids is not None for part, *_ in parts)
    next_ids = np.zeros((rows, time, level), dtype=np.int32) if has_next else None
    row = 0
    for part, *facts in parts:
        count, here = part.symbols.shape
        block = slice(row, row + count)
        symbols[block, :here], targets[block, :here], weights[block, :here] = part.symbols, part.targets, part.weights
        ids[block, :here, : part.ids.shape[2]] = part.ids
        if next_ids is not None and part.next_ids is not None:
            next_ids[block, :here, : part.next_ids.shape[2]] = part.next_ids
        about[:, block] = np.array(facts)[:, None]
        row += count
    return Batch(symbols, ids, targets, weights, about[0], about[1], about[2], next_ids)
