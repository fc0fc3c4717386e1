"""`lengthwise export`: traces of many tasks as files to train on."""

import os
import re
from pathlib import Path

from lengthwise.core.overrides import make
from lengthwise.export.plan import Export, lengths
from lengthwise.export.shard import Written
from lengthwise.export.write import export as write_export
from lengthwise.prompting.way import Prompting


def export(  # noqa: PLR0913 - one option a choice
    collection: str,
    *,
    lengths_: str = "1-15",
    per_length: int = 100,
    splits: str = "train",
    style: str = "recite",
    digits: str = "joined",
    group: int = 1,
    prompting: str = "rule_in_code",
    format_: str = "messages",
    file: str = "jsonl",
    seed: int = 0,
    rows: int = 5_000,
    sources: str = "none",
    out: Path | None = None,
    workers: int = 0,
) -> None:
    """Write traces of a collection's tasks; run again after a kill, it goes on where it stopped.

    Parameters
    ----------
    collection
        meta_rfft, meta_rfft_heldout, meta_rfft_pretraining, or names of tasks separated by commas.
    lengths_
        Such as 1-15 or 1-5,10,20.
    per_length
        Different problems of each task and length, in each split.
    splits
        train, validation, test, or several separated by commas.
    style
        How a trace is written: recite, stages, changes, fetch ...
    digits
        joined, or spaced so that a tokenizer sees each.
    group
        How many simple statements are written as one, 1 to 3.
    prompting
        direct, scratchpad, rule_in_code, k_shot(shots=2) ...
    format_
        messages, prompt_completion, or rows with every column.
    file
        jsonl or parquet.
    seed
        Another seed, other problems of the same splits.
    rows
        About how many rows a file has.
    sources
        inputs: for every value of the answer, which input symbols entered and which fix it (format rows).
    out
        An empty or unfinished folder; exports/COLLECTION-STYLE where none is given.
    workers
        Processes; as many as there are cores where none are given.
    """
    way: Prompting = make("promptings", prompting)
    names = tuple(splits.split(","))
    plan = Export(
        collection, lengths(lengths_), per_length, names, style, digits, group, way, format_, file, seed, rows, sources
    )
    folder = out or Path("exports") / f"{re.sub(r'[^A-Za-z0-9_]+', '-', collection).strip('-')}-{style}"

    def tell(written: Written) -> None:
        print(f"{written.file}: {written.rows} rows, {written.bytes / 1e6:.1f} MB")

    verdict = write_export(plan, folder, workers or os.cpu_count() or 1, tell)
    print(f"{folder}: {verdict.rows} rows in {verdict.files} files, hashes checked")
