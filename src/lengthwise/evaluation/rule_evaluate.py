"""Measuring solvers on tasks made of a rule: each cell asked as text.

It is apart from `evaluate`, which every training run goes through: the source behind a run does not reach the rules, so
that a change of theirs leaves trained runs what they are.
"""

from collections.abc import Callable

from lengthwise.core.errors import ConfigError
from lengthwise.evaluation.cells import Planned
from lengthwise.evaluation.curve import Cell, CellKey
from lengthwise.evaluation.evaluate import Evaluation, Progress, Sample, ask_each, count
from lengthwise.evaluation.rule_measure import RuleMeasurement
from lengthwise.evaluation.rule_sheets import rule_sheet
from lengthwise.evaluation.solver import Solver
from lengthwise.rules.task import RuleTask


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

    def ask(planned: Planned[RuleTask], key: CellKey) -> tuple[Cell, list[Sample]]:
        return ask_each(solver, rule_sheet(measurement, planned), key, measurement.samples)

    return count(measurement, ask, seed, progress)
