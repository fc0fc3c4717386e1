"""The one loop that measures every solver, and what it leaves: a length curve and samples.

A trainer needs three calls:

    measurement = Measurement(task, trace, layout, lengths=grid(trained=20, last=100), instances=200)
    curve, samples = evaluate(network, measurement, seed=run_seed, progress=print)
    curve = replace(curve, trained=(1, 20), longest_line=61, cut_from=100, regime="A")

`network` is anything with `score(line) -> (right[batch, slots + 1], near_ties)`, or `answer(requests) -> replies`, or
both. A third item of the scores (see `Scores`), the choices as codes, lets samples show what was written. Where it has
both, lines are scored in one pass, and answers are decoded freely only where working is written or the network numbers
its own symbols. Slots that a row does not fill are never looked at. All lines of a block have one shape; the scorer
cuts a block into batches as it likes.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np

from lengthwise.core.errors import ConfigError
from lengthwise.core.given import Column
from lengthwise.core.line import Line
from lengthwise.core.outcome import Outcome, Tally
from lengthwise.core.request import Finish, Reply
from lengthwise.core.task import Task
from lengthwise.evaluation.cells import Cells, Kind, Planned
from lengthwise.evaluation.curve import Cell, CellKey, LengthCurve
from lengthwise.evaluation.grade import GradedBlock, Scores, grade_scores
from lengthwise.evaluation.measure import Measurement
from lengthwise.evaluation.sheets import Sheet, Verdict, sheets
from lengthwise.evaluation.solver import Scorer, Solver


@dataclass(frozen=True)
class Sample:
    """One instance and what became of it. Texts are kept of some wrong ones only; `outcome` is the headline's."""

    instance: str
    task: str
    case: str
    length: int
    seed: int
    outcome: str
    first_wrong: int | None = None
    prompt: str = ""
    expected: str = ""
    written: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain data without the empty fields, for `samples.jsonl`."""
        return {name: value for name, value in asdict(self).items() if value not in (None, "")}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sample":
        """A sample from what `to_json` gave."""
        try:
            return cls(**data)
        except TypeError as error:
            raise ConfigError(f"this is no sample ({error}); take a file that lengthwise wrote") from error


class Progress(NamedTuple):
    """How far an evaluation is: cells done of at most `total`, and the newest one."""

    done: int
    total: int
    key: CellKey
    cell: Cell

    def __str__(self) -> str:
        return (
            f"{self.done}/{self.total} {self.key.task} {self.key.case} length {self.key.length}: {self.cell.headline}"
        )


class Evaluation(NamedTuple):
    """What a measurement leaves."""

    curve: LengthCurve
    samples: tuple[Sample, ...]


def evaluate(
    solver: Solver | Scorer,
    measurement: Measurement,
    *,
    seed: int = 0,
    progress: Callable[[Progress], object] | None = None,
) -> Evaluation:
    """Ask every problem of the measurement and count what became of them; `seed` names the run on the curve."""
    if not isinstance(solver, Solver | Scorer):
        raise ConfigError(
            f"{type(solver).__name__} has neither answer(requests) nor score(line); to be measured it needs one"
        )

    def ask(planned: Planned[Task], key: CellKey) -> tuple[Cell, list[Sample]]:
        counted, samples = Cell(), list[Sample]()
        for sheet in sheets(measurement, planned):
            part, found = _measure(solver, measurement, sheet, key, measurement.samples - _shown(samples))
            counted += part
            samples += found
        return counted, samples

    return count(measurement, ask, seed, progress)


def count(
    measurement: Cells[Kind],
    ask: Callable[[Planned[Kind], CellKey], tuple[Cell, list[Sample]]],
    seed: int,
    progress: Callable[[Progress], object] | None,
) -> Evaluation:
    """Go through the cells of a measurement, each as `ask` counts it."""
    cells: dict[CellKey, Cell] = {}
    samples: list[Sample] = []
    chance: dict[int, float] = {}
    total = sum(1 for _ in measurement.plan())

    def named(planned: Planned[Kind]) -> CellKey:
        return CellKey(planned.task.name, planned.case, planned.length, seed)

    for planned in measurement.plan(lambda asked: cells[named(asked)].headline.accuracy):
        key = named(planned)
        cells[key], found = ask(planned, key)
        samples += found
        if planned.task is measurement.tasks[0]:
            chance[planned.length] = planned.task.chance(planned.length)
        if progress is not None:
            progress(Progress(len(cells), total, key, cells[key]))
    return Evaluation(LengthCurve(cells, chance=chance), tuple(samples))


def _shown(samples: list[Sample]) -> int:
    return sum(1 for sample in samples if sample.prompt)


def _measure(
    solver: Solver | Scorer, measurement: Measurement, sheet: Sheet, key: CellKey, room: int
) -> tuple[Cell, list[Sample]]:
    """One sheet: scored in one pass, answered freely, or both where one pass does not decide the answer."""
    line = sheet.line
    if isinstance(solver, Scorer) and line is not None and measurement.way == "one pass":
        scores = _scores(solver, line)
        block = grade_scores(line, scores)
        cell = _scored_cell(block, scores)
        decides = not (sheet.has_working or scores.told)
        if decides or not isinstance(solver, Solver):
            answer = cell.line if decides else Tally()
            return Cell(answer, *_beside(cell)), _scored_samples(sheet, block, scores, key, room)
        free, samples = ask_each(solver, sheet, key, room)
        return Cell(free.answer, *_beside(cell)), samples
    if not isinstance(solver, Solver):
        raise ConfigError(
            f"{type(solver).__name__} has score(line) alone, and this measurement needs answer(requests); "
            "give it one, or measure pages with way='one pass'"
        )
    return ask_each(solver, sheet, key, room)


def _beside(cell: Cell) -> tuple[Tally, int, int, tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    return cell.line, cell.stop_failures, cell.near_ties, cell.first_wrong, cell.errors, cell.targets


def _scores(solver: Scorer, line: Line) -> Scores:
    scores = Scores(*solver.score(line))
    wanted = (len(line), len(line.frame.slots) + 1)
    if np.shape(scores.right) != wanted:
        raise ConfigError(
            f"{type(solver).__name__}.score gave right{list(np.shape(scores.right))}; "
            f"one value for each row, slot and the end is {list(wanted)}"
        )
    return scores


def _counts(numbers: Column) -> tuple[int, ...]:
    return tuple(int(n) for n in numbers)


def _scored_cell(block: GradedBlock, scores: Scores) -> Cell:
    first = np.bincount(block.first_wrong[block.first_wrong >= 0], minlength=block.asked.shape[1])
    return Cell(
        line=Tally.of(block.outcomes),
        stop_failures=int(block.stopped_wrong.sum()),
        near_ties=int(np.sum(scores.near_ties)),
        first_wrong=_counts(first),
        errors=_counts(block.wrong.sum(axis=0)),
        targets=_counts(block.asked.sum(axis=0)),
    )


def _scored_samples(sheet: Sheet, block: GradedBlock, scores: Scores, key: CellKey, room: int) -> list[Sample]:
    samples = []
    for row, outcome in enumerate(block.outcomes):
        first = None if outcome is Outcome.CORRECT else int(block.first_wrong[row])
        texts = ("", "", "")
        if first is not None and room > 0:
            room -= 1
            texts = (sheet.request(row).plain, sheet.expected(row), _choices(sheet, scores, row))
        samples.append(Sample(sheet.identity(row), *key, outcome.value, first, *texts))
    return samples


def _choices(sheet: Sheet, scores: Scores, row: int) -> str:
    """What a pass chose, symbol by symbol, up to the first end that it chose."""
    if scores.written is None or sheet.line is None:
        return ""
    codes = scores.written[row].tolist()
    symbols = sheet.line.task.symbols
    upto = codes.index(-1) if -1 in codes else len(codes)
    return " ".join(symbols[c] if 0 <= c < len(symbols) else "?" for c in codes[:upto])


def ask_each(solver: Solver, sheet: Sheet, key: CellKey, room: int) -> tuple[Cell, list[Sample]]:
    """One sheet asked request by request."""
    requests = [sheet.request(row) for row in range(len(sheet))]
    rows = {request.instance.identity: row for row, request in enumerate(requests)}
    replies: dict[int, Reply] = {}
    for reply in solver.answer(requests):
        if not isinstance(reply, Reply):
            raise ConfigError(
                f"{type(solver).__name__} answered with a {type(reply).__name__}; "
                "give Replies: Reply(request.instance, text)"
            )
        row = rows.get(reply.instance.identity)
        if row is None or row in replies:
            what = "something that was not asked" if row is None else "one request twice"
            raise ConfigError(
                f"{type(solver).__name__} answered {what}: {reply.instance.identity}; give one reply to each request"
            )
        replies[row] = reply
    answered = {row: reply for row, reply in sorted(replies.items()) if reply.finish in (Finish.ENDED, Finish.LIMIT)}
    verdicts = {row: sheet.grade(row, reply) for row, reply in answered.items()}
    samples = []
    for row, verdict in verdicts.items():
        graded, wrong = verdict.answer, verdict.answer.outcome is not Outcome.CORRECT
        texts = (requests[row].plain, sheet.expected(row), graded.read) if wrong and room > 0 else ("", "", "")
        room -= wrong
        samples.append(Sample(requests[row].instance.identity, *key, graded.outcome.value, graded.first_wrong, *texts))
    return cell_of_verdicts(list(verdicts.values()), len(requests) - len(verdicts)), samples


def cell_of_verdicts(verdicts: list[Verdict], unanswered: int) -> Cell:
    """The counts of one cell: what became of the answers and lines, and where symbols or steps were wrong."""
    width = max((len(v.wrong) for v in verdicts), default=0)
    wrong, asked, first = (np.zeros(width, dtype=np.int64) for _ in range(3))
    for v in verdicts:
        wrong[: len(v.wrong)] += np.array(v.wrong)
        asked[: len(v.wrong)] += 1
        if v.line.first_wrong is not None:
            first[min(v.line.first_wrong, width - 1)] += 1
    return Cell(
        Tally.of((v.answer.outcome for v in verdicts), unanswered),
        Tally.of((v.line.outcome for v in verdicts), unanswered),
        stop_failures=sum(1 for v in verdicts if v.wrong[-1] and not any(v.wrong[:-1])),
        first_wrong=_counts(first),
        errors=_counts(wrong),
        targets=_counts(asked),
    )
