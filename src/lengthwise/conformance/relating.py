"""The five contracts' second and third: influence is sound under change, witness is sound under deletion."""

from collections.abc import Iterator

import numpy as np

from lengthwise.conformance.pages import Page, lines, pages, rng_of, tiny_space
from lengthwise.conformance.report import NotApplicable
from lengthwise.core.errors import ConformanceError, RestrictionRefused
from lengthwise.core.frame import Tag
from lengthwise.core.given import HOLE, Column
from lengthwise.core.line import Line
from lengthwise.core.reader import KEY, Asked, Reading, written_before
from lengthwise.core.task import Task
from lengthwise.lines.admit import admission
from lengthwise.lines.restrict import Form, Seen, choose, keep, look, next_symbol
from lengthwise.lines.write import stepped, write

SETS = 50  # random sets of other places, at least
FEW = 32  # lines of the longest length on which sets are tried, each row with sets of its own
MIDDLE = 28  # symbols of a page on which every set of places is tried at every slot
PATTERNS = 300  # different sets of sources of one symbol that are compared with everything


def claimed_forms(task: Task) -> tuple[Form, ...]:
    """The forms that a task's statements promise: query where a source is found by what it is, not by its index."""
    if task.sparsity(task.tiny()[1]) is None:
        raise NotApplicable(f"{task.name} claims no restriction ({task.addressing})")
    by_content = task.addressing in {"content", "order", "last"}
    return ("closed", "query", "whole") if by_content else ("closed", "whole")


def admitted_where_claimed(task: Task, page: Page) -> list[Form]:
    """The claimed forms that the trial admits on this page; a claim that the trial refutes is an error."""
    found: list[Form] = []
    for form in claimed_forms(task):
        verdict = admission(task, page.trace, page.layout, form)
        if verdict.admitted:
            found.append(form)
        elif verdict.tried or "none of the task's" in verdict.reason:
            raise ConformanceError(
                f"the form {form} is claimed (sparsity {task.sparsity(task.tiny()[1])}, addressing "
                f"{task.addressing}), and "
                f"{verdict.reason} ({page}); state another addressing, or sparsity None"
            )
    return found


def check_claimed_forms_are_admitted(task: Task) -> None:
    """Every form that the task's statements promise keeps the symbol."""
    for page in pages(task):
        admitted_where_claimed(task, page)


def check_influence_is_sound(task: Task) -> None:
    """Whatever is not in a symbol's influence may change without changing it: tried on all problems of `tiny`."""
    tiny, given = tiny_space(task)
    for page in pages(tiny):
        line = write(tiny, given, page.trace, page.layout)
        for slot, entry in stepped(line):
            target = line.contents[:, len(line.frame.prompt) + slot]
            written = written_before(line.frame, line.contents, slot)
            reading = Reading(tiny, line.given, written, tracing=True)
            said, levels = reading.sources(*entry.tag)
            if (said != target)[target != HOLE].any():
                raise ConformanceError(
                    f"slot {slot} of {page}: the traced reading gives another value than the page has"
                )
            cells = _cells(reading)
            _compare(tiny, f"{entry.kind}[{entry.index}] ({page})", cells, levels > 0, target)


def _cells(reading: Reading) -> Column:
    """int[batch, cell]: the content of every cell."""
    given = [reading.given[kind][:, index] for kind, count in reading.shape.items() for index in range(count)]
    return np.stack([*given, *reading.written.values()], axis=1).astype(np.int64)


def _compare(task: Task, symbol: str, cells: Column, influence: Column, target: Column) -> None:
    """Problems that agree on the influence of one of them must agree on the target."""
    patterns, which = np.unique(influence, axis=0, return_inverse=True)
    for number in range(min(len(patterns), PATTERNS)):
        pattern = patterns[number]
        mine = np.flatnonzero((which.reshape(-1) == number) & (target != HOLE))
        if pattern.all() or not len(mine):
            continue
        _, group = np.unique(cells[:, pattern], axis=0, return_inverse=True)
        group = group.reshape(-1)
        value = np.full(group.max() + 1, HOLE, dtype=np.int64)
        value[group[mine]] = target[mine]
        differs = (value[group] != target) & (value[group] != HOLE) & (target != HOLE)
        if differs.any():
            row = int(differs.argmax())
            twin = int(mine[group[mine] == group[row]][0])
            raise ConformanceError(
                f"{symbol} of {task!r} is {value[group[row]]} at {cells[twin].tolist()} and {target[row]} at "
                f"{cells[row].tolist()}, which differ only where nothing was read; ask the Reader for every value"
            )


def check_witness_is_sound(task: Task) -> None:
    """Deleting any other places changes no symbol: none kept, all kept, each one alone, and random sets of them."""
    claimed_forms(task)
    for page in pages(task):
        forms = [form for form in admitted_where_claimed(task, page) if form != "whole"]
        for line in long_lines(task, page):
            rng = rng_of(task, "witness", len(line.frame.slots))
            for slot in range(len(line.frame.slots) + (task.ends == "by content")):
                try:
                    seen = look(line, slot)
                except RestrictionRefused:  # a separator
                    continue
                for form in forms:
                    for kept in _sets(seen, rng):
                        _check_kept(line, slot, form, seen, kept)


def long_lines(task: Task, page: Page) -> list[Line]:
    """The longest short draws of every case, on one page: of up to `MIDDLE` symbols where there are such."""
    every = [line for line in lines(task, rows=FEW) if (line.trace, line.layout) == page]
    lengths = sorted({len(line.frame.entries) for line in every})
    longest = max([length for length in lengths if length <= MIDDLE] or lengths[:1])
    return [line for line in every if len(line.frame.entries) == longest]


def _sets(seen: Seen, rng: np.random.Generator) -> Iterator[Column]:
    """bool[batch place]: the witness and other places, in each row other ones."""
    batch, places = len(seen.witness), seen.places.total
    inputs = sum(len(members) for members in seen.places.classes)
    scores = [(0, np.zeros((batch, places))), (inputs, np.zeros((batch, places)))]
    for first in range(0, places, batch):  # each row keeps one place of its own
        alone = (np.arange(batch)[:, None] + first) % places == np.arange(places)
        scores.append((1, alone.astype(float)))
    scores += [(int(rng.integers(1, inputs + 1)), rng.random((batch, places))) for _ in range(-(-SETS // batch) + 2)]
    for length, score in scores:
        try:
            yield choose(seen.places, seen.witness, length, score, beside=True)
        except RestrictionRefused:  # rows whose witnesses have different sizes may leave no room
            continue


def _check_kept(line: Line, slot: int, form: Form, seen: Seen, kept: Column) -> None:
    cut = keep(line, slot, form, seen, kept)
    assert not isinstance(cut, Line), "only the closed and the query form have one target"
    wrong = cut.fits & (next_symbol(cut) != cut.target)
    if wrong.any():
        row = int(wrong.argmax())
        raise ConformanceError(
            f"slot {slot} of {str(line[row])!r}: in the {form} restriction {str(cut.line[row])!r} another symbol "
            "is next; "
            "`step` must ask for what it needs with `read` or `key`, not with `scan` or `count` alone"
        )


def check_reads_are_steady(task: Task) -> None:
    """A line of `step` asks a source as often for every symbol of a kind, or not at all, so that roles keep lags."""
    if task.sparsity(task.tiny()[1]) is None:
        raise NotApplicable(f"{task.name} claims no bound on what a symbol needs")
    counts: dict[tuple[str, int, str], set[int]] = {}
    for line in lines(task, rows=2):
        for tag, asked in asked_of(line):
            sites = {(question.site, question.kind) for question in asked}
            for site, kind in sites:
                number = sum((question.site, question.kind) == (site, kind) for question in asked)
                counts.setdefault((tag[0], site, kind), set()).add(number)
    for (kind, site, source), numbers in counts.items():
        if len(numbers) > 1:
            raise ConformanceError(
                f"line {site} of step reads {source} {' or '.join(map(str, sorted(numbers)))} times for a {kind}; "
                "read it as "
                "often for every one, with where=False for a read that does not happen"
            )


def asked_of(line: Line) -> Iterator[tuple[Tag, list[Asked]]]:
    """Each value of the page, and the reads and keys that `step` asked for it (a scan has one question a symbol)."""
    for slot, entry in enumerate(line.frame.slots):
        if entry.kind is not None:
            reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
            reading.sources(*entry.tag)
            yield (
                entry.tag,
                [question for question in reading.asked if question.target == entry.tag and question.level >= KEY],
            )
