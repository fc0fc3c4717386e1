"""The verbs about rules: trace, judge, export, verify; each mistake is one line."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

RULE = "def add(a, b):\n    total = int(a) + int(b)\n    return str(total)\n"
GIVEN = '{"a": "1234", "b": "88"}'


def lengthwise(*words: str, where: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lengthwise.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=where)


def test_a_rule_file_is_traced_without_being_imported_and_its_trace_judged(tmp_path: Path) -> None:
    (tmp_path / "my_rule.py").write_text("raise SystemExit('imported')\n" + RULE)
    done = lengthwise("trace", "my_rule.py:add", "--given", GIVEN, where=tmp_path)
    assert done.stdout.startswith(f"{RULE}\nQ: What does add(a='1234', b='88') return?\n\n1. Initialize\n")
    assert done.stdout.endswith("So the answer is '1322'\n")
    text = done.stdout[done.stdout.index("1. Initialize") :]
    (tmp_path / "right.txt").write_text(text)
    (tmp_path / "wrong.txt").write_text(text.replace("1322", "1323"))
    judged = [lengthwise("judge", "my_rule.py:add", f"{name}.txt", "--given", GIVEN, where=tmp_path).stdout
              for name in ("right", "wrong")]  # fmt: skip
    assert judged[0].startswith("accepted: ")
    assert judged[1].splitlines()[0] == "wrong.txt:9: wrong value: '1323' where '1322' is right"
    assert "1 wrong" in judged[1].splitlines()[1]


def test_a_task_is_traced_at_a_length(tmp_path: Path) -> None:
    done = lengthwise("trace", "number_length", "--length", "7", "--style", "changes", where=tmp_path)
    assert done.stdout.endswith("So the answer is 7\n")


def test_an_export_is_written_once_and_verified(tmp_path: Path) -> None:
    words = (
        "export",
        "coin_flip,get_digit",
        "--lengths",
        "2-4",
        "--per-length",
        "5",
        "--style",
        "fetch",
        "--workers",
        "1",
    )
    first, second = lengthwise(*words, where=tmp_path), lengthwise(*words, where=tmp_path)
    assert "data/train-00000-of-00001.jsonl" in first.stdout
    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1]
    folder = tmp_path / "exports" / "coin_flip-get_digit-fetch"
    rows = [json.loads(line) for path in folder.glob("data/*") for line in path.read_text().splitlines()]
    assert {row["style"] for row in rows} == {"fetch"}
    assert "as exported; 1 made again" in lengthwise("verify", str(folder), "--again", "1", where=tmp_path).stdout
    (folder / "README.md").unlink()
    damaged = lengthwise("verify", str(folder), where=tmp_path)
    assert damaged.returncode == 2
    assert damaged.stderr.splitlines()[1] == "  README.md: is missing"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("trace", "my_rule.py:ad"), "my_rule.py defines no function 'ad'; it defines add"),
        (("trace", "my_rule.py:add", "--given", "{a: 1}"), "is no JSON"),
        (("trace", "my_rule.py:add", "--given", "[1]"), "holds a list"),
        (("trace", "my_rule.py:add", "--given", '{"a": "1"}'), "takes a, b; missing: b"),
        (("trace", "loop.py"), "loop.py:3: the rule 'forever': more than 1000000 steps"),
        (("trace", "big.py"), "big.py:4: the rule 'big': an integer of about"),
        (("trace", "outside.py"), "outside.py:2"),
        (("trace", "absent.py"), "cannot read the rule file"),
        (("trace", "ordering/sort"), "has no rule"),
        (("trace", "coin_flip", "--style", "recit"), "no style is called 'recit'"),
        (("judge", "my_rule.py:add", "absent.txt", "--given", GIVEN), "cannot read the trace absent.txt"),
        (("export", "coin_flip", "--lengths", "9-1"), "do not read as 1-15"),
        (("verify", "."), "give a folder that was exported"),
    ],
)
def test_a_mistake_is_one_line_with_what_was_given(tmp_path: Path, words: tuple[str, ...], complaint: str) -> None:
    (tmp_path / "my_rule.py").write_text(RULE)
    (tmp_path / "loop.py").write_text("def forever():\n    x = 0\n    while True:\n        x = 1 - x\n    return x\n")
    (tmp_path / "big.py").write_text("def big():\n    x = 9\n    while True:\n        x = x * x\n    return x\n")
    (tmp_path / "outside.py").write_text("def outside():\n    import os\n    return os\n")
    done = lengthwise(*words, where=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr
