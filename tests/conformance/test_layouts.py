"""The layouts' suite: those of the house pass, planted bugs do not."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from lengthwise.conformance.layouts import check_layout
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import LayoutError
from lengthwise.core.frame import Frame, Tag
from lengthwise.core.layout import Layout
from lengthwise.lines.layouts.plain import Plain


@pytest.mark.parametrize("name", names("layouts"))
def test_the_layouts_of_the_house_keep_to_every_contract(name: str) -> None:
    check_layout(find("layouts", name)()).demand()


@dataclass(frozen=True)
class Loses(Layout):
    def arrange(self, frame: Frame) -> Frame:
        return frame._replace(slots=frame.slots[1:] if len(frame.slots) > 1 else frame.slots)


@dataclass(frozen=True)
class Doubles(Layout):
    def arrange(self, frame: Frame) -> Frame:
        return frame._replace(slots=(*frame.slots, frame.slots[0]))


@dataclass(frozen=True)
class Displaces(Layout):
    def arrange(self, frame: Frame) -> Frame:
        return frame._replace(slots=tuple(e._replace(place=(None,) * len(e.place)) for e in frame.slots))


@dataclass(frozen=True)
class ReadsBackwards(Layout):
    def arrange(self, frame: Frame) -> Frame:
        return Plain().arrange(frame)

    def read(self, frame: Frame, symbols: Sequence[str]) -> dict[Tag, str]:
        return Plain().read(frame, symbols[::-1])


@dataclass(frozen=True)
class ReadsAnything(Layout):
    def arrange(self, frame: Frame) -> Frame:
        return frame

    def read(self, frame: Frame, symbols: Sequence[str]) -> dict[Tag, str]:
        values = [e for e in frame.slots if e.kind is not None]
        return {e.tag: s for e, s in zip(values, symbols, strict=False)}


@dataclass(frozen=True)
class Restless(Layout):
    def arrange(self, frame: Frame) -> Frame:
        CALLS.append(0)
        return frame._replace(slots=frame.slots if len(CALLS) % 2 else frame.slots[::-1])


CALLS: list[int] = []


@pytest.mark.parametrize(
    ("layout", "contract"),
    [
        (Loses(), "moves values and loses none"),
        (Doubles(), "moves values and loses none"),
        (Displaces(), "moves values and loses none"),
        (Restless(), "moves values and loses none"),
        (ReadsBackwards(), "read is the inverse"),
        (ReadsAnything(), "a page that is none is refused"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_planted_bug_is_rejected(layout: Layout, contract: str) -> None:
    assert contract in {finding.contract for finding in check_layout(layout).failures}


def test_a_layout_that_takes_nothing_is_skipped_by_name() -> None:
    @dataclass(frozen=True)
    class Shy(Layout):
        def arrange(self, frame: Frame) -> Frame:
            raise LayoutError("not for me")

    assert {finding.verdict for finding in check_layout(Shy()).findings} == {"skip"}
