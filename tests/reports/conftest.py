"""Small run folders of one study: three arms in two regimes, a screen, a failed run; more was planned than run."""

from dataclasses import replace
from pathlib import Path

import pytest

from lengthwise.evaluation.claims import AtLeast, Order, judge
from lengthwise.evaluation.curve import Regime
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.reports.gather import Report, gather
from lengthwise.reports.record import StudyRecord
from lengthwise.reports.tabular import Table
from lengthwise.run import Run
from lengthwise.solvers.oracle import Oracle
from lengthwise.tasks.ordering.sort import Sort

MEASUREMENT = Measurement(Sort(values=64), lengths=(4, 8, 12, 20), instances=60, way="free running", samples=2)
ARMS = {"main": 0.05, "near <b>": 0.01}
TABLE = Table("Predicted", ("task", "closed <helps>"), (("sort", "yes | +0.20"),), "How to read it.")


def leave(where: Path, arm: str, error: float, seed: int, **more: str | int) -> Run:
    labels = {"study": "s", "stage": "2", "task": "ordering/sort", "arm": arm, "seed": seed, **more}
    run = Run.begin(where, (MEASUREMENT, Oracle(error, seed)), labels=labels).run
    curve, samples = evaluate(Oracle(error, seed), MEASUREMENT, seed=seed)
    run.write(
        "mechanism",
        {
            "series": [
                {"length": 4, "witness_attention": 0.9, "targets": 8},
                {"length": 20, "witness_attention": 0.5 + seed / 10},
            ]
        },
    )
    for update in (1, 2, 3, 4):
        run.log({"event": "update", "update": 10 * update, "symbols": 1000 * update, "seconds": update, "loss": 1.0})
        right = min(1.0, update / (3 if arm == "main" else 2))
        run.log({"event": "watch", "update": 10 * update, "accuracy": {"8": right, "20": 0.1}})
    regime: Regime = "B" if arm == "coupled" else "A"
    run.finish("done", replace(curve, trained=(1, 8), longest_line=17, cut_from=20, regime=regime), samples)
    return run


@pytest.fixture(scope="session")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("runs")
    for arm, error in ARMS.items():
        for seed in range(3):
            leave(where, arm, error, seed)
    leave(where, "coupled", 0.0, 0)
    leave(where, "main", 0.3, 0, stage="screen")
    failed = Run.begin(where, "failed", labels={"study": "s", "arm": "x"}).run
    failed.finish("failed", why="planted")
    planned: list[dict[str, str | int]] = [
        {"stage": "2", "arm": arm, "seed": seed} for arm in ARMS for seed in range(5)
    ]
    curves = {arm.name: arm.curve for arm in gather(where, "s").of("2", "ordering/sort")}
    claims = judge([AtLeast("main", 20, instances=10), Order("near <b>", "main", 20)], curves)
    StudyRecord("s", "A study", tuple(planned), claims, ("A note.",), (TABLE,)).save(where)
    return where


@pytest.fixture(scope="session")
def report(study: Path) -> Report:
    return gather(study, "s")
