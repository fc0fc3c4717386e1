"""Restriction: keep what fixes one symbol of a long line, drop other places everywhere, and have a short line.

The cut is made on the ordered page. The witness of the target (what its `step` read by value or by key) always stays;
other places stay by score. The short problem gets a frame of its own from the same trace and layout, and the kept
written symbols fill its slots **by count**, as a model sees them. Three forms:

- closed: of what was written before the target, everything at kept places stays, as written;
- query: of what was written, only the witness stays;
- whole: the problem over the kept places is written anew, as an ordinary short line with all its targets.

Source: (N, n)-restrictions, "Length Generalization via Auxiliary Tasks" (OpenReview QL3J1fyAFv); the reading is ours.
"""

from dataclasses import replace
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

import numpy as np

from lengthwise.core.catalogue import unknown
from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.frame import ANSWER, Entry, Frame, Place, Tag
from lengthwise.core.given import END, HOLE, Column, Shape, batch_of, shape_of
from lengthwise.core.line import Line
from lengthwise.core.reader import KEY, Reading, written_before
from lengthwise.core.task import Task
from lengthwise.lines.write import frame_of, number_of, write

Form = Literal["closed", "query", "whole"]
Places = Literal["renumbered", "kept"]  # of the short line: its own, or those that its symbols had in the long line
NOWHERE = np.int16(-32768)  # "no place" in an array of places


class Restricted(NamedTuple):
    """Short lines cut from long ones, one target each.

    `line` holds the short problems and the `written[batch]` symbols of each row; `target[batch]` is the symbol
    (or END) that follows them. `fits[batch]` is False for rows that have no such line: a kept symbol fell on a slot of
    another kind, or there is no slot for the target.
    """

    line: Line
    written: Column
    target: Column
    fits: Column


class Map(NamedTuple):
    """Where the cells of one block of lines belong, seen from one target slot.

    `of[batch cell]` is the number of a cell's place, -1 for a cell that is never dropped; places are numbered
    0 .. total - 1 in their order.
    """

    of: Column
    total: int
    classes: tuple[Column, ...]  # places that hold the same kinds of input, so that every row keeps as many of each
    beyond: Column  # places that no input has: they run on through the answer (SLiM)


class Seen(NamedTuple):
    """What the target of a block of lines looks back on: what was read, bool[batch cell] of its witness, the places."""

    reading: Reading
    witness: Column
    places: Map


def restrict(  # noqa: PLR0913 - the six are what a restriction is made of
    line: Line,
    slot: int,
    length: int,
    form: Form,
    scores: Column,
    *,
    beside: bool = False,
    places: Places = "renumbered",
) -> Restricted | Line:
    """Cut every row of `line` to `length` places for the target at slot number `slot` of the page.

    `scores[batch place]`: the higher, the rather a place stays; further columns are not looked at. With
    `beside`, `length` places stay beside the witness instead of with it. The slot after the last one is the end, a
    target only where the task ends by content. Returns an ordinary Line for the form whole. With `places` "kept", the
    line carries the places of the long one, and `Coupled` gives it the long line's ids.
    """
    sparse(line.task)
    if form not in get_args(Form):
        raise unknown("form of a restriction", form, get_args(Form))
    seen = look(line, slot)
    if scores.ndim != 2 or len(scores) != len(line) or scores.shape[1] < seen.places.total:
        raise RestrictionRefused(
            f"{line.task.name}: the scores have the shape {scores.shape}; give one for each of the {len(line)} rows "
            f"and {seen.places.total} places"
        )
    kept = choose(seen.places, seen.witness, length, scores, beside=beside)
    short = keep(line, slot, form, seen, kept)
    if places == "renumbered":
        return short
    if form == "query" or line.task.unit != "place" or len(line.frame.axes) != 1 or len(seen.places.beyond):
        raise RestrictionRefused(
            f"{line.task.name}: places are kept on one axis, in the forms closed and whole and for unit 'place'; this "
            f"is the form {form}, unit {line.task.unit!r}, axes {', '.join(line.frame.axes)}: use places='renumbered'"
        )
    if isinstance(short, Line):
        return replace(short, places=long_places(short, line, kept))
    return short._replace(line=replace(short.line, places=long_places(short.line, line, kept)))


def long_places(short: Line, line: Line, kept: Column) -> Column:
    """int16[batch entry 1]: where each entry of the short page stood in the long one.

    The r-th place of the short inputs is the r-th that was kept; an entry below or above all inputs (a separator, a top
    digit) lies as far below or above those of the long line.
    """
    mine, theirs = _input_places(short), _input_places(line)
    values = np.broadcast_to(theirs, kept.shape)[kept].reshape(len(kept), len(mine))
    table = np.full((len(kept), len(short.frame.entries), 1), NOWHERE, dtype=np.int16)
    number = {place: r for r, place in enumerate(mine.tolist())}
    for t, entry in enumerate(short.frame.entries):
        (place,) = entry.place
        if place is None:
            continue
        if place in number:
            table[:, t, 0] = values[:, number[place]]
        else:
            table[:, t, 0] = place - mine[0] + theirs[0] if place < mine[0] else place - mine[-1] + theirs[-1]
    return table


def _input_places(line: Line) -> Column:
    sizes = dict(shape_of(line.given))
    return np.array(sorted({line.task.place(kind, i, sizes)[0] or 0 for kind, n in sizes.items() for i in range(n)}))


def look(line: Line, slot: int) -> Seen:
    """What the target at slot number `slot` of the page looks back on."""
    if not line.layout.fills_every_slot:
        raise RestrictionRefused(
            f"{line.layout!r} leaves symbols away, so that no symbol stands at a place of its own; restrict pages of "
            "another layout"
        )
    target = target_entry(line.task, line.frame, slot)
    reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
    _, levels = reading.sources(*target.tag)
    return Seen(reading, levels >= KEY, place_map(line, reading))


def keep(line: Line, slot: int, form: Form, seen: Seen, kept: Column) -> Restricted | Line:
    """The lines over the places of bool[batch place] `kept`; `restrict` chooses them, and a check may choose worse."""
    reading, witness, places = seen
    first, target = len(line.frame.prompt), target_entry(line.task, line.frame, slot)
    short = {kind: _cut(line, reading, places, kept, kind) for kind in line.given}
    if form == "whole":
        return write(line.task, short, line.trace, line.layout)
    frame = frame_of(line.task, shape_of(short), line.trace, line.layout)
    stays = np.ones((len(line), slot), dtype=bool)
    written = [
        t for t, entry in enumerate(line.frame.slots[:slot]) if entry.kind is not None and entry.tag in reading.written
    ]
    if written:
        cells = [reading.cells[line.frame.slots[t].tag] for t in written]
        stays[:, written] = witness[:, cells] if form == "query" else _are_kept(places.of[:, cells], kept)
    value = line.contents[:, first + slot] if slot < len(line.frame.slots) else np.full(len(line), END, dtype=np.int16)
    return _fill(line, frame, short, stays, target, value)


def next_symbol(restricted: Restricted) -> Column:
    """The symbol that `step` gives after each restricted line: equal to `target` where the restriction is sound."""
    line, result = restricted.line, np.full(len(restricted.written), HOLE, dtype=np.int64)
    for count in np.unique(restricted.written[restricted.fits]).tolist():
        rows = np.flatnonzero((restricted.written == count) & restricted.fits)
        part = line[rows]
        entry = target_entry(line.task, line.frame, count)
        result[rows] = Reading(line.task, part.given, written_before(line.frame, part.contents, count)).value(
            *entry.tag
        )
    return result


def sparse(task: Task) -> None:
    """Refuse a task that claims no restriction."""
    if task.sparsity(task.tiny()[1]) is None:
        why = "it does not state how few symbols fix one (sparsity is None), so all of the input may count"
        if isinstance(getattr(task, "task", None), Task):
            why = f"it is a view of a task ({type(task).__name__}), and only the task itself is cut"
        raise RestrictionRefused(f"{task.name} has no restriction: {why}")


def target_entry(task: Task, frame: Frame, slot: int) -> Entry:
    """The entry of a slot; the one after the last is the end, which is a target where the task ends by content."""
    if slot < len(frame.slots):
        entry = frame.slots[slot]
        if entry.kind is None:
            raise RestrictionRefused(
                f"slot {slot} of this page is the separator {entry.symbol!r}, which needs nothing; choose a value"
            )
        return entry
    if slot > len(frame.slots) or task.ends != "by content":
        raise RestrictionRefused(
            f"{task.name}: slot {slot} is past the {len(frame.slots)} slots of this page, "
            "and its end is fixed by the shape"
        )
    last = frame.slots[-1]
    assert isinstance(last.index, int), "tasks that end by content number their answers"
    return last._replace(index=last.index + 1)


def place_map(line: Line, reading: Reading) -> Map:
    """The places of all cells. With unit "value", a written value has the place of the input that it copies."""
    fixed = _fixed_map(line.task, shape_of(line.given), tuple(reading.written))
    if line.task.unit == "place" or not reading.written:
        return fixed._replace(of=np.broadcast_to(fixed.of, (len(line), fixed.of.shape[1])))
    inputs = np.concatenate([line.given[kind] for kind in reading.shape], axis=1)
    rows = np.arange(len(line))[:, None]
    where = np.full((len(line), max(int(inputs.max()) + 1, len(line.task.alphabet))), -1, dtype=np.int64)
    where[rows, inputs] = np.arange(inputs.shape[1])
    written = np.stack(list(reading.written.values()), axis=1)
    copies = np.where(written >= 0, where[rows, np.maximum(written, 0)], -1)
    return fixed._replace(
        of=np.concatenate([np.broadcast_to(fixed.of[:, : inputs.shape[1]], inputs.shape), copies], axis=1)
    )


@lru_cache(maxsize=4096)
def _fixed_map(task: Task, shape: Shape, written: tuple[Tag, ...]) -> Map:
    """What the shape alone says of places: `of` has one row, and -1 for written values where the unit is "value"."""
    sizes = dict(shape)
    given = [(kind, index) for kind, count in shape for index in range(count)]
    cells = [*given, *written]
    if task.unit == "value":
        place: dict[Tag, Place] = {tag: (number,) for number, tag in enumerate(given)}
    else:
        place = {tag: task.place(*tag, sizes) for tag in given}
        inputs = set(place.values())
        answers = [
            task.place(s.kind, s.index, sizes) for s in task.slots(sizes) if s.role == ANSWER and s.kind is not None
        ]
        runs_on = not any(at in inputs for at in answers)
        for tag in written:
            at = task.place(*tag, sizes)
            if at in inputs or runs_on:
                place[tag] = at
    order = sorted(set(place.values()), key=lambda at: tuple(-1 if v is None else v for v in at))
    number = {at: i for i, at in enumerate(order)}
    of = np.array([[number[place[tag]] if tag in place else -1 for tag in cells]], dtype=np.int64)
    kinds_at: dict[int, frozenset[str]] = {}
    for tag in given:
        here = number[place[tag]]
        kinds_at[here] = kinds_at.get(here, frozenset()) | {tag[0]}
    classes = [
        np.array([at for at, kinds in sorted(kinds_at.items()) if kinds == which])
        for which in dict.fromkeys(kinds_at.values())
    ]
    beyond = np.array([at for at in range(len(order)) if at not in kinds_at], dtype=np.int64)
    return Map(of, len(order), tuple(classes), beyond)


def choose(places: Map, witness: Column, length: int, scores: Column, *, beside: bool) -> Column:
    """bool[batch place]: the witness and the places of the highest scores, equally many inputs in every row."""
    batch = len(witness)
    needed = np.zeros((batch, places.total + 1), dtype=bool)  # one more column takes the cells that are never dropped
    rows = np.broadcast_to(np.arange(batch)[:, None], witness.shape)
    needed[rows[witness], places.of[witness]] = True
    needed = needed[:, :-1]
    scores = scores[:, : places.total]  # what is not written yet has no place that could be kept
    ranked = np.where(needed, np.inf, scores)
    kept = needed.copy()
    inputs = sum(len(members) for members in places.classes)
    for members in places.classes:
        least = int(needed[:, members].sum(axis=1).max())
        share = round(length * len(members) / inputs) if len(places.classes) > 1 else length
        wanted = min(len(members), max(share + least if beside else share, 1))
        if least > wanted:
            raise RestrictionRefused(
                f"the witness of this symbol takes {least} places, more than the {wanted} "
                f"that a restriction to {length} keeps; raise the length"
            )
        top = np.argpartition(-ranked[:, members], wanted - 1, axis=1)[:, :wanted]
        kept[np.arange(batch)[:, None], members[top]] = True
    if len(places.beyond):
        members = places.beyond
        spare = max(
            0, min(length - 1, round(length * len(members) / inputs)) - int(needed[:, members].sum(axis=1).max())
        )
        if spare:
            top = np.argpartition(
                -np.where(needed[:, members], -np.inf, scores[:, members]), min(spare, len(members)) - 1, axis=1
            )[:, :spare]
            kept[np.arange(batch)[:, None], members[top]] = True
    return kept


def _are_kept(of: Column, kept: Column) -> Column:
    """bool[batch cell]: which cells are at kept places; a cell of no place is never dropped."""
    return (of < 0) | kept[np.arange(len(kept))[:, None], np.maximum(of, 0)]


def _cut(line: Line, reading: Reading, places: Map, kept: Column, kind: str) -> Column:
    """The kept cells of one kind of the given, in their order; as many in every row."""
    count = reading.shape[kind]
    first = reading.cells[kind, 0]
    mask = _are_kept(places.of[:, first : first + count], kept)
    each = mask.sum(axis=1)
    assert (each == each[0]).all(), "the classes of places keep equally many cells of a kind in every row"
    return line.given[kind][mask].reshape(len(line), int(each[0]))


def _fill(
    line: Line, frame: Frame, short: dict[str, Column], stays: Column, target: Entry, value: Column
) -> Restricted:
    """Put the kept written symbols into the short frame's slots by count."""
    batch, first = batch_of(short), len(frame.prompt)
    count = stays.sum(axis=1)
    contents = np.full((batch, len(frame.entries)), HOLE, dtype=np.int16)
    codes = {symbol: code for code, symbol in enumerate(line.task.symbols)}
    for t, entry in enumerate(frame.prompt):
        contents[:, t] = codes[entry.symbol or ""] if entry.kind is None else short[entry.kind][:, number_of(entry)]
    order = np.argsort(~stays, axis=1, kind="stable")
    width = min(int(count.max(initial=0)), len(frame.slots))
    written = line.contents[:, len(line.frame.prompt) : len(line.frame.prompt) + stays.shape[1]]
    packed = np.take_along_axis(written, order, axis=1)[:, :width]
    filled = np.arange(width)[None, :] < count[:, None]
    contents[:, first : first + width] = np.where(filled, packed, HOLE)
    kinds = {kind: number for number, kind in enumerate(dict.fromkeys(e.kind for e in (*line.frame.slots, target)))}
    long_kind = np.array([kinds[e.kind] for e in line.frame.slots[: stays.shape[1]]], dtype=np.int64)
    short_kind = np.array([kinds.get(e.kind, -1) for e in frame.slots], dtype=np.int64)
    ends = value == END
    fits = (count < len(frame.slots)) | (ends & (count == len(frame.slots)))
    if width:
        fits &= ((long_kind[order[:, :width]] == short_kind[None, :width]) | ~filled).all(axis=1)
    at = np.minimum(count, len(frame.slots) - 1)
    fits &= (short_kind[at] == kinds[target.kind]) | (count == len(frame.slots))
    return Restricted(Line(line.task, line.trace, line.layout, frame, short, contents), count, value, fits)
