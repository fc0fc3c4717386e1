"""Which forms of restriction a task admits, decided by trial: the short line must still say the long line's symbol.

A form is admitted only where `next` of every restricted line of the trial equals the original symbol. Sort, reverse and
copy of distinct symbols and SLiM admit the query form; copy with repeats, parity, addition and increment do not, as
nothing in `S = q` says which place is asked.

>>> from lengthwise.lines.layouts.plain import Plain
>>> from lengthwise.lines.traces.nothing import Nothing
>>> from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
>>> from lengthwise.tasks.ordering.sort import Sort
>>> admitted_forms(Sort(values=20), Nothing(), Plain())
('closed', 'query', 'whole')
>>> admitted_forms(CopyRepeats(), Nothing(), Plain())
('closed', 'whole')
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple, get_args

import numpy as np

from lengthwise.core.errors import LayoutError, RestrictionRefused, TaskError
from lengthwise.core.given import Column, Given, batch_of
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.restrict import Form, Restricted, next_symbol, restrict, sparse
from lengthwise.lines.write import computed, solved, write

ROWS = 32  # of each trial block: 5 lengths, each slot and the cases make a thousand targets and more
TRIALS = ((4, 2), (6, 3), (9, 4), (11, 6), (13, 9))  # cut from, cut to
EVERY_CASE = (9, 4)  # here also the cases beside the first, typical
FORMS: tuple[Form, ...] = get_args(Form)


class Admission(NamedTuple):
    """The verdict on one form: the reason where it is refused, and how many targets were tried."""

    form: Form
    reason: str
    tried: int

    @property
    def admitted(self) -> bool:
        """Whether the form may be trained on."""
        return not self.reason


def admitted_forms(task: Task, trace: Trace, layout: Layout) -> tuple[Form, ...]:
    """The forms that the task admits on these pages."""
    return tuple(form for form in FORMS if admits(task, trace, layout, form))


def admits(task: Task, trace: Trace, layout: Layout, form: Form) -> bool:
    """Whether restricted lines of this form still have the long line's symbol next."""
    return admission(task, trace, layout, form).admitted


def require_admitted(task: Task, trace: Trace, layout: Layout, form: Form) -> None:
    """Refuse a form that the task does not admit, with the reason."""
    verdict = admission(task, trace, layout, form)
    if not verdict.admitted:
        others = [other for other in FORMS if other != form and admits(task, trace, layout, other)]
        remedy = f"take the form {' or '.join(others)}" if others else "train on the task itself"
        raise RestrictionRefused(f"{task.name} does not admit the form {form}: {verdict.reason}; {remedy}")


@lru_cache(maxsize=1024)
def admission(task: Task, trace: Trace, layout: Layout, form: Form) -> Admission:
    """The verdict on one form, by trial on draws from a fixed key; remembered."""
    try:
        sparse(task)
    except RestrictionRefused as refused:
        return Admission(form, str(refused), 0)
    tried, wrong, unfit, last = 0, 0, 0, ""
    for line, slot, length, rng in _trials(task, trace, layout):
        try:
            cut = restrict(line, slot, length, form, rng.random((len(line), _places(line))))
            differs, misfits, rows = _judge(line.task, cut)
        except RestrictionRefused as refused:  # a separator, or a witness that does not fit this length
            last = str(refused)
            continue
        except TaskError as error:
            return Admission(form, f"the problem over the kept places is none of the task's ({error})", tried)
        tried, wrong, unfit = tried + rows, wrong + differs, unfit + misfits
    if tried == 0:
        return Admission(form, f"no symbol's witness fits a shorter line ({last or 'there are none'})", 0)
    if unfit:
        reason = f"in {unfit} of {tried} restricted lines a kept symbol falls on a slot of another kind"
        return Admission(form, reason, tried)
    if wrong:
        what = "`solve` and `step` differ" if form == "whole" else "another symbol is next"
        return Admission(form, f"in {wrong} of {tried} restricted lines {what}", tried)
    return Admission(form, "", tried)


def _trials(task: Task, trace: Trace, layout: Layout) -> Iterator[tuple[Line, int, int, np.random.Generator]]:
    """Lines of this task and of its smaller sister, where symbols meet again more often; every slot, every case."""
    sisters = dict.fromkeys((task, task.tiny()[0]))  # one, where the task is its own tiny configuration
    for number, (some, (longer, length)) in enumerate(product(sisters, TRIALS)):
        for case in some.cases if (longer, length) == EVERY_CASE else some.cases[:1]:
            rng = key("admission", task.name, number, case).rng()
            try:
                some.check_length(longer, case)
                line = write(some, some.draw(longer, rng, case, ROWS), trace, layout)
            except (TaskError, LayoutError):  # longer than this configuration or page goes, or a case wants a number
                continue
            for slot in range(0, len(line.frame.slots) + (task.ends == "by content"), 1 if longer <= 9 else 2):
                yield line, slot, length, rng


def _places(line: Line) -> int:
    """No block has more places than symbols."""
    return int(line.contents.shape[1])


def _judge(task: Task, cut: Restricted | Line) -> tuple[int, int, int]:
    """How many rows have another symbol next, how many have a kept symbol on a slot of another kind, and of how many.

    Rows whose short page has no slot left for the target are no restricted lines at all and are left out.
    """
    if isinstance(cut, Line):
        return int((~_agree(task, cut.given)).sum()), 0, len(cut)
    has_slot = cut.fits | (cut.written < len(cut.line.frame.slots))
    wrong = cut.fits & (next_symbol(cut) != cut.target)
    return int(wrong.sum()), int((has_slot & ~cut.fits).sum()), int(has_slot.sum())


def _agree(task: Task, given: Given) -> Column:
    """bool[batch]: for which problems over the kept places `solve` and `step` give one answer."""
    by_step, right = computed(task, given), np.ones(batch_of(given), dtype=bool)
    for tag, column in solved(task, given).items():
        right &= by_step[tag] == column
    return right
