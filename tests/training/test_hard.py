"""What a model attends to, by place: hand-made attention, and every task that has a restriction."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lengthwise.core.given import Column
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.feeding.batch import Batch
from lengthwise.feeding.cut import Hard
from lengthwise.feeding.source import Source
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.lines.write import write
from lengthwise.models.network import Network
from lengthwise.models.prediction import Prediction
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM
from lengthwise.training.hard import Examiner
from lengthwise.training.mechanism import mechanism, witness_attention
from tests.feeding.diets import cut, diet, words

HARD = replace(cut("query", choice=Hard(every=4)), lengths=(3, 3))


class Oracle(nn.Module):
    """Attends to the symbols it is told to, evenly, and predicts what they say: one `weights`, as our layers have."""

    def __init__(self, symbols: int, favourites: Sequence[int]) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))
        self.layer0 = nn.ModuleDict({"weights": nn.Identity()})
        self.symbols, self.favourites = symbols, torch.tensor(favourites)

    def forward(self, symbols: Tensor, ids: Tensor, time: Tensor, head_at: Tensor | None = None) -> Prediction:
        columns = time[0] if head_at is None else head_at
        liked = torch.isin(symbols, self.favourites).float()[:, None] * (time[:, None] <= columns[:, None])
        mass = liked / liked.sum(-1, keepdim=True).clamp(min=1)
        seen = self.layer0["weights"](mass[:, None])[:, 0]
        says = nn.functional.one_hot(symbols, self.symbols).float()
        return Prediction(seen @ says * self.scale)


def test_a_models_favourite_numbers_are_the_places_with_scores() -> None:
    made = diet(HARD, task=Sort(values=20))
    table = made.vocabulary.table(made.task)
    examiner = Examiner(Oracle(len(made.vocabulary), [int(table[2 + v]) for v in (14, 6)]), made)
    line = write(made.task, {"x": np.array([[14, 3, 9, 17, 6, 11], [1, 2, 6, 4, 5, 14]])})
    before, after = examiner.scores(line, [0, 3])
    assert before.tolist() == [[0.5, 0, 0, 0, 0.5, 0], [0, 0, 0.5, 0, 0, 0.5]]
    # After "3 6 9" a six stands on the page twice, as input and as answer: both are the place of that input.
    third = 1 / 3
    assert np.allclose(after, [[third, 0, 0, 0, 2 * third, 0], [0, 0, 0.5, 0, 0, 0.5]])
    assert examiner.taken() == 2 * 14
    assert examiner.taken() == 0


PAGES: list[tuple[Task, Trace, str]] = [
    (Sort(values=12), Nothing(), "query"),
    (Reverse(values=12), Nothing(), "query"),
    (Copy(values=12), Nothing(), "closed"),
    (SLiM(modulus=10, types=3), Nothing(), "query"),
    (SLiM(modulus=10, types=3), Nothing(), "closed"),
    (Addition(), Carries(), "closed"),
    (Increment(), Carries(), "closed"),
    (Parity(), RunningState(), "closed"),
]


@pytest.mark.parametrize(("task", "trace", "form"), PAGES, ids=lambda value: getattr(value, "name", str(value)))
def test_every_task_with_a_restriction_can_be_asked_what_is_hard(task: Task, trace: Trace, form: str) -> None:
    hard = replace(cut(form, "whole", longest=10, choice=Hard()), lengths=(3, 5))
    made = diet(hard, task=task, trace=trace, layout=LeastFirst(), symbols=600, updates=12)
    examiner = Examiner(Oracle(len(made.vocabulary), range(len(made.vocabulary))), made)
    batches = list(Source(made, examiner.scores).batches())
    assert sum(int((batch.weights > 0).sum()) for batch in batches) > 200
    assert examiner.taken() > 0


def test_what_the_model_dwells_on_stays_in_the_short_line() -> None:
    made = diet(replace(HARD, cut=replace(HARD.cut, shortest=12, longest=12)), task=Sort(values=12))  # type: ignore[type-var]
    table = made.vocabulary.table(made.task)
    examiner = Examiner(Oracle(len(made.vocabulary), [int(table[2 + 7])]), made)
    batches: list[Batch] = list(islice(Source(made, examiner.scores).batches(), 6))
    rows = [words(batch, row, made.vocabulary) for batch in batches for row in range(len(batch.symbols))]
    with_seven = sum("7" in text[1 : text.index("=")] for text in rows)
    assert with_seven == len(rows), "all twelve numbers were there; two are the witness, and the third is the seven"


def test_the_snapshot_moves_at_multiples_only() -> None:
    made = diet(HARD)
    live = Oracle(len(made.vocabulary), [3])
    examiner = Examiner(live, made)
    moved = []
    for done in range(1, 13):
        with torch.no_grad():
            live.scale.add_(1)
        if examiner.look(done):
            moved.append(done)
        assert float(examiner.tensors()["scale"]) == 1 + done // 4 * 4
    assert moved == [4, 8, 12]


# -- mechanism --------------------------------------------------------------------------------------------------------


def network(task: Task, symbols: Sequence[str]) -> Network:
    made = diet(task=task)
    return Network(
        Oracle(len(made.vocabulary), [made.vocabulary.number(s) for s in symbols]), made.vocabulary, made.numbering
    )


def test_attention_on_the_witness_is_the_share_that_lies_on_what_fixes_the_symbol() -> None:
    task = Sort(values=20)
    line = write(task, {"x": np.array([[14, 3, 9, 17, 6, 11]])})
    # Before the target 11 the page reads 14 3 9 17 6 11 = 3 6 9: the witness is 9, twice on the page, and 11.
    watching: dict[tuple[str, ...], Column] = {
        seen: witness_attention(network(task, seen), line, [3])
        for seen in (("11",), ("9", "11"), ("14", "11"), ("17",))
    }
    assert watching["11",].tolist() == [[1.0]]
    assert watching["14", "11"].tolist() == [[0.5]]
    assert watching["17",].tolist() == [[0.0]]
    assert 2 / 3 - 1e-6 <= float(watching["9", "11"][0, 0]) <= 1.0, (
        "the written 9 and the 11; the 9 of the list may count"
    )


def test_the_mechanism_of_a_network_that_says_what_it_sees() -> None:
    """It attends to all numbers alike: mass on the witness is what two or three of the page's symbols are of all."""
    task = Sort(values=40)
    looks = mechanism(network(task, [str(v) for v in range(40)]), (task, Nothing(), Plain()), [4, 8, 16])
    assert [look.length for look in looks] == [4, 8, 16]
    masses = [look.witness_attention for look in looks]
    assert masses[0] > masses[1] > masses[2] > 0
    for look, length in zip(looks, (4, 8, 16), strict=True):
        assert 1 / (2 * length) < look.witness_attention < 4 / length
        assert 0 <= look.symbol_error <= 1
        assert look.margin_low <= look.margin
        assert look.targets > 0
