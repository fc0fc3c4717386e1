"""`lengthwise show`: one problem drawn in the terminal, without torch."""

from typing import NamedTuple

from rich.console import Console
from rich.text import Text

from lengthwise.cli.trace import trace as trace_of_rule
from lengthwise.core.errors import ConfigError, LayoutError, RestrictionRefused, TaskError
from lengthwise.core.instance import SPLITS, BlockKey, block
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.overrides import make
from lengthwise.core.trace import Trace
from lengthwise.feeding.cut import places_of
from lengthwise.lines.admit import admitted_forms, require_admitted
from lengthwise.lines.differences import Cuts, differences
from lengthwise.lines.restrict import Form, Restricted, restrict
from lengthwise.lines.write import check_trace, stepped, write
from lengthwise.reports.drawing import Picture, picture_of, picture_of_cut, rows
from lengthwise.rules.task import RuleTask

STYLES = {
    "arcs": "cyan",
    "symbols": "bold",
    "tags": "dim",
    "places": "green",
    "ids": "blue",
    "levels": "cyan",
    "mask": "magenta",
}


class Page(NamedTuple):
    """What is drawn: one line, and how it is numbered."""

    line: Line
    numbering: Numbering
    length: int
    seed: int


def show(  # noqa: PLR0913 - one option a choice
    task: str,
    *,
    length: int = 6,
    trace: str = "nothing",
    layout: str = "plain",
    numbering: str = "sequential",
    case: str = "typical",
    seed: int = 0,
    split: str = "train",
    slot: int | None = None,
    restrict_to: int | None = None,
    form: Form | None = None,
) -> None:
    """Draw one problem: its symbols, what fixes one of them, places, ids, what is learned, and a restriction.

    Parameters
    ----------
    task
        A name (`sort`), a name with fields (`sort(values=20)`), or a file (`my_task.py`).
    length
        The task's own length.
    trace
        The working that is written: nothing, carries, running_state ...
    layout
        How the page is laid out: plain, least_first ...
    numbering
        The ids: sequential, random_start, coupled ...
    case
        The kind of draw: typical, or another that the task has.
    seed
        Another seed, another problem.
    split
        train, validation or test.
    slot
        The symbol looked at, counted from the first that is written; the middle one of the answer where none is given.
    restrict_to
        The length of the restriction that is drawn below; half of `length` where none is given.
    form
        closed, query or whole; the first that the task admits where none is given.
    """
    if split not in SPLITS:
        raise ConfigError(f"there is no split {split!r}; choose one of {', '.join(SPLITS)}")
    made = make("tasks", task)
    if isinstance(made, RuleTask):  # no page: what it writes is the trace of its rule
        trace_of_rule(task, length=length, seed=seed, split=split)
        return
    name = BlockKey(made, length, split, seed, 0, case)
    page = Page(_line(name, trace, layout), make("numberings", numbering), length, seed)
    console = Console(highlight=False, soft_wrap=True)
    line = page.line
    console.print(Text.assemble((line.task.name, "bold"), f"  {line.task!r}"))
    console.print(
        f"length {length}, {case}, {split} split, seed {seed}, {line.layout!r}, {line.trace!r}, {page.numbering!r}\n"
    )
    if not line.layout.fills_every_slot:
        console.print(f"{line}\n\nno arcs: what this layout leaves away moves the symbols, so that none has a place")
        return
    at = _slot(line, slot)
    _draw(console, picture_of(line, at, page.numbering, seed))
    console.print()
    _draw_restriction(console, page, at, restrict_to, form)


def _line(name: BlockKey, trace: str, layout: str) -> Line:
    written: Trace = make("traces", trace)
    laid: Layout = make("layouts", layout)
    check_trace(name.task, written)
    return write(name.task, block(name, count=1), written, laid)


def _slot(line: Line, slot: int | None) -> int:
    """The slot asked for, or the middle one that holds a value of the answer."""
    filled = int((line.contents[0, len(line.frame.prompt) :] >= 0).sum())
    values = [t for t, _ in stepped(line) if t < filled]
    if slot is None:
        answers = [t for t in values if line.frame.slots[t].role == "answer"]
        return answers[len(answers) // 2]
    known = [*values, *([filled] if line.task.ends == "by content" else [])]
    if slot not in known:
        raise ConfigError(
            f"there is no value at slot {slot} of this page; it has values at {', '.join(map(str, known))}"
        )
    return slot


def _draw(console: Console, picture: Picture) -> None:
    width = console.width if console.is_terminal else 120
    for row in rows(picture, width):
        console.print(Text.assemble((row.name, "dim"), (row.text, STYLES.get(row.shows, ""))))


def _draw_restriction(console: Console, page: Page, slot: int, length: int | None, form: Form | None) -> None:
    """The restriction asked for; where none is asked for, one if the task has any, else the reason."""
    line = page.line
    try:
        chosen = _form(line, form)
        cut, kept = _cut(page, slot, length, chosen)
    except RestrictionRefused as refused:
        if length is not None or form is not None:
            raise
        console.print(f"no restriction: {refused}")
        return
    what = {
        "closed": "what was written at kept places stays",
        "query": "of what was written only the witness stays",
        "whole": "written anew over the kept places",
    }
    console.print(f"restricted to {kept}, form {chosen}: {what[chosen]}\n")
    if isinstance(cut, Restricted):
        if not cut.fits[0]:
            console.print(
                "a kept symbol falls on a slot of another kind: this row has no such line, and is redrawn in training"
            )
            return
        _draw(console, picture_of_cut(cut, page.numbering, page.seed))
    else:
        _draw(console, picture_of(cut, _slot(cut, None), page.numbering, page.seed))
    _compare(console, page, Cuts(chosen, page.length, kept))


def _compare(console: Console, page: Page, cuts: Cuts) -> None:
    """What such restrictions show that ordinary short lines do not."""
    line = page.line
    try:
        found = differences(line.task, line.trace, line.layout, cuts)
    except (RestrictionRefused, TaskError, LayoutError):  # of this length or the kept one there are no typical pages
        return
    verdict = str(found).removeprefix(f"{found.subject}: ")
    console.print(f"\nbeside ordinary lines of length {cuts.length}: {verdict}")


def _form(line: Line, form: Form | None) -> Form:
    if form is not None:
        require_admitted(line.task, line.trace, line.layout, form)
        return form
    forms = admitted_forms(line.task, line.trace, line.layout)
    if not forms:
        require_admitted(line.task, line.trace, line.layout, "closed")
    return forms[0]


def _cut(page: Page, slot: int, length: int | None, form: Form) -> tuple[Restricted | Line, int]:
    """A restriction to `length` places; by default to half of them, or to as many as the witness needs."""
    line, places = page.line, places_of(page.line)
    scores = key("drawing", "kept", page.seed).rng().random((1, places))
    if length is not None:
        if length > page.length:
            raise ConfigError(f"a line of length {page.length} cannot be cut to {length}; give at most {page.length}")
        return restrict(line, slot, length, form, scores), length
    for wanted in range(max(1, page.length // 2), places):
        try:
            return restrict(line, slot, wanted, form, scores), wanted
        except RestrictionRefused:
            continue
    return restrict(line, slot, places, form, scores), places
