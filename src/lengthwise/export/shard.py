"""One file of an export: written beside its place, synced and renamed, so that it is whole or not there."""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from lengthwise.core.errors import MissingExtra, RunError
from lengthwise.export.formats import FORMATS
from lengthwise.export.plan import Export, Shard
from lengthwise.export.row import BLANK, make_row
from lengthwise.rules.task import RuleBlock, instances

GROUP = 200  # rows of Parquet that are held at once


class Written(NamedTuple):
    """A finished file: its place, rows, bytes and SHA-256, and how many rows each unit has."""

    file: str
    rows: int
    bytes: int
    sha256: str
    units: list[int]


def write_shard(export: Export, shard: Shard, folder: Path, alive: Callable[[], bool] = lambda: True) -> Written:
    """Draw, execute and write one file; `alive` is asked now and then whether somebody still waits for it."""
    path = folder / shard.file
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    counts = [0] * len(shard.units)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        examples = _examples(export, shard, counts, alive)
        if export.file == "parquet":
            _write_parquet(beside, examples, FORMATS[export.format](BLANK))
        else:
            _write_jsonl(beside, examples)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise RunError(
            f"cannot write {path} ({error.strerror or error}); what is finished is whole: make room and run the same "
            "command again, it goes on where it stopped"
        ) from error
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return Written(shard.file, sum(counts), path.stat().st_size, digest(path), counts)


def digest(path: Path) -> str:
    """The SHA-256 of a file, as `sha256sum` prints it."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _examples(export: Export, shard: Shard, counts: list[int], alive: Callable[[], bool]) -> Iterator[dict[str, Any]]:
    convert = FORMATS[export.format]
    for number, unit in enumerate(shard.units):
        block = RuleBlock(export.tasks[unit.task], unit.length, unit.split, export.seed)
        for instance in instances(block, export.per_length):
            if counts[number] % 32 == 0 and not alive():
                raise RunError("nobody waits for this file any more; run the same command again")
            counts[number] += 1
            yield convert(make_row(instance, export))


def _write_jsonl(path: Path, examples: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for example in examples:
            file.write(json.dumps(example, ensure_ascii=False))
            file.write("\n")


def _write_parquet(path: Path, examples: Iterator[dict[str, Any]], columns: dict[str, Any]) -> None:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ModuleNotFoundError as error:
        raise MissingExtra("pyarrow", "data") from error
    message = pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())]))
    kinds = {str: pa.string(), int: pa.int64(), list: message}
    schema = pa.schema([(name, kinds[type(value)]) for name, value in columns.items()])
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        while group := list(islice(examples, GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
