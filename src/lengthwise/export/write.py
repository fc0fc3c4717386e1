"""Write an export: files in parallel, each whole or not there; killed anywhere and run again, the same bytes.

A folder goes through three states: empty; unfinished (its plan in `.unfinished.json`, a record in `.done` for each
finished file); finished (`manifest.json`, written last, and nothing hidden any more).
"""

import json
import multiprocessing
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Any

from lengthwise.core import errors
from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import LengthwiseError, RunError, TaskError
from lengthwise.export.manifest import DONE, MANIFEST, UNFINISHED, Verdict, read_manifest, verify, write_manifest
from lengthwise.export.plan import Export, Shard
from lengthwise.export.shard import Written, digest, write_shard

Tell = Callable[[Written], None]


def export(plan: Export, folder: Path, workers: int = 1, tell: Tell | None = None) -> Verdict:
    """Write what is missing of the plan into `folder`, and check it; `tell` hears of every file."""
    shards = _checked(plan)
    if (folder / MANIFEST).is_file():
        _same_plan(plan, read_manifest(folder)["export"], folder)
    else:
        _begin(plan, folder)
        done = {shard.file: found for shard in shards if (found := _finished(folder, shard)) is not None}
        missing = [shard for shard in shards if shard.file not in done]
        workers = min(workers, len(missing))
        made = _in_processes(plan, missing, folder, workers) if workers > 1 else _here(plan, missing, folder)
        for written in made:
            done[written.file] = written
            if tell is not None:
                tell(written)
        write_manifest(plan, folder, [done[shard.file] for shard in shards])
    (folder / UNFINISHED).unlink(missing_ok=True)
    shutil.rmtree(folder / DONE, ignore_errors=True)
    verdict = verify(folder)
    if verdict.faults:
        raise RunError(f"{folder} is damaged: {'; '.join(verdict.faults)}; delete the folder and export anew")
    return verdict


def _checked(plan: Export) -> list[Shard]:
    shards = plan.shards()
    if not shards:
        raise TaskError(f"no task of {plan.collection} has any of the lengths asked for; choose other lengths")
    assert plan.written.name
    return shards


def _same_plan(plan: Export, other: object, folder: Path) -> None:
    if other != json.loads(json.dumps(plan.plain())):
        raise RunError(f"{folder} holds another export; choose an empty folder, or delete this one")


def _begin(plan: Export, folder: Path) -> None:
    """Note the plan in an empty folder; in one that was begun, clear what a kill left behind."""
    note = folder / UNFINISHED
    if note.is_file():
        _same_plan(plan, json.loads(note.read_text(encoding="utf-8")), folder)
        for partial in folder.rglob(".*.partial"):
            partial.unlink(missing_ok=True)
    elif folder.is_dir() and any(path.suffix != ".partial" for path in folder.iterdir()):
        raise RunError(f"{folder} is not empty and holds no export; choose an empty folder")
    else:
        write_atomically(note, json.dumps(plan.plain()) + "\n")


def _record(folder: Path, file: str) -> Path:
    return folder / DONE / f"{Path(file).name}.json"


def _finished(folder: Path, shard: Shard) -> Written | None:
    """The record of a file that is there and has the bytes that it was finished with."""
    path, record = folder / shard.file, _record(folder, shard.file)
    if not (path.is_file() and record.is_file()):
        return None
    found = Written(**json.loads(record.read_text(encoding="utf-8")))
    return found if digest(path) == found.sha256 else None


def _make(plan: Export, shard: Shard, folder: Path, alive: Callable[[], bool]) -> Written:
    written = write_shard(plan, shard, folder, alive)
    write_atomically(_record(folder, shard.file), json.dumps(written._asdict()) + "\n")
    return written


def _here(plan: Export, shards: Sequence[Shard], folder: Path) -> Iterator[Written]:
    for shard in shards:
        yield _make(plan, shard, folder, lambda: True)


def _in_processes(plan: Export, shards: Sequence[Shard], folder: Path, workers: int) -> Iterator[Written]:
    """Every worker takes each `workers`-th file: short and long lengths are spread, and nothing is negotiated."""
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe(duplex=False) for _ in range(workers)]
    processes = [
        context.Process(target=_work, args=(plan.plain(), list(shards[number::workers]), folder, sender), daemon=True)
        for number, (_, sender) in enumerate(pipes)
    ]
    try:
        for process in processes:
            process.start()
        for _, sender in pipes:
            sender.close()  # so that a worker's death closes its pipe
        yield from _collected([receiver for receiver, _ in pipes], len(shards))
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _collected(receivers: list[Connection], count: int) -> Iterator[Written]:
    found, left = 0, list(receivers)
    while left:
        for ready in wait(left):
            assert isinstance(ready, Connection)
            try:
                said = ready.recv()
            except EOFError:
                left.remove(ready)
                continue
            if isinstance(said, Written):
                found += 1
                yield said
            else:
                kind, message = said
                raise getattr(errors, kind, RunError)(message)
    if found < count:
        raise RunError(
            "a worker died (killed, or out of memory?); run the same command again, it goes on where it stopped"
        )


def _work(told: Mapping[str, Any], shards: Sequence[Shard], folder: Path, sender: Connection) -> None:
    """One worker: its files, one after the other, until they are done or nobody waits for them."""
    parent = multiprocessing.parent_process()
    alive = parent.is_alive if parent is not None else lambda: True
    try:
        plan = Export.from_plain(told)  # tasks from people's files are found again by their path
        for shard in shards:
            sender.send(_make(plan, shard, folder, alive))
    except LengthwiseError as error:
        if alive():
            sender.send((type(error).__name__, str(error)))
