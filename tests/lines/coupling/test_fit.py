"""Coupled ids are refused for tasks that find values by their contents, and only for those."""

import pytest

from lengthwise.core.errors import NumberingError
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.lines.coupling.automatic import Automatic
from lengthwise.lines.coupling.fit import check_fits
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.predicted import Predicted
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.copy import Copy
from lengthwise.tasks.ordering.sort import Sort
from lengthwise.tasks.recall.key_value import KeyValue
from lengthwise.tasks.recall.slim import SLiM


@pytest.mark.parametrize("task", [Sort(), SLiM(), KeyValue(), Hinted(Sort())], ids=lambda task: type(task).__name__)
@pytest.mark.parametrize("numbering", [Coupled(), Predicted(Coupled())], ids=repr)
def test_addresses_that_depend_on_values_rule_coupling_out(numbering: Numbering, task: Task) -> None:
    with pytest.raises(NumberingError, match=r"depends on values.*use a numbering without places"):
        check_fits(numbering, task)


def test_other_pairs_pass() -> None:
    check_fits(RandomStart(), Sort())
    check_fits(Abacus(), Sort())
    check_fits(Coupled(), Addition())
    check_fits(Coupled(), Copy(values=4))
    check_fits(Coupled(axes=("automatic 1",)), Automatic(Addition()))
