"""The fingerprint changes with the code that a config reaches, and with nothing else."""

from pathlib import Path

import pytest

from lengthwise.core import fingerprint as module
from lengthwise.core.fingerprint import fingerprint

TASK = '''"""A task."""


class Mine:
    """Its docstring."""

    value = {value}  # a comment
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package: evaluate imports core, and two tasks stand beside each other."""
    root = tmp_path / "lengthwise"
    files = {
        "evaluation/evaluate.py": "from lengthwise.core import keys\n",
        "core/keys.py": "a = 1\n",
        "core/other.py": "a = 1\n",
        "tasks/logic/parity.py": "from lengthwise.tasks.logic._family import x\n",
        "tasks/logic/_family.py": "x = 1\n",
        "tasks/logic/majority.py": "x = 1\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    monkeypatch.setattr(module, "PACKAGE", root)
    return root


CONFIG = {"task": [{"is": "tasks/logic/parity"}]}


@pytest.mark.parametrize(
    ("file", "changes"),
    [
        ("core/keys.py", True),  # through evaluate
        ("tasks/logic/_family.py", True),  # through the task named
        ("tasks/logic/parity.py", True),
        ("tasks/logic/majority.py", False),
        ("core/other.py", False),
    ],
)
def test_only_files_that_the_config_reaches_count(package: Path, file: str, *, changes: bool) -> None:
    before = fingerprint(CONFIG)
    (package / file).write_text((package / file).read_text() + "more = 2\n")
    assert (fingerprint(CONFIG) != before) == changes


def test_docstrings_comments_and_spaces_do_not_count(package: Path) -> None:
    file = package / "core/keys.py"
    file.write_text(TASK.format(value=1))
    before = fingerprint(CONFIG)
    file.write_text(
        TASK.format(value=1).replace("Its docstring", "Another").replace("# a comment", "").replace("\n\n", "\n")
    )
    assert fingerprint(CONFIG) == before
    file.write_text(TASK.format(value=2))
    assert fingerprint(CONFIG) != before


def test_a_persons_own_file_counts(package: Path, tmp_path: Path) -> None:
    own = tmp_path / "my_task.py"
    own.write_text("x = 1\n")
    config = {"is": f"{own}:MyTask"}
    before = fingerprint(config)
    own.write_text("x = 3\n")
    assert fingerprint(config) != before
