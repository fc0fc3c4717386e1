"""From the words of `lengthwise run` to what is run: the jobs of a study, or a grid of experiments.

Words of a grid are overrides of an `Experiment` (`core/overrides.py`). Three more stand for what is deep inside a
mixture: `lengths=1-10` (trained lengths), `cut=40` (half of the lines are restrictions of lines of up to 40; a comma
list makes arms, `cut=none` is the arm without) and `choice=random,near,hard` (what a restriction keeps).
"""

import contextlib
import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from lengthwise.cli.defaults import filled, refuse_rules
from lengthwise.core.catalogue import find, names, short, unknown
from lengthwise.core.errors import ConfigError, LengthwiseError
from lengthwise.core.overrides import grid, override
from lengthwise.core.study import Job, Study
from lengthwise.core.task import Task
from lengthwise.feeding.cut import AtRandom, Blocks, Choice, Cut, Hard, Near
from lengthwise.feeding.mixture import Ingredient
from lengthwise.lines.admit import admitted_forms
from lengthwise.lines.restrict import Form

CHOICES: dict[str, Choice] = {"random": AtRandom(), "near": Near(), "hard": Hard(), "blocks": Blocks()}
OWN_WORDS = ("lengths", "cut", "choice")


class Plan(NamedTuple):
    """What is run: its name, the jobs in order, and the study with its stages (if it is one)."""

    name: str
    jobs: list[Job]
    study: Study | None = None
    stages: tuple[str, ...] = ()

    def title(self, job: Job) -> str:
        """A job on one line, by what tells it from the others."""
        arms = list(dict.fromkeys(each.arm for each in self.jobs))
        arm = job.arm if self.study else dict(zip(arms, without_shared(arms), strict=True))[job.arm]
        shown = arm if self.study or len(arms) > 1 else ""
        return " · ".join(part for part in (job.stage, job.task, shown, f"seed {job.seed}") if part)


def plan(words: Sequence[str], stage: str | None) -> Plan:
    """A study by its name, with overrides of its fields; or experiments from overrides alone."""
    named = [word for word in words if "=" not in word]
    if not words:
        studies = ", ".join(short("studies", name) for name in names("studies"))
        raise ConfigError(
            f"nothing to run was named; name a study ({studies}) or give words such as task=sort seed=0:5"
        )
    if len(named) > 1:
        raise ConfigError(f"{' and '.join(named)} are two studies; run one, then the other")
    rest = [word for word in words if "=" in word]
    if named:
        return _study(named[0], rest, stage)
    if stage is not None:
        raise ConfigError(f"a grid of experiments has no stage {stage!r}; name a study, or leave --stage out")
    return Plan("experiments", experiments(rest))


def _study(name: str, words: Sequence[str], stage: str | None) -> Plan:
    study: Study = override(find("studies", name)(), words)
    if stage is not None and stage not in study.stages:
        raise unknown(f"stage of {study.name}", stage, study.stages)
    stages = (stage,) if stage is not None else study.stages
    jobs = [job for each in stages for job in study.jobs(each)]
    return Plan(study.name, jobs, study, stages)


def experiments(words: Sequence[str]) -> list[Job]:
    """One job for each combination of the words' values, seed by seed."""
    from lengthwise.experiment import Experiment

    own, rest, given = _own(words)
    if "task" not in given:
        raise ConfigError("an experiment needs a word task=...; `lengthwise list tasks` shows which there are")
    refuse_rules(words)
    found = [
        each
        for experiment in grid(Experiment(find("tasks", "sort")()), rest)
        for each in _with_restrictions(filled(experiment, own.get("lengths"), given), own)
    ]
    if len(set(found)) < len(found):
        raise ConfigError("these words give one experiment more than once; give each value once")
    return sorted((_job(experiment) for experiment in found), key=lambda job: job.seed)


def _own(words: Sequence[str]) -> tuple[dict[str, str], list[str], set[str]]:
    """This file's own words by name, the other words, and the fields that are named at all."""
    pairs = [(word.partition("=")[0].strip(), word.partition("=")[2]) for word in words]
    own = {name: text for name, text in pairs if name in OWN_WORDS}
    given = {name for name, _ in pairs}
    if own and any(name.split(".")[0] in ("mixture", "ingredients") for name in given):
        raise ConfigError(f"{', '.join(own)} are short for a mixture, and a mixture is given too; give one of the two")
    if "choice" in own and "cut" not in own:
        raise ConfigError(
            "choice says what a restriction keeps, and nothing is cut; add cut=N, the longest line to cut from"
        )
    return own, [w for w, (name, _) in zip(words, pairs, strict=True) if name not in OWN_WORDS], given


def _with_restrictions(base: Any, own: dict[str, str]) -> Iterator[Any]:
    """The experiment with each restriction that `cut` and `choice` name, as half of its lines."""
    if "cut" not in own:
        yield base
        return
    main = base.mixture.ingredients[0]
    chosen = own.get("choice", "random").split(",")
    for name in chosen:
        if name not in CHOICES:
            raise unknown("choice of a restriction", name, CHOICES)
    admitted = admitted_forms(base.task, base.trace, base.layout)
    forms: tuple[Form, ...] = ("query", "whole") if "query" in admitted else ("closed",)
    cuts = [wanted.longest for wanted in grid(Longest(), [f"longest={own['cut']}"])]
    if None in cuts:
        yield base
    for longest, name in itertools.product((n for n in cuts if n is not None), chosen):
        restricted = dataclasses.replace(main, cut=Cut(longest=longest, forms=forms, choice=CHOICES[name]))
        yield dataclasses.replace(base, mixture=dataclasses.replace(base.mixture, ingredients=(main, restricted)))


@dataclasses.dataclass(frozen=True)
class Longest:
    """The value of the word `cut`."""

    longest: int | None = None


# -- names ------------------------------------------------------------------------------------------------------------


def _job(experiment: Any) -> Job:
    task = experiment.task
    start = type(experiment)(task)
    with contextlib.suppress(ConfigError):  # where no lengths are usual, an arm names its own
        start = filled(start, None, {"task"})
    arm = " ".join([*_of_task(task), *changes(experiment, start)]) or "default"
    return Job("", task.name, arm, experiment.seed, experiment)


def _of_task(task: Any) -> Iterator[str]:
    """What differs from the default task of this name: the view that it is, if it is one, and its fields."""
    inner = getattr(task, "task", None)
    if isinstance(inner, Task):
        yield type(task).__name__.lower()
        yield from _of_task(inner)
        yield from changes(task, type(task)(inner))
    else:
        yield from changes(task, type(task)())


def changes(thing: Any, base: Any) -> Iterator[str]:
    """What differs from the default, in words; task and seed have labels of their own."""
    for field in dataclasses.fields(base):
        new, old = getattr(thing, field.name), getattr(base, field.name)
        if new == old or field.name in ("task", "seed"):
            continue
        if field.name == "ingredients":
            yield "+".join(ingredient_name(i) for i in new).replace(" ", ":")
        elif dataclasses.is_dataclass(new) and type(new) is type(old):
            yield from changes(new, old)
        else:
            yield f"{field.name}={_said(new)}"


def _said(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(_said, value))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        try:
            return type(value).__name__ if value == type(value)() else repr(value)
        except TypeError:  # a field without a default
            return repr(value)
    return str(value)


def ingredient_name(ingredient: Ingredient) -> str:
    """An ingredient in a few words."""
    low, high = ingredient.lengths
    name = "main" if ingredient.task is None else ingredient.task.name.rsplit("/", 1)[-1]
    words = [name, f"{low}-{high}"]
    if ingredient.cut is not None:
        words = [f"{_choice_name(ingredient.cut.choice)} cut", f"{ingredient.cut.longest}>{low}-{high}"]
    if ingredient.case != "typical":
        words.append(ingredient.case)
    return " ".join(words)


def _choice_name(choice: Choice) -> str:
    return next((name for name, known in CHOICES.items() if type(known) is type(choice)), type(choice).__name__.lower())


def check(plan: Plan) -> None:
    """Refuse, before anything is trained, what cannot work; the message names the arm."""
    from lengthwise.training.probe import device_of

    for job in plan.jobs:
        try:
            device_of(job.experiment.device)
            job.experiment.check()
        except LengthwiseError as error:
            raise type(error)(f"{plan.title(job)}: {error}; nothing was trained") from error


def without_shared(names: Sequence[str]) -> list[str]:
    """Names made of words, each without the words that all of them share."""
    words = [name.split() for name in names]
    shared = set.intersection(*map(set, words)) if len(set(names)) > 1 else set()
    return [" ".join(word for word in each if word not in shared) or "default" for each in words]
