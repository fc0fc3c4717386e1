"""An epoch: lines drawn once to memory-mapped arrays, and read by every arm of one data key.

Nothing changes but the time it takes: a line that is not in the epoch is drawn as always, and what is in it is what
would have been drawn. It pays where drawing is slow (rules, scalar tasks), or where many arms read the same lines.
"""

import json
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import ConfigError
from lengthwise.core.frame import Frame
from lengthwise.core.given import Column, shape_of
from lengthwise.core.instance import BLOCK, BlockKey, block
from lengthwise.core.keys import key
from lengthwise.core.layout import Layout
from lengthwise.core.line import Line
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.lines.write import frame_of, number_of, write


@dataclass(frozen=True)
class Epoch:
    """A folder of drawn lines: one array int16[line entry] for each task, page, length, seed and case."""

    folder: Path

    def draw(self, first: BlockKey, page: tuple[Trace, Layout], blocks: int) -> Path:
        """Draw the blocks `first.number` .. + `blocks`; a file that is there already is left as it is."""
        path = self._path(first, page)
        if path.exists():
            return path
        lines = [write(first.task, _given(first, number), *page) for number in range(blocks)]
        if any(line.frame != lines[0].frame for line in lines):
            raise ConfigError(
                f"{first.task!r} draws blocks of different shapes, which share no array; train without an epoch"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".{os.getpid()}.{path.name}")  # ends in .npy, as np.save wants it
        np.save(beside, np.concatenate([line.contents for line in lines]))
        write_atomically(path.with_suffix(".json"), json.dumps({"shape": shape_of(lines[0].given), "blocks": blocks}))
        beside.replace(path)  # last: an array that is there is whole
        return path

    def line(self, name: BlockKey, page: tuple[Trace, Layout]) -> Line | None:
        """The lines of one block, or None where they were not drawn."""
        path = self._path(name, page)
        if not path.exists():
            return None
        array, shape = _open(path)
        rows = array[name.number * BLOCK : (name.number + 1) * BLOCK]
        if len(rows) < BLOCK:
            return None
        frame = frame_of(name.task, shape, *page)
        return Line(name.task, *page, frame, _prompt(frame, shape, rows), np.asarray(rows))

    def _path(self, name: BlockKey, page: tuple[Trace, Layout]) -> Path:
        task: Task = name.task
        trace, layout = page
        about = key("epoch", task.name, repr(task), task.version, repr(trace), repr(layout))
        return self.folder / f"{about.child(name.split, name.length, name.seed, name.case).digest(8).hex()}.npy"


@lru_cache(maxsize=256)
def _open(path: Path) -> tuple[Column, tuple[tuple[str, int], ...]]:
    try:
        shape = json.loads(path.with_suffix(".json").read_text())["shape"]
        return np.load(path, mmap_mode="r"), tuple((str(kind), int(count)) for kind, count in shape)
    except (OSError, ValueError, KeyError) as error:
        raise ConfigError(
            f"{path} is no epoch that lengthwise drew ({error}); remove its folder and draw it again"
        ) from error


def _given(first: BlockKey, number: int) -> dict[str, Column]:
    name = BlockKey(first.task, first.length, first.split, first.seed, first.number + number, first.case)
    return dict(block(name))


def _prompt(frame: Frame, shape: tuple[tuple[str, int], ...], rows: Column) -> dict[str, Column]:
    """The problems, read back from the prompts of the pages."""
    given = {kind: np.zeros((len(rows), count), dtype=np.int64) for kind, count in shape}
    for column, entry in enumerate(frame.prompt):
        if entry.kind is not None and entry.kind in given:
            given[entry.kind][:, number_of(entry)] = rows[:, column]
    return given
