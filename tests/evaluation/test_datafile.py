"""Data files and answer files go through the same solvers, grading and curves; bad ones name the row."""

import json
from pathlib import Path

import pytest

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.outcome import Outcome, Tally
from lengthwise.core.request import Finish
from lengthwise.evaluation.datafile import DataFile, Row, grade_words
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.lines.coupling.automatic import Automatic
from lengthwise.lines.hinted import Hinted
from lengthwise.solvers.file import File
from lengthwise.solvers.oracle import Oracle
from lengthwise.solvers.program import Program

ROWS = [{"prompt": f"{a} {b} =", "answer": f"{b} {a}", "length": 2} for a in "cd" for b in "ab"]
ROWS += [{"prompt": "a b c =", "answer": "c b a", "length": 3}]


@pytest.fixture
def jsonl(tmp_path: Path) -> Path:
    file = tmp_path / "reverse.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in ROWS) + "\n")
    return file


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "reverse.csv"
    file.write_text("length,prompt,answer\n" + "".join(f"{r['length']},{r['prompt']},{r['answer']}\n" for r in ROWS))
    return file


def test_jsonl_and_csv_are_measured_like_any_task(jsonl: Path, table: Path) -> None:
    for path in (jsonl, table):
        task = DataFile(str(path))
        curve, samples = evaluate(Oracle(), Measurement(task, lengths=task.lengths))
        assert [curve.tally(n) for n in (2, 3)] == [Tally(correct=4), Tally(correct=1)]
        assert curve.tasks == (path.name,)
        assert len({sample.instance for sample in samples}) == 5
    wrong, _ = evaluate(Oracle(error=1.0), Measurement(DataFile(str(jsonl)), lengths=(2,)))
    assert wrong.tally(2) == Tally(wrong=4)


def test_a_rule_is_asked_of_a_data_file_and_refused_by_name(jsonl: Path) -> None:
    task = DataFile(str(jsonl))
    with pytest.raises(TaskError, match="is a data file"):
        evaluate(Program(), Measurement(task, lengths=(2,)))
    with pytest.raises(TaskError, match="no row of length 7; it has 2, 3"):
        Measurement(task, lengths=(2, 7))
    assert task.sparsity(2) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"prompt": "a", "answer": "b", "length": 1}\n{"prompt": "a"', "row 2: not JSON"),
        ('{"prompt": "a", "length": 1}\n', "row 1: no 'answer'"),
        ('\n{"prompt": "a", "answer": "b", "length": 0}\n', "row 2: the length 0"),
        ('{"prompt": "a", "answer": 5, "length": 1}\n', "row 1: prompt and answer must be text"),
        ('{"prompt": "a", "answer": " ", "length": 1}\n', "row 1: the answer is empty"),
        ("[1]\n", "row 1: .* no object"),
        ("[" * 100_000 + "\n", "row 1: not JSON"),
        ('{"prompt": "a", "answer": "b", "length": ' + "9" * 5000 + "}\n", "row 1: not JSON"),
        ("", "no rows"),
    ],
)
def test_a_bad_row_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text(text)
    with pytest.raises(TaskError, match=message):
        _ = DataFile(str(file)).rows


def test_a_bad_csv_or_no_file_is_named(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("prompt,length\na,1\n")
    with pytest.raises(TaskError, match="header has no answer"):
        _ = DataFile(str(file)).rows
    file.write_text("prompt,answer,length\na,b,two\n")
    with pytest.raises(TaskError, match="row 2: the length 'two'"):
        _ = DataFile(str(file)).rows
    file.write_text("prompt,answer,length\n1, 2 =,3,2\n")  # a comma that was not quoted moves every cell after it
    with pytest.raises(TaskError, match="row 2: more cells than the header"):
        _ = DataFile(str(file)).rows
    file.write_text(f"prompt,answer,length\n{'a' * 200_000},3,2\n")
    with pytest.raises(TaskError, match="row 2: not CSV"):
        _ = DataFile(str(file)).rows
    with pytest.raises(TaskError, match="cannot read"):
        _ = DataFile(str(tmp_path / "none.jsonl")).rows
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TaskError, match="UTF-8"):
        _ = DataFile(str(file)).rows


def test_a_quoted_cell_keeps_its_lines(tmp_path: Path) -> None:
    file = tmp_path / "lines.csv"
    file.write_text('prompt,answer,length\n"a\nb",c,1\n"d, e",f,2\n')
    assert [row.prompt for row in DataFile(str(file)).rows] == ["a\nb", "d, e"]


def test_stored_answers_are_found_by_instance_or_prompt(jsonl: Path, tmp_path: Path) -> None:
    task = DataFile(str(jsonl))
    _, samples = evaluate(Oracle(), Measurement(task, lengths=(2,)))
    answers = tmp_path / "answers.jsonl"
    lines = [
        {"instance": samples[0].instance, "answer": ROWS[0]["answer"]},
        {"prompt": ROWS[1]["prompt"], "answer": "x y"},
        {"prompt": f"  {ROWS[2]['prompt']} ", "answer": ROWS[2]["answer"], "finish": "limit"},
    ]
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines))
    curve, _ = evaluate(File(str(answers)), Measurement(task, lengths=(2,)))
    assert curve.tally(2) == Tally(correct=1, wrong=1, truncated=1, unanswered=1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "row 1: not JSON"),
        ('{"prompt": "a"}', "row 1: needs an object"),
        ('{"answer": "a"}', "row 1: says not what"),
        ('{"prompt": "a", "answer": "b"}\n{"prompt": "a", "answer": "c"}', "row 2: another answer"),
        ('{"prompt": "a", "answer": "b", "finish": "soon"}', "row 1: finish is 'soon'"),
    ],
)
def test_a_bad_answer_is_named(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "answers.jsonl"
    file.write_text(text)
    with pytest.raises(ConfigError, match=message):
        _ = File(str(file)).answers


def test_words_are_graded_with_the_first_wrong_one() -> None:
    assert grade_words("a b", "a b").outcome is Outcome.CORRECT
    assert grade_words("a b", "a c").first_wrong == 1
    assert grade_words("a b", "a b c").first_wrong == 2
    assert grade_words("a b", "").outcome is Outcome.UNFINISHED
    assert grade_words("a b", "a b", Finish.LIMIT).outcome is Outcome.TRUNCATED


def test_other_rows_are_another_version_of_the_data(tmp_path: Path) -> None:
    versions = []
    for answer in ("1 2", "2 1", "1 2"):
        (tmp_path / "mine.csv").write_text(f"prompt,answer,length\n2 1 =,{answer},2\n")
        versions.append(DataFile(str(tmp_path / "mine.csv")).version)
    assert versions[0] == versions[2] != versions[1]


def test_a_view_of_a_data_file_is_refused_by_name() -> None:
    stored = DataFile.of([Row("2 1 =", "1 2", 2)], name="mine")
    for view in (Automatic, Hinted):
        with pytest.raises(ConfigError, match=rf"mine has no question.*give {view.__name__} a task with a rule"):
            view(stored)
