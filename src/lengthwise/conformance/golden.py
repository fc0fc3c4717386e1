"""Golden hashes: the first problems of every task and their answers never change unless its `version` does.

python -m lengthwise.conformance.golden tests/golden/tasks.json     writes them anew
"""

import json
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import numpy as np

from lengthwise.conformance.pages import cases, lengths, traces
from lengthwise.conformance.report import NotApplicable
from lengthwise.core.catalogue import find, names
from lengthwise.core.errors import ConformanceError, TaskError
from lengthwise.core.given import Given, shape_of
from lengthwise.core.instance import BlockKey, block
from lengthwise.core.task import Task
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import frame_of, solved

Golden = Mapping[str, str]  # task name -> version:hash


def fingerprint(task: Task) -> str:
    """`version:hash` of the first blocks of both splits and every case, at short lengths, with answers and places."""
    digest = blake2b(digest_size=12)
    for length in lengths(task):
        names = [BlockKey(task, length, split, seed=1) for split in ("train", "test")]
        names += [BlockKey(task, length, case=case, number=n) for case in cases(task, length) for n in range(3)]
        for name in names:
            try:
                given = block(name)
            except TaskError:  # too few problems for this split
                digest.update(b"none")
                continue
            _add(digest, given)
            working = frozenset(slot.kind for slot in task.slots(dict(shape_of(given))) if slot.kind is not None)
            for trace in (Nothing(), *(trace for trace in traces() if trace.kinds & working)):
                digest.update(repr(frame_of(task, shape_of(given), trace, Plain())).encode())  # places too
            _add(digest, {f"answer {tag}": column for tag, column in solved(task, given).items()})
    return f"{task.version}:{digest.hexdigest()}"


def _add(digest: "blake2b", columns: Given) -> None:
    for name in sorted(columns):
        digest.update(f"{name} {columns[name].shape}".encode())
        digest.update(np.ascontiguousarray(columns[name], dtype="<i8").tobytes())


def check_golden(task: Task, golden: Golden | None) -> None:
    """The first problems are the ones that were written down."""
    if golden is None or (task.name not in golden and not task.name.count("/")):
        raise NotApplicable("none were given; pass golden={task.name: fingerprint(task)} to pin the first problems")
    known, now = golden.get(task.name), fingerprint(task)
    if known is None:
        raise ConformanceError(
            f"{task.name} has no golden hash; write it with python -m lengthwise.conformance.golden FILE"
        )
    if known != now:
        meant = (
            "write it anew"
            if known.split(":")[0] != now.split(":")[0]
            else "raise `version` if that is meant, and write it anew"
        )
        raise ConformanceError(
            f"the first problems of {task.name} are not those of its golden hash ({known}, now {now}); {meant}"
        )


def all_fingerprints() -> dict[str, str]:
    """Of every task in the house that is drawn in blocks."""
    tasks = {name: find("tasks", name)() for name in names("tasks")}
    return {name: fingerprint(task) for name, task in tasks.items() if isinstance(task, Task)}


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(all_fingerprints(), indent=1, sort_keys=True) + "\n")
