"""What each task of `auxiliary_tasks` was expected to do and why, written down before the first run, and its scoring.

A restriction can teach what long lines are like only where something of them survives the cut: the gap between
neighbouring numbers of a sort does, the index of a symbol does not.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from lengthwise.evaluation.curve import LengthCurve, total
from lengthwise.reports.tabular import Table
from lengthwise.run import Run

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


def mechanisms(runs: Sequence[Run], length: int) -> Table:
    """What was predicted of each task beside what the screen found, at one length beyond the trained ones."""
    screened: dict[tuple[str, str], list[Run]] = {}
    for run in runs:
        if run.labels.get("stage") == "screen":
            screened.setdefault((str(run.labels["task"]), str(run.labels["arm"])), []).append(run)
    found = score({name: total(run.curve for run in members) for name, members in screened.items()}, length)
    scored = {(one.task, one.prediction): one for one in found}
    rows = tuple(_row(m, scored, screened.get((m.task, "main"), ())) for m in PREDICTED)
    columns = ("task", "margin shrinks", "attention dilutes", "source by index", "closed helps", "query helps")
    return Table(
        "Mechanisms: predicted before the runs | found in the screen",
        (*columns, "log-length helps", "needs ids or windows"),
        rows,
        f"Beside a prediction about an arm: the difference in exact match at length {length} that decides it; "
        f"{HELPS:+g} or more is help (✓ as predicted, ✕ not). Beside margin and attention: main's, from its longest "
        "trained to its longest tested length. No figure: an arm was not run, or did not learn its trained lengths.",
    )


def _row(m: Mechanism, scored: Mapping[tuple[str, str], Scored], main: Sequence[Run]) -> tuple[str, ...]:
    return (
        m.task,
        _beside(m.margin_shrinks, _fall(main, "margin")),
        _beside(m.dilutes, _fall(main, "witness_attention")),
        _beside(m.by_index),
        *(_told(scored.get((m.task, prediction))) for prediction in COMPARED),
        _beside(m.needs_ids),
    )


def _beside(predicted: bool, figures: str = "") -> str:  # noqa: FBT001 - a column of the table
    return ("yes" if predicted else "no") + (f" | {figures}" if figures else "")


def _told(one: Scored | None) -> str:
    if one is None:
        return "n/a"
    if one.found is None or one.difference is None:
        return _beside(one.predicted, "no figure")
    return _beside(one.predicted, f"{one.difference:+.2f} {'✓' if one.found == one.predicted else '✕'}")


def _fall(runs: Sequence[Run], quantity: str) -> str:
    """A quantity's value at the longest trained length and at the longest tested one."""
    for run in runs:
        trained = run.curve.trained
        rows = {int(r["length"]): float(r[quantity]) for r in run.mechanism.get("series", ()) if quantity in r}
        if trained is not None and trained[1] in rows:
            return f"{rows[trained[1]]:.2g} → {rows[max(rows)]:.2g}"
    return ""


def _accuracy(curve: LengthCurve | None, length: int) -> float | None:
    """The share of whole lines at one length, where the run learned what it was trained on."""
    if curve is None or length not in curve.lengths() or not all(curve.learned(seed) for seed in curve.seeds):
        return None
    tally = curve.cell(length).line
    return tally.accuracy if tally.asked else None
