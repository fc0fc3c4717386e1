"""A restricted line can keep the ids of the long line it was cut from."""

import numpy as np
import pytest

from lengthwise.core.errors import RestrictionRefused
from lengthwise.core.given import HOLE, Column
from lengthwise.core.line import Line
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.restrict import Restricted, next_symbol, restrict
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.reverse_repeats import ReverseRepeats
from lengthwise.tasks.ordering.sort import Sort

LONG = 12


def long_line(rows: int = 64) -> Line:
    given = Addition().draw(LONG, np.random.default_rng(0), "typical", rows)
    return write(Addition(), given, Carries(), ReversedAnswer())


def ids_of(numbering: Coupled, line: Line) -> Column:
    ids, state = numbering.begin(line.frame, np.random.default_rng(0), len(line), before=0, places=line.places)
    return np.concatenate([ids, numbering.ahead(state, np.zeros((len(line), len(line.frame.slots))))], axis=1)[:, :, 0]


def test_every_symbol_keeps_the_id_it_had() -> None:
    line = long_line()
    scores = np.random.default_rng(1).random((len(line), LONG + 1))
    short = restrict(line, 10, 5, "closed", scores, places="kept")
    assert isinstance(short, Restricted)
    assert (next_symbol(short)[short.fits] == short.target[short.fits]).all()
    ids, long_ids = ids_of(Coupled(start=1), short.line), ids_of(Coupled(start=1), line)[0]
    rows = line.contents
    entries = short.line.frame.entries
    for row in np.flatnonzero(short.fits).tolist():
        kept = sorted({ids[row, t] - 2 for t, e in enumerate(entries) if e.kind == "a"})  # units have id 2
        assert len(kept) == 5
        for t, entry in enumerate(entries):
            symbol = short.line.contents[row, t]
            if symbol == HOLE:
                continue
            if entry.kind is None:
                assert ids[row, t] == 1
                continue
            index = kept[entry.index] if isinstance(entry.index, int) else -1
            at = line.frame.columns()[entry.kind, index]
            assert rows[row, at] == symbol, "the symbol of the long line at the kept place"
            assert ids[row, t] == long_ids[at]


def test_a_whole_short_line_keeps_them_too_and_its_top_digit_is_the_long_lines() -> None:
    line = long_line(8)
    scores = np.zeros((len(line), LONG + 1))
    scores[:, [2, 3, 7]] = 1  # the target, place 3 with its carry from 2, needs two of them anyway
    short = restrict(line, 6, 3, "whole", scores, places="kept")
    assert isinstance(short, Line)
    ids = ids_of(Coupled(start=1), short)
    at = short.frame.columns()
    for kind in ("a", "b", "digit"):
        assert [ids[0, at[kind, p]] for p in range(3)] == [4, 5, 9]
    assert ids[0, at["digit", 3]] == LONG + 2


def test_drawn_starts_keep_the_distances_and_fit_the_table() -> None:
    line = long_line()
    scores = np.random.default_rng(1).random((len(line), LONG + 1))
    short = restrict(line, 10, 5, "closed", scores, places="kept")
    assert isinstance(short, Restricted)
    fixed, drawn = ids_of(Coupled(start=1), short.line), ids_of(Coupled(ids=20), short.line)
    apart = drawn - fixed
    assert (apart == apart[:, :1]).all()
    assert len(set(apart[:, 0].tolist())) > 1
    assert drawn.min() >= 1
    assert drawn.max() <= 20


def test_renumbered_places_are_the_default() -> None:
    line = long_line(8)
    short = restrict(line, 10, 5, "closed", np.random.default_rng(1).random((8, LONG + 1)))
    assert isinstance(short, Restricted)
    assert short.line.places is None


def test_the_sign_before_a_falling_answer_keeps_its_place() -> None:
    task = ReverseRepeats()
    line = write(task, task.draw(9, np.random.default_rng(0), "typical", 4))
    scores = np.tile(np.arange(9.0), (4, 1))
    short = restrict(line, 0, 3, "whole", scores, places="kept")
    assert isinstance(short, Line)
    assert ids_of(Coupled(start=1), short)[0].tolist() == [1, 2, 3, 4, 3, 2, 1]
    assert short.places is not None
    assert short.places[0, :, 0].tolist() == [6, 7, 8, 9, 8, 7, 6]


def test_what_has_no_kept_places_is_refused() -> None:
    task = Sort(values=30)
    line = write(task, task.draw(9, np.random.default_rng(0), "typical", 4))
    with pytest.raises(RestrictionRefused, match="renumbered"):
        restrict(line, 2, 4, "query", np.random.default_rng(0).random((4, 9)), places="kept")
