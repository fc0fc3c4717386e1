"""What each task of `auxiliary_tasks` was expected to do and why, written down before the first run, and its scoring.

A restriction can teach what long lines are like only where something of them survives the cut: the gap between
neighbouring numbers of a sort does, the index of a symbol does not.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from lengthwise.evaluation.curve import LengthCurve

HELPS = 0.05  # a difference in accuracy at twice the trained length that counts as help, with one seed of the screen


class Mechanism(NamedTuple):
    """One task: three causes of failure, and what should help against it. None: the task has no such arm."""

    task: str
    margin_shrinks: bool  # rivals come closer to the right symbol as lines get longer
    dilutes: bool  # attention on the source falls as lines get longer
    by_index: bool  # the source is found by counting
    closed_helps: bool
    query_helps: bool | None
    log_helps: bool
    needs_ids: bool  # coupled ids, or windows


PREDICTED = (
    Mechanism("ordering/sort", True, True, False, True, True, True, False),
    Mechanism("ordering/reverse", False, True, False, False, True, True, False),
    Mechanism("ordering/copy", False, True, False, False, True, True, False),
    Mechanism("recall/slim", False, True, False, False, False, False, False),
    Mechanism("arithmetic/increment", False, False, True, False, None, False, True),
    Mechanism("arithmetic/addition", False, False, True, False, None, False, True),
    Mechanism("logic/parity", False, False, True, False, None, False, True),
)
COMPARED = {  # a prediction, and the two arms whose difference at twice the trained length decides it
    "closed_helps": ("closed + log", "main + log"),
    "query_helps": ("query + log", "main + log"),
    "log_helps": ("main + log", "main"),
}


class Scored(NamedTuple):
    """One prediction beside what was found; None where an arm was not run or did not learn its trained lengths."""

    task: str
    prediction: str
    predicted: bool
    found: bool | None
    difference: float | None


def score(curves: Mapping[tuple[str, str], LengthCurve], length: int) -> list[Scored]:
    """Score the table from the curves of the screen, {(task, arm): curve}, at one length."""
    scored = []
    for mechanism in PREDICTED:
        for prediction, (arm, other) in COMPARED.items():
            predicted: Any = getattr(mechanism, prediction)
            if predicted is None:
                continue
            pair = [curves.get((mechanism.task, name)) for name in (arm, other)]
            accuracies = [_accuracy(curve, length) for curve in pair]
            if accuracies[0] is None or accuracies[1] is None:
                scored.append(Scored(mechanism.task, prediction, predicted, None, None))
                continue
            difference = accuracies[0] - accuracies[1]
            scored.append(Scored(mechanism.task, prediction, predicted, difference > HELPS, difference))
    return scored


def _accuracy(curve: LengthCurve | None, length: int) -> float | None:
    """The share of whole lines at one length, where the run learned what it was trained on."""
    if curve is None or length not in curve.lengths() or not all(curve.learned(seed) for seed in curve.seeds):
        return None
    tally = curve.cell(length).line
    return tally.accuracy if tally.asked else None
