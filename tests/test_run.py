"""Run folders: found again exactly when equal, whole at every moment, readable without torch, one clear error each."""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from lengthwise.core.errors import RunError
from lengthwise.evaluation.evaluate import Evaluation, evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.run import Run, clean, data_versions, listed, merge, root, runs
from lengthwise.solvers.oracle import Oracle
from lengthwise.tasks.ordering.sort import Sort

MEASUREMENT = Measurement(Sort(values=64), lengths=(5, 10), instances=50)


@pytest.fixture(autouse=True)
def _settled_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """Someone may be editing the package while its tests run."""
    monkeypatch.setattr("lengthwise.run.fingerprint", lambda _: "one source")


def measured(error: float = 0.1) -> Evaluation:
    return evaluate(Oracle(error), MEASUREMENT)


def done(where: Path, error: float = 0.1, **labels: str | int) -> Run:
    run = Run.begin(where, (MEASUREMENT, Oracle(error)), labels=labels).run
    run.finish("done", *measured(error))
    return run


def read_all(folder: Path) -> None:
    back = Run.load(folder)
    _ = back.curve, list(back.samples())


def test_a_run_is_found_again_exactly_if_config_data_and_source_are_equal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Run.begin(tmp_path, MEASUREMENT)
    assert first.how == "new"
    assert Run.begin(tmp_path, MEASUREMENT).how == "resumed"
    first.run.finish("done", *measured())
    assert Run.begin(tmp_path, MEASUREMENT) == (first.run, "reused")
    assert Run.begin(tmp_path, replace(MEASUREMENT, instances=51)).how == "new"
    monkeypatch.setattr(Sort, "version", 2)
    assert Run.begin(tmp_path, MEASUREMENT).how == "new"
    monkeypatch.setattr(Sort, "version", 1)
    monkeypatch.setattr("lengthwise.run.fingerprint", lambda _: "another source")
    assert Run.begin(tmp_path, MEASUREMENT).how == "new"


def test_a_finished_run_gives_back_all_that_was_left(tmp_path: Path) -> None:
    result = measured()
    run = Run.begin(tmp_path, MEASUREMENT, labels={"arm": "near"}, device="cpu", threads=1).run
    run.write("choices", {"dtype": "float32"})
    run.log({"event": "update", "update": 50, "loss": 1.5})
    run.finish("done", *result)
    back = Run.load(run.folder)
    assert back.state == "done"
    assert back.curve == result.curve
    assert tuple(back.samples()) == result.samples
    assert back.choices == {"dtype": "float32"}
    assert back.labels == {"arm": "near"}
    assert back.environment["data"] == {"ordering/sort": 1}
    assert back.environment["device"] == "cpu"
    assert back.metrics() == [{"event": "update", "update": 50, "loss": 1.5}]
    assert back.config["instances"] == 50
    assert back.rebuild() == MEASUREMENT


def test_reading_a_run_imports_no_torch_and_none_of_its_tasks(tmp_path: Path) -> None:
    run = done(tmp_path)
    code = (
        "import sys; from lengthwise.run import Run; r = Run.load(sys.argv[1]); r.curve, r.config, list(r.samples())\n"
        "bad = [m for m in sys.modules if m == 'torch' or m.startswith('lengthwise.tasks.')]\n"
        "sys.exit(str(bad) if bad else 0)"
    )
    result = subprocess.run([sys.executable, "-c", code, str(run.folder)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


def test_data_versions_are_found_however_deep() -> None:
    @dataclass(frozen=True)
    class Deep:
        parts: tuple[object, ...] = ({"a": (MEASUREMENT,)},)

    assert data_versions(Deep()) == {"ordering/sort": 1}


def test_metrics_forget_what_a_resumed_run_did_twice_and_a_line_cut_in_two(tmp_path: Path) -> None:
    run = Run.begin(tmp_path, MEASUREMENT).run
    for update in (50, 100, 150):
        run.log({"event": "update", "update": update, "try": 1})
    with (run.folder / "metrics.jsonl").open("a") as file:
        file.write('{"event": "upda')
    assert [r["update"] for r in run.metrics()] == [50, 100, 150]
    run.log({"event": "resumed", "update": 100})
    run.log({"event": "update", "update": 150, "try": 2})
    assert [(r["update"], r.get("try")) for r in run.metrics()] == [(50, 1), (100, 1), (100, None), (150, 2)]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("config.json", "{", "damaged"),
        ("config.json", "[]", "not a config of lengthwise"),
        ("config.json", '{"format": 99, "lengthwise": "9.0", "config": {}}', "written by lengthwise 9.0 .* update it"),
        ("state.json", '{"state": "fine"}', "state.json is damaged"),
        ("curve.json", '{"cells": [', "damaged"),
        ("curve.json", '{"cells": [{}]}', "no length curve"),
        ("samples.jsonl", '{"instance": "a"}\n', "no sample"),
        ("samples.jsonl", '{"insta\n', "line 1 is not JSON"),
    ],
)
def test_a_damaged_file_gives_one_clear_line_and_stays_as_it_is(
    tmp_path: Path, file: str, text: str, message: str
) -> None:
    run = done(tmp_path)
    (run.folder / file).write_text(text)
    with pytest.raises(RunError, match=message) as caught:
        read_all(run.folder)
    assert "\n" not in str(caught.value)
    assert (run.folder / file).read_text() == text


def test_a_foreign_folder_is_told_and_never_touched(tmp_path: Path) -> None:
    foreign = tmp_path / "photos"
    foreign.mkdir()
    (foreign / "cat.txt").write_text("miau")
    with pytest.raises(RunError, match="not a run folder"):
        Run.load(foreign)
    run = done(tmp_path)
    assert [(entry.folder.name, entry.run is None) for entry in listed(tmp_path)] == sorted(
        [("photos", True), (run.name, False)]
    )
    assert clean(tmp_path, ("done",)) == [run.name]
    assert (foreign / "cat.txt").read_text() == "miau"
    with pytest.raises(RunError, match="no run folder"):
        Run.load(tmp_path / "nothing")


def test_a_run_that_is_done_and_lost_its_curve_is_called_damaged(tmp_path: Path) -> None:
    run = done(tmp_path)
    (run.folder / "curve.json").unlink()
    with pytest.raises(RunError, match="has no curve: the run is done; it is damaged: remove the run"):
        _ = Run.load(run.folder).curve


def test_a_file_where_a_folder_should_be_gives_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("mine")
    with pytest.raises(RunError, match=r"cannot write .*: name a folder that can be written to"):
        done(tmp_path / "runs")
    assert (tmp_path / "runs").read_text() == "mine"


def test_a_full_disk_gives_one_clear_error_and_leaves_what_was_there(tmp_path: Path) -> None:
    run = done(tmp_path)
    before = (run.folder / "curve.json").read_text()
    code = (
        "import sys, resource, signal\n"
        "from pathlib import Path\n"
        "from lengthwise.run import Run\n"
        "run = Run.load(Path(sys.argv[1])); curve, samples = run.curve, tuple(run.samples())\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (64, 64))\n"
        "run.finish('done', curve, samples)\n"
    )
    result = subprocess.run([sys.executable, "-c", code, str(run.folder)], capture_output=True, text=True, check=False)
    assert "RunError: cannot write" in result.stderr
    assert "make room and run again" in result.stderr
    assert (run.folder / "curve.json").read_text() == before
    assert not list(run.folder.glob(".*partial"))
    assert resource.getrlimit(resource.RLIMIT_FSIZE) != (64, 64)


def test_a_run_whose_process_was_killed_is_resumed_and_one_that_lives_is_left_alone(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; sys.path.insert(0, sys.argv[2])\n"
        "from test_run import MEASUREMENT; from lengthwise.run import Run; import lengthwise.run as module\n"
        "module.fingerprint = lambda _: 'one source'\n"
        "run = Run.begin(Path(sys.argv[1]), MEASUREMENT).run; print(run.name, flush=True); time.sleep(60)\n"
    )
    here = Path(__file__).parent
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), str(here)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    name = process.stdout.readline().strip()
    run = Run.load(tmp_path / name)
    assert run.is_alive
    with pytest.raises(RunError, match="is at"):
        Run.begin(tmp_path, MEASUREMENT)
    assert clean(tmp_path) == []
    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()
    assert [entry.run.is_alive for entry in listed(tmp_path) if entry.run is not None] == [False]
    assert Run.begin(tmp_path, MEASUREMENT).how == "resumed"


def test_clean_removes_failed_and_diverged_runs_and_says_which(tmp_path: Path) -> None:
    good, bad = done(tmp_path), Run.begin(tmp_path, (MEASUREMENT, "bad")).run
    bad.finish("failed", why="the disk was full")
    assert bad.why == "the disk was full"
    assert clean(tmp_path) == [bad.name]
    assert [run.name for run in runs(tmp_path)] == [good.name]


def test_two_machines_roots_become_one(tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    both, mine = done(here, 0.1), done(here, 0.2)
    half = Run.begin(here, (MEASUREMENT, Oracle(0.3))).run
    for error in (0.1, 0.3, 0.4):
        done(there, error)
    merged = merge(here, there)
    assert merged.kept == (both.name,)
    assert half.name in merged.copied
    assert len(merged.copied) == 2
    assert {run.state for run in runs(here)} == {"done"}
    assert len(runs(here)) == 4
    assert Run.load(mine.folder).curve.tally(5).asked == 50
    assert merge(here, there).copied == ()


def test_the_root_is_stated_by_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LENGTHWISE_RUNS", raising=False)
    assert root() == Path("runs")
    monkeypatch.setenv("LENGTHWISE_RUNS", "/data/runs")
    assert root() == Path("/data/runs")


def test_nothing_in_a_run_names_a_person_or_a_path_of_the_machine(tmp_path: Path) -> None:
    run = done(tmp_path)
    text = json.dumps([run.environment, run.labels, run.config])
    assert str(tmp_path) not in text
    assert os.environ.get("HOME", "/root") not in text
