"""Lines: codes in columns, text only by `str`."""

import numpy as np

from lengthwise.core.given import END, HOLE
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort

LINE = write(Sort(values=20), {"x": np.array([[14, 3, 9], [1, 0, 19]])})


def test_a_line_prints_one_row_a_line() -> None:
    assert str(LINE) == "14 3 9 = 3 9 14\n1 0 19 = 0 1 19"


def test_rows_are_lines_themselves() -> None:
    assert str(LINE[1]) == "1 0 19 = 0 1 19"
    assert str(LINE[-1]) == "1 0 19 = 0 1 19"
    assert len(LINE[0:2]) == 2
    assert str(LINE[np.array([1, 1, 0])]).count("\n") == 2
    assert LINE[1].given["x"].tolist() == [[1, 0, 19]]


def test_a_line_costs_two_bytes_a_symbol() -> None:
    assert LINE.contents.dtype == np.int16


def test_ends_and_holes_print_nothing() -> None:
    contents = LINE.contents.copy()
    contents[0, -1], contents[0, -2] = HOLE, END
    from dataclasses import replace

    assert str(replace(LINE, contents=contents)[0]) == "14 3 9 = 3"


def test_parts_of_a_page_are_found_by_their_role() -> None:
    line = write(Addition(), {"a": np.array([[7, 5]]), "b": np.array([[6, 4]])}, Carries(), Plain())
    assert str(line) == "5 7 + 4 6 = 1 1 1 0 3"
    assert (line.part("prompt"), line.part("working"), line.part("answer")) == ("5 7 + 4 6 =", "1 1", "1 0 3")
    assert line.words() == str(line).split()
    assert line.prompt_symbols == 6


def test_contents_are_codes_into_the_tasks_symbols() -> None:
    assert LINE.contents[0].tolist() == [14, 3, 9, 20, 3, 9, 14]  # "=" comes after the twenty numbers
    assert write(Sort(values=20), LINE.given, Nothing()).task.symbols[20] == "="
