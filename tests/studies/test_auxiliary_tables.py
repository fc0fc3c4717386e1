"""What `auxiliary_tasks` adds to its report: mechanisms predicted beside found, and errors on restrictions."""

from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from lengthwise.core.outcome import Tally
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.experiment import Experiment
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.models.network import Network
from lengthwise.models.prediction import Prediction
from lengthwise.models.transformer import Transformer
from lengthwise.reports.table import without
from lengthwise.run import Run
from lengthwise.studies._mechanisms import mechanisms
from lengthwise.studies._restrictions import ROWS, SLOTS, keep_restrictions, on_restrictions
from lengthwise.studies.auxiliary_tasks import AuxiliaryTasks
from lengthwise.tasks.ordering.sort import Sort

TASK = Sort(values=64)


def screened(where: Path, arm: str, share: float, trained: float = 1.0) -> Run:
    right = {8: trained, 15: share}
    tallies = {n: Tally(correct=round(200 * s), wrong=round(200 * (1 - s))) for n, s in right.items()}
    cells = {CellKey("ordering/sort", "typical", n, 0): Cell(tally, tally) for n, tally in tallies.items()}
    labels: dict[str, str | int] = {"stage": "screen", "task": "ordering/sort", "arm": arm, "seed": 0}
    run = Run.begin(where, {"arm": arm}, labels=labels).run
    run.write("mechanism", {"series": [{"length": 8, "margin": 9.0}, {"length": 40, "margin": 5.0}]})
    run.finish("done", LengthCurve(cells, trained=(1, 8)))
    return run


def test_predictions_stand_beside_the_differences_that_decide_them(tmp_path: Path) -> None:
    shares = {"main": 0.3, "main + log": 0.5, "closed + log": 0.52, "query + log": 0.7}
    table = mechanisms([screened(tmp_path, arm, share) for arm, share in shares.items()], 15)
    row = dict(zip(table.columns, next(row for row in table.rows if row[0] == "ordering/sort"), strict=True))
    assert row["closed helps"] == "yes | +0.02 ✕"  # too little to be help
    assert row["query helps"] == "yes | +0.20 ✓"
    assert row["log-length helps"] == "yes | +0.20 ✓"
    assert row["margin shrinks"] == "yes | 9 → 5"
    assert next(row for row in table.rows if row[0] == "arithmetic/addition")[5] == "n/a"


def test_an_arm_that_did_not_learn_scores_nothing(tmp_path: Path) -> None:
    runs = [screened(tmp_path, "main", 0.3), screened(tmp_path, "main + log", 0.9, trained=0.9)]
    row = next(row for row in mechanisms(runs, 15).rows if row[0] == "ordering/sort")
    assert row[6] == "yes | no figure"


def test_every_arm_left_out_stands_with_its_tasks_and_its_reason() -> None:
    missing = AuxiliaryTasks().not_applicable("screen")
    table = without(missing)
    assert table is not None
    shown = {(arm, task) for arms, tasks, _ in table.rows for arm in arms.split(", ") for task in tasks.split(", ")}
    assert shown == {(one.arm, one.task) for one in missing}
    assert all(row[2] for row in table.rows)


class Sorts(nn.Module):
    """Says the smallest number above the last written one, read off the symbols; where `blind`, not the first one."""

    def __init__(self, vocabulary: Vocabulary, *, blind: bool) -> None:
        super().__init__()
        self.bare = nn.Parameter(torch.zeros(1))
        self.vocabulary, self.blind = vocabulary, blind

    def forward(self, symbols: Tensor, ids: Tensor, time: Tensor) -> Prediction:
        logits = torch.zeros(*symbols.shape, len(self.vocabulary))
        for b, row in enumerate(symbols.tolist()):
            words = [self.vocabulary.symbols[number] for number in row]
            numbers = {int(word) for word in words if word.isdecimal()}
            for t in range(words.index("="), len(words)):
                above = sorted(n for n in numbers if words[t] == "=" or (words[t].isdecimal() and n > int(words[t])))
                if above and not (self.blind and words[t] == "="):
                    logits[b, t, self.vocabulary.symbols.index(str(above[0]))] = 1.0
        return Prediction(logits)


@pytest.mark.parametrize(("blind", "errors"), [(False, 0), (True, ROWS)])
def test_errors_on_restrictions_are_those_of_the_model(blind: bool, errors: int) -> None:
    mixture = Mixture((Ingredient(lengths=(1, 4)),))
    experiment = Experiment(TASK, mixture=mixture, tests=(4, 12))
    network = Network(Sorts(experiment.vocabulary, blind=blind), experiment.vocabulary, Sequential())
    found = on_restrictions(network, experiment, 12)
    assert (found.length, found.restricted_to, found.targets) == (12, 4, ROWS * SLOTS)
    assert found.errors == errors  # the first target of eight is the one after "="


def test_a_run_is_measured_once_and_its_folder_keeps_it(tmp_path: Path) -> None:
    experiment = Experiment(
        TASK,
        model=Transformer(layers=1, heads=1, width=8),
        mixture=Mixture((Ingredient(lengths=(1, 4)),)),
        budget=2000,
        tests=(4, 6),
        instances=4,
    )
    run = experiment.run(tmp_path)
    keep_restrictions(run)
    (row,) = run.restrictions["errors"]
    assert (row["length"], row["restricted_to"], row["targets"]) == (6, 4, 6 * ROWS)
    before = (run.folder / "restrictions.json").stat().st_mtime_ns
    keep_restrictions(run)
    assert (run.folder / "restrictions.json").stat().st_mtime_ns == before
