"""Exports: right rows, the same bytes however they were made, killed or not, and nothing damaged goes unnoticed."""

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lengthwise.core.errors import ConfigError, RuleError, RunError, TaskError, UnknownName
from lengthwise.export import shard as shard_module
from lengthwise.export.manifest import verify
from lengthwise.export.plan import Export, lengths
from lengthwise.export.write import export
from lengthwise.prompting.direct import Direct
from lengthwise.prompting.k_shot import KShot
from lengthwise.rules import STYLES, judge, style
from lengthwise.rules.task import RuleTask
from lengthwise.tasks.collections import rule_task

SMALL = Export("logic/coin_flip,digits/add_integers", (3, 6, 9), 30, splits=("train", "test"), rows=60)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted(folder.glob("data/*.jsonl")) for line in path.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("whole") / "data set"
    export(SMALL, folder)
    return folder


def test_a_finished_folder_has_data_card_and_manifest_and_nothing_else(whole: Path) -> None:
    names = sorted(files(whole))
    assert names[:2] == ["README.md", "data/test-00000-of-00003.jsonl"]
    assert names[-1] == "manifest.json"
    assert len(names) == 8
    assert verify(whole) == (6, len(read(whole)), 0, ())


def test_every_row_is_true_unique_and_in_its_split(whole: Path) -> None:
    rows = read(whole)
    counts = Counter((row["task"], row["length"], row["split"]) for row in rows)
    assert {n for (task, _, _), n in counts.items() if task == "digits/add_integers"} == {30}
    assert counts[("logic/coin_flip", 3, "train")] + counts[("logic/coin_flip", 3, "test")] <= 8  # there are 2 ** 3
    asked = [row["messages"][0]["content"] for row in rows]
    assert len(set(asked)) == len(asked)
    assert len({row["id"] for row in rows}) == len(rows)
    for row in rows:
        assert row["messages"][-1]["role"] == "assistant"
        assert row["messages"][-1]["content"].endswith(f"So the answer is {row['answer']}\n")
        assert bool(row["canary"]) == (row["split"] == "test")


def test_every_trace_is_accepted_by_the_judge_and_every_answer_by_solve(tmp_path: Path) -> None:
    plan = Export("meta_rfft", (2, 5), 2, style="changes", format="rows", rows=1000)
    export(plan, tmp_path)
    rows = read(tmp_path)
    assert len({row["task"] for row in rows}) == 24
    for row in rows:
        task: RuleTask = rule_task(row["task"])
        given = json.loads(row["given"])
        assert judge(task.program, given, style("changes"), row["trace"]).accepted
        assert repr(task.solve(given)) == row["answer"]
        assert row["steps"] == task.program.run(given).steps
        assert row["rule"] in row["prompt"]
        assert row["question"] == task.ask(given)


def test_two_processes_write_the_bytes_of_one(whole: Path, tmp_path: Path) -> None:
    told: list[str] = []
    export(SMALL, tmp_path / "two", workers=2, tell=lambda written: told.append(written.file))
    assert files(tmp_path / "two") == files(whole)
    assert len(told) == 6


def test_a_killed_export_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    plan = Export("lists/move_zeroes,words/word_sorting", lengths("2-17"), 40, rows=80)
    export(plan, tmp_path / "whole")
    wanted, begun, kills = files(tmp_path / "whole"), tmp_path / "killed", 0
    for moment in (2, 6):  # finished files before the kill
        command = [sys.executable, str(Path(__file__).parent / "killed.py"), str(begun), json.dumps(plan.plain())]
        process = subprocess.Popen(command, start_new_session=True)
        end = time.monotonic() + 60
        while len(list(begun.glob("data/*.jsonl"))) < moment and process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        kills += process.poll() is None
        # The parent alone: its workers have to notice by themselves.
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert kills
    assert not (begun / "manifest.json").exists()
    with pytest.raises(RunError, match="its export is unfinished: run the same command again"):
        verify(begun)
    export(plan, begun)
    assert files(begun) == wanted


def test_workers_leave_when_nobody_waits(tmp_path: Path) -> None:
    plan = Export("words/word_sorting", lengths("60-120"), 60, rows=60)
    command = [sys.executable, str(Path(__file__).parent / "killed.py"), str(tmp_path), json.dumps(plan.plain())]
    process = subprocess.Popen(command, start_new_session=True)
    while not list(tmp_path.glob("data/.*.partial")) and process.poll() is None:
        time.sleep(0.01)
    workers = [int(path.name.split(".")[-2]) for path in tmp_path.glob("data/.*.partial")]
    process.kill()
    process.wait()
    end = time.monotonic() + 30
    while any(_runs(worker) for worker in workers) and time.monotonic() < end:
        time.sleep(0.05)
    assert workers
    assert not any(_runs(worker) for worker in workers)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] not in "ZX"
    except (OSError, IndexError):
        return False


def test_a_damaged_file_of_an_unfinished_export_is_made_again(whole: Path, tmp_path: Path) -> None:
    calls: list[str] = []
    original = shard_module.write_shard

    def stop_after_two(*arguments: Any) -> Any:
        if len(calls) == 2:
            raise KeyboardInterrupt
        calls.append("")
        return original(*arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("lengthwise.export.write.write_shard", stop_after_two)
        with pytest.raises(KeyboardInterrupt):
            export(SMALL, tmp_path / "part")
    first = min((tmp_path / "part").glob("data/*.jsonl"))
    first.write_bytes(first.read_bytes()[:-10])
    export(SMALL, tmp_path / "part")
    assert files(tmp_path / "part") == files(whole)


def test_a_finished_export_is_not_made_again(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lengthwise.export.write.write_shard", None)  # would fail if it were called
    before = files(whole)
    assert export(SMALL, whole).faults == ()
    assert files(whole) == before


def test_another_plan_never_mixes_into_a_folder(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds another export"):
        export(replace(SMALL, seed=1), whole)
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(RunError, match="is not empty and holds no export"):
        export(SMALL, tmp_path)


@pytest.mark.parametrize(
    ("damage", "complaint"),
    [
        (lambda folder: (folder / "data/test-00001-of-00003.jsonl").unlink(), "test-00001-of-00003.jsonl: is missing"),
        (lambda folder: (folder / "data/extra.jsonl").write_text("{}"), "data/extra.jsonl: is not in the manifest"),
        (lambda folder: (folder / "README.md").write_text("mine"), "README.md: its bytes are not"),
        (
            lambda folder: (folder / "data/train-00000-of-00003.jsonl").write_bytes(
                (folder / "data/train-00000-of-00003.jsonl").read_bytes().replace(b"True", b"Trve", 1)
            ),
            "train-00000-of-00003.jsonl: its bytes are not",
        ),
    ],
)
def test_verify_names_every_damage(whole: Path, tmp_path: Path, damage: Any, complaint: str) -> None:
    for name, content in files(whole).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    assert verify(tmp_path).faults == ()
    damage(tmp_path)
    faults = verify(tmp_path).faults
    assert len(faults) == 1
    assert complaint in faults[0]


def test_verify_makes_files_again_and_notices_a_manifest_that_lies(whole: Path, tmp_path: Path) -> None:
    assert verify(whole, again=2) == (6, len(read(whole)), 2, ())
    other = tmp_path / "other"
    export(replace(SMALL, seed=1), other)
    told = json.loads((other / "manifest.json").read_text())
    told["export"]["seed"] = 2
    (other / "manifest.json").write_text(json.dumps(told))
    assert verify(other).faults == ()  # the hashes alone cannot know
    assert any("made again from the plan, it has other bytes" in fault for fault in verify(other, again=1).faults)


def test_a_manifest_of_another_version_or_none_is_refused(whole: Path, tmp_path: Path) -> None:
    with pytest.raises(RunError, match="give a folder that was exported"):
        verify(tmp_path)
    told = json.loads((whole / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**told, "format": 99}))
    with pytest.raises(RunError, match="newer than 1; update"):
        verify(tmp_path)
    (tmp_path / "manifest.json").write_text("{")
    with pytest.raises(RunError, match="cannot be read"):
        verify(tmp_path)


def test_a_disk_that_fills_is_one_clear_message_and_nothing_looks_complete(tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from lengthwise.export.plan import Export; from lengthwise.export.write import export\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))\n"  # a file may not grow beyond: as a full disk
        "export(Export('move_zeroes', (20,), 50), Path(sys.argv[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert "RunError: cannot write" in done.stderr
    assert "make room and run the same command again" in done.stderr
    assert [name for name in files(tmp_path) if name != ".unfinished.json"] == []
    export(Export("move_zeroes", (20,), 50), tmp_path)  # room was made


def test_a_rule_that_disagrees_with_solve_stops_the_export(tmp_path: Path) -> None:
    file = tmp_path / "halves.py"
    file.write_text(
        "from dataclasses import dataclass\nfrom typing import ClassVar\nfrom lengthwise.rules.task import RuleTask\n"
        "def half(number):\n    return number // 2\n"
        "@dataclass(frozen=True)\nclass Halves(RuleTask):\n"
        "    question: ClassVar[str] = 'Half of {number}?'\n    counts: ClassVar[str] = 'digits'\n"
        "    rule = staticmethod(half)\n"
        "    def draw(self, length, rng, case, count):\n"
        "        return [{'number': int(n)} for n in rng.integers(10 ** length, size=count)]\n"
        "    def solve(self, given):\n        return given['number'] / 2\n"
        "    def chance(self, length):\n        return 0.1\n"
    )
    for workers in (1, 2):
        with pytest.raises(
            TaskError, match=r"halves.py:4: the rule 'half' of halves.py:Halves says \d+ where solve says"
        ):
            export(Export(str(file), (2, 3), 5, rows=1), tmp_path / "out", workers=workers)
    assert not list((tmp_path / "out").rglob("*.jsonl"))
    file.write_text(file.read_text().replace("/ 2\n    def", "// 2\n    def"))
    export(Export(str(file), (2, 3), 5, rows=1), tmp_path / "own", workers=2)
    assert {row["task"] for row in read(tmp_path / "own")} == {"halves.py:Halves"}


def test_a_rule_over_its_limits_is_named_with_file_line_and_problem(tmp_path: Path) -> None:
    file = tmp_path / "loops.py"
    file.write_text(
        "from dataclasses import dataclass\nfrom lengthwise.rules.task import RuleTask\n"
        "def forever(number):\n    while number > -1:\n        number += 1\n    return number\n"
        "@dataclass(frozen=True)\nclass Loops(RuleTask):\n    question = '{number}?'\n    counts = 'digits'\n"
        "    rule = staticmethod(forever)\n"
        "    def draw(self, length, rng, case, count):\n"
        "        return [{'number': int(n)} for n in rng.integers(10 ** length, size=count)]\n"
        "    def solve(self, given):\n        return 0\n    def chance(self, length):\n        return 0.1\n"
    )
    wanted = r"loops.py:4: the rule 'forever': more than 1000000 steps; .* \(loops.py:Loops/2/train/0/typical/0/0\)"
    with pytest.raises(RuleError, match=wanted):
        export(Export(str(file), (2,), 5), tmp_path / "out")
    assert not list((tmp_path / "out").rglob("*.jsonl*"))


@pytest.mark.parametrize("format_name", ["messages", "prompt_completion", "rows"])
@pytest.mark.parametrize("file", ["jsonl", "parquet"])
def test_datasets_loads_every_format(tmp_path: Path, format_name: str, file: str) -> None:
    import datasets

    plan = replace(SMALL, format=format_name, file=file, prompting=KShot(shots=1))
    export(plan, tmp_path / "out")
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert sorted(loaded) == ["test", "train"]
    row = loaded["train"][40]
    export(replace(plan, file="jsonl"), tmp_path / "same")
    same = [r for r in read(tmp_path / "same") if r["split"] == "train"][40]
    assert row == same
    text = row["messages"][-1]["content"] if format_name == "messages" else row.get("completion", row.get("trace"))
    assert text.endswith(f"So the answer is {row['answer']}\n")


def test_the_card_says_splits_seed_canary_and_what_is_missing(whole: Path) -> None:
    text = (whole / "README.md").read_text()
    canary = next(row["canary"] for row in read(whole) if row["split"] == "test")
    assert canary in text
    assert "seed 0" in text
    assert "- logic/coin_flip at 3 (test):" in text
    assert "\n| logic/coin_flip | people |" in text
    assert text.count("\n| train |") == 1


def test_lengths_that_a_task_does_not_have_are_left_out_and_said(tmp_path: Path) -> None:
    plan = Export("boards/tic_tac_toe_winner", (8, 9, 10), 5)
    export(plan, tmp_path)
    assert {row["length"] for row in read(tmp_path)} == {8, 9}
    assert "tic_tac_toe_winner has no length 10" in (tmp_path / "README.md").read_text()
    with pytest.raises(TaskError, match="has any of the lengths asked for"):
        export(replace(plan, lengths=(10, 11)), tmp_path / "none")


def test_digits_and_groups_are_named_values_of_the_style(tmp_path: Path) -> None:
    export(Export("add_integers", (6,), 3, digits="spaced", group=2, format="rows"), tmp_path / "spaced")
    export(Export("add_integers", (6,), 3, format="rows"), tmp_path / "joined")
    for spaced, joined in zip(read(tmp_path / "spaced"), read(tmp_path / "joined"), strict=True):
        assert spaced["given"] == joined["given"]
        assert spaced["trace"] != joined["trace"]
        assert " ".join(eval(joined["answer"])) in spaced["trace"].splitlines()[-1]


def test_sources_say_which_inputs_enter_and_fix_each_value_of_the_answer(tmp_path: Path) -> None:
    export(Export("move_zeroes", (6,), 5, format="rows", sources="inputs"), tmp_path)
    for row in read(tmp_path):
        numbers = json.loads(row["given"])["numbers"]
        places = [place for place, number in enumerate(numbers) if number]  # worked out from the question alone
        carriers, witness = json.loads(row["carriers"]), json.loads(row["witness"])
        for index, place in enumerate(places):
            assert carriers[str(index)] == [f"numbers[{place}]"]
            assert f"numbers[{place}]" in witness[str(index)]
    with pytest.raises(ConfigError, match="are columns of the format rows"):
        replace(SMALL, sources="inputs")


@pytest.mark.parametrize("name", STYLES)
def test_every_style_can_be_exported_with_spaced_digits(tmp_path: Path, name: str) -> None:
    export(Export("add_integers", (3,), 3, style=name, digits="spaced", format="rows"), tmp_path)
    assert len(read(tmp_path)) == 3
    assert all(" ".join(row["answer"][1:-1]) in row["trace"].splitlines()[-1] for row in read(tmp_path))


def test_direct_prompting_exports_the_answer_alone(tmp_path: Path) -> None:
    export(Export("add_integers", (4,), 3, prompting=Direct(), format="prompt_completion"), tmp_path)
    assert all(row["completion"] == f"So the answer is {row['answer']}\n" for row in read(tmp_path))


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"format": "message"}, "format 'message' is none of messages, prompt_completion, rows"),
        ({"file": "csv"}, "file 'csv' is none of jsonl, parquet"),
        ({"splits": ("tests",)}, "split 'tests' is none of test, validation, train"),
        ({"per_length": 0}, "give lengths from 1"),
        ({"digits": "apart"}, "digits 'apart' is none of joined, spaced"),
    ],
)
def test_a_plan_without_meaning_is_refused(change: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        replace(SMALL, **change)


def test_misspelt_names_are_answered_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="no style is called 'recit'"):
        export(replace(SMALL, style="recit"), tmp_path / "a")
    with pytest.raises(UnknownName, match="no task is called"):
        export(replace(SMALL, collection="meta_rfft_held"), tmp_path / "a")
    assert not (tmp_path / "a").exists()
    with pytest.raises(ConfigError, match="do not read as 1-15"):
        lengths("1 to 15")


def test_memory_stays_flat(tmp_path: Path) -> None:
    # Ten times the rows in one file must not need ten times the memory; a row is about 3 kB.
    peaks = []
    for count in (200, 2000):
        code = (
            "import resource, sys; from pathlib import Path\n"
            "from lengthwise.export.plan import Export; from lengthwise.export.write import export\n"
            f"export(Export('move_zeroes', (12,), {count}, rows=10_000), Path(sys.argv[1]))\n"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
        )
        command = [sys.executable, "-c", code, str(tmp_path / str(count))]
        peaks.append(int(subprocess.run(command, capture_output=True, text=True, check=True).stdout))
    assert peaks[1] - peaks[0] < 4_000, peaks  # kilobytes
