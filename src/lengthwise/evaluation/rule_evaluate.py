"""Measuring solvers on tasks made of a rule: the loop over their cells, and what it leaves.

It is apart from `evaluate`, which every training run goes through: the source behind a run does not reach the rules, so
that a change of theirs leaves trained runs what they are.
"""

from collections.abc import Callable

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.evaluation.evaluate import Evaluation, Progress, Sample, ask_each
from lengthwise.evaluation.rule_measure import RuleMeasurement
from lengthwise.evaluation.rule_sheets import rule_sheet
from lengthwise.evaluation.solver import Solver


def evaluate_rules(
    solver: Solver,
    measurement: RuleMeasurement,
    *,
    seed: int = 0,
    progress: Callable[[Progress], object] | None = None,
) -> Evaluation:
    """Ask every problem of the measurement and count what became of the answers, and of the traces where asked for.

    >>> from lengthwise.solvers.program import Program
    >>> from lengthwise.tasks.logic.coin_flip import CoinFlip
    >>> evaluate_rules(Program(), RuleMeasurement(CoinFlip(), lengths=(12,), instances=20)).curve.tally(12)
    20/20 [0.839, 1.000]
    """
    if not isinstance(solver, Solver):
        raise ConfigError(f"{type(solver).__name__} has no answer(requests); tasks made of a rule are asked as text")
    cells: dict[CellKey, Cell] = {}
    samples: list[Sample] = []
    chance: dict[int, float] = {}
    total = sum(1 for _ in measurement.plan())
    for planned in measurement.plan():
        key = CellKey(planned.task.name, planned.case, planned.length, seed)
        cells[key], found = ask_each(solver, rule_sheet(measurement, planned), key, measurement.samples)
        samples += found
        if planned.task is measurement.tasks[0]:
            chance[planned.length] = planned.task.chance(planned.length)
        if progress is not None:
            progress(Progress(len(cells), total, key, cells[key]))
    return Evaluation(LengthCurve(cells, chance=chance), tuple(samples))
