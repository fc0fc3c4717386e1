"""`lengthwise measure`: ask a solver, or a trained run's network, and leave the curve as a run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console

from lengthwise.cli.printed import of_curve, run_named, wrong
from lengthwise.core.catalogue import find, is_rows, names, short
from lengthwise.core.errors import ConfigError
from lengthwise.core.overrides import make, override
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.evaluate import Progress, evaluate
from lengthwise.evaluation.lengths import growing
from lengthwise.evaluation.measure import Measurement
from lengthwise.evaluation.rule_evaluate import evaluate_rules
from lengthwise.evaluation.rule_measure import RuleMeasurement
from lengthwise.run import Labels, Run
from lengthwise.run import root as usual_root
from lengthwise.tasks.collections import made_of_rules, rule_task


@dataclass(frozen=True)
class Measured:
    """The config of a measurement's run: what was measured, and who was asked."""

    measurement: Measurement | RuleMeasurement
    solver: Any


@dataclass(frozen=True)
class Trained:
    """The network of a run, by the run's name."""

    run: str


class Asked(NamedTuple):
    """Who answers: for the config, for real, what it is called, and what stands beside its curve."""

    config: Any
    solver: Any
    name: str
    beside: LengthCurve | None
    measurement: Measurement | RuleMeasurement
    seed: int


def measure(*words: str, lengths: str = "", instances: int | None = None, root: Path | None = None) -> None:
    """Measure a solver (`measure task=sort solver=program lengths=10-200`) or a run (`measure RUN --lengths 10-200`).

    Words are fields of a measurement: task, trace, layout, lengths, instances, cases, way, seed ...; of tasks made of a
    rule: prompting (direct, rule_in_code ...) and style. `10-200` are lengths that grow by a quarter each, `10,20,40`
    these three, `10:21` every one from 10 to 20.

    Parameters
    ----------
    words
        A run's name (or its beginning) or folder, and fields.
    lengths
        The lengths, as `lengths=...`.
    instances
        Problems a length, as `instances=...`.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    where = root or usual_root()
    words = (
        *words,
        *([f"lengths={lengths}"] if lengths else []),
        *([f"instances={instances}"] if instances is not None else []),
    )
    named = [word for word in words if "=" not in word]
    fields = [_grown(word) for word in words if "=" in word]
    if len(named) > 1:
        raise ConfigError(f"{' and '.join(named)} are two runs; measure one, then the other")
    asked = _network(run_named(named[0], where), fields) if named else _solver(fields)
    labels: Labels = {"task": asked.measurement.tasks[0].name, "arm": asked.name, "seed": asked.seed}
    begun = Run.begin(where, Measured(asked.measurement, asked.config), labels=labels)
    if begun.how != "reused":
        _ask(asked, begun.run)
    print(of_curve(begun.run.curve, f"{asked.name} on {', '.join(t.name for t in asked.measurement.tasks)}"))
    if text := wrong(list(begun.run.samples())):
        print(f"\n{text}")
    reused = " (reused: measurement, solver, data and source are equal)" if begun.how == "reused" else ""
    print(f"\nrun: {begun.run.folder}{reused}")


def _ask(asked: Asked, run: Run) -> None:
    console = Console(stderr=True)
    with console.status(f"asking {asked.name}") as status:

        def tell(progress: Progress) -> None:
            status.update(str(progress))

        if isinstance(asked.measurement, RuleMeasurement):
            found = evaluate_rules(asked.solver, asked.measurement, seed=asked.seed, progress=tell)
        else:
            found = evaluate(asked.solver, asked.measurement, seed=asked.seed, progress=tell)
    curve = found.curve
    if asked.beside is not None:
        b = asked.beside
        curve = replace(curve, trained=b.trained, longest_line=b.longest_line, cut_from=b.cut_from, regime=b.regime)
    run.finish("done", curve, found.samples)


def _grown(word: str) -> str:
    """`lengths=10-200` as lengths that grow by a quarter; any other word as it is."""
    name, _, text = word.partition("=")
    first, dash, last = text.partition("-")
    if name.strip() == "lengths" and dash and first.isdecimal() and last.isdecimal():
        return f"lengths={','.join(map(str, growing(int(first), int(last))))}"
    return word


def _solver(fields: Sequence[str]) -> Asked:
    """A solver without weights, and what it is asked."""
    given = dict(word.partition("=")[::2] for word in fields)
    for needed in ("task", "solver"):
        if needed not in given:
            known = ", ".join(short("solvers", name) for name in names("solvers"))
            raise ConfigError(
                f"a measurement needs {needed}=...; write for instance task=sort solver=program (there are {known})"
            )
    solver = make("solvers", given["solver"])
    start: Measurement | RuleMeasurement = Measurement(find("tasks", "sort")(), lengths=(10, 20, 40))
    if is_of_rules(given["task"]):
        start = RuleMeasurement(rule_task("coin_flip"), lengths=(5, 10, 20))
    if is_rows(given["task"]) and "," not in given["task"] and "lengths" not in given:
        stored: DataFile = make("tasks", given["task"])
        start = Measurement(stored, lengths=stored.lengths)
    measurement = override(start, [word for word in fields if not word.startswith("solver=")])
    return Asked(solver, solver, given["solver"], None, measurement, 0)


def is_of_rules(tasks: str) -> bool:
    """Whether the tasks that a word names are made of rules; both kinds together are refused."""
    rules, others = made_of_rules(tasks)
    if rules and others:
        raise ConfigError(f"{', '.join(rules)} is made of a rule, and the others have pages; measure them one by one")
    return bool(rules)


def _network(run: Run, fields: Sequence[str]) -> Asked:
    """A run's network, asked what its experiment asks but for these fields."""
    experiment = run.rebuild()
    if not hasattr(experiment, "network"):
        raise ConfigError(
            f"{run.folder} has no network, it is a {type(experiment).__name__}; name a run that was trained"
        )
    if run.state != "done":
        raise ConfigError(f"{run.folder} is {run.state}; let it finish, then measure it")
    measurement = override(experiment.measurement, fields)
    network = experiment.network(experiment.load(run))
    name = f"{run.labels.get('arm', 'run')} ({run.name})"
    return Asked(Trained(run.name), network, name, run.curve, measurement, experiment.seed)
