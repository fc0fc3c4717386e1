"""Free-running decoding against a loop that runs the whole line again for every symbol."""

from typing import Any

import numpy as np
import pytest
import torch

from lengthwise.core.errors import ConfigError
from lengthwise.models.ask import ask
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.decoding import Decoded, decode
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer, TransformerModule

END, LIMIT = 1, 14


def following(state: Any, symbols: np.ndarray, proposed: np.ndarray | None) -> tuple[np.ndarray, Any]:
    """Ids that go on by one from each row's own, and that a `proposed` replaces."""
    ids = np.asarray(state)[:, None] if proposed is None else proposed
    return ids, state + 1


def prompt(rows: int = 7, length: int = 5) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(3)
    symbols = rng.integers(2, 10, (rows, length))
    starts = rng.integers(1, 9, rows)
    return symbols, (starts[:, None] + np.arange(length))[..., None], starts + length


def built(predict_ids: int = 0) -> TransformerModule:
    blueprint = Transformer(
        layers=2,
        heads=2,
        width=16,
        tie="apart",
        encoding=Absolute(40),
        attention=LogLength("fixed"),
        predict_ids=predict_ids,
    )
    return blueprint.build(10, seed=13)


def slowly(model: TransformerModule, rows: int = 7) -> list[tuple[list[int], str]]:
    """One row at a time, without a cache."""
    symbols, ids, states = prompt(rows)
    answers = []
    for row in range(rows):
        line, numbers, state, said = symbols[row].tolist(), ids[row, :, 0].tolist(), int(states[row]), []
        finish = "limit"
        for _ in range(LIMIT):
            there = torch.tensor(numbers)[None, :, None]
            with torch.no_grad():
                whole = model(torch.tensor([line]), there, torch.arange(len(line))[None])
            said.append(int(whole.symbols[0, -1].argmax()))
            if said[-1] == END:
                finish = "ended"
                break
            numbers.append(state if whole.ids is None else int(whole.ids[0, -1, 0].argmax()))
            line, state = [*line, said[-1]], state + 1
        answers.append((said, finish))
    return answers


def quickly(model: TransformerModule, rows: int = 7) -> Decoded:
    symbols, ids, state = prompt(rows)
    return decode(model, symbols, (ids, state, following), END, LIMIT)


def unpadded(decoded: Decoded) -> list[tuple[list[int], str]]:
    rows = [[int(symbol) for symbol in row if symbol >= 0] for row in decoded.symbols]
    return list(zip(rows, decoded.finish, strict=True))


@pytest.mark.parametrize("predict_ids", [0, 40])
def test_a_batch_with_a_cache_says_what_each_row_says_alone(predict_ids: int) -> None:
    model = built(predict_ids)
    expected = slowly(model)
    assert {finish for _, finish in expected} == {"ended", "limit"}, "the sample must show both ways to finish"
    assert unpadded(quickly(model)) == expected


def test_ids_of_the_next_symbol_matter() -> None:
    """The check above would miss a decoder that froze the ids if ids did not matter here."""
    model = built()
    symbols, ids, state = prompt()
    frozen = decode(model, symbols, (ids, state, lambda s, _symbols, _proposed: (s[:, None], s)), END, LIMIT)
    assert unpadded(frozen) != unpadded(quickly(model))


def test_equal_logits_are_counted_as_a_near_tie() -> None:
    model = built()
    with torch.no_grad():
        model.head.weight[4] = model.head.weight[7]
    decoded = quickly(model)
    chosen = ((decoded.symbols == 4) | (decoded.symbols == 7)).sum(axis=1)
    assert chosen.sum() > 0
    assert len(set(decoded.finish)) == 2, "rows that ended must stay beside rows that go on"
    assert decoded.near_ties.tolist() == chosen.tolist()
    assert quickly(built()).near_ties.sum() == 0


def test_training_mode_and_gradients_are_as_they_were() -> None:
    model = built().train()
    quickly(model)
    assert model.training
    symbols, ids, _ = prompt()
    there = torch.arange(symbols.shape[1])[None]
    model(torch.from_numpy(symbols), torch.from_numpy(ids), there).symbols.sum().backward()


def test_a_limit_of_nothing_is_refused() -> None:
    symbols, ids, state = prompt()
    with pytest.raises(ConfigError, match="at least 1"):
        decode(built(), symbols, (ids, state, following), END, 0)


class Bare(torch.nn.Module):
    """A network that takes symbols, ids and time and nothing else."""

    def __init__(self, inner: TransformerModule) -> None:
        super().__init__()
        self.inner = inner

    def forward(self, symbols: torch.Tensor, ids: torch.Tensor, time: torch.Tensor) -> Prediction:
        said: Prediction = self.inner(symbols, ids, time)
        return said


@pytest.mark.parametrize("predict_ids", [0, 40])
def test_a_network_without_a_cache_is_continued_all_the_same(predict_ids: int) -> None:
    symbols, ids, state = prompt()
    decoded = decode(Bare(built(predict_ids)), symbols, (ids, state, following), END, LIMIT)
    assert unpadded(decoded) == unpadded(quickly(built(predict_ids)))


def test_a_network_that_knows_no_columns_is_asked_at_columns() -> None:
    model = built(40)
    symbols, ids, _ = (torch.from_numpy(numbers) for numbers in prompt())
    time, columns = torch.arange(5)[None].expand(7, -1), torch.tensor([1, 4])
    bare, own = (ask(network, symbols, ids, time, columns) for network in (Bare(model), model))
    assert bare.ids is not None
    assert own.ids is not None
    torch.testing.assert_close(bare.symbols, own.symbols, atol=1e-5, rtol=1e-5)
    torch.testing.assert_close(bare.ids, own.ids, atol=1e-5, rtol=1e-5)
