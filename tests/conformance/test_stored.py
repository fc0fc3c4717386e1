"""A data file passes what has a meaning for it, and skips the rest by name."""

import pytest

from lengthwise.conformance.stored import check_data_file
from lengthwise.conformance.tasks import check_task
from lengthwise.evaluation.datafile import DataFile, Row

ROWS = [Row("3 1 2 =", "1 2 3", 3), Row("2 1 =", "1 2", 2)]


def test_restriction_coupling_and_the_five_contracts_are_skipped_by_name() -> None:
    report = check_task(DataFile.of(ROWS, name="mine"))
    report.demand()
    skips = {finding.contract for finding in report.findings if finding.verdict == "skip"}
    five = {"next = solve", "influence is sound", "witness is sound", "witness is minimal", "carriers are right"}
    assert five | {"claimed restrictions"} <= skips
    assert {finding.contract for finding in report.findings} - skips == {
        "a prompt has one answer",
        "lengths are counts",
        "wrong answers caught",
    }
    assert all("mine is a data file" in f.detail for f in report.findings if f.verdict == "skip")


@pytest.mark.parametrize(
    ("row", "contract"),
    [
        (Row("2 1 =", "2 1", 2), "a prompt has one answer"),
        (Row("4 =", "", 1), "a prompt has one answer"),
        (Row("4 =", "4", 0), "lengths are counts"),
    ],
)
def test_a_bad_row_is_rejected(row: Row, contract: str) -> None:
    report = check_data_file(DataFile.of([*ROWS, row], name="mine"))
    assert contract in {finding.contract for finding in report.failures}
