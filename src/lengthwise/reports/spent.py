"""What a run spent: symbols first, then updates and seconds, and how many symbols it took to learn.

A run has learned at the first look during training at which every followed length within the trained ones was right in
99.9 % of the validation problems; how finely that is known depends on how often the run looked.
"""

from collections.abc import Mapping, Sequence
from statistics import median_low
from typing import Any, NamedTuple

LEARNED = 0.999


class Spent(NamedTuple):
    """One run's budget. `learned_at` are symbols; None where it was not seen to learn."""

    symbols: int
    updates: int
    seconds: float
    learned_at: int | None


def spent(metrics: Sequence[Mapping[str, Any]], longest_trained: int | None) -> Spent | None:
    """Read from a run's log; None where it trained nothing."""
    updates = [record for record in metrics if record.get("event") == "update"]
    if not updates:
        return None
    last = updates[-1]
    a_symbol = int(last["symbols"]) / max(1, int(last["update"]))  # budgets are even over updates, buckets apart
    learned = next((int(r["update"]) for r in metrics if _has_learned(r, longest_trained)), None)
    at = None if learned is None else round(learned * a_symbol)
    return Spent(int(last["symbols"]), int(last["update"]), float(last.get("seconds", 0.0)), at)


def _has_learned(record: Mapping[str, Any], longest_trained: int | None) -> bool:
    if record.get("event") != "watch" or longest_trained is None:
        return False
    inside = [share for length, share in record.get("accuracy", {}).items() if int(length) <= longest_trained]
    return bool(inside) and min(inside) >= LEARNED


def median_learned(runs: Sequence[Spent]) -> float:
    """The median seed's symbols until 99.9 %; infinite where it was not seen to learn."""
    return median_low([float("inf") if run.learned_at is None else run.learned_at for run in runs])
