"""The dataset card: what the data is, how it was made, and how it must not be used."""

from collections.abc import Sequence

import lengthwise
from lengthwise.export.plan import Export
from lengthwise.export.shard import Written
from lengthwise.rules.task import RuleTask

SIZES = (
    (1_000, "n<1K"),
    (10_000, "1K<n<10K"),
    (100_000, "10K<n<100K"),
    (1_000_000, "100K<n<1M"),
    (10_000_000, "1M<n<10M"),
)

CARD = """---
pretty_name: {name}
language: [en, code]
license: apache-2.0
size_categories: [{size}]
task_categories: [text-generation]
tags: [length-generalization, rule-following, execution-traces, synthetic]
configs:
- config_name: default
  data_files:
{files}
---

# {name}

Traces of short programs, written by executing them: every value in a trace is true, and every answer was checked
against a second program that works in another way. Made by lengthwise {version}; style `{style}`, prompting
`{prompting}`, format `{format}`.

| split | rows |
|---|---|
{splits}

## Tasks

`length` counts what the table says; `steps` are statements and loop turns executed. Lengths asked for: {lengths}.

| task | length counts | rows |
|---|---|---|
{tasks}
{short}
## Splits and seeds

The split of a problem is decided by a 64-bit BLAKE2b hash of the task's name and of its canonical JSON alone: an eighth
is test, an eighth validation, the rest train. No seed, length, style or sampler can move a problem to another split.
Problems were drawn with seed {seed} under hashed keys (task, version, split, length, block). The same plan gives the
same bytes; `manifest.json` holds the plan and the SHA-256 of every file, and `lengthwise verify FOLDER` checks them.

## Contamination

Test rows carry this canary in the column `canary`. Never train on them; a model that can complete the canary has.

    {canary}
"""


def card(export: Export, written: Sequence[Written]) -> str:
    """The text of README.md."""
    by_split: dict[str, int] = {}
    by_task: dict[str, int] = {}
    short: list[str] = []
    for shard, done in zip(export.shards(), written, strict=True):
        for unit, count in zip(shard.units, done.units, strict=True):
            name = export.tasks[unit.task].name
            by_split[unit.split] = by_split.get(unit.split, 0) + count
            by_task[name] = by_task.get(name, 0) + count
            if count < export.per_length:
                short.append(f"{name} at {unit.length} ({unit.split}): {count}")
    rows = sum(by_split.values())
    return CARD.format(
        name=export.collection, size=next((word for most, word in SIZES if rows < most), "n>10M"),
        files="\n".join(f"  - split: {split}\n    path: data/{split}-*.{export.file}" for split in export.splits),
        version=lengthwise.__version__, style=_style(export), prompting=export.prompting, format=export.format,
        splits="\n".join(f"| {split} | {count} |" for split, count in by_split.items()), lengths=spans(export.lengths),
        tasks="\n".join(_task(task, by_task.get(task.name, 0)) for task in export.tasks),
        short=_short(short, export), seed=export.seed, canary=export.canary,
    )  # fmt: skip


def _style(export: Export) -> str:
    varied = [f"digits {export.digits}"] * (export.digits != "joined") + [f"groups of {export.group}"] * (
        export.group > 1
    )
    return ", ".join([export.style, *varied])


def _task(task: RuleTask, count: int) -> str:
    limits = f" (up to {task.cap})" if task.cap else ""
    return f"| {task.name} | {task.counts}{limits} | {count} |"


def _short(short: list[str], export: Export) -> str:
    """What there is less of than was asked for."""
    missing = [f"{name} has no length {length}" for name, length in export.left_out()]
    told = [*missing, *short]
    if not told:
        return ""
    return (
        f"\nWhere fewer than {export.per_length} different problems exist, there are fewer rows:\n\n"
        + "\n".join(f"- {line}" for line in told)
        + "\n"
    )


def spans(lengths: Sequence[int]) -> str:
    """Lengths as a reader writes them.

    >>> spans((1, 2, 3, 8, 10, 11))
    '1-3, 8, 10-11'
    """
    runs: list[list[int]] = []
    for length in lengths:
        if runs and length == runs[-1][-1] + 1:
            runs[-1].append(length)
        else:
            runs.append([length])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
