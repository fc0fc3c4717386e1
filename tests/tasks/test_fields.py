"""Fields that make no task are refused where the task is made, before anything is drawn."""

import pytest

from lengthwise.core.errors import LengthwiseError
from lengthwise.core.overrides import make


@pytest.mark.parametrize(
    "name",
    [
        "sort(values=0)",
        "copy_repeats(values=-1)",
        "slim(modulus=0)",
        "slim(types=0)",
        "last_same_type_sum(types=-2)",
        "minesweeper(fewest=30)",
        "minesweeper(most=101)",
        "count(values=0)",
        "many_addition(operands=1)",
        "multiplication(second=0)",
    ],
)
def test_a_field_that_makes_no_task_is_refused_by_name(name: str) -> None:
    field = name.partition("(")[2].partition("=")[0]
    with pytest.raises(LengthwiseError, match=field):
        make("tasks", name)
