"""A network as a solver: one teacher-forced pass and free-running decoding tell the same story."""

from functools import cache

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lengthwise.core.errors import ConfigError
from lengthwise.core.instance import BlockKey, Instance
from lengthwise.core.line import Line
from lengthwise.core.request import Finish, Request
from lengthwise.core.vocabulary import PAD, STOP, Vocabulary
from lengthwise.lines.numberings.predicted_steps import PredictedSteps
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.write import write
from lengthwise.models.network import Network
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.ordering.copy import Copy

TASK = Copy(values=6)
ROWS = 48


def lines(seed: int, rows: int = ROWS) -> Line:
    return write(TASK, TASK.draw(4, np.random.default_rng(seed), "typical", rows))


@cache
def half_trained() -> Network:
    """Trained just so long that some answers are right and some are not."""
    vocabulary = Vocabulary.over([TASK])
    model = Transformer(layers=1, heads=2, width=32, encoding=RoPE(theta=100.0)).build(len(vocabulary), seed=0)
    network = Network(model, vocabulary, Sequential())
    optimiser = torch.optim.Adam(model.parameters(), lr=5e-3)
    for update in range(70):
        page = network.pages.full(lines(100 + update), np.random.default_rng(0))
        symbols, ids, targets = (torch.from_numpy(np.array(part, dtype=np.int64)) for part in page[:3])
        said = model(symbols, ids, torch.arange(symbols.shape[1])[None]).symbols[:, 5:]
        loss = torch.nn.functional.cross_entropy(said.flatten(0, 1), targets[:, 5:].flatten(), ignore_index=PAD)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch states no types here
        optimiser.step()
    return network


def requests(line: Line, limit: int = 9) -> list[Request]:
    block = BlockKey(TASK, 4)
    return [
        Request(Instance(block, row, line[row].given), line[row], line.part("prompt", row), limit=limit)
        for row in range(len(line))
    ]


def test_a_line_is_right_in_one_pass_exactly_if_greedy_decoding_writes_it() -> None:
    network, line = half_trained(), lines(1)
    right = np.asarray(network.score(line).right.all(axis=1))
    assert 0.1 < right.mean() < 0.9, "the sample must show both"
    questions = requests(line)
    replies = list(network.answer(questions))
    assert [reply.instance.identity for reply in replies] == [asked.instance.identity for asked in questions]
    for row, reply in enumerate(replies):
        assert (reply.finish == Finish.ENDED and reply.text == line.part("answer", row)) == right[row]


def test_decoding_follows_the_first_choices_up_to_the_first_wrong_one() -> None:
    network, line = half_trained(), lines(2)
    look = network.look(line)
    symbols = network.pages.vocabulary.symbols
    for row, reply in enumerate(network.answer(requests(line))):
        wrong = np.flatnonzero(~look.right[row])
        until = wrong[0] + 1 if len(wrong) else look.right.shape[1]
        chosen = [symbols[number] for number in look.chosen[row, :until] if number != STOP]
        assert reply.text.split()[: len(chosen)] == chosen


def test_margins_are_positive_exactly_where_the_first_choice_is_right() -> None:
    look = half_trained().look(lines(3))
    assert ((look.margin > 0) == look.right).all()
    assert look.margin.min() < 0 < look.margin.max()


def test_a_limit_that_is_hit_says_so() -> None:
    line = lines(4, rows=3)
    for reply in half_trained().answer(requests(line, limit=2)):
        assert (reply.finish, reply.tokens) == (Finish.LIMIT, 2)


def test_a_request_without_a_page_is_refused() -> None:
    request = requests(lines(5, rows=1))[0]
    bare = Request(request.instance, None, request.plain)
    with pytest.raises(ConfigError, match="only text"):
        list(half_trained().answer([bare]))


def test_equal_logits_are_counted() -> None:
    network, line = half_trained(), lines(6)
    assert network.look(line).near_ties == 0
    model = Transformer(layers=1, heads=2, width=8, tie="apart").build(len(network.pages.vocabulary))
    with torch.no_grad():
        model.head.weight.zero_()
    tied = Network(model, network.pages.vocabulary, Sequential())
    assert tied.look(line).near_ties == ROWS * 5  # four values and the end


def test_where_ids_are_predicted_a_pass_is_told_them_and_a_wrong_one_is_wrong() -> None:
    vocabulary, line = Vocabulary.over([TASK]), lines(3)
    blueprint = Transformer(layers=1, heads=2, width=32, encoding=ClippedBias(), predict_ids=9)
    model = blueprint.build(len(vocabulary), seed=0)
    network, by_itself = Network(model, vocabulary, PredictedSteps()), Network(model, vocabulary, Sequential())
    scores = network.score(line)
    assert scores.told
    assert not by_itself.score(line).told
    look = network.look(line)
    assert look.numbered[:, -1].all(), "with the end no id is said that anything would have"
    assert not look.numbered[:, :-1].all()
    assert (np.asarray(scores.right) == (look.right & look.numbered)).all()


def test_decoding_goes_by_the_ids_that_the_network_says() -> None:
    vocabulary, line = Vocabulary.over([TASK]), lines(4, rows=2)
    model = Stepping(len(vocabulary))
    replies = list(Network(model, vocabulary, PredictedSteps()).answer(requests(line, limit=4)))
    assert [reply.finish for reply in replies] == [Finish.LIMIT] * 2
    assert model.last[:, -3:, 0].tolist() == [[3 + 4 + 2, 3 + 4 + 4, 3 + 4 + 6]] * 2, (
        "two on from the = at 7, each time"
    )


class Stepping(nn.Module):
    """Writes its first symbol for ever and steps two on with each; remembers the last ids that it was shown."""

    def __init__(self, symbols: int) -> None:
        super().__init__()
        self.bias = nn.Parameter(torch.eye(symbols)[-1])
        self.last = torch.zeros(0)

    def forward(self, symbols: Tensor, ids: Tensor, time: Tensor) -> Prediction:
        self.last = ids
        said = torch.eye(10)[9].expand(*symbols.shape, 1, -1)
        return Prediction(self.bias.expand(*symbols.shape, -1), said)
