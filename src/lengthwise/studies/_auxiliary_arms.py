"""The arms of the studies on auxiliary tasks: what each adds to the main task, and to which tasks it applies."""

from dataclasses import dataclass, replace

from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.experiment import Experiment
from lengthwise.feeding.cut import Cut, Hard, Near
from lengthwise.feeding.mixture import Ingredient, Mixture
from lengthwise.lines.admit import admits
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.running_state import RunningState
from lengthwise.models.attention.log_length import LogLength
from lengthwise.models.attention.plain import Plain
from lengthwise.models.transformer import Transformer
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.increment import Increment
from lengthwise.tasks.auxiliary.add_digit import AddDigit
from lengthwise.tasks.auxiliary.last_same_type_sum import LastSameTypeSum
from lengthwise.tasks.auxiliary.predecessor_in_list import PredecessorInList
from lengthwise.tasks.auxiliary.successor import Successor
from lengthwise.tasks.logic.parity import Parity
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.reverse import Reverse
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.slim import SLiM
from lengthwise.training.recipes.scratch import Scratch

ARMS = (
    "main",
    "main + log",
    "hinting + log",
    "closed + log",
    "query + log",
    "near + log",
    "hard + log",
    "planted + log",
)
SCREEN_ONLY = ("closed", "main, one target")
RESTRICTED = ("closed + log", "query + log", "near + log", "hard + log")


@dataclass(frozen=True)
class Entry:
    """A task of the study: its page, its hand-made auxiliary task, and the case that plants what long lines have."""

    task: Task
    trace: Trace = Nothing()  # noqa: RUF009 - a frozen value
    hint: Task | None = None
    planted: str = ""  # with {N} for the long length
    no_hint: str = ""
    no_planted: str = "no statistic of the line is known to move with its length"


def entries(values: int) -> list[Entry]:
    """The seven tasks, sort first."""
    hard_slim = SLiM(modulus=100, types=25)
    return [
        Entry(Sort(values=values), hint=Successor(values=values), planted="spaced_as({N})"),
        Entry(Reverse(values=values), hint=PredecessorInList(values=values)),
        Entry(Copy(values=values), no_hint="the literature has no hand-made auxiliary task for copying"),
        Entry(hard_slim, hint=LastSameTypeSum(modulus=100, types=25)),
        Entry(Increment(), Carries(), hint=AddDigit()),
        Entry(Addition(), Carries(), hint=AddDigit()),
        Entry(Parity(), RunningState(), no_hint="the literature has no hand-made auxiliary task for parity"),
    ]


def why_not(entry: Entry, arm: str) -> str:
    """Why a task has no such arm; nothing where it has."""
    method = arm.removesuffix(" + log")
    if method == "hinting" and entry.hint is None:
        return entry.no_hint
    if method == "planted" and not entry.planted:
        return entry.no_planted
    if method in ("query", "near", "hard") and not admits(entry.task, entry.trace, LeastFirst(), "query"):
        return "query lines are not admitted: without the written prefix nothing says which place is asked"
    return ""


def experiment_of(entry: Entry, arm: str, longest: int, cut: int, budget: int) -> Experiment:
    """One arm: two layers of width 64, NoPE; log-length where the arm says so."""
    method = arm.removesuffix(" + log")
    main = Ingredient(lengths=(1 if len(entry.task.alphabet) > 10 else 3, longest))
    extra = _extra(entry, method, main, cut)
    mixture = Mixture((replace(main, targets="one"),) if method == "main, one target" else (main, *extra))
    return Experiment(
        entry.task,
        trace=entry.trace,
        layout=LeastFirst(),
        model=Transformer(layers=2, heads=4, width=64, attention=attention_of(arm)),
        mixture=mixture,
        recipe=Scratch(rate=5e-3),
        budget=budget,
        watch=(longest, 2 * longest, cut),
        watches=20,
    )


def attention_of(arm: str) -> LogLength | Plain:
    """Log-length scaling where the arm's name says so."""
    return LogLength() if arm.endswith("+ log") else Plain()


def _extra(entry: Entry, method: str, main: Ingredient, cut: int) -> tuple[Ingredient, ...]:
    """What an arm adds to the main task, at equal weight."""
    half_and_half = Cut(longest=cut, forms=("query", "whole"))
    cuts = {
        "closed": Cut(longest=cut, forms=("closed",)),
        "query": Cut(longest=cut, forms=("query",)),
        "near": replace(half_and_half, choice=Near()),
        "hard": replace(half_and_half, choice=Hard()),
    }
    if method in cuts:
        return (
            replace(main, cut=cuts[method], ramp=0.25 if method == "hard" else 0.0),
        )  # untrained attention is noise
    if method == "hinting":
        return (replace(main, task=entry.hint, trace=Nothing()),)
    if method == "planted":
        return (replace(main, case=entry.planted.format(N=cut)),)
    return ()
