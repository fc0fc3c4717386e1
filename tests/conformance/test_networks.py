"""The suites of encodings and attentions report contract by contract; the checks are tested with the models."""

from dataclasses import dataclass
from typing import ClassVar

from lengthwise.conformance.networks import check_attention, check_encoding
from lengthwise.models.attention.plain import Plain
from lengthwise.models.positions.absolute import Absolute
from lengthwise.models.positions.nope import NoPE


def test_a_good_encoding_and_a_good_attention_pass() -> None:
    check_encoding(NoPE()).demand()
    check_attention(Plain()).demand()


def test_a_false_claim_is_named() -> None:
    @dataclass(frozen=True)
    class Claims(Absolute):
        shift_invariant: ClassVar[bool] = True

    broken = check_encoding(Claims(limit=1024)).failures
    assert [finding.contract for finding in broken] == ["shift invariant as stated"]


def test_a_short_table_is_skipped_by_name() -> None:
    findings = check_encoding(Absolute(limit=16)).findings
    assert {finding.verdict for finding in findings} == {"skip"}
    assert "a limit of 16 has too few ids" in findings[0].detail
