"""measure, grade, report, runs, compare, curves, check: on solvers without weights, so that seconds suffice."""

import json
from pathlib import Path
from typing import Any

import pytest

from lengthwise.core.given import shape_of
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.overrides import make
from lengthwise.evaluation.answers import Page, grade_file, problem_of
from lengthwise.evaluation.cells import Planned
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.evaluation.sheets import sheets
from lengthwise.lines.layouts.least_first import LeastFirst
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.write import write
from lengthwise.run import Run, root
from lengthwise.solvers.oracle import Oracle
from lengthwise.tasks.ordering.sort import Sort


def only_run() -> Run:
    (folder,) = [path for path in root().iterdir() if path.is_dir()]
    return Run.load(folder)


def test_a_program_is_measured_and_the_measurement_reused(lengthwise: Any) -> None:
    words = ("measure", "task=sort", "task.values=40", "solver=program", "lengths=4-8", "instances=20")
    first = lengthwise(*words)
    assert first.code == 0
    assert [line.split()[:2] for line in first.out.splitlines()[3:8]] == [[str(n), "20/20"] for n in range(4, 9)]
    assert only_run().curve.tally(8).correct == 20
    assert "reused" not in first.out
    assert "reused" in lengthwise(*words).out


def test_lengths_from_first_to_last_grow_by_a_quarter(lengthwise: Any) -> None:
    lengthwise("measure", "task=sort", "solver=oracle", "--lengths", "10-20", "--instances", "2")
    assert only_run().curve.lengths() == (10, 12, 15, 18, 20)


def test_two_runs_are_compared_instance_by_instance(lengthwise: Any) -> None:
    for error in ("0.0", "0.2"):
        lengthwise("measure", "task=sort", f"solver=oracle(error={error})", "lengths=6", "instances=50")
    right, spoilt = sorted(
        (Run.load(folder) for folder in root().iterdir()), key=lambda run: -run.curve.tally(6).correct
    )
    missed = sum(sample.outcome != "correct" for sample in spoilt.samples())
    said = lengthwise("compare", right.name[:6], spoilt.name, "--examples", "1")
    assert missed > 0
    row = next(line.split() for line in said.out.splitlines() if line.startswith("6 "))
    assert (row[1], row[2], row[-2:]) == ("50", f"{missed / 50:+.3f}", [str(missed), "0"])
    assert "first alone solves ordering/sort/6/test/" in said.out


def test_answers_are_graded_by_prompt_and_by_instance_as_evaluate_grades_them(lengthwise: Any, tmp_path: Path) -> None:
    measurement = Measurement(Sort(values=40), lengths=(5,), instances=30, way="free running")
    truth = evaluate(Oracle(error=0.1), measurement).curve.tally(5)
    by_instance, by_prompt = tmp_path / "instances.jsonl", tmp_path / "prompts.jsonl"
    rows = [_answered(measurement, row) for row in range(30)]
    by_instance.write_text("".join(json.dumps({"instance": i, "answer": a}) + "\n" for i, _, a in rows))
    by_prompt.write_text("".join(json.dumps({"prompt": p, "answer": a}) + "\n" for _, p, a in rows))
    assert 0 < truth.correct < 30
    for file in (by_instance, by_prompt):
        assert grade_file(file, Page(Sort(values=40))).curve.tally(5) == truth
        graded = lengthwise("grade", str(file), "sort(values=40)").out
        assert ["5", f"{truth.correct}/30"] in [line.split()[:2] for line in graded.splitlines()]


def _answered(measurement: Measurement, row: int) -> tuple[str, str, str]:
    """Instance, prompt and the oracle's answer of one row."""
    (sheet,) = sheets(measurement, Planned(measurement.tasks[0], "typical", 5))
    (reply,) = Oracle(error=0.1).answer([sheet.request(row)])
    return reply.instance.identity, sheet.request(row).plain, reply.text


@pytest.mark.parametrize("name", ["sort", "addition", "increment", "parity", "slim", "copy_repeats", "multiplication"])
@pytest.mark.parametrize("layout", [Plain(), LeastFirst()])
def test_every_prompt_is_read_back_to_its_problem(name: str, layout: Plain | LeastFirst) -> None:
    task = make("tasks", name)
    given = block(BlockKey(task, 5), count=4)
    line = write(task, given, layout=layout)
    for row in range(4):
        found = problem_of(task, line.part("prompt", row), layout=layout)
        assert shape_of(found) == shape_of(given)
        assert all((found[kind][0] == given[kind][row]).all() for kind in given)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{"prompt": "1 2 3 +", "answer": "1"}', "row 1: '1 2 3 +' is no prompt of Sort(values=256), which asks 'x ='"),
        ('{"answer": "1"}', "row 1: says not what it answers"),
        ('{"prompt": "1 =", "answer": 1}', "row 1: needs an object with the text `answer`"),
        ("nonsense", "row 1: not JSON"),
        ('{"instance": "ordering/copy/3/test/0/typical/0/1", "answer": "1"}', "is no instance of ordering/sort"),
        ('{"instance": "ordering/sort/3/test/0/typical/0/900", "answer": "1"}', "is past the 200 instances a length"),
        ("", "has no rows"),
    ],
)
def test_a_bad_file_of_answers_names_its_row(lengthwise: Any, tmp_path: Path, row: str, message: str) -> None:
    (tmp_path / "answers.jsonl").write_text(row + "\n")
    said = lengthwise("grade", str(tmp_path / "answers.jsonl"), "sort")
    assert said.code == 2
    assert message in said.err
    assert said.err.count("\n") == 1


def test_a_data_file_is_graded_by_its_stored_answers(lengthwise: Any, tmp_path: Path) -> None:
    stored = [{"prompt": f"{n} + 1 =", "answer": str(n + 1), "length": 1} for n in range(4)]
    (tmp_path / "data.jsonl").write_text("".join(json.dumps(row) + "\n" for row in stored))
    answers = [{"prompt": row["prompt"], "answer": row["answer"]} for row in stored[:2]] + [
        {"prompt": "2 + 1 =", "answer": "9"}
    ]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in answers))
    said = lengthwise("grade", str(tmp_path / "answers.jsonl"), str(tmp_path / "data.jsonl"))
    assert "1           2/3  0.667" in said.out
    assert "1 unanswered" in said.out


def test_runs_are_listed_cleaned_and_merged(lengthwise: Any, tmp_path: Path) -> None:
    assert "no runs under" in lengthwise("runs").out
    lengthwise("measure", "task=sort", "solver=program", "lengths=4", "instances=2")
    failed = Run.begin(root(), Sort(values=7)).run
    failed.finish("failed", why="planted")
    (root() / "notes").mkdir()
    listing = lengthwise("runs").out
    assert "ordering/sort · program · seed 0" in listing
    assert "not a run" in listing
    assert lengthwise("runs", "clean").out == f"removed 1 runs: {failed.name}\n"
    assert (root() / "notes").is_dir()
    merged = lengthwise("runs", "merge", str(root()), "--root", str(tmp_path / "other"))
    assert merged.out == "copied 1 runs, 0 are here already\n"
    assert "program" in lengthwise("runs", "list", "--root", str(tmp_path / "other")).out


def test_a_curve_goes_out_as_csv_and_stands_beside_runs_when_it_comes_back(lengthwise: Any, tmp_path: Path) -> None:
    lengthwise("measure", "task=sort", "solver=program", "lengths=4-8", "instances=10")
    csv = tmp_path / "curve.csv"
    assert lengthwise("curves", "export", only_run().name[:5], "--out", str(csv)).code == 0
    assert csv.read_text().splitlines()[1].startswith("ordering/sort,typical,4,0,10,10")
    said = lengthwise(
        "curves", "import", str(csv), "--source", "arXiv:0000.00000", "--trained", "1-4", "--arm", "theirs"
    )
    assert "imported from arXiv:0000.00000" in said.out
    assert "theirs" in lengthwise("report").out


def test_imported_figures_stand_beside_the_runs_of_their_task_by_its_short_name_and_replace_no_others(
    lengthwise: Any, tmp_path: Path
) -> None:
    lengthwise("measure", "task=sort", "solver=program", "lengths=4-8", "instances=10")
    csv = tmp_path / "theirs.csv"
    csv.write_text("length,correct,asked\n4,70,100\n")
    said = lengthwise("curves", "import", str(csv), "--arm", "paper")
    assert said.code == 2
    assert "add --task" in said.err
    said = lengthwise("curves", "import", str(csv), "--arm", "paper", "--task", "srot")
    assert said.code == 2
    assert "did you mean 'sort'" in said.err
    for task in ("sort", "copy", "my_task.py:Mine"):
        assert lengthwise("curves", "import", str(csv), "--arm", "paper", "--task", task).code == 0
    assert "paper" in lengthwise("report").out
    assert len(list(root().glob("*.imported.json"))) == 3


def test_a_report_is_made_from_folders_alone(lengthwise: Any, tmp_path: Path) -> None:
    assert lengthwise("report").code == 2
    lengthwise("measure", "task=sort", "solver=program", "lengths=4-8", "instances=10")
    said = lengthwise("report", only_run().name, "--out", str(tmp_path / "page.html"))
    assert f"report: {tmp_path / 'page.html'}" in said.out
    assert "<svg" in (tmp_path / "page.html").read_text()
    assert "no run under" in lengthwise("report", "nosuch").err
    elsewhere = only_run().folder.rename(tmp_path / "elsewhere")  # under no root at all
    said = lengthwise("report", str(elsewhere), "--out", str(tmp_path / "page.html"), "--results", str(tmp_path / "r"))
    assert said.code == 0
    assert list((tmp_path / "r").rglob("*.json"))
    said = lengthwise("report", "first_curve")
    assert "no finished run of the study first_curve under" in said.err
    assert "; run first_curve first" in said.err


def test_what_ones_own_file_raises_is_shown_with_the_way_to_check_it(lengthwise: Any, tmp_path: Path) -> None:
    file = tmp_path / "my tasks" / "mine.py"
    file.parent.mkdir()
    source = (Path(__file__).parents[2] / "src/lengthwise/tasks/logic/majority.py").read_text()
    file.write_text(source.replace("        return {", "        return 3 + {"))
    said = lengthwise("show", f"{file}:Majority")
    assert said.code == 1
    assert "Traceback" in said.err
    assert said.err.endswith(f"`lengthwise check '{file}:Majority'` says which contract it breaks\n")
    assert lengthwise("measure", f"task={file}:Majority", "solver=program", "lengths=9").err.endswith(
        f"`lengthwise check '{file}:Majority'` says which contract it breaks\n"
    )


def test_check_names_the_contract_that_a_wrong_file_breaks(lengthwise: Any, tmp_path: Path) -> None:
    source = (Path(__file__).parents[2] / "src/lengthwise/tasks/logic/majority.py").read_text()
    right, wrong = tmp_path / "mine.py", tmp_path / "wrong.py"
    right.write_text(source)
    assert "2 * " in source
    wrong.write_text(source.replace("2 * ", "3 * ", 1))
    good, bad = lengthwise("check", f"{right}:Majority"), lengthwise("check", f"{wrong}:Majority")
    assert (good.code, bad.code) == (0, 1)
    assert "contracts are kept" in good.out
    assert "fail  next = solve" in bad.out


def test_check_knows_the_axis_of_a_name(lengthwise: Any) -> None:
    assert "5 contracts are kept" in lengthwise("check", "sequential").out
    assert "layouts/plain and attention/plain" in lengthwise("check", "plain").err
    assert "did you mean 'sequential'" in lengthwise("check", "sequentail").err


@pytest.mark.parametrize(
    "name", ["carries", "least_first", "random_start", "program", "rope", "attention/log_length", "add_digits"]
)
def test_every_axis_has_a_suite(lengthwise: Any, name: str) -> None:
    said = lengthwise("check", name)
    assert (said.code, said.err) == (0, "")
    assert "contracts are kept" in said.out


def test_a_file_of_rows_is_checked_measured_and_not_trained_on(lengthwise: Any, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"prompt": "2 1 =", "answer": "1 2", "length": 2}\n')
    (tmp_path / "rows.csv").write_text("prompt,answer,length\n2 1 =,1 2,2\n2 1 =,2 1,2\n")
    good, bad = (lengthwise("check", str(tmp_path / name)) for name in ("rows.jsonl", "rows.csv"))
    assert (good.code, bad.code) == (0, 1)
    for contract in ("next = solve", "claimed restrictions", "witness is minimal"):
        assert f"skip  {contract}: rows.jsonl is a data file" in good.out
    assert "fail  a prompt has one answer: '2 1 =' has two answers" in bad.out
    assert "1/1" in lengthwise("measure", f"task={tmp_path}/rows.jsonl", "solver=oracle").out  # all its lengths
    assert "rows are no pages to train on" in lengthwise("run", f"task={tmp_path}/rows.jsonl").err
    (tmp_path / "rows.jsonl").write_text("x")
    said = lengthwise("check", str(tmp_path / "rows.jsonl"))
    assert (said.code, said.out, said.err.count("row 1: not JSON")) == (2, "", 1)


def test_an_encoding_of_ones_own_is_checked_by_its_file(lengthwise: Any, tmp_path: Path) -> None:
    source = (Path(__file__).parents[2] / "src/lengthwise/models/positions/alibi.py").read_text()
    (tmp_path / "mine.py").write_text(source)
    # A penalty by the key's own id says that it is the same wherever a line starts, and is not.
    assert "apart[:, None]" in source
    (tmp_path / "wrong.py").write_text(source.replace("apart[:, None]", "(apart * key.ids[:, None, :, 0])[:, None]"))
    assert "contracts are kept" in lengthwise("check", str(tmp_path / "mine.py")).out
    assert lengthwise("check", str(tmp_path / "wrong.py")).code == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("task=sort", "solver=progam"), "no solver is called 'progam'; did you mean 'program'"),
        (("task=sort",), "a measurement needs solver=..."),
        (("task=add_digits,sort", "solver=program"), "add_digits is made of a rule"),
        (("task=sort", "solver=program", "lengths=400"), "goes up to length 256, not 400"),
        (("task=sort", "solver=program", "lenghts=4"), "did you mean 'lengths'"),
        (("nosuch",), "no run under"),
    ],
)
def test_a_mistake_in_a_measurement_is_one_line(lengthwise: Any, words: tuple[str, ...], message: str) -> None:
    said = lengthwise("measure", *words)
    assert said.code == 2
    assert message in said.err
    assert said.err.count("\n") == 1


def test_views_are_listed_as_they_are_written_and_our_own_figures_are_no_stray_folder(lengthwise: Any) -> None:
    assert "hinted(task=...)" in lengthwise("list", "tasks").out
    lengthwise("measure", "task=sort", "solver=program", "lengths=4", "instances=2")
    (root() / "experiments-figures").mkdir()
    (root() / "holiday").mkdir()
    said = lengthwise("runs")
    assert "holiday is not a run folder" in said.out
    assert "experiments-figures" not in said.out


def test_a_damaged_run_that_is_named_says_what_is_wrong_with_it(lengthwise: Any) -> None:
    lengthwise("measure", "task=sort", "solver=program", "lengths=4", "instances=2")
    run = only_run()
    (run.folder / "state.json").write_text("{")
    for words in (("report", run.name), ("measure", run.name), ("compare", run.name, run.name)):
        said = lengthwise(*words)
        assert said.code == 2
        assert "it is damaged: remove the run" in said.err, words
    assert (run.folder / "state.json").read_text() == "{"
    lengthwise("measure", "task=copy", "solver=program", "lengths=4", "instances=2")
    (other,) = [path for path in root().iterdir() if path != run.folder]
    other.rename(root() / f"{run.name}-copy")  # a whole run whose name begins like the damaged one
    assert "it is damaged: remove the run" in lengthwise("report", run.name).err
    (root() / "photos").mkdir()
    assert "is not a run folder" in lengthwise("report", str(root() / "photos")).err


def test_a_damaged_run_hides_none_of_the_others_in_a_report(lengthwise: Any) -> None:
    lengthwise("measure", "task=sort", "solver=program", "lengths=4", "instances=2")
    damaged = only_run()
    lengthwise("measure", "task=copy", "solver=program", "lengths=4", "instances=2")
    for name in ("labels.json", "curve.json"):
        whole = (damaged.folder / name).read_text() if (damaged.folder / name).exists() else None
        (damaged.folder / name).write_text("[1")
        said = lengthwise("report")
        assert said.code == 0
        assert f"left out: {damaged.folder / name}" in said.err
        assert "ordering/copy" in said.out
        (damaged.folder / name).write_text(whole) if whole is not None else (damaged.folder / name).unlink()
