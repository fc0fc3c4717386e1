"""What words of `run` stand for, what is refused before training, and what a run prints and leaves."""

import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from lengthwise.cli import RUN
from lengthwise.cli import work as work_module
from lengthwise.cli.plan import check, experiments, ingredient_name, plan, without_shared
from lengthwise.core.errors import ConfigError, LengthwiseError, TaskError, UnknownName
from lengthwise.core.instance import SPLITS, BlockKey, block
from lengthwise.feeding.cut import Hard, Near
from lengthwise.lines.hinted import Hinted
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.reports.live import LineBoard, LiveBoard, Running, clock, take
from lengthwise.run import Run, root
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.ordering.sort import Sort

TINY = ("task.values=30", "lengths=1-3", "budget=2e4", "layers=1", "width=16", "heads=2", "tests=2,4", "instances=20")


# -- words ------------------------------------------------------------------------------------------------------------


def test_a_task_without_usual_lengths_takes_those_that_are_given() -> None:
    (job,) = experiments(["task=sort", "task.values=3", "lengths=1-2", "tests=2"])
    assert (job.experiment.mixture.lengths, job.experiment.tests) == ((1, 2), (2,))
    with pytest.raises(ConfigError, match="give lengths=FIRST-LAST"):
        experiments(["task=sort", "task.values=3"])


def test_lists_and_ranges_make_a_grid_seed_by_seed() -> None:
    jobs = experiments(["task=sort,copy", "encoding=NoPE,RoPE", "seed=0:3"])
    assert len(jobs) == 2 * 2 * 3
    assert [job.seed for job in jobs] == [0] * 4 + [1] * 4 + [2] * 4
    assert [(j.task, type(j.experiment.model.encoding).__name__) for j in jobs[:4]] == [
        ("ordering/sort", "NoPE"),
        ("ordering/sort", "RoPE"),
        ("ordering/copy", "NoPE"),
        ("ordering/copy", "RoPE"),
    ]


@pytest.mark.parametrize("task", ["sort", "parity", "addition", "slim", "sort(values=30)", "key_value"])
def test_a_task_alone_is_an_experiment_that_can_be_run(task: str) -> None:
    (job,) = experiments([f"task={task}"])
    low, high = job.experiment.trained
    assert max(job.experiment.tests) <= 4 * high
    assert max(job.experiment.tests) > high
    for split in SPLITS:
        assert block(BlockKey(job.experiment.task, low, split), count=1)
    job.experiment.check()


def test_pages_that_grow_with_the_square_are_not_trained_to_length_twenty() -> None:
    (job,) = experiments(["task=minesweeper"])
    side = job.experiment.trained[1]
    assert 2 * side * side + 1 <= 256 < 2 * (side + 1) ** 2 + 1
    assert 2 * max(job.experiment.tests) ** 2 + 1 <= 1024


def test_fields_of_the_task_set_the_lengths_that_no_word_names() -> None:
    (job,) = experiments(["task=sort", "values=40"])
    assert job.experiment.task == Sort(values=40)
    assert job.experiment.trained[1] == 10
    assert max(job.experiment.tests) == 40


def test_cut_and_choice_make_arms_of_restrictions() -> None:
    jobs = experiments(["task=sort", "lengths=1-10", "cut=none,40", "choice=near,hard"])
    cuts = [[i.cut for i in job.experiment.mixture.ingredients] for job in jobs]
    assert [len(each) for each in cuts] == [1, 2, 2]
    assert [type(each[1].choice) for each in cuts[1:] if each[1]] == [Near, Hard]
    assert all(each[1] is not None and each[1].longest == 40 for each in cuts[1:])
    assert ingredient_name(jobs[1].experiment.mixture.ingredients[1]) == "near cut 40>1-10"


def test_an_experiment_is_called_the_same_whatever_else_is_in_its_grid() -> None:
    (alone,) = experiments(["task=sort", "encoding=RoPE", "seed=1"])
    in_grid = experiments(["task=sort,copy", "encoding=NoPE,RoPE", "seed=0:3"])
    (same,) = [job for job in in_grid if job.experiment == alone.experiment]
    assert same == alone
    assert alone.arm == "encoding=RoPE"


def test_titles_leave_out_what_all_share() -> None:
    planned = plan(["task=sort", "budget=1e5", "encoding=NoPE,RoPE"], None)
    assert [planned.title(job) for job in planned.jobs] == [
        "ordering/sort · default · seed 0",
        "ordering/sort · encoding=RoPE · seed 0",
    ]
    assert without_shared(["a b", "a c", "a"]) == ["b", "c", "default"]


def test_index_hints_and_automatic_coupling_are_reached_by_words() -> None:
    hinted = "task=hinted(task=addition(second=any),hints=40)"
    jobs = experiments([hinted, "layout=index_hints", "lengths=1-5", "tests=5,10"])
    assert jobs[0].experiment.task == Hinted(Addition("any"), hints=40)
    assert jobs[0].task == "arithmetic/addition"
    assert jobs[0].arm.startswith("hinted second=any hints=40 layout=IndexHints")
    words = ["task=automatic(task=addition)", 'numbering=coupled(axes=["automatic 1"])', "encoding=Absolute"]
    (job,) = experiments([*words, "lengths=1-5", "tests=5,10"])
    job.experiment.check()
    assert job.experiment.numbering == Coupled(axes=("automatic 1",))


def test_a_study_is_planned_with_its_fields_and_stages() -> None:
    planned = plan(["first_curve", "budget=5e4"], None)
    assert planned.name == "first_curve"
    assert {job.experiment.budget for job in planned.jobs} == {50_000}
    assert {job.seed for job in planned.jobs} == {0, 1}
    assert len({planned.title(job) for job in planned.jobs}) == len(planned.jobs)


@pytest.mark.parametrize(
    ("words", "stage", "error", "message"),
    [
        ([], None, ConfigError, "name a study"),
        (["seed=1"], None, ConfigError, "needs a word task="),
        (["first_curve", "auxiliary_tasks"], None, ConfigError, "two studies"),
        (["first_curv"], None, UnknownName, "did you mean 'first_curve'"),
        (["first_curve"], "mian", UnknownName, "did you mean 'main'"),
        (["task=sort"], "main", ConfigError, "has no stage"),
        (["task=srot"], None, UnknownName, "did you mean 'sort'"),
        (["task=sort", "encoding=RoPP"], None, UnknownName, "did you mean 'rope'"),
        (["task=sort", "bugdet=3"], None, UnknownName, "did you mean 'budget'"),
        (["task=sort,add_digits"], None, ConfigError, "add_digits is made of a rule"),
        (["task=sort", "choice=near"], None, ConfigError, "add cut=N"),
        (["task=sort", "cut=40", "choice=nera"], None, UnknownName, "did you mean 'near'"),
        (["task=sort", "cut=40", "mixture.symbols=100"], None, ConfigError, "give one of the two"),
        (["task=sort", "seed=1,1"], None, ConfigError, "more than once"),
        (["task=sort", "lengths=5-2"], None, LengthwiseError, "5 to 2"),
        (["task=sort", "lengths=1-40", "cut=20"], None, ConfigError, "cannot be cut from"),
    ],
)
def test_words_that_mean_nothing_are_refused(
    words: list[str], stage: str | None, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)):
        plan(words, stage)


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        (["task=sort", "values=30", "tests=40"], TaskError, "goes up to length 30, not 40"),
        (["task=majority", "cut=40"], LengthwiseError, "has no restriction"),
        (["task=sort", "encoding=absolute", "numbering=random_start(ids=2000)"], LengthwiseError, "2000"),
        (["task=sort", "budget=-1"], LengthwiseError, "-1"),
        (["task=sort", "encoding=rope", "device=tpu"], LengthwiseError, "tpu"),
    ],
)
def test_combinations_that_cannot_work_are_refused_before_training(
    words: list[str], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=re.escape(message)) as refused:
        check(plan(words, None))
    assert "nothing was trained" in str(refused.value)


def test_the_examples_of_the_help_can_be_run() -> None:
    examples = [line.split("   ")[0].split()[2:] for line in RUN.splitlines() if line.startswith("lengthwise run")]
    assert len(examples) == 6
    for words in examples:
        assert plan(words, None).jobs


# -- runs -------------------------------------------------------------------------------------------------------------


def test_a_grid_is_trained_reported_and_reused(lengthwise: Any) -> None:
    first = lengthwise(
        "run", "task=sort", *(word for word in TINY if word != "width=16"), "width=16,32", "--workers", "2"
    )
    assert first.code == 0, first.err
    assert "2 done, 0 running, 0 left" in first.out
    assert "2 done, 0 screened, 0 not run" in first.out
    assert (root() / "experiments.html").read_text().startswith("<!doctype html>")
    assert f"report: {root() / 'experiments.html'}" in first.out
    folders = sorted(path.parent.name for path in root().glob("*/config.json"))
    again = lengthwise("run", "task=sort", *TINY)
    assert "reused, as experiment, data and source are those of" in again.out
    assert sorted(path.parent.name for path in root().glob("*/config.json")) == folders
    wide = next(Run.load(root() / name) for name in folders if Run.load(root() / name).config["model"]["width"] == 32)
    measured = lengthwise("measure", wide.name, "--lengths", "3", "--instances", "10")
    assert measured.code == 0, measured.err
    assert "3       " in measured.out


def test_a_dry_run_tells_the_cost_and_leaves_nothing(lengthwise: Any) -> None:
    said = lengthwise("run", "task=sort", *TINY, "seed=0:2", "--dry-run")
    assert said.code == 0, said.err
    config = json.loads(said.out[said.out.index("\n{") : said.out.index("\n}") + 2])
    assert config["budget"] == 20_000
    row = next(line for line in said.out.splitlines() if "seed 1" in line and "MB" in line)
    updates, symbols = (int(word.replace(",", "")) for word in row.split()[-5:-3])
    assert updates > 1
    assert 15_000 < symbols < 30_000
    assert "2 runs" in said.out
    assert not root().exists()


def test_ctrl_c_says_how_to_go_on(lengthwise: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("lengthwise.cli.run.work", interrupted)
    said = lengthwise("run", "task=sort", "cut=none, 40", "--workers", "2", "--root", str(tmp_path / "my runs"))
    assert said.code == 130
    assert f"lengthwise run task=sort 'cut=none, 40' --workers 2 --root '{tmp_path / 'my runs'}'" in said.err


def test_a_fresh_run_gets_a_folder_of_its_own(lengthwise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Path] = []

    def nothing(*given: Any) -> list[Any]:
        seen.append(given[1])
        return []

    monkeypatch.setattr("lengthwise.cli.run.work", nothing)
    for _ in range(2):
        lengthwise("run", "task=sort", *TINY, "--fresh")
    lengthwise("run", "task=sort", *TINY)
    assert seen[2] == root()
    assert seen[0].name.startswith(f"{root().name}-")
    assert seen[0].parent == root().parent


def test_a_run_that_fails_is_named_and_the_exit_code_says_so(lengthwise: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise TaskError("planted")

    monkeypatch.setattr("lengthwise.experiment.Experiment.run", broken)
    said = lengthwise("run", "task=sort", *TINY)
    assert said.code == 1
    assert "not done: ordering/sort" in said.out
    assert "planted" in said.out


def test_a_task_of_ones_own_is_trained_from_its_file(tmp_path: Path) -> None:
    source = Path(__file__).parents[2] / "src/lengthwise/tasks/ordering/sort.py"
    (tmp_path / "my_task.py").write_text(source.read_text().replace("Sort", "Mine"))
    command = [sys.executable, "-m", "lengthwise.cli", "run", "task=my_task.py", *TINY]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "1 done" in done.stdout


# -- the display ------------------------------------------------------------------------------------------------------


def test_lines_tell_updates_losses_by_name_rate_and_what_is_left() -> None:
    out = io.StringIO()
    with LineBoard(3, Console(file=out, width=200)) as board:
        running = board.start("one", ["main", "cut"])
        running.update, running.updates, running.loss = 50, 200, 0.5
        running.rate, running.left, running.losses = 70_000.0, 65.0, {"main": 0.4, "cut": 0.6}
        running.accuracy = {10: 0.25}
        board.changed(running)
        board.changed(running)  # nothing new within ten seconds
        assert board.waiting == 2
        board.end("one", "done")
    lines = out.getvalue().splitlines()
    assert (
        lines[1]
        == "[0/3] one: update 50/200  loss 0.5 (main 0.4, cut 0.6)  70,000 symbols/s  ETA 1:05  right at 10: 0.25"
    )
    assert lines[2:] == ["[1/3] one: done", "[1/3] 1 done, 0 running, 2 left, ETA 0:00"]


def test_lines_go_on_while_a_run_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr("lengthwise.reports.live.time.monotonic", lambda: now[0])
    out = io.StringIO()
    with LineBoard(1, Console(file=out, width=200)) as board:
        running = board.start("one")
        for part in ("1/9", "2/9", "3/9"):
            running.measured = part
            board.changed(running)
            now[0] += 6.0
    said = out.getvalue().splitlines()
    assert [line.split("measuring ")[1] for line in said if "measuring" in line] == ["1/9", "3/9"]


def test_a_terminal_gets_a_bar_for_each_run_and_a_line_of_counts() -> None:
    out = io.StringIO()
    console = Console(file=out, width=120, force_terminal=True, color_system=None)
    with LiveBoard(4, console) as board:
        running = board.start("one", ["main"])
        running.update, running.updates, running.loss, running.left = 50, 200, 0.5, 30.0
        board.end("two", "reused, as it is done")
        console.print(board.drawn())
    text = out.getvalue()
    assert "update 50/200" in text
    assert "━" in text
    assert "1 done (1 reused), 1 running, 2 left" in text


def test_a_run_of_another_process_is_followed_through_its_folder(tmp_path: Path) -> None:
    run = Run.begin(tmp_path, Sort(values=9)).run
    run.write("choices", {"updates": 400})
    for update in (50, 100):
        run.log(
            {
                "event": "update",
                "update": update,
                "loss": 1 / update,
                "symbols": 1000 * update,
                "seconds": update / 10,
                "by_ingredient": {"0": 0.5, "1": 0.7},
            }
        )
    run.log({"event": "watch", "update": 100, "accuracy": {"20": 0.75}})
    running = Running("one", ("main", "cut"))
    take(running, run)
    assert (running.update, running.updates, running.loss) == (100, 400, 0.01)
    assert (running.rate, running.left) == (10_000.0, 30.0)
    assert (running.losses, running.accuracy) == ({"main": 0.5, "cut": 0.7}, {20: 0.75})


def test_a_clock_reads_as_hours_minutes_seconds() -> None:
    assert [clock(s) for s in (5, 65, 3661, float("nan"))] == ["0:05", "1:05", "1:01:01", "-"]


def test_what_a_run_is_called_has_no_study_where_there_is_none() -> None:
    planned = plan(["task=sort"], None)
    assert work_module.labels(planned, planned.jobs[0]) == {"task": "ordering/sort", "arm": "default", "seed": 0}
