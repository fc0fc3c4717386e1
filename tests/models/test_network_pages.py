"""What a network is shown when it is measured: marks where it was trained with them, and long blocks in pieces."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lengthwise.core.instance import BlockKey, Instance, block
from lengthwise.core.line import Line
from lengthwise.core.request import Request
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.write import write
from lengthwise.models import network as room
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.network import Network
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.ordering.sort import Sort

SORT = Sort(values=30)
VOCABULARY = Vocabulary.over([SORT, Successor(values=30)], [SORT.name, "auxiliary/successor"])


class Recording(nn.Module):
    """Remembers what it was shown; wants the end after everything."""

    def __init__(self) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.eye(len(VOCABULARY))[1])
        self.shown: list[tuple[list[list[int]], list[list[int]]]] = []

    def forward(self, symbols: Tensor, ids: Tensor, time: Tensor) -> Prediction:
        self.shown.append((symbols.tolist(), ids[:, :, 0].tolist()))
        return Prediction(self.bias.expand(*symbols.shape, -1))


def line(rows: int = 3) -> Line:
    return write(SORT, block(BlockKey(SORT, 4, "test"), rows))


def requests(page: Line) -> Iterator[Request]:
    for row in range(len(page)):
        instance = Instance(BlockKey(SORT, 4, "test"), row, page[row].given)
        yield Request(instance, page[row], page[row].part("prompt"), limit=6)


def test_lines_carry_the_mark_of_their_task_in_both_ways_of_asking_exactly_if_training_did() -> None:
    mark = VOCABULARY.number(f"<{SORT.name}>")
    for marked in (True, False):
        model, page = Recording(), line()
        solver = Network(model, VOCABULARY, Sequential(), marked=marked)
        solver.score(page)
        list(solver.answer(list(requests(page))))
        for symbols, _ in model.shown:
            assert all(row[0] == 0 for row in symbols), "the start symbol"
            assert all((row[1] == mark) is marked for row in symbols)
            text = [VOCABULARY.symbols[number] for number in symbols[0][1 + marked :]]
            assert text[:5] == page.words(0)[:5]


def test_measured_lines_start_where_the_numbering_is_measured_whatever_training_drew() -> None:
    page = line()
    middle = 1 + (90 - len(page.frame.entries)) // 2
    for numbering, first in ((RandomStart(ids=90), middle), (RandomStart(ids=90, measured=1), 1)):
        model = Recording()
        Network(model, VOCABULARY, numbering).score(page)
        for _, ids in model.shown:
            assert all(row == [0, *range(first, first + len(row) - 1)] for row in ids), "0 for the start symbol"


@pytest.mark.parametrize("rows", [1, 4, 7])
def test_a_block_that_is_read_in_pieces_is_scored_as_in_one(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    model = Transformer(layers=2, heads=2, width=16, attention=LogLength(), encoding=Absolute(limit=60)).build(
        len(VOCABULARY), seed=4
    )
    solver, page = Network(model, VOCABULARY, Sequential()), line(17)
    whole = solver.look(page)
    monkeypatch.setattr(room, "ROOM", rows * 10 * 512)
    pieces = solver.look(page)
    assert np.array_equal(whole.right, pieces.right)
    assert np.array_equal(whole.chosen, pieces.chosen)
    assert np.allclose(whole.margin, pieces.margin, atol=1e-5)
    assert whole.near_ties == pieces.near_ties


def test_being_measured_leaves_a_training_model_in_training() -> None:
    model = Recording()
    solver = Network(model.train(), VOCABULARY, Sequential())
    solver.score(line())
    list(solver.answer(list(requests(line()))))
    assert model.training
