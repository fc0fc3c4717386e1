"""The five contracts' fourth: nothing in a witness is idle, by roles, and it is no longer than the task states.

A role is the line of `step` that asked, and the kind it asked for; a value that no one wrote is walked through, and all
that was found behind it has the role of the question that led there. The roles that meet in one place are dropped with
it, together: each such set of roles must change the symbol at least once.
"""

from typing import cast

import numpy as np

from lengthwise.conformance.pages import Page, pages, rng_of
from lengthwise.conformance.relating import admitted_where_claimed, claimed_forms, long_lines
from lengthwise.core.errors import ConformanceError, RestrictionRefused, TaskError
from lengthwise.core.frame import Index
from lengthwise.core.given import HOLE, Column, shape_of
from lengthwise.core.line import Line
from lengthwise.core.reader import KEY, Asked, order_of
from lengthwise.core.task import Task
from lengthwise.lines.restrict import Form, Restricted, Seen, choose, keep, look, next_symbol

Role = tuple[int, str]
Met = tuple[str, frozenset[Role]]  # the kind of the symbol, and the roles that meet in one place
OFTEN = 20  # deletions without a change before a set of roles is called idle


def check_witness_is_minimal(task: Task) -> None:
    """Each set of roles meeting in one place changes the symbol when dropped, and the size is at most `sparsity`."""
    claimed_forms(task)
    for page in pages(task):
        forms = admitted_where_claimed(task, page)
        form: Form | None = next((wanted for wanted in ("query", "closed") if wanted in forms), None)
        tried: dict[Met, list[int]] = {}
        largest: dict[int, int] = {}  # the witness that needed most, by what is stated for it
        for line in long_lines(task, page):
            for slot in range(len(line.frame.slots) + (task.ends == "by content")):
                try:
                    seen = look(line, slot)
                except RestrictionRefused:  # a separator
                    continue
                stated, most = _checked_size(line, slot, seen)
                largest[stated] = max(most, largest.get(stated, 0))
                if form is not None:
                    _drop_places(line, slot, form, seen, tried)
        _name_idle(page, form, tried)
        for stated, most in largest.items():
            if most < stated:
                raise ConformanceError(
                    f"no symbol needs more than {most} others ({page}), and sparsity states {stated}"
                )


def _checked_size(line: Line, slot: int, seen: Seen) -> tuple[int, int]:
    """What `sparsity` states for this page, and the largest witness of the symbol, which may not be larger."""
    length = max(line.task.shortest, *seen.reading.shape.values())
    kinds = line.trace.kinds if in_order_of_computation(line) else frozenset[str]()
    stated = line.task.sparsity(length, kinds)
    most = int(seen.witness.sum(axis=1).max())
    assert stated is not None, "dense tasks are skipped"
    if most > stated:
        raise ConformanceError(
            f"slot {slot} of {str(line[0])!r} ({line.trace!r}): its witness has {most} symbols, and "
            f"sparsity({length}) states {stated}"
        )
    return stated, most


def in_order_of_computation(line: Line) -> bool:
    """Whether every value is written after those that it may be computed from: else working is no help."""
    order = order_of(line.task, shape_of(line.given)).rank
    ranks = [order[entry.tag] for entry in line.frame.slots if entry.kind is not None]
    return ranks == sorted(ranks)


def _drop_places(line: Line, slot: int, form: Form, seen: Seen, tried: dict[Met, list[int]]) -> None:
    """Drop every place of every witness; count for its roles how often it was dropped, and how often that mattered."""
    roles = _roles(seen)
    tag_kind = line.frame.slots[min(slot, len(line.frame.slots) - 1)].kind or ""
    rng = rng_of(line.task, "minimal", slot)
    for place in range(seen.places.total):
        here = (seen.places.of == place) & seen.witness
        rows = here.any(axis=1)
        alone = any(len(members) == 1 and place in members for members in seen.places.classes)
        if not rows.any() or alone:  # without the only cell of a kind there is no problem left
            continue
        changed = _changed(line, slot, form, seen, place, rng)
        for row in np.flatnonzero(rows).tolist():
            met = frozenset(role for role, cells in roles.items() if (cells[row] & here[row]).any())
            counts = tried.setdefault((tag_kind, met), [0, 0])
            counts[0] += 1
            counts[1] += int(changed[row])


def _changed(line: Line, slot: int, form: Form, seen: Seen, place: int, rng: np.random.Generator) -> Column:
    """bool[batch]: whether the symbol changes, or has no slot, once this place is gone and the rest stays."""
    witness = seen.witness & (seen.places.of != place)
    scores = rng.random((len(line), seen.places.total))
    scores[:, place] = -1.0
    least = max(2, int(witness.sum(axis=1).max()))
    inputs = sum(len(members) for members in seen.places.classes)
    length = min(inputs - 1, least + int(rng.integers(0, 3)))
    kept = choose(seen.places, witness, length, scores, beside=False)
    if kept[:, place].any():
        return np.zeros(len(line), dtype=bool)
    cut = keep(line, slot, form, Seen(seen.reading, witness, seen.places), kept)
    assert not isinstance(cut, Line), "only the closed and the query form have one target"
    changed: Column = ~cut.fits | (_next(cut) != cut.target)
    return changed


def _next(cut: Restricted) -> Column:
    """The next symbol of each row; HOLE where `step` cannot say one, as what it asks for is gone."""
    try:
        said: Column = next_symbol(cut)
    except TaskError:
        said = np.concatenate([_next_of_row(cut, row) for row in range(len(cut.target))])
    return said


def _next_of_row(cut: Restricted, row: int) -> Column:
    one = slice(row, row + 1)
    try:
        return next_symbol(Restricted(cut.line[one], cut.written[one], cut.target[one], cut.fits[one]))
    except TaskError:
        return np.array([HOLE])


def _roles(seen: Seen) -> dict[Role, Column]:
    """bool[batch cell] for each role: the cells it put into the witness."""
    reading = seen.reading
    found: dict[Role, Column] = {}
    target = reading.asked[0].target if reading.asked else None
    for question in [asked for asked in reading.asked if asked.target == target and asked.level >= KEY]:
        role = (question.site, question.kind)
        cells = found.setdefault(role, np.zeros(seen.witness.shape, dtype=bool))
        cells |= _cells_of(seen, question)
    return found


def _cells_of(seen: Seen, question: Asked) -> Column:
    """bool[batch cell]: what one question found, or what stands behind it where it was not written."""
    reading, batch = seen.reading, len(seen.witness)
    cells = np.zeros(seen.witness.shape, dtype=bool)
    mask = np.ones(batch, dtype=bool) if question.where is None else question.where
    each = question.index if isinstance(question.index, np.ndarray) else None
    asked: list[Index] = [cast("Index", question.index)] if each is None else np.unique(each[mask]).tolist()
    for one in asked:
        rows = mask if each is None else mask & (each == one)
        tag = (question.kind, one)
        if tag in reading.cells:
            cells[rows, reading.cells[tag]] = True
        elif rows.any():
            cells |= (reading.sources(*tag)[1] >= KEY) & rows[:, None]
    return cells & seen.witness


def _name_idle(page: Page, form: Form | None, tried: dict[Met, list[int]]) -> None:
    for (kind, roles), (dropped, changed) in tried.items():
        if dropped >= OFTEN and changed == 0:
            lines = ", ".join(f"{source} asked in line {site}" for site, source in sorted(roles))
            raise ConformanceError(
                f"{lines}: dropping it changed no {kind} in {dropped} {form} restrictions ({page}); what is idle "
                "is no part of the witness"
            )
