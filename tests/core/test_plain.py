"""Configs survive plain JSON exactly, and what cannot be rebuilt is refused by the field's name."""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lengthwise.core.catalogue import find
from lengthwise.core.errors import ConfigError, UnknownName
from lengthwise.core.plain import FORMAT, document, from_document, from_plain, to_plain
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort

MINE = """
from dataclasses import dataclass, field
from typing import Literal

from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.tasks.ordering.sort import Sort

@dataclass(frozen=True)
class Part:
    rate: float = 1e-3
    name: str = "part"

@dataclass(frozen=True)
class Mine:
    seed: int = 0
    task: Task = field(default_factory=Sort)
    numbering: Numbering | None = None
    part: Part = field(default_factory=Part)
    parts: tuple[Part, ...] = ()
    tasks: tuple[Task, ...] = ()
    pair: tuple[int, float] = (1, 0.5)
    lengths: tuple[int, ...] = (5, 10)
    kinds: frozenset[str] = frozenset()
    weights: dict[str, float] = field(default_factory=dict)
    how: Literal["near", "hard", 3] = "near"
    on: bool = False
    anything: object = None
"""


@pytest.fixture(scope="module")
def mine(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The module of a user's file with one field of every sort."""
    path = tmp_path_factory.mktemp("mine") / "mine.py"
    path.write_text(MINE)
    return {"Mine": find("tasks", f"{path}:Mine"), "Part": find("tasks", f"{path}:Part"), "path": path}


def through_json(thing: Any, expected: Any = Any) -> Any:
    return from_plain(json.loads(json.dumps(to_plain(thing))), expected)


def test_the_json_is_what_a_reader_expects() -> None:
    assert to_plain(RandomStart(ids=50)) == {"is": "numberings/random_start", "ids": 50, "start": 0, "measured": -1}
    assert to_plain(Addition()) == {"is": "tasks/arithmetic/addition", "second": "equal"}


def test_a_nested_config_survives_json(mine: Any) -> None:
    part = mine["Part"]
    full = mine["Mine"](
        seed=3,
        task=Addition(),
        numbering=RandomStart(ids=9),
        part=part(rate=0.1 + 0.2),
        parts=(part(name="a"), part(name="b")),
        tasks=(Sort(values=7), Addition()),
        pair=(4, 2.5),
        lengths=(),
        kinds=frozenset({"carry", "digit"}),
        weights={"main": 0.25},
        how=3,
        on=True,
    )
    back = through_json(full, mine["Mine"])
    assert back == full
    assert repr(back.part.rate) == "0.30000000000000004"
    assert (type(back.lengths), type(back.kinds), type(back.parts)) == (tuple, frozenset, tuple)
    assert through_json(mine["Mine"]()) == mine["Mine"]()


@given(st.floats(allow_nan=False), st.lists(st.integers()), st.text())
def test_numbers_and_text_survive_exactly(rate: float, lengths: list[int], name: str) -> None:
    plain = to_plain((rate, tuple(lengths), name))
    back = from_plain(json.loads(json.dumps(plain, allow_nan=False)), tuple[float, tuple[int, ...], str])
    assert back == (rate, tuple(lengths), name)
    assert math.copysign(1, back[0]) == math.copysign(1, rate)


def test_a_nan_survives() -> None:
    assert math.isnan(from_plain(json.loads(json.dumps(to_plain(math.nan), allow_nan=False)), float))


def test_numbers_of_numpy_become_plain(mine: Any) -> None:
    assert to_plain(replace(mine["Mine"](), seed=np.int64(4)))["seed"] == 4
    assert type(to_plain(np.float32(0.5))) is float


def changed(plain: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {**plain, **fields}


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"seed": "x"}, ConfigError, r"config\.seed: 'x' is not allowed; give a whole number"),
        ({"seed": True}, ConfigError, r"config\.seed"),
        ({"seed": 1.5}, ConfigError, r"config\.seed"),
        ({"on": 1}, ConfigError, r"config\.on: .*true or false"),
        ({"how": "far"}, ConfigError, r"config\.how: .*'near' or 'hard' or 3"),
        ({"lengths": [1, "2"]}, ConfigError, r"config\.lengths\[1\]"),
        ({"pair": [1]}, ConfigError, r"config\.pair"),
        ({"weights": {"main": "much"}}, ConfigError, r"config\.weights\.main"),
        (
            {"task": {"is": "tasks/ordering/sort", "valeus": 3}},
            ConfigError,
            r"config\.task: Sort has no field 'valeus'",
        ),
        ({"task": {"is": "tasks/ordering/srot"}}, UnknownName, r"config\.task: .*did you mean 'sort'"),
        ({"task": {"is": "numberings/random_start"}}, ConfigError, r"config\.task: .*give Task"),
        ({"task": {"is": 3}}, ConfigError, r"config\.task: 'is' must be a name"),
        ({"task": {"is": "lengthwise.core.plain.to_plain"}}, ConfigError, r"config\.task: .*no dataclass"),
        ({"task": {"is": "lengthwise.nowhere.Thing"}}, ConfigError, r"from another version"),
        ({"part": {"is": "float", "value": "1"}}, ConfigError, r"config\.part: '1' is no number"),
        ({"colour": "red"}, ConfigError, r"config: Mine has no field 'colour'"),
    ],
)
def test_a_damaged_config_is_refused_by_the_name_of_the_field(
    mine: Any, fields: dict[str, Any], error: type[Exception], message: str
) -> None:
    plain = to_plain(mine["Mine"]())
    assert from_plain(plain) == mine["Mine"]()  # sound until it is damaged
    with pytest.raises(error, match=message):
        from_plain(changed(plain, **fields), mine["Mine"])


def test_a_name_outside_the_package_imports_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    (tmp_path / "trap.py").write_text("raise SystemExit('imported')")
    with pytest.raises(UnknownName):
        from_plain({"is": "trap.Thing"})


def test_a_missing_field_is_named() -> None:
    @dataclass(frozen=True)
    class Local:
        number: int

    with pytest.raises(ConfigError, match="no name to find it by"):
        to_plain(Local(3))
    with pytest.raises(ConfigError, match="'is'"):
        to_plain({"is": "a mapping"})
    with pytest.raises(ConfigError, match=r"config\[1\]: .*cannot be kept"):
        to_plain((1, object()))


def test_a_document_of_a_newer_format_is_refused_before_it_is_read() -> None:
    written = document(Sort())
    assert from_document(json.loads(json.dumps(written)), Sort) == Sort()
    newer = {"format": FORMAT + 1, "lengthwise": "9.1.0", "config": {"is": "no such thing"}}
    with pytest.raises(ConfigError, match=r"written by lengthwise 9\.1\.0.*update"):
        from_document(newer)


@pytest.mark.parametrize("foreign", [None, [], {}, {"format": "1", "config": {}}, {"format": 1}])
def test_a_foreign_document_is_refused(foreign: Any) -> None:
    with pytest.raises(ConfigError, match="not a config of lengthwise"):
        from_document(foreign)
