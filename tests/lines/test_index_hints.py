"""Index hints are coupled ids written on the page; reading an answer drops them, and odd ones make it malformed."""

import numpy as np
import pytest

from lengthwise.conformance.tasks import check_task
from lengthwise.core.errors import LayoutError, RestrictionRefused
from lengthwise.core.given import Column, Given
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.line import Line
from lengthwise.core.outcome import Outcome
from lengthwise.core.plain import from_plain, to_plain
from lengthwise.core.task import Reader
from lengthwise.core.vocabulary import Vocabulary
from lengthwise.evaluation.grade import expected, grade
from lengthwise.lines.admit import require_admitted
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.layouts.index_hints import IndexHints
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.restrict import restrict
from lengthwise.lines.traces.carries import Carries
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import write
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.copy_repeats import CopyRepeats
from lengthwise.tasks.ordering.sort import Sort

TASK = Hinted(Addition(), hints=20)


def problems(rows: int = 200, length: int = 4) -> Given:
    return Addition().draw(length, np.random.default_rng(0), "typical", rows)


def hints_and_values(line: Line, row: int) -> tuple[list[int], list[str]]:
    words = [word for word in line.words(row) if word not in {"+", "="}]
    return [int(word[1:]) for word in words[::2]], words[1::2]


def test_a_hint_stands_before_every_digit_and_says_its_significance_from_a_start_of_the_row() -> None:
    given = problems()
    line, bare = write(TASK, given, layout=IndexHints()), write(Addition(), given, layout=ReversedAnswer())
    starts = set()
    for row in range(len(line)):
        hints, values = hints_and_values(line, row)
        assert values == [word for word in bare.words(row) if word not in {"+", "="}]
        units = hints[3]
        assert hints == [units + p for p in (3, 2, 1, 0, 3, 2, 1, 0, 0, 1, 2, 3, 4)]
        starts.add(units)
    assert starts == set(range(2, 17)), "units 2 .. 16, so that the top digit, 4 above, stays within 20"


def test_hints_are_the_ids_that_coupling_gives() -> None:
    given = problems(3)
    line = write(TASK, given, layout=IndexHints(LeastFirst()))
    ids, state = Coupled(start=1).begin(line.frame, np.random.default_rng(0), 1, before=0)
    ids = np.concatenate([ids, Coupled(start=1).ahead(state, np.zeros((1, len(line.frame.slots))))], axis=1)[0, :, 0]
    at = [t for t, entry in enumerate(line.frame.entries) if entry.kind == "hint"]
    codes: Column = line.contents[:, at].astype(np.int64)
    apart = codes - ids[at]
    assert (apart == apart[:, :1]).all()


def test_a_rows_hints_do_not_depend_on_the_rows_beside_it() -> None:
    given = problems(40)
    line = write(TASK, given, layout=IndexHints())
    alone = write(TASK, {kind: column[7:8] for kind, column in given.items()}, layout=IndexHints())
    assert line.words(7) == alone.words(0)


def test_written_carries_get_hints_too() -> None:
    line = write(TASK, problems(1, 2), Carries(), IndexHints(LeastFirst()))
    assert len(hints_and_values(line, 0)[1]) == 2 + 2 + 3 + 2


def test_grading_drops_hints_and_calls_odd_ones_malformed() -> None:
    line = write(TASK, problems(), layout=IndexHints())
    symbols = expected(line, 0)
    assert grade(line, 0, " ".join(symbols)).outcome is Outcome.CORRECT
    digit = symbols.copy()
    digit[1] = str((int(digit[1]) + 1) % 10)
    assert grade(line, 0, " ".join(digit)).outcome is Outcome.WRONG
    hint = symbols.copy()
    hint[2] = symbols[0]
    assert grade(line, 0, " ".join(hint)).outcome is Outcome.MALFORMED
    swapped = [symbols[1], symbols[0], *symbols[2:]]
    assert grade(line, 0, " ".join(swapped)).outcome is Outcome.MALFORMED


def test_the_vocabulary_has_the_hints_and_the_problems_are_the_tasks_own() -> None:
    assert {f"#{n}" for n in range(1, 21)} <= set(Vocabulary.over([TASK]).symbols)
    own, hinted = (block(BlockKey(t, 4, "test")) for t in (Addition(), TASK))
    assert all((own[kind] == hinted[kind]).all() for kind in own)


def test_one_place_has_one_hint_in_a_copy() -> None:
    task = Hinted(CopyRepeats(), hints=9)
    line = write(task, CopyRepeats().draw(3, np.random.default_rng(0), "typical", 1), layout=IndexHints(LeastFirst()))
    hints, values = hints_and_values(line, 0)
    assert hints[:3] == hints[3:] == [hints[0], hints[0] + 1, hints[0] + 2]
    assert values[:3] == values[3:]


def test_missing_symbols_too_few_hints_and_restriction_are_refused() -> None:
    with pytest.raises(LayoutError, match="Hinted"):
        write(Addition(), problems(), layout=IndexHints())
    with pytest.raises(LayoutError, match="needs 6 hints"):
        write(Hinted(Addition(), hints=5), problems(), layout=IndexHints())
    with pytest.raises(RestrictionRefused):
        restrict(write(TASK, problems(), layout=IndexHints()), 1, 2, "closed", np.zeros((200, 5)))


def test_a_config_comes_back_from_json() -> None:
    assert from_plain(to_plain(TASK)) == TASK
    assert from_plain(to_plain(IndexHints())) == IndexHints()


def test_a_task_with_hints_keeps_the_contracts_and_a_lost_carry_is_still_caught() -> None:
    check_task(Hinted(Addition(), hints=20), only=("next = solve", "influence is sound")).demand()

    class LostCarry(Addition):
        def step(self, read: Reader, kind: str, index: int) -> Column:
            if index == read.count("a"):
                return np.zeros(1, dtype=np.int64)
            return (read.read("a", index) + read.read("b", index)) % 10

    broken = check_task(Hinted(LostCarry(), hints=20), only=("next = solve",))
    assert [finding.contract for finding in broken.failures] == ["next = solve"]
    assert "step asked for the kind" not in broken.failures[0].detail


def test_why_a_hinted_task_has_no_restriction_is_said() -> None:
    with pytest.raises(RestrictionRefused, match=r"a view of a task \(Hinted\)"):
        require_admitted(Hinted(Sort()), Nothing(), IndexHints(), "closed")
