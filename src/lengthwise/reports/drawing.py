"""One line drawn as text: its symbols in columns, what fixes one of them as arcs, and a row for everything else known.

    picture = picture_of(line, slot=2, numbering=Sequential())
    for row in rows(picture, width=80):
        print(row.name + row.text)

Arcs run to the symbol looked at: `──` from a symbol that enters it (a carrier), `╌╌` from one that only finds the place
(with the carriers: the witness). A `·` stands under symbols that were looked over and lost (with the witness: the
influence). Everything is drawn over the columns of the page, so that a long page is cut into strips.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lengthwise.core.given import Column
from lengthwise.core.keys import key
from lengthwise.core.line import Line
from lengthwise.core.numbering import Numbering
from lengthwise.core.reader import KEY, READ, SCAN, Reading, written_before
from lengthwise.core.vocabulary import STOP, Vocabulary
from lengthwise.feeding.batch import Numbered, Pages
from lengthwise.lines.restrict import Restricted, target_entry

ARROWS = {READ: "─", KEY: "╌"}
SAID = {READ: "read", KEY: "key", SCAN: "·", 0: ""}
NO_ID = "·"


class Cell(NamedTuple):
    """One column of the drawing: a symbol and what is known of it."""

    symbol: str
    role: str  # opening, prompt, working, answer or end
    tag: str
    places: tuple[str, ...]
    ids: tuple[str, ...]
    learned: bool
    level: int  # how the symbol looked at depends on this one: 3 read, 2 key, 1 scan, 0 not


@dataclass(frozen=True)
class Picture:
    """A line with one symbol looked at, number `target` of its columns."""

    cells: tuple[Cell, ...]
    target: int
    axes: tuple[str, ...]


class Row(NamedTuple):
    """One row of a strip: its name, its text, and what it shows (for colours)."""

    name: str
    text: str
    shows: str


def picture_of(line: Line, slot: int, numbering: Numbering, seed: int = 0) -> Picture:
    """A whole line of one row, looked at from the target at slot number `slot` of its page."""
    pages = Pages(Vocabulary.over([line.task]), numbering)
    numbered = pages.full(line, key("drawing", seed).rng())
    levels = levels_of(line, slot)
    written = int((line.contents[0, len(line.frame.prompt) :] >= 0).sum())
    return _picture(line, pages, numbered, written, levels, slot)


def picture_of_cut(cut: Restricted, numbering: Numbering, seed: int = 0) -> Picture:
    """A restricted line of one row; its target stands after what was kept."""
    pages = Pages(Vocabulary.over([cut.line.task]), numbering)
    numbered = pages.cut(cut, key("drawing", seed).rng())
    slot = int(cut.written[0])
    return _picture(cut.line, pages, numbered, slot, levels_of(cut.line, slot), slot, str_target(cut))


def str_target(cut: Restricted) -> str:
    """The symbol that follows a restricted line."""
    code = int(cut.target[0])
    return cut.line.task.symbols[code] if code >= 0 else "<end>"


def levels_of(line: Line, slot: int) -> dict[int, int]:
    """By entry of the page: how strongly it entered the symbol at this slot."""
    entry = target_entry(line.task, line.frame, slot)
    reading = Reading(line.task, line.given, written_before(line.frame, line.contents, slot), tracing=True)
    _, levels = reading.sources(*entry.tag)
    columns = line.frame.columns()
    return {columns[tag]: int(levels[0, cell]) for tag, cell in reading.cells.items() if tag in columns}


def _picture(  # noqa: PLR0913, PLR0917 - what one picture is made of
    line: Line, pages: Pages, numbered: Numbered, written: int, levels: dict[int, int], slot: int, target: str = ""
) -> Picture:
    opening, prompt = pages.opening(line.task), len(line.frame.prompt)
    cells = [Cell("<start>", "opening", "", (), _ids(numbered.ids[0, t]), False, 0) for t in range(len(opening))]
    first = len(opening)
    shown = list(line.frame.entries[: prompt + written])
    learned = {first + t for t in np.flatnonzero(numbered.weights[0]) - first + 1}
    for t, entry in enumerate(shown):
        symbol = line.task.symbols[int(line.contents[0, t])]
        tag = "" if entry.kind is None else f"{entry.kind}{_index(entry.index)}"
        places = tuple(NO_ID if place is None else str(place) for place in entry.place)
        ids = _ids(numbered.ids[0, first + t]) if first + t < numbered.ids.shape[1] else ()
        cells.append(Cell(symbol, entry.role, tag, places, ids, first + t in learned, levels.get(t, 0)))
    at = first + prompt + slot
    if target or at >= len(cells) or _ends(numbered, len(cells)):
        cells.append(Cell(target or "<end>", "answer" if target else "end", "", (), (), len(cells) in learned, 0))
    return Picture(tuple(cells), min(at, len(cells) - 1), line.frame.axes)


def _ends(numbered: Numbered, cells: int) -> bool:
    return bool((numbered.targets[0, cells - 1 :] == STOP).any())


def _ids(ids: Column) -> tuple[str, ...]:
    return tuple(str(i) if i else NO_ID for i in ids.tolist())


def _index(index: int | tuple[int, ...]) -> str:
    return ",".join(map(str, index)) if isinstance(index, tuple) else str(index)


# -- rows -------------------------------------------------------------------------------------------------------------


def rows(picture: Picture, width: int = 80) -> Iterator[Row]:
    """The drawing, cut into strips that fit `width` characters; an empty row stands between strips."""
    every = list(_rows(picture))
    names = max(len(row.name) for row in every) + 2
    widths = _widths(picture)
    edges = np.concatenate([[0], np.cumsum([w + 1 for w in widths])]).tolist()
    column = 0
    while column < len(widths):
        last = column + 1
        while last < len(widths) and edges[last + 1] - edges[column] <= width - names:
            last += 1
        if column:
            yield Row("", "", "gap")
        for row in every:
            part = row.text[edges[column] : edges[last]].rstrip()
            if part or row.shows == "symbols":
                yield Row(row.name.ljust(names), part, row.shows)
        column = last


def _rows(picture: Picture) -> Iterator[Row]:
    cells, widths = picture.cells, _widths(picture)
    for number, text in enumerate(_arcs(picture, widths)):
        yield Row("" if number else "fixed by", text, "arcs")
    symbols = [f"[{c.symbol}]" if t == picture.target else c.symbol for t, c in enumerate(cells)]
    yield Row("symbol", _joined(symbols, widths), "symbols")
    yield Row("value", _joined([c.tag for c in cells], widths), "tags")
    for number, axis in enumerate(picture.axes):
        yield Row(axis, _joined([c.places[number] if c.places else "" for c in cells], widths), "places")
    for level in range(max(len(c.ids) for c in cells)):
        name = "id" if not level else f"id {level + 1}"
        yield Row(name, _joined([c.ids[level] if c.ids else "" for c in cells], widths), "ids")
    yield Row("enters", _joined([SAID[c.level] for c in cells], widths), "levels")
    yield Row("learned", _joined(["●" if c.learned else "" for c in cells], widths), "mask")


def _widths(picture: Picture) -> list[int]:
    """How wide each column is: as its widest text, brackets of the target included."""
    return [
        max(
            len(c.symbol) + 2 * (t == picture.target),
            len(c.tag),
            len(SAID[c.level]),
            *map(len, c.places),
            *map(len, c.ids),
            1,
        )
        for t, c in enumerate(picture.cells)
    ]


def _joined(texts: Sequence[str], widths: Sequence[int]) -> str:
    return " ".join(text.rjust(width) for text, width in zip(texts, widths, strict=True)) + " "


def _arcs(picture: Picture, widths: Sequence[int]) -> list[str]:
    """One row for each source, the farthest on top; all end at the target."""
    edges = np.cumsum([0, *(w + 1 for w in widths)]).tolist()
    middle = [edge + (w - 1) // 2 + (w - 1) % 2 for edge, w in zip(edges, widths, strict=False)]
    sources = [(t, c.level) for t, c in enumerate(picture.cells) if c.level in ARROWS and t < picture.target]
    end, drawn = middle[picture.target], []
    for number, (source, level) in enumerate(sources):
        row = [" "] * edges[-1]
        for earlier, _ in sources[:number]:
            row[middle[earlier]] = "│"
        row[middle[source] : end] = ["╭", *ARROWS[level] * (end - middle[source] - 1)]
        row[end] = "┤" if number else "╮"
        drawn.append("".join(row))
    if sources:
        row = [" "] * edges[-1]
        for source, _ in sources:
            row[middle[source]] = "│"
        row[end] = "▼"
        drawn.append("".join(row))
    return drawn
