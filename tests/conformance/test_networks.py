"""The suites of encodings and attentions report contract by contract; the checks are tested with the models."""

from dataclasses import dataclass
from typing import ClassVar

import pytest
import torch
from torch import Generator, Tensor

from lengthwise.conformance.networks import check_attention, check_encoding
from lengthwise.models.attention.plain import Plain
from lengthwise.models.doors import Distance, Encoding, EncodingModule, Shape
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.alibi import ALiBi
from lengthwise.models.positions.nope import NoPE
from lengthwise.models.where import Where


def test_a_good_encoding_and_a_good_attention_pass() -> None:
    check_encoding(NoPE()).demand()
    check_attention(Plain()).demand()


def test_a_false_claim_is_named() -> None:
    @dataclass(frozen=True)
    class Claims(Absolute):
        shift_invariant: ClassVar[bool] = True

    broken = check_encoding(Claims(limit=1024)).failures
    assert [finding.contract for finding in broken] == ["shift invariant as stated", "distance as stated"]


def test_a_short_table_is_skipped_by_name() -> None:
    findings = check_encoding(Absolute(limit=16)).findings
    assert {finding.verdict for finding in findings} == {"skip"}
    assert "a limit of 16 has too few ids" in findings[0].detail


class Drawn(EncodingModule):
    """A vector of its own for every symbol alike."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.vector = torch.randn(width)

    def embed(self, where: Where) -> Tensor:
        return self.vector.expand(*where.ids.shape[:2], -1)


@dataclass(frozen=True)
class Unseeded(NoPE):
    """The bug: it draws from torch's global stream."""

    def build(self, shape: Shape, generator: Generator) -> EncodingModule:
        return Drawn(shape.width)


@dataclass(frozen=True)
class SaysNone(ALiBi):
    """The bug: ids that fall would be admitted."""

    distance: ClassVar[Distance] = "none"


@dataclass(frozen=True)
class SaysForward(NoPE):
    distance: ClassVar[Distance] = "forward"


@pytest.mark.parametrize(
    ("encoding", "contract"),
    [
        (Unseeded(), "built from its seed"),
        (SaysNone(), "distance as stated"),
        (SaysForward(), "distance as stated"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_a_planted_bug_is_rejected(encoding: Encoding, contract: str) -> None:
    assert [finding.contract for finding in check_encoding(encoding).failures] == [contract]
