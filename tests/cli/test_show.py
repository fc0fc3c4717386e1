"""A problem drawn: the arcs are the witness, the rows are right, and nothing but text comes out where nobody looks."""

import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from lengthwise.core.line import Line
from lengthwise.core.overrides import make
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.restrict import Restricted, restrict
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.reports.drawing import Picture, picture_of, picture_of_cut, rows
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort


def sorted_line() -> Line:
    return write(Sort(values=20), {"x": np.array([[14, 3, 9, 17, 6, 11]])})


def told(picture: Picture, name: str, width: int = 200) -> list[str]:
    return [row.text for row in rows(picture, width) if row.name.strip() == name]


def test_the_levels_of_sort_are_the_next_number_the_last_one_and_all_others() -> None:
    picture = picture_of(sorted_line(), 3, Sequential())
    # <start> 14 3 9 17 6 11 = 3 6 9 [11]: 11 is copied, 9 (written) finds the place, the other inputs lose.
    symbols = [cell.symbol for cell in picture.cells]
    levels = {t: cell.level for t, cell in enumerate(picture.cells) if cell.level}
    copied, last = 6, 10
    assert (symbols[copied], symbols[last], symbols[picture.target]) == ("11", "9", "11")
    assert levels == {copied: 3, last: 2, **dict.fromkeys(range(1, 6), 1)}


def test_arcs_begin_over_their_sources_and_end_over_the_target() -> None:
    picture = picture_of(sorted_line(), 3, Sequential())
    drawn = [row.text for row in rows(picture, 200) if row.shows == "arcs"]
    symbols = told(picture, "symbol")[0]
    target = range(symbols.index("[11]"), symbols.index("[11]") + 4)
    copied = range(symbols.index(" 11 ") + 1, symbols.index(" 11 ") + 3)
    assert drawn[0].index("╭") in copied
    assert drawn[0].index("╮") == drawn[1].index("┤") == drawn[2].index("▼")
    assert drawn[2].index("▼") in target
    assert "╌" in drawn[1]
    assert "╌" not in drawn[0]


def test_every_strip_fits_and_together_they_have_every_symbol() -> None:
    line = write(Sort(values=256), {"x": np.arange(200, 140, -1)[None, :]})
    picture = picture_of(line, 30, Sequential())
    drawn = list(rows(picture, 60))
    assert max(len(row.name + row.text) for row in drawn) <= 60
    words = " ".join(row.text for row in drawn if row.shows == "symbols").split()
    assert words == ["<start>", *str(line).split()[:91], "[171]", *str(line).split()[92:], "<end>"]


def test_exactly_the_written_symbols_and_the_end_are_learned() -> None:
    line = write(Addition(), {"a": np.array([[7, 2]]), "b": np.array([[5, 8]])}, Carries(), LeastFirst())
    picture = picture_of(line, 2, Sequential())
    learned = [cell.symbol for cell in picture.cells if cell.learned]
    assert learned == [*str(line).split()[6:], "<end>"]
    assert [cell.ids[0] for cell in picture.cells[:4]] == ["·", "1", "2", "3"]


def test_a_restricted_line_is_drawn_with_the_symbol_of_the_long_one() -> None:
    # The worked example of the design: 14 3 9 17 6 11 = 3 6 9 [11] keeping 3 9 17 11.
    cut = restrict(sorted_line(), 3, 4, "closed", np.array([[0.0, 1, 1, 1, 0, 1]]))
    assert isinstance(cut, Restricted)
    picture = picture_of_cut(cut, Sequential())
    assert told(picture, "symbol")[0].split() == ["<start>", "3", "9", "17", "11", "=", "3", "9", "[11]"]
    assert [cell.learned for cell in picture.cells] == [False] * 8 + [True]


def test_where_nobody_looks_it_is_plain_text_and_torch_stays_out() -> None:
    code = (
        "import sys, lengthwise.cli as cli\n"
        "try: cli.app(['show', 'sort(values=20)'])\n"
        "except SystemExit: pass\n"
        "print('torch' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "False"
    assert "\x1b" not in done.stdout
    assert "ordering/sort" in done.stdout
    assert "restricted to 3, form closed" in done.stdout


@pytest.mark.parametrize("task", ["majority", "addition", "parity", "slim", "copy_repeats", "key_value", "minesweeper"])
def test_other_tasks_are_drawn_too(lengthwise: Any, task: str) -> None:
    said = lengthwise("show", task, "--length", "4", "--numbering", "random_start")
    assert (said.code, said.err) == (0, "")
    assert make("tasks", task).name in said.out


def test_a_task_without_restriction_says_so_and_refuses_one_that_is_asked_for(lengthwise: Any) -> None:
    assert "no restriction: logic/majority" in lengthwise("show", "majority").out
    refused = lengthwise("show", "majority", "--form", "closed")
    assert refused.code == 2
    assert refused.err.startswith("error: logic/majority does not admit the form closed")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("srot",), "error: no task is called 'srot'; did you mean 'sort'"),
        (("sort(values=5)", "--length", "6"), "error: Sort(values=5) goes up to length 5, not 6"),
        (("sort", "--slot", "40"), "error: there is no value at slot 40 of this page"),
        (("sort", "--split", "tset"), "error: there is no split 'tset'"),
        (("sort", "--case", "adjacen"), "error: ordering/sort has no case 'adjacen'"),
    ],
)
def test_a_mistake_is_one_line_that_says_what_to_do(lengthwise: Any, words: tuple[str, ...], message: str) -> None:
    said = lengthwise("show", *words)
    assert said.code == 2
    assert said.err.startswith(message)
    assert said.err.count("\n") == 1


def test_a_restriction_that_looks_like_a_short_line_is_called_a_placebo(lengthwise: Any) -> None:
    assert "beside ordinary lines of length 3: placebo" in lengthwise("show", "copy", "--form", "closed").out
    assert "beside ordinary lines of length 3: differs in" in lengthwise("show", "sort", "--form", "closed").out


def test_a_line_without_working_shows_no_arc_from_what_is_not_there() -> None:
    picture = picture_of(write(Sort(values=20), {"x": np.array([[5]])}, Nothing()), 0, Sequential())
    assert [row.text.count("╭") for row in rows(picture, 80) if row.shows == "arcs"] == [1, 0]


def test_pages_wider_than_a_restriction_may_draw_are_shown_all_the_same(lengthwise: Any) -> None:
    said = lengthwise("show", "addition", "--layout", "zero_padded(width=4)", "--length", "3")
    assert (said.code, said.err) == (0, "")
    said = lengthwise("show", "addition", "--layout", "natural_width", "--length", "2")
    assert (said.code, said.err) == (0, "")
    assert "no arcs" in said.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("sort", "--length", "5", "--restrict-to", "30"), "a line of length 5 cannot be cut to 30"),
        (("sort", "--trace", "carries"), "writes carry, and nothing of ordering/sort is that: it has no working"),
        (("parity", "--trace", "carries"), "its working is state"),
    ],
)
def test_what_would_change_nothing_is_refused(lengthwise: Any, words: tuple[str, ...], message: str) -> None:
    said = lengthwise("show", *words)
    assert said.code == 2
    assert message in said.err
