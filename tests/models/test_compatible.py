"""Pairs without meaning are refused by what both sides state."""

from dataclasses import dataclass

import pytest

from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Frame
from lengthwise.models.compatible import check_pair, check_span
from tests.models.cases import ENCODINGS

FORWARD = {"alibi", "t5_bias", "kerple", "fire"}
FRAME = Frame(prompt=(), slots=(), axes=())  # only handed through


@dataclass(frozen=True)
class Numbering:
    """A numbering of a line with ten ids."""

    levels: int = 1
    monotone: bool = True
    lowest: int = 1

    def span(self, frame: Frame, extra: int = 0) -> tuple[int, int]:
        return self.lowest, self.lowest + 9 + extra


@pytest.mark.parametrize("name", ENCODINGS)
def test_forward_distances_need_ids_that_never_fall(name: str) -> None:
    if name in FORWARD:
        with pytest.raises(ConfigError, match="may fall"):
            check_pair(ENCODINGS[name], Numbering(monotone=False))
    else:
        check_pair(ENCODINGS[name], Numbering(monotone=False))
    check_pair(ENCODINGS[name], Numbering())


@pytest.mark.parametrize("name", ENCODINGS)
def test_several_levels_need_an_encoding_of_many(name: str) -> None:
    for numbering, levels in ((Numbering(levels=2), None), (Numbering(), 3)):
        if name in FORWARD:
            with pytest.raises(ConfigError, match="one id level"):
                check_pair(ENCODINGS[name], numbering, levels)
        else:
            check_pair(ENCODINGS[name], numbering, levels)


def test_ids_beyond_the_table_are_refused_before_the_run() -> None:
    absolute = ENCODINGS["absolute"]  # 40 ids
    check_span(absolute, Numbering(), FRAME, 10, extra=30)
    with pytest.raises(ConfigError, match=r"length 10 needs ids from 1 to 41 .* limit to at least 41"):
        check_span(absolute, Numbering(), FRAME, 10, extra=31)
    with pytest.raises(ConfigError, match="from 0 to 9"):
        check_span(absolute, Numbering(lowest=0), FRAME, 10)
    check_span(ENCODINGS["rope"], Numbering(), FRAME, 10, extra=10**6)
