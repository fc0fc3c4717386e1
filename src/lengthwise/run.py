"""A run: the folder that an experiment or a measurement leaves, readable without torch and without its experiment.

    begun = Run.begin(root(), experiment, labels={"study": "auxiliary_tasks", "arm": "near"}, device="cpu", threads=1)
    begun.how                       # "new", "resumed" (it was not finished) or "reused" (it is done: nothing to train)
    run = begun.run
    run.write("choices", {...})     # before update 0, obeyed on resume
    run.log({"event": "update", ...})
    run.finish("done", curve, samples)
    Run.load(folder).curve          # later, by anybody

The folder's name is a hash of config, data versions and source fingerprint, so a run is found again exactly if all
three are equal. Every file is written beside, synced and renamed: a crash or a full disk leaves the old one or the new.

    config.json  environment.json  labels.json  choices.json  state.json  metrics.jsonl  curve.json  samples.jsonl
    mechanism.json (optional)  weights/
"""

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import lengthwise
from lengthwise.core.durable import append_line, write_atomically
from lengthwise.core.environment import process_lives, process_mark, surroundings
from lengthwise.core.errors import ConfigError, LengthwiseError, RunError
from lengthwise.core.fingerprint import fingerprint
from lengthwise.core.plain import FORMAT, document, from_document
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.evaluate import Sample

State = Literal["running", "done", "diverged", "failed"]
Labels = Mapping[str, str | int]
How = Literal["new", "resumed", "reused"]
ENDED = ("done", "diverged")  # run again they would come out the same
CONFIG = "config.json"  # a folder without it is not a run


def root() -> Path:
    """Where runs live: the folder LENGTHWISE_RUNS names, else ./runs."""
    return Path(os.environ.get("LENGTHWISE_RUNS") or "runs")


class Begun(NamedTuple):
    """A run, and whether it is new."""

    run: "Run"
    how: How


@dataclass(frozen=True)
class Run:
    """One folder. Reading it imports nothing of the experiment."""

    folder: Path

    # -- begin and load -------------------------------------------------------------------------------------------

    @classmethod
    def begin(
        cls, where: Path, experiment: Any, *, labels: Labels | None = None, device: str = "cpu", threads: int = 1
    ) -> Begun:
        """The run of this experiment under `where`: a new folder, or that of equal config, data and source."""
        plain = document(experiment)
        versions, source = data_versions(experiment), fingerprint(plain["config"])
        run = cls(where / _identity(plain["config"], versions, source))
        if (run.folder / CONFIG).exists():
            run = cls.load(run.folder)
            if run.state in ENDED:
                return Begun(run, "reused")
            run.refuse_two()
            for partial in run.folder.rglob(".*.partial"):  # what a kill left of a file that was being written
                partial.unlink(missing_ok=True)
            run.write("state", _state("running"))
            return Begun(run, "resumed")
        environment = {**surroundings(), "device": device, "threads": threads, "data": versions, "source": source}
        run.write("environment", environment)
        run.write("labels", dict(labels or {}))
        run.write("state", _state("running"))
        run.write("config", plain)  # last: a folder with a config is whole
        return Begun(run, "new")

    @classmethod
    def ended(cls, where: Path, experiment: Any) -> "Run | None":
        """The run of this experiment, where there is nothing left to do: it is done, or would diverge again."""
        plain = document(experiment)
        folder = where / _identity(plain["config"], data_versions(experiment), fingerprint(plain["config"]))
        run = cls.load(folder) if (folder / CONFIG).exists() else None
        return run if run is not None and run.state in ENDED else None

    @classmethod
    def load(cls, folder: Path) -> "Run":
        """An existing run; a RunError where the folder is foreign, damaged, or of a newer version."""
        run = cls(Path(folder))
        if not run.folder.is_dir():
            raise RunError(f"there is no run folder {folder}; list the runs to see which there are")
        if not (run.folder / CONFIG).is_file():
            raise RunError(f"{folder} is not a run folder: it has no {CONFIG}; nothing in it was touched")
        run._check(run._read("config"))
        run._check_state(run._read("state"))
        return run

    def _check(self, plain: Any) -> None:
        if not isinstance(plain, dict) or not isinstance(plain.get("format"), int) or "config" not in plain:
            raise RunError(f"{self.folder / CONFIG} is not a config of lengthwise; nothing in the folder was touched")
        if plain["format"] > FORMAT:
            raise RunError(
                f"{self.folder} was written by lengthwise {plain.get('lengthwise', '?')} in format {plain['format']}; "
                f"this is {lengthwise.__version__}, which reads up to format {FORMAT}: update it"
            )

    def _check_state(self, plain: Any) -> None:
        if not isinstance(plain, dict) or plain.get("state") not in get_args(State):
            raise RunError(f"{self.folder / 'state.json'} is damaged; remove the run and run it again")

    # -- read -----------------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    @property
    def state(self) -> State:
        """running, done, diverged or failed; a killed run still says running (see `is_alive`)."""
        state: State = self._read("state")["state"]
        return state

    @property
    def why(self) -> str:
        """The reason of a failure, or nothing."""
        return str(self._read("state").get("why", ""))

    @property
    def is_alive(self) -> bool:
        """Whether it says running and its process is there, or was on another machine, where nobody here can look."""
        state = self._read("state")
        return state["state"] == "running" and process_lives(state) is not False

    def refuse_two(self) -> None:
        """A RunError where another process of this machine is at this run."""
        mark = self._read("state")
        if mark["state"] == "running" and process_lives(mark) and mark["process"] != os.getpid():
            raise RunError(f"process {mark['process']} is at {self.folder}; wait for it, or stop it first")

    @cached_property
    def config(self) -> Mapping[str, Any]:
        """The experiment as plain JSON."""
        config: Mapping[str, Any] = self._read("config")["config"]
        return config

    @cached_property
    def environment(self) -> Mapping[str, Any]:
        """Which machine, device, versions and source made it."""
        return self._read_mapping("environment")

    @cached_property
    def labels(self) -> Mapping[str, str | int]:
        """What it is called in its study: study, stage, arm, seed ..."""
        return self._read_mapping("labels") if self.has("labels") else {}

    @property
    def choices(self) -> Mapping[str, Any]:
        """What was chosen for the machine before update 0; empty before that."""
        return self._read_mapping("choices") if self.has("choices") else {}

    @property
    def curve(self) -> LengthCurve:
        """The length curve; a RunError where the run has none yet."""
        if not self.has("curve"):
            remedy = "it is damaged: remove the run and run it again" if self.state == "done" else "let it finish"
            raise RunError(f"{self.folder} has no curve: the run is {self.state}; {remedy}")
        try:
            return LengthCurve.from_json(self._read_mapping("curve"))
        except ConfigError as error:
            raise RunError(f"{self.folder / 'curve.json'}: {error}") from error

    @property
    def mechanism(self) -> Mapping[str, Any]:
        """Series beside the curve (attention on the witness, logit margin ...); empty where none were kept."""
        return self._read_mapping("mechanism") if self.has("mechanism") else {}

    @property
    def restrictions(self) -> Mapping[str, Any]:
        """Errors of single symbols on restrictions of long lines, where a study measured them after the run."""
        return self._read_mapping("restrictions") if self.has("restrictions") else {}

    def samples(self) -> Iterator[Sample]:
        """Every instance and its outcome."""
        for record in self._records("samples.jsonl"):
            try:
                yield Sample.from_json(record)
            except ConfigError as error:
                raise RunError(f"{self.folder / 'samples.jsonl'}: {error}") from error

    def metrics(self) -> list[dict[str, Any]]:
        """The log without what a resumed run did a second time, and without the line that a kill cut in two."""
        kept: list[dict[str, Any]] = []
        for record in self._records("metrics.jsonl", torn_end=True):
            if record.get("event") == "resumed":
                kept = [r for r in kept if r.get("update", -1) <= record.get("update", 0)]
            kept.append(record)
        return kept

    @property
    def weights(self) -> Path:
        """The folder of the final weights."""
        return self.folder / "weights"

    @property
    def checkpoint(self) -> Path:
        """The file of the newest checkpoint."""
        return self.folder / "checkpoint.safetensors"

    def has(self, name: str) -> bool:
        """Whether there is a file of this name (without .json)."""
        return (self.folder / f"{name}.json").is_file()

    def rebuild(self) -> Any:
        """The experiment itself, from its config: this imports what the config names."""
        try:
            return from_document(self._read("config"))
        except ConfigError as error:
            raise RunError(f"{self.folder}: {error}") from error

    # -- write ----------------------------------------------------------------------------------------------------

    def write(self, name: str, plain: Any) -> None:
        """Write `name`.json whole."""
        write_atomically(self.folder / f"{name}.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n")

    def log(self, record: Mapping[str, Any]) -> None:
        """Append one line to metrics.jsonl; what a kill left half-written there is cut off first."""
        append_line(self.folder / "metrics.jsonl", json.dumps(record, ensure_ascii=False))

    def finish(
        self, state: State, curve: LengthCurve | None = None, samples: Iterable[Sample] = (), why: str = ""
    ) -> None:
        """Leave the results, then the state: a run that says done has all of them."""
        if curve is not None:
            self.write("curve", curve.to_json())
            lines = [json.dumps(sample.to_json(), ensure_ascii=False) for sample in samples]
            write_atomically(self.folder / "samples.jsonl", "".join(line + "\n" for line in lines))
        self.write("state", _state(state, why))

    # -- files ----------------------------------------------------------------------------------------------------

    def _read(self, name: str) -> Any:
        path = self.folder / f"{name}.json"
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise RunError(f"{self.folder} has no {path.name}; the run is incomplete: run it again") from error
        except (OSError, ValueError) as error:
            raise RunError(
                f"{path} cannot be read ({error}); it is damaged: remove the run and run it again"
            ) from error

    def _read_mapping(self, name: str) -> dict[str, Any]:
        plain = self._read(name)
        if not isinstance(plain, dict):
            raise RunError(
                f"{self.folder / name}.json holds no mapping; it is damaged: remove the run and run it again"
            )
        return plain

    def _records(self, name: str, *, torn_end: bool = False) -> Iterator[dict[str, Any]]:
        path = self.folder / name
        if not path.exists():
            return
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n")
        if torn_end:
            lines[-1] = ""
        for number, line in enumerate(lines, start=1):
            if line:
                yield _record(line, f"{path}, line {number}")


def _record(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise RunError(f"{where} is not JSON; the file is damaged: remove the run and run it again") from error
    if not isinstance(record, dict):
        raise RunError(f"{where} is no object; the file is damaged: remove the run and run it again")
    return record


def _state(state: State, why: str = "") -> dict[str, Any]:
    return {"state": state, "why": why, **process_mark()}


def _identity(config: Any, versions: Mapping[str, int], source: str) -> str:
    text = json.dumps([config, versions, source], sort_keys=True, ensure_ascii=True)
    return blake2b(text.encode(), digest_size=8).hexdigest()


def data_versions(thing: Any) -> dict[str, int]:
    """The data version of every task inside an experiment, by the task's name."""
    from_fields = getattr(thing, "__dataclass_fields__", {})
    inside = thing.values() if isinstance(thing, Mapping) else thing if isinstance(thing, tuple | list) else ()
    values = [getattr(thing, name) for name in from_fields] if from_fields else list(inside)
    found = {thing.name: int(thing.version)} if isinstance(getattr(thing, "version", None), int) and from_fields else {}
    for value in values:
        found.update(data_versions(value))
    return dict(sorted(found.items()))


# -- many runs ------------------------------------------------------------------------------------------------------


class Listed(NamedTuple):
    """A folder under a root: a run, or why it cannot be read."""

    folder: Path
    run: Run | None
    trouble: str = ""


def listed(where: Path) -> list[Listed]:
    """Every folder under a root, in order of name; one that is no run is told, never touched."""
    result = []
    for folder in (
        sorted(p for p in where.iterdir() if p.is_dir() and not p.name.startswith(".")) if where.is_dir() else []
    ):
        try:
            result.append(Listed(folder, Run.load(folder)))
        except RunError as error:
            result.append(Listed(folder, None, str(error)))
    return result


def runs(where: Path, **labels: str | int) -> list[Run]:
    """The readable runs that carry these labels."""
    found = [entry.run for entry in listed(where) if entry.run is not None]
    return [run for run in found if all(run.labels.get(name) == value for name, value in labels.items())]


def clean(where: Path, states: Iterable[State] = ("failed", "diverged"), *, interrupted: bool = True) -> list[str]:
    """Remove runs in these states, and those whose process is gone; foreign folders stay. Returns the names removed."""
    wanted = set(states)
    gone = [
        run
        for run in runs(where)
        if run.state in wanted or (interrupted and run.state == "running" and not run.is_alive)
    ]
    for run in gone:
        hidden = run.folder.with_name(f".{run.name}.removed")  # one rename, so that no half of a run is ever listed
        try:
            run.folder.rename(hidden)
            shutil.rmtree(hidden)
        except OSError as error:
            raise RunError(f"cannot remove {run.folder} ({error.strerror}); remove it by hand") from error
    return [run.name for run in gone]


class Merged(NamedTuple):
    """What a merge did, by run name."""

    copied: tuple[str, ...]
    kept: tuple[str, ...]  # here already, as finished as there


def merge(here: Path, there: Path) -> Merged:
    """Bring another root's runs over: those missing here, and those done there that are not done here."""
    if not there.is_dir():
        raise RunError(f"there is no folder {there} to merge from")
    copied, kept = [], []
    for run in runs(there):
        own = here / run.name
        if own.exists() and (Run.load(own).state == "done" or run.state != "done"):
            kept.append(run.name)
            continue
        _bring(run, own)
        copied.append(run.name)
    return Merged(tuple(copied), tuple(kept))


def _bring(run: Run, own: Path) -> None:
    beside = own.with_name(f".{own.name}.partial")
    try:
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(run.folder, beside)
        if own.exists():
            shutil.rmtree(own)
        beside.rename(own)
    except (OSError, LengthwiseError) as error:
        shutil.rmtree(beside, ignore_errors=True)
        raise RunError(f"cannot copy {run.folder} to {own} ({error}); the run there is whole") from error
