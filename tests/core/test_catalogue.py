"""Names are found by where files lie, and a wrong name is answered with near ones."""

import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from lengthwise.core import catalogue
from lengthwise.core.catalogue import AXES, find, names, reference, resolve, short
from lengthwise.core.errors import ConfigError, MissingExtra, UnknownName
from lengthwise.tasks.arithmetic.addition import Addition


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package folder of our own, so that what lies in it is known; the cache of the real one is left as it was."""
    monkeypatch.setattr(catalogue, "PACKAGE", tmp_path)
    catalogue._files.cache_clear()
    yield tmp_path
    catalogue._files.cache_clear()


def lay(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


@pytest.mark.parametrize("name", ["addition", "Addition", "arithmetic/addition", "ARITHMETIC/Addition"])
def test_a_task_answers_to_its_file_its_class_and_its_whole_path(name: str) -> None:
    assert find("tasks", name) is Addition


def test_the_folder_is_the_list(shelf: Path) -> None:
    lay(shelf, "tasks/letters/rot_13.py", "class Rot13: pass")
    lay(shelf, "tasks/letters/_family.py", "class Family: pass")
    lay(shelf, "tasks/letters/__init__.py", "")
    lay(shelf, "tasks/listing.py", "def every(): pass")  # a helper: nothing in it is called Listing
    lay(shelf, "tasks/collection.py", "collection = [1]")
    assert names("tasks") == ("collection", "letters/rot_13")


def test_a_name_that_two_families_share_must_be_written_out(shelf: Path) -> None:
    lay(shelf, "tasks/lists/copy.py", "class Copy: pass")
    lay(shelf, "tasks/text/copy.py", "class Copy: pass")
    lay(shelf, "tasks/text/case.py", "class Case: pass")
    with pytest.raises(UnknownName, match="lists/copy, text/copy"):
        find("tasks", "copy")
    assert [short("tasks", name) for name in names("tasks")] == ["lists/copy", "case", "text/copy"]


def test_the_end_of_a_longer_name_is_no_name(shelf: Path) -> None:
    lay(shelf, "tasks/lists/xcopy.py", "class Xcopy: pass")
    with pytest.raises(UnknownName, match="did you mean 'xcopy'"):
        find("tasks", "copy")


@pytest.mark.parametrize(("axis", "name", "near"), [("tasks", "additoin", "addition"), ("layouts", "Plian", "plain")])
def test_a_misspelt_name_is_answered_with_a_near_one_and_the_list(axis: str, name: str, near: str) -> None:
    with pytest.raises(UnknownName) as caught:
        find(axis, name)
    assert f"did you mean {near!r}" in str(caught.value)
    assert all(short(axis, full) in str(caught.value) for full in names(axis))


def test_an_unknown_axis_is_answered_with_the_axes() -> None:
    with pytest.raises(UnknownName, match="did you mean 'encodings'"):
        find("encodigns", "RoPE")


def test_everything_listed_on_every_axis_is_found_and_referred_to_by_the_same_text() -> None:
    for axis in AXES:
        for name in names(axis):
            thing = find(axis, name)
            if isinstance(thing, type):
                assert reference(thing) == f"{axis}/{name}"
                assert resolve(f"{axis}/{name}") is thing


def test_finding_a_light_thing_imports_neither_torch_nor_its_neighbours() -> None:
    code = (
        "import sys; from lengthwise.core.catalogue import find, names\n"
        "names('encodings'); names('models'); find('tasks', 'parity')\n"
        "print('torch' in sys.modules, 'lengthwise.tasks.arithmetic.addition' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_a_missing_extra_is_answered_with_its_install_line(shelf: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay(shelf, "solvers/oracle.py", "class Oracle: pass")

    def absent(name: str) -> None:
        raise ModuleNotFoundError(f"No module named 'torch' ({name})", name="torch.nn")

    monkeypatch.setattr("importlib.import_module", absent)
    with pytest.raises(MissingExtra, match=r"pip install 'lengthwise\[torch\]'"):
        find("solvers", "oracle")


def test_a_file_of_ones_own_works_by_path_and_class(tmp_path: Path) -> None:
    lay(tmp_path, "my_task.py", "class Helper: pass\nclass MyTask: pass\nclass _Hidden: pass")
    path = tmp_path / "my_task.py"
    assert find("tasks", str(path)).__name__ == "MyTask"  # the class that the file is named after
    helper = find("tasks", f"{path}:Helper")
    assert helper.__name__ == "Helper"
    assert find("tasks", f"{path}:Helper") is helper  # imported once
    assert resolve(str(reference(helper))) is helper


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    lay(tmp_path, "mine.py", "class Mine: number = 1")
    first = find("tasks", str(path))
    lay(tmp_path, "mine.py", "class Mine: number = 2")

    os.utime(path, ns=(1, 1))
    assert (first.number, find("tasks", str(path)).number) == (1, 2)


@pytest.mark.parametrize(
    ("text", "asked", "error", "message"),
    [
        ("class A: pass\nclass B: pass", "", UnknownName, "2 public classes"),
        ("import pathlib", "", UnknownName, "0 public classes"),
        ("class Apple: pass", ":Aple", UnknownName, "did you mean 'Apple'"),
        ("class A(: pass", "", ConfigError, "SyntaxError"),
        ("1 / 0", "", ConfigError, "ZeroDivisionError"),
        ("raise SystemExit(3)", "", ConfigError, "cannot be imported: SystemExit: 3"),
    ],
)
def test_a_file_that_does_not_say_what_is_meant_is_refused(
    tmp_path: Path, text: str, asked: str, error: type[Exception], message: str
) -> None:
    lay(tmp_path, "mine.py", text)
    with pytest.raises(error, match=message):
        find("tasks", f"{tmp_path / 'mine.py'}{asked}")


def test_the_protocol_of_models_is_no_model() -> None:
    assert "transformer" in names("models")
    assert "blueprint" not in names("models")
    with pytest.raises(UnknownName, match="no model is called 'blueprint'"):
        find("models", "blueprint")


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownName, match=r"there is no file nowhere/mine\.py"):
        find("tasks", "nowhere/mine.py:Mine")


def test_entry_points_are_found_listed_and_kept_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = (
        EntryPoint("fractions", "fractions:Fraction", "lengthwise.tasks"),
        EntryPoint("parity", "decimal:Decimal", "lengthwise.tasks"),
        EntryPoint("broken", "no_such_module:Thing", "lengthwise.tasks"),
    )
    monkeypatch.setattr(catalogue, "_entries", lambda axis: outside if axis == "tasks" else ())
    assert find("tasks", "fractions").__name__ == "Fraction"
    assert reference(find("tasks", "fractions")) == "tasks/fractions"
    assert "fractions" in names("tasks")
    with pytest.raises(UnknownName, match="more than one task"):
        find("tasks", "parity")
    with pytest.raises(ConfigError, match="no_such_module"):
        find("tasks", "broken")


def test_a_file_of_rows_is_a_task_and_a_view_is_found_and_not_listed(tmp_path: Path) -> None:
    lay(tmp_path, "rows.jsonl", '{"prompt": "3 1 =", "answer": "1 3", "length": 2}\n')
    lay(tmp_path, "rows.csv", "prompt,answer,length\n3 1 =,1 3,2\n")
    for name in ("rows.jsonl", "rows.csv"):
        assert find("tasks", str(tmp_path / name)).rows == (("3 1 =", "1 3", 2),)
    assert {find("tasks", view).__name__ for view in ("hinted", "Automatic")} == {"Hinted", "Automatic"}
    assert not {"hinted", "automatic"} & {name.rsplit("/", 1)[-1] for name in names("tasks")}
    with pytest.raises(UnknownName, match="did you mean 'hinted'"):
        find("tasks", "hintd")
    with pytest.raises(UnknownName, match="no layout is called"):
        find("layouts", "hinted")
