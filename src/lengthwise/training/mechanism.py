"""Why a curve bends: attention on the witness, the margin of the right symbol, and the error per symbol, by length.

The witness is what fixes a symbol when everything else is deleted. If attention on it falls with length, attention
dilutes; if it stays and the margin falls, the right source is found but hardly told from its rivals; if neither falls
and the answer is wrong, the source is sought at the wrong address.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from lengthwise.core.given import Column, shape_of
from lengthwise.core.instance import BlockKey, problems
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.reader import KEY, Reading, order_of, written_before
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.write import write
from lengthwise.models.network import Network
from lengthwise.training.attend import attention_at

ROWS, SLOTS = 64, 8  # lines a length, and targets looked at in each


class Look(NamedTuple):
    """One length: means over the targets looked at."""

    length: int
    witness_attention: float  # share of the last layer's attention, mean over heads
    margin: float  # logit of the right symbol over the best other
    margin_low: float  # its 10 % quantile
    symbol_error: float  # teacher-forced, per target
    targets: int


def mechanism(scorer: Network, page: tuple[Task, Trace, Layout], lengths: Iterable[int], seed: int = 0) -> list[Look]:
    """Look at test lines of each length. `page` is the task with its trace and layout."""
    task, trace, layout = page
    looks = []
    for length in lengths:
        given = problems(BlockKey(task, length, "test", seed, 0), ROWS)[0]
        line = write(task, given, trace, layout)
        scored = scorer.look(line)
        computed = order_of(task, shape_of(given)).rank  # a hint is no value of the task: nothing computes it
        slots = [t for t, entry in enumerate(line.frame.slots) if (entry.kind, entry.index) in computed]
        chosen = sorted({slots[round(i)] for i in np.linspace(0, len(slots) - 1, SLOTS)})
        margins = scored.margin[:, chosen]
        looks.append(
            Look(
                length,
                float(np.mean(witness_attention(scorer, line, chosen))),
                float(margins.mean()),
                float(np.quantile(margins, 0.1)),
                float(1 - scored.right[:, : len(line.frame.slots) + 1].mean()),
                margins.size,
            )
        )
    return looks


def witness_attention(scorer: Network, line: Line, slots: list[int]) -> Column:
    """float[batch slot]: the attention on the witness from the symbol before each target."""
    numbered = scorer.pages.full(line, np.random.default_rng(0))
    opening = len(scorer.pages.opening(line.task))
    first = opening + len(line.frame.prompt) - 1
    asked = np.array([first + slot for slot in slots])
    attention = attention_at(scorer.model, numbered.symbols, numbered.ids, asked)
    columns = line.frame.columns()
    result = np.zeros((len(line), len(slots)))
    for number, slot in enumerate(slots):
        reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
        _, levels = reading.sources(*line.frame.slots[slot].tag)
        for tag, cell in reading.cells.items():
            if tag in columns and columns[tag] - len(line.frame.prompt) < slot:
                result[:, number] += attention[:, number, opening + columns[tag]] * (levels[:, cell] >= KEY)
    return result
