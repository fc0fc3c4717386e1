"""`lengthwise run --dry-run`: what would be run, and what it would take on this machine."""

import json
import sys
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

from rich.console import Console

from lengthwise.cli.plan import Plan
from lengthwise.core.plain import to_plain
from lengthwise.reports.live import clock
from lengthwise.reports.tabular import Table

SAMPLE_BYTES, LOG_BYTES, EVERY = 130, 180, 50  # of one line of samples.jsonl and of metrics.jsonl; updates between two


class Cost(NamedTuple):
    """What one experiment takes: updates, symbols, seconds of training, bytes it leaves and bytes at its peak."""

    updates: int
    symbols: int
    seconds: float
    left: int
    peak: int


def tell(plan: Plan, workers: int, console: Console) -> None:
    """Print the resolved config of the first experiment, and the cost of all of them."""
    first = plan.jobs[0].experiment
    console.print(f"config of {plan.title(plan.jobs[0])}:", markup=False)
    console.print(json.dumps(to_plain(first), indent=1), markup=False, soft_wrap=True)
    alike = [replace(job.experiment, seed=0, init=None) for job in plan.jobs]
    titles: dict[Any, str] = {}  # of the first of those that are alike
    for job, experiment in zip(plan.jobs, alike, strict=True):
        titles.setdefault(experiment, plan.title(job))
    rates: dict[Any, float] = {}
    for number, (experiment, title) in enumerate(titles.items(), start=1):
        print(f"timing {number} of {len(titles)}: {title}", file=sys.stderr, flush=True)
        rates[experiment] = _rate(experiment)
    costs = [_cost(job.experiment, rates[experiment]) for job, experiment in zip(plan.jobs, alike, strict=True)]
    rows = tuple(
        (plan.title(job), f"{c.updates:,}", f"{c.symbols:,}", clock(c.seconds), _megabytes(c.left))
        for job, c in zip(plan.jobs, costs, strict=True)
    )
    console.print(str(Table("", ("run", "updates", "symbols", "training", "disk"), rows)), soft_wrap=True, markup=False)
    console.print(_in_all(costs, workers), soft_wrap=True, markup=False)
    console.print("Nothing was trained. Measuring and followed accuracies come on top of the time of training.")


def _rate(experiment: Any) -> float:
    """Symbols a second that training makes here, from a short probe of the run's own batches."""
    from lengthwise.training.probe import device_of, probe

    _, figures = probe(
        experiment.build, experiment.recipe, experiment.diet, device_of(experiment.device), experiment.dtype
    )
    return max(figures.values())


def _cost(experiment: Any, rate: float) -> Cost:
    diet = experiment.diet
    symbols = diet.processed()
    weights = 4 * sum(p.numel() for p in experiment.build().parameters())
    asked = len(experiment.tests) * len(experiment.cases) * experiment.instances
    left = weights + asked * SAMPLE_BYTES + diet.updates // EVERY * LOG_BYTES
    return Cost(diet.updates, symbols, symbols / rate, left, left + 6 * weights)  # two checkpoints of three copies


def _in_all(costs: Iterable[Cost], workers: int) -> str:
    costs = list(costs)
    seconds = sum(c.seconds for c in costs) / min(workers, len(costs))
    peak = sum(c.left for c in costs) + workers * max(c.peak - c.left for c in costs)
    symbols = sum(c.symbols for c in costs)
    return (
        f"{len(costs)} runs, {symbols:,} symbols, about {clock(seconds)} of training with {workers} at a time, "
        f"{_megabytes(peak)} of disk at most"
    )


def _megabytes(count: int) -> str:
    return f"{count / 1e6:.1f} MB"
