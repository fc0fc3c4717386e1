"""An experiment: what follows from its axes, what it refuses before training, what it leaves, what it obeys."""

import signal
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import torch

from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.core.task import Task
from lengthwise.experiment import Experiment
from lengthwise.experiment.measured import longest_line
from lengthwise.feeding.cut import Cut, Hard
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.feeding.source import Source
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.layouts.index_hints import IndexHints
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.natural_width import NaturalWidth
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.traces.carries import Carries
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.clipped_bias import ClippedBias
from lengthwise.models.positions.rope import RoPE
from lengthwise.models.transformer import Transformer
from lengthwise.run import Run
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.logic.majority import Majority
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.training.probe import probe
from lengthwise.training.progress import Progress
from lengthwise.training.recipe import Choices
from lengthwise.training.recipes.scratch import Scratch
from lengthwise.training.show import Show
from tests.training.tiny import MAIN, SHORT

KEPT = Ingredient(lengths=(1, 5), cut=Cut(50, forms=("closed",), places="kept"))
ADDITION = Experiment(Addition(), Carries(), LeastFirst(), mixture=Mixture((Ingredient(lengths=(1, 5)),)))


def test_the_regime_follows_from_the_axes() -> None:
    assert SHORT.regime == "A"
    assert ADDITION.regime == "A + own working"
    assert replace(ADDITION, numbering=Coupled()).regime == "B"
    assert replace(SHORT, numbering=RandomStart(ids=50)).regime == "A"


def test_the_budget_is_the_symbols_that_training_reads() -> None:
    for budget in (20_000, 60_000):
        made = replace(SHORT, budget=budget).diet
        assert abs(made.processed() - budget) < 0.05 * budget


@pytest.mark.parametrize("task", [Sort(60), Copy(60)], ids=["sort", "copy"])
def test_the_longest_line_counts_the_places_beside_a_witness(task: Task) -> None:
    for beside, places in (("within", 6), ("beside", 8)):  # two places fix a symbol, and six stand beside them
        cut = Cut(20, forms=("query", "whole"), beside=beside)  # type: ignore[arg-type]
        mixture = Mixture((Ingredient(lengths=(2, 6), cut=cut),), symbols=512)
        experiment = Experiment(task, mixture=mixture, tests=(6,), budget=200_000)
        seen = max(batch.symbols.shape[1] for batch in Source(experiment.diet).batches())
        assert longest_line(experiment) == seen == 2 * places + 2  # start, list, "=", list


def test_seeds_change_data_and_first_weights_and_init_the_weights_alone() -> None:
    def first(experiment: Experiment) -> torch.Tensor:
        return next(experiment.build().parameters()).detach()

    assert torch.equal(first(SHORT), first(replace(SHORT, budget=9)))
    assert not torch.equal(first(SHORT), first(replace(SHORT, seed=1)))
    assert torch.equal(first(replace(SHORT, init=3)), first(replace(SHORT, seed=5, init=3)))
    assert replace(SHORT, seed=5, init=3).diet.seed == 5


CUT = Cut(longest=8, forms=("query",))
REFUSED: Mapping[str, tuple[Experiment, str]] = {
    "a test longer than there are numbers": (replace(SHORT, tests=(4, 30)), "goes up to length 20, not 30"),
    "training longer than there are numbers": (
        replace(SHORT, mixture=Mixture((replace(MAIN, lengths=(1, 25)),))),
        "goes up to length 20",
    ),
    "lines cut from longer than there are numbers": (
        replace(SHORT, mixture=Mixture((MAIN, replace(MAIN, cut=Cut(longest=30))))),
        "goes up to length 20, not 30",
    ),
    "a watched length that cannot be drawn": (replace(SHORT, watch=(30,)), "goes up to length 20, not 30"),
    "no length tested": (replace(SHORT, tests=()), "measure nothing"),
    "no instance": (replace(SHORT, instances=0), "measure nothing"),
    "no budget": (replace(SHORT, budget=0), "budget of 0"),
    "no main ingredient": (replace(SHORT, mixture=Mixture((replace(MAIN, cut=CUT),))), "main task uncut"),
    "a restriction of a dense task": (
        Experiment(Majority(), mixture=Mixture((MAIN, replace(MAIN, cut=replace(CUT, forms=("closed",)))))),
        "majority",
    ),
    "the query form where nothing says which place is asked": (
        replace(ADDITION, mixture=Mixture((MAIN, replace(MAIN, cut=CUT)))),
        "query",
    ),
    "ids beyond the table": (
        replace(SHORT, numbering=RandomStart(ids=500), model=Transformer(encoding=Absolute(limit=100))),
        "limit",
    ),
    "a table shorter than the test": (
        replace(SHORT, tests=(20,), numbering=RandomStart(ids=30), model=Transformer(encoding=Absolute(limit=30))),
        "30",
    ),
    "a table of ids shorter than the test, read by an encoding that has none": (
        replace(ADDITION, tests=(20,), numbering=Coupled(ids=15), model=Transformer(encoding=ClippedBias())),
        r"length 20: this page needs ids up to 22.*raise `ids` to at least 22",
    ),
    "ids in order that end before the test, read by an encoding without a table": (
        replace(SHORT, tests=(20,), numbering=RandomStart(ids=30), model=Transformer(encoding=RoPE())),
        r"length 20: .*41 symbols.*raise `ids` to at least 41",
    ),
    "a table of ids shorter than the lines that keep their places": (
        replace(ADDITION, numbering=Coupled(ids=42), mixture=Mixture((*ADDITION.mixture.ingredients, KEPT))),
        "length 50: this page needs ids up to 52",
    ),
    "an axis that the task has not": (replace(ADDITION, numbering=Coupled(axes=("row",))), "numbers none of them"),
    "coupled ids on a page whose symbols move": (
        Experiment(Addition(), layout=NaturalWidth(), numbering=Coupled()),
        "no axes",
    ),
    "fewer hints than the test has places": (
        Experiment(Hinted(Addition(), hints=20), layout=IndexHints(), mixture=ADDITION.mixture, tests=(30,)),
        "needs 32 hints.*has 20",
    ),
    "ids to predict beyond those that can be said": (
        replace(
            ADDITION,
            numbering=Predicted(Coupled(ids=50)),
            model=Transformer(encoding=Absolute(limit=50), predict_ids=40),
        ),
        "raise it to at least 50",
    ),
    "coupled ids where addresses depend on values": (replace(SHORT, numbering=Coupled()), "sort"),
    "a trace of which the task has nothing": (replace(SHORT, trace=Carries()), "has no working"),
    "ids to predict and no head for them": (
        replace(ADDITION, numbering=Predicted(Coupled(ids=50)), model=Transformer(encoding=Absolute(limit=50))),
        "predict_ids",
    ),
    "a case that the task has not": (replace(SHORT, cases=("upside_down",)), "upside_down"),
    "a length with too few problems to have tests": (Experiment(Parity(), tests=(3,)), "too small"),
    "a device that is not here": (replace(SHORT, device="cuda:7"), "not here"),
}


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_cannot_work_is_refused_before_anything_is_trained(name: str, tmp_path: Path) -> None:
    experiment, message = REFUSED[name]
    with pytest.raises(LengthwiseError, match=message) as error:
        replace(experiment, budget=min(experiment.budget, 100)).run(tmp_path)
    assert "\n" not in str(error.value)
    assert not list(tmp_path.iterdir()), "no run was begun"


FASTER = [(120.0, 120.0, True, "float32"), (130.0, 90.0, False, "float32"), (130.0, 140.0, True, "bfloat16")]


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Run, list[str]]:
    """A run from its beginning to its end, and what was told on the way."""
    where, told = tmp_path_factory.mktemp("runs"), []
    show = Show(
        began=lambda _, how: told.append(f"began {how}"),
        chosen=lambda choices, figures, _: told.append(f"chosen {choices.device} of {len(figures)}"),
        progress=lambda progress: told.append(f"update {progress.update}"),
        watched=lambda _, accuracies: told.append(f"watched {sorted(accuracies)}"),
        measured=lambda done, total, _: told.append(f"measured {done} of {total}"),
    )
    experiment = replace(SHORT, watch=(3, 6), watches=2, tests=(2, 4, 8), cases=("typical", "adjacent"))
    return where, experiment.run(where, show, {"arm": "tiny"}), told


def test_a_run_leaves_all_that_it_promises(done: tuple[Path, Run, list[str]]) -> None:
    _, run, told = done
    assert run.state == "done"
    assert run.labels == {"arm": "tiny"}
    assert told[0] == "began new"
    assert told[1] == "chosen cpu of 3"
    assert told.count("watched [3, 6]") >= 1
    assert told[-1].startswith("measured")
    for name in ("config", "environment", "labels", "choices", "curve", "mechanism", "vocabulary", "state"):
        assert run.has(name)
    assert (run.weights / "model.safetensors").exists()
    assert not run.checkpoint.exists()
    assert {"dtype", "threads", "fused", "compiled", "device"} <= set(run.choices)
    assert run.choices["updates"] == run.rebuild().diet.updates
    assert [line["length"] for line in run.mechanism["series"]] == [2, 4, 8]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_a_precision_that_is_given_is_not_left_to_a_timing(dtype: Literal["float32", "bfloat16"]) -> None:
    experiment = replace(SHORT, budget=8_000, dtype=dtype)
    choices, figures = probe(experiment.build, experiment.recipe, experiment.diet, "cpu", experiment.dtype)
    assert choices.dtype == dtype
    assert all(name.startswith(dtype) for name in figures)


@pytest.mark.parametrize(("unfused", "half", "fused", "dtype"), FASTER)
def test_the_usual_choice_is_left_only_for_one_that_is_clearly_faster(
    unfused: float, half: float, fused: bool, dtype: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = {"float32 fused": 100.0, "float32": unfused, "bfloat16 fused": half}
    monkeypatch.setattr("lengthwise.training.probe._rates", lambda *_: found)
    choices, figures = probe(SHORT.build, SHORT.recipe, SHORT.diet, "cpu")
    assert (choices.fused, choices.dtype) == (fused, dtype)
    assert figures == found


def test_its_curve_says_what_was_trained_and_counts_what_was_asked(done: tuple[Path, Run, list[str]]) -> None:
    _, run, _ = done
    assert run.curve.trained == (2, 4)
    assert run.curve.cut_from == 8
    assert run.curve.regime == "A"
    assert run.curve.cell(8).line.asked == 20
    assert run.curve.longest_line == 10, "start, four numbers, equals, four numbers"
    samples = list(run.samples())
    assert {sample.length for sample in samples} == {2, 4, 8}


def test_its_experiment_and_network_come_back_from_the_folder(done: tuple[Path, Run, list[str]]) -> None:
    _, run, _ = done
    experiment = Run.load(run.folder).rebuild()
    model = experiment.load(run)
    found = experiment.network(model)
    again = experiment.network(experiment.load(run))
    from lengthwise.core.instance import BlockKey, problems
    from lengthwise.lines.write import write

    line = write(experiment.task, problems(BlockKey(experiment.task, 4, "test"), 10)[0])
    assert np.array_equal(found.look(line).margin, again.look(line).margin)


def test_the_same_experiment_is_not_run_twice(done: tuple[Path, Run, list[str]]) -> None:
    where, run, _ = done
    before = {path: path.stat().st_mtime_ns for path in run.folder.rglob("*") if path.is_file()}
    told: list[str] = []
    again = run.rebuild().run(where, Show(began=lambda _, how: told.append(how), progress=lambda _: told.append("!")))
    assert told == ["reused"]
    assert again.folder == run.folder
    assert {path: path.stat().st_mtime_ns for path in run.folder.rglob("*") if path.is_file()} == before


def test_what_was_chosen_is_obeyed_on_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = Choices(dtype="bfloat16", fused=False)
    monkeypatch.setattr("lengthwise.experiment.conduct.probe", lambda *_: (chosen, {"as told": 1.0}))

    def stop(progress: Progress) -> None:
        signal.raise_signal(signal.SIGINT)

    long = replace(SHORT, budget=8_000)
    with pytest.raises(KeyboardInterrupt):
        long.run(tmp_path, Show(progress=stop))

    def never(*_: Any) -> Any:
        raise AssertionError("a resumed run probes nothing")

    monkeypatch.setattr("lengthwise.experiment.conduct.probe", never)
    seen: list[Choices] = []
    run = long.run(tmp_path, Show(chosen=lambda choices, *_: seen.append(choices)))
    assert seen == [chosen]
    assert run.state == "done"
    assert [line["event"] for line in run.metrics()].count("resumed") == 1


def test_choices_that_are_damaged_are_named(tmp_path: Path) -> None:
    Run.begin(tmp_path, SHORT).run.write("choices", {"device": "cpu"})
    with pytest.raises(RunError, match=r"choices.json is damaged"):
        SHORT.run(tmp_path)


def test_a_run_that_diverges_says_so_and_is_not_tried_again(tmp_path: Path) -> None:
    wild = replace(SHORT, recipe=Scratch(rate=1e30, clip=1e30, warmup=0.0, decay="none"))
    run = wild.run(tmp_path)
    assert run.state == "diverged"
    assert "recipe.rate" in run.why
    assert not run.has("curve")
    told: list[str] = []
    wild.run(tmp_path, Show(began=lambda _, how: told.append(how)))
    assert told == ["reused"]


def test_hard_restriction_needs_a_model_whose_attention_can_be_seen(tmp_path: Path) -> None:
    hard = replace(SHORT, mixture=Mixture((MAIN, replace(MAIN, cut=Cut(longest=8, forms=("query",), choice=Hard())))))
    assert hard.reads_long
    run = replace(hard, budget=6_000).run(tmp_path)
    assert run.state == "done"
    assert run.curve.longest_line == 18, "lines of eight are read, without labels: start, eight, equals, eight"


def test_sort_of_any_values_can_be_named_in_one_line() -> None:
    assert Experiment(Sort(values=50)).measurement.lengths == (10, 20, 40)
