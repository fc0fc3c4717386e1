"""The run-time check of shapes in tests: beartype, told two things.

A whole number may stand for a float (as everywhere in typing), and constructors are left alone: what a user may build
wrongly is refused by the class itself, and tests look at those refusals.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from beartype import BeartypeConf, beartype

Function = TypeVar("Function", bound=Callable[..., Any])

_CHECK = beartype(conf=BeartypeConf(is_pep484_tower=True))


def checked(function: Function) -> Function:
    """`function` with its annotations checked at every call, unless it is a constructor."""
    if function.__name__ == "__init__":
        return function
    return _CHECK(function)
