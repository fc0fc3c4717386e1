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
    (tmp_path / "printed.txt").write_text(done.stdout.rstrip())  # as `trace` printed it, and as editors save it
    (tmp_path / "spoilt.txt").write_text(done.stdout.replace("1322", "1323"))
    printed, spoilt = (lengthwise("judge", "my_rule.py:add", name, "--given", GIVEN, where=tmp_path)
                       for name in ("printed.txt", "spoilt.txt"))  # fmt: skip
    assert (printed.returncode, printed.stdout) == (0, judged[0])
    assert spoilt.returncode == 1
    line = next(n for n, text in enumerate(done.stdout.splitlines(), 1) if "1322" in text)
    assert spoilt.stdout.startswith(f"spoilt.txt:{line}: wrong value: ")


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
        (("trace", "my_rule.py:ad"), "my_rule.py defines no function 'ad'; write one ordinary `def`, or name"),
        (("trace", "my_rule.py:add", "--given", "{a: 1}"), "is no JSON"),
        (("trace", "my_rule.py:add", "--given", "[1]"), "holds a list"),
        (("trace", "my_rule.py:add", "--given", '{"a": "1"}'), "my_rule.py:1: the rule 'add' takes a, b; missing: b"),
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


def test_outputs_of_a_model_are_graded_by_answer_and_step_by_step(tmp_path: Path) -> None:
    """Exported prompts are answered by a trace with one slip, a right one, and an answer alone."""
    lengthwise("export", "number_length,coin_flip", "--lengths", "6", "--per-length", "2", "--splits", "test",
               "--format", "rows", "--out", "data", where=tmp_path)  # fmt: skip
    (shard,) = (tmp_path / "data").glob("**/*.jsonl")
    rows = [json.loads(line) for line in shard.read_text().splitlines()]
    said = [row["trace"] for row in rows]
    counted = next(n for n, row in enumerate(rows) if row["task"] == "digits/number_length")
    said[counted] = said[counted].replace("now, count = 2", "now, count = 3", 1)
    by_id = [{"instance": row["id"], "answer": text} for row, text in zip(rows, said, strict=True)]
    by_prompt = [{"prompt": row["prompt"], "length": 6, "answer": text} for row, text in zip(rows, said, strict=True)]
    for name, answers in (("id.jsonl", by_id), ("prompt.jsonl", by_prompt)):
        (tmp_path / name).write_text("".join(json.dumps(row) + "\n" for row in answers))
        done = lengthwise("grade", name, "meta_rfft", "--style", "recite", where=tmp_path)
        assert done.returncode == 0, done.stderr
        table = [line.split() for line in done.stdout.splitlines()]
        assert ["digits/number_length", "6", "1/2"] in [words[:3] for words in table]
        assert ["logic/coin_flip", "6", "2/2"] in [words[:3] for words in table]
        assert "1 wrong value" in done.stdout
    done = lengthwise("grade", "id.jsonl", "digits/number_length", where=tmp_path)
    assert done.returncode == 2
    assert "is no instance of digits/number_length" in done.stderr


def test_a_program_and_an_oracle_are_measured_on_rule_tasks(tmp_path: Path) -> None:
    for solver in ("program", "oracle"):
        done = lengthwise("measure", "task=coin_flip,get_digit", f"solver={solver}", "lengths=9,12", "instances=20",
                          "--root", "runs", where=tmp_path)  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("20/20") == 4
    again = lengthwise("measure", "task=coin_flip,get_digit", "solver=oracle", "lengths=9,12", "instances=20",
                       "--root", "runs", where=tmp_path)  # fmt: skip
    assert "reused" in again.stdout
    words = ("task=coin_flip", "solver=oracle(style=changes,error=0.2)", "prompting=scratchpad", "style=changes")
    traced = lengthwise("measure", *words, "lengths=9", "instances=10", "--root", "runs", where=tmp_path)
    assert traced.returncode == 0, traced.stderr
    shown = traced.stdout[traced.stdout.index("wrong answers kept") :].splitlines()
    assert shown[1].startswith("  Q: A coin lies heads up.")
    assert shown[2].startswith("    written  ")
    assert shown[3].startswith("    right    So the answer is ")
