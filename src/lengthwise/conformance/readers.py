"""What a Reader keeps to where a read does not happen: the others get 0, and nothing is noted."""

from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np

from lengthwise.core.errors import ConformanceError
from lengthwise.core.frame import Tag
from lengthwise.core.given import Column, Given
from lengthwise.core.reader import Reading
from lengthwise.core.task import Reader
from lengthwise.tasks.logic.parity import Parity


class MakesReader(Protocol):
    """How a Reader is made: `Reading` itself, or something that is to take its place."""

    def __call__(
        self, task: Any, given: Given, written: Mapping[Tag, Column] | None = None, *, tracing: bool = False
    ) -> Reading:
        """A Reader of one block."""
        ...


def check_masked_reads_give_zero(reading: MakesReader = Reading) -> None:
    """Rows outside `where` get 0, of a given, a written and a computed value, at one index and at one a row."""
    given = {"x": np.ones((4, 3), dtype=np.int64)}
    mask = np.array([True, False, True, False])
    nothing: dict[Tag, Column] = {}
    for written in (nothing, {**nothing, ("state", 0): np.ones(4, dtype=np.int64)}):
        for kind in ("x", "state"):
            for index in (0, np.zeros(4, dtype=np.int64)):
                for verb in ("read", "key"):
                    _check_one(reading(_Masked(kind, index, mask, verb), given, written, tracing=True), mask)


def _check_one(reading: Reading, mask: Column) -> None:
    value, levels = reading.sources("state", 2)
    if value[~mask].any() or not value[mask].all():
        raise ConformanceError(f"a masked read gave {value.tolist()}; rows outside `where` get 0, the others the value")
    if levels[~mask].any():
        raise ConformanceError("a masked read was noted for rows that did not read")


class _Masked(Parity):
    """Reads one value for some rows only, and without a mask where a value below is asked for."""

    def __init__(self, kind: str, index: int | Column, mask: Column, verb: str) -> None:
        self.__dict__.update(asked=kind, at=index, mask=mask, verb=verb)

    def __hash__(self) -> int:
        return id(self)

    def step(self, read: Reader, kind: str, index: int) -> Column:
        if index < 2:
            return read.read("x", index)
        ask = read.read if self.__dict__["verb"] == "read" else read.key
        return ask(self.__dict__["asked"], self.__dict__["at"], self.__dict__["mask"])
