"""A masked read that gives garbage is rejected: by the Reader's own check, and by the tasks that lean on the 0."""

from typing import Any

import numpy as np
import pytest

from lengthwise.conformance import answering
from lengthwise.conformance.readers import check_masked_reads_give_zero
from lengthwise.conformance.tasks import check_task
from lengthwise.core.errors import ConformanceError
from lengthwise.core.given import Column
from lengthwise.core.reader import Reading
from lengthwise.tasks.recall.slim import SLiM


class Garbage(Reading):
    """Rows outside `where` get 7."""

    def _get(self, kind: str, index: Any, where: Any, level: int) -> Column:
        value = super()._get(kind, index, where, level)
        return value if where is None or where is True else np.where(where, value, 7)


class Noting(Reading):
    """Notes a read for the rows that did not read."""

    def _get(self, kind: str, index: Any, where: Any, level: int) -> Column:
        value = super()._get(kind, index, None, level)
        return value if where is None else np.where(where, value, 0)


def test_the_reader_gives_0_where_it_does_not_read() -> None:
    check_masked_reads_give_zero()


@pytest.mark.parametrize(("reader", "word"), [(Garbage, "gave"), (Noting, "noted")])
def test_a_reader_that_does_not_is_rejected(reader: type[Reading], word: str) -> None:
    with pytest.raises(ConformanceError, match=word):
        check_masked_reads_give_zero(reader)


def test_a_task_meets_the_garbage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "Reading", Garbage)
    (broken,) = check_task(SLiM(modulus=20, types=5), only={"next = solve"}).failures
    assert "next is" in broken.detail
