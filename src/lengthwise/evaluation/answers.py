"""Grade a file of answers: each row says what was asked, as a prompt or as an instance, and what was answered.

A prompt is read back to the problem that it states, so that answers of any system to any problem can be graded, not
only those that lengthwise drew.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> problem_of(Sort(values=20), "14 3 9 =")["x"].tolist()
[[14, 3, 9]]
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lengthwise.core.errors import ConfigError, TaskError
from lengthwise.core.given import Given, Shape
from lengthwise.core.instance import BlockKey, identified
from lengthwise.core.layout import Layout
from lengthwise.core.outcome import Outcome, Tally
from lengthwise.core.request import Finish, Reply
from lengthwise.core.task import Task
from lengthwise.core.trace import Trace
from lengthwise.evaluation.cells import Planned
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.evaluation.evaluate import Evaluation, Sample
from lengthwise.evaluation.grade import expected, grade
from lengthwise.evaluation.measure import Measurement
from lengthwise.evaluation.sheets import Sheet, sheets
from lengthwise.lines.layouts.plain import Plain
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.write import frame_of, number_of, write


class Answer(NamedTuple):
    """One row of the file."""

    where: str  # file and row, for messages
    text: str
    finish: Finish
    prompt: str
    instance: str
    length: int | None


class Page(NamedTuple):
    """What the answers are about, and how their pages are laid out."""

    task: Task
    trace: Trace = Nothing()
    layout: Layout = Plain()
    instances: int = 200  # a length, of the measurement that instances are named in


def grade_file(path: Path, page: Page, keep: int = 8) -> Evaluation:
    """A curve over the answers of a JSONL file, and every row as a sample; `keep` wrong ones a length with texts."""
    cells: dict[CellKey, Cell] = {}
    samples: list[Sample] = []
    shown: dict[CellKey, int] = {}
    asked: dict[BlockKey, list[Sheet]] = {}
    for answer in read_answers(path):
        key, sample = _graded(answer, page, asked)
        tally = Tally.of([Outcome(sample.outcome)])
        cells[key] = cells.get(key, Cell()) + Cell(tally, tally)
        is_kept = sample.outcome != Outcome.CORRECT and shown.get(key, 0) < keep
        shown[key] = shown.get(key, 0) + is_kept
        samples.append(sample if is_kept else Sample(sample.instance, *key, sample.outcome, sample.first_wrong))
    chance = {key.length: page.task.chance(key.length) for key in cells}
    return Evaluation(LengthCurve(dict(sorted(cells.items())), chance=chance), tuple(samples))


def read_answers(path: Path) -> Iterator[Answer]:
    """The rows of a file of answers; a ConfigError with the row's number where one is bad."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"cannot read answers from {path}: {error}; give a JSONL file in UTF-8") from error
    found = False
    for number, line in enumerate(lines, start=1):
        if line.strip():
            found = True
            yield _answer(line, f"{path}, row {number}")
    if not found:
        raise ConfigError(f"{path} has no rows; give one object a line with `answer` and `prompt` or `instance`")


def _answer(line: str, where: str) -> Answer:
    try:
        record: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}: not JSON ({error.msg} at character {error.pos}); one object a line") from error
    if not isinstance(record, dict) or not isinstance(record.get("answer"), str):
        raise ConfigError(f"{where}: needs an object with the text `answer`")
    prompt, instance = record.get("prompt", ""), record.get("instance", "")
    if not (isinstance(prompt, str) and isinstance(instance, str)) or not (prompt or instance):
        raise ConfigError(f"{where}: says not what it answers; give `prompt` or `instance`")
    finish, length = record.get("finish", "ended"), record.get("length")
    if finish not in list(Finish):
        raise ConfigError(f"{where}: finish is {finish!r}; it may be {', '.join(Finish)}")
    if length is not None and (not isinstance(length, int) or isinstance(length, bool) or length < 1):
        raise ConfigError(f"{where}: the length {length!r} is no whole number from 1 on")
    return Answer(where, record["answer"], Finish(finish), prompt, instance, length)


def _graded(answer: Answer, page: Page, asked: dict[BlockKey, list[Sheet]]) -> tuple[CellKey, Sample]:
    if answer.instance:
        return _of_instance(answer, page, asked)
    try:
        given = problem_of(page.task, answer.prompt, page.trace, page.layout)
    except TaskError as error:
        raise ConfigError(f"{answer.where}: {error}") from error
    line = write(page.task, given, page.trace, page.layout)
    length = answer.length or max(column.shape[1] for column in given.values())
    graded = grade(line, 0, answer.text, answer.finish)
    key = CellKey(page.task.name, "typical", length, 0)
    texts = (answer.prompt, " ".join(expected(line, 0)), answer.text)
    return key, Sample(answer.where, *key, graded.outcome.value, graded.first_wrong, *texts)


def _of_instance(answer: Answer, page: Page, asked: dict[BlockKey, list[Sheet]]) -> tuple[CellKey, Sample]:
    block, row = _block(answer, page.task)
    if block not in asked:
        measurement = Measurement(
            page.task, page.trace, page.layout, (block.length,), page.instances, (block.case,), seed=block.seed
        )
        asked[block] = list(sheets(measurement, Planned(page.task, block.case, block.length)))
    for sheet in asked[block]:
        if row < len(sheet):
            graded = sheet.grade(row, Reply(sheet.request(row).instance, answer.text, answer.finish)).answer
            key = CellKey(page.task.name, block.case, block.length, 0)
            texts = (sheet.request(row).plain, sheet.expected(row), answer.text)
            return key, Sample(answer.instance, *key, graded.outcome.value, graded.first_wrong, *texts)
        row -= len(sheet)
    raise ConfigError(
        f"{answer.where}: {answer.instance} is past the {page.instances} instances a length; say how many were asked"
    )


def _block(answer: Answer, task: Task) -> tuple[BlockKey, int]:
    """What `Instance.identity` says: task/length/split/seed/case/number/row."""
    said = identified(answer.instance)
    if said is None or said.task != task.name or said.split != "test":
        raise ConfigError(
            f"{answer.where}: {answer.instance!r} is no instance of {task.name}; "
            f"one reads {task.name}/LENGTH/test/SEED/CASE/0/ROW"
        )
    return BlockKey(task, said.length, said.split, said.seed, 0, said.case), said.row


# -- from a prompt to its problem -------------------------------------------------------------------------------------


def problem_of(task: Task, prompt: str, trace: Trace = Nothing(), layout: Layout = Plain()) -> Given:  # noqa: B008 - frozen
    """The problem that a prompt states, as a block of one; a TaskError where it states none of this task's."""
    words = prompt.split()
    codes = {symbol: code for code, symbol in enumerate(task.alphabet)}
    for shape in _shapes(task, words):
        try:
            entries = frame_of(task, shape, trace, layout).prompt
        except TaskError:
            continue
        fits = len(entries) == len(words) and all(
            word in codes if e.kind is not None else word == e.symbol for e, word in zip(entries, words, strict=True)
        )
        if fits:
            given = {name: np.zeros((1, count), dtype=np.int64) for name, count in shape}
            for entry, word in zip(entries, words, strict=True):
                if entry.kind is not None:
                    given[entry.kind][0, number_of(entry)] = codes[word]
            return given
    raise TaskError(f"{prompt!r} is no prompt of {task!r}, which asks {task.question!r}")


def _shapes(task: Task, words: Sequence[str]) -> Iterator[Shape]:
    """How many cells each kind may have: where the question's separators part the words."""
    question = task.question.split()
    kinds = [word for word in question if word.isidentifier()]
    counts: list[int] = [0]
    separators = {word for word in question if not word.isidentifier()}
    for word in words:
        if word in separators:
            counts.append(0)
        else:
            counts[-1] += 1
    blocks = [count for count in counts if count]
    if len(blocks) == len(kinds):
        yield tuple(sorted(zip(kinds, blocks, strict=True)))


def samples_wrong(samples: Sequence[Sample]) -> Iterator[Sample]:
    """Those whose texts were kept."""
    return (sample for sample in samples if sample.prompt and sample.outcome != Outcome.CORRECT)
