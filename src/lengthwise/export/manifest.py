"""The manifest: the plan and the hash of every file, written last; and the check that a folder is what it says."""

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import lengthwise
from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import LengthwiseError, RunError
from lengthwise.export.card import card
from lengthwise.export.plan import Export
from lengthwise.export.shard import Written, digest, write_shard

FORMAT = 1
MANIFEST, CARD, UNFINISHED, DONE = "manifest.json", "README.md", ".unfinished.json", ".done"


class Verdict(NamedTuple):
    """What a check of a folder found: files and rows looked at, files made again, and every fault."""

    files: int
    rows: int
    made_again: int
    faults: tuple[str, ...]


def write_manifest(export: Export, folder: Path, written: Sequence[Written]) -> None:
    """The card, then the manifest: a folder with a manifest is finished."""
    write_atomically(folder / CARD, card(export, written))
    told = {
        "format": FORMAT,
        "lengthwise": lengthwise.__version__,
        "export": export.plain(),
        "canary": export.canary,
        "tasks": {task.name: task.version for task in export.tasks},
        "left_out": [list(pair) for pair in export.left_out()],
        "rows": sum(done.rows for done in written),
        "card": digest(folder / CARD),
        "shards": [done._asdict() for done in written],
    }
    write_atomically(folder / MANIFEST, json.dumps(told, indent=1) + "\n")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a finished export."""
    path = folder / MANIFEST
    if not path.is_file():
        unfinished = (folder / UNFINISHED).is_file()
        raise RunError(
            f"{folder} has no {MANIFEST}; "
            + (
                "its export is unfinished: run the same command again"
                if unfinished
                else "give a folder that was exported"
            )
        )
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        newer, shards = told["format"] > FORMAT, [Written(**shard) for shard in told["shards"]]
    except (ValueError, KeyError, TypeError) as error:
        raise RunError(f"{path} cannot be read ({type(error).__name__}: {error}); export anew") from error
    if newer:
        raise RunError(f"{path} has format {told['format']}, newer than {FORMAT}; update lengthwise")
    return {**told, "shards": shards}


def verify(folder: Path, again: int = 0) -> Verdict:
    """Compare every file with its hash, and make `again` files anew from the plan to compare the bytes."""
    told = read_manifest(folder)
    shards: list[Written] = told["shards"]
    faults = list(_hash_faults(folder, told))
    listed = {shard.file for shard in shards} | {MANIFEST, CARD}
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    faults += [f"{name}: is not in the manifest" for name in sorted(found - listed)]
    made = shards[: max(0, again)]
    if made:
        faults += _made_again(told, made)
    return Verdict(len(shards), sum(shard.rows for shard in shards), len(made), tuple(faults))


def _hash_faults(folder: Path, told: Mapping[str, Any]) -> list[str]:
    faults = []
    hashes = {CARD: told["card"], **{shard.file: shard.sha256 for shard in told["shards"]}}
    for name, wanted in hashes.items():
        path = folder / name
        if not path.is_file():
            faults.append(f"{name}: is missing")
        elif digest(path) != wanted:
            faults.append(f"{name}: its bytes are not those that were exported")
    return faults


def _made_again(told: Mapping[str, Any], made: Sequence[Written]) -> list[str]:
    if told["lengthwise"] != lengthwise.__version__:
        raise RunError(
            f"this was exported by lengthwise {told['lengthwise']}, and this is {lengthwise.__version__}: only that "
            "version promises the same bytes; install it, or verify without making files again"
        )
    export = Export.from_plain(told["export"])
    by_file = {shard.file: shard for shard in export.shards()}
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        for wanted in made:
            try:
                anew = write_shard(export, by_file[wanted.file], Path(scratch))
            except (KeyError, LengthwiseError) as error:
                faults.append(f"{wanted.file}: cannot be made again ({error})")
                continue
            if anew.sha256 != wanted.sha256:
                faults.append(f"{wanted.file}: made again from the plan, it has other bytes")
    return faults
