"""Every task of the house keeps to every contract that has a meaning for it."""

import json
from pathlib import Path

import pytest

from lengthwise.conformance.golden import check_golden, fingerprint
from lengthwise.conformance.tasks import check_task
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConformanceError
from lengthwise.core.task import Task
from lengthwise.tasks.logic.parity import Parity

GOLDEN = json.loads((Path(__file__).parents[1] / "golden" / "tasks.json").read_text())
TASKS = [name for name in names("tasks") if isinstance(find("tasks", name)(), Task)]


@pytest.mark.parametrize("name", TASKS)
def test_the_task_keeps_to_every_contract(name: str) -> None:
    check_task(find("tasks", name)(), GOLDEN).demand()


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("recall/slim", {"modulus": 60, "types": 6}),
        ("ordering/sort", {"values": 20}),
        ("arithmetic/addition", {"second": "any"}),
    ],
)
def test_other_configurations_keep_to_them_too(name: str, fields: dict[str, object]) -> None:
    check_task(find("tasks", name)(**fields)).demand()


def test_no_golden_hash_is_left_of_a_task_that_is_gone() -> None:
    assert set(GOLDEN) <= set(TASKS)


def test_changed_data_need_a_new_version() -> None:
    version, _, _ = fingerprint(Parity()).partition(":")
    with pytest.raises(ConformanceError, match="raise `version`"):
        check_golden(Parity(), {"logic/parity": f"{version}:another"})
    with pytest.raises(ConformanceError, match="write it anew"):
        check_golden(Parity(), {"logic/parity": f"{int(version) - 1}:another"})
