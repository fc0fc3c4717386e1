"""A data file is a task of stored answers alone: what can be checked of it, and what is skipped by name."""

from functools import partial
from typing import NoReturn

from lengthwise.conformance.report import Check, NotApplicable, Report, judge
from lengthwise.core.errors import ConformanceError
from lengthwise.core.outcome import Outcome
from lengthwise.evaluation.datafile import DataFile, grade_words

FEW = 200  # rows whose answers are spoilt in every way


def check_data_file(task: DataFile, without: tuple[str, ...] = ()) -> Report:
    """The rows of a data file; every contract `without` a meaning for it is skipped by name."""
    checks: list[Check] = [
        ("a prompt has one answer", partial(check_prompts_have_one_answer, task)),
        ("lengths are counts", partial(check_lengths, task)),
        ("wrong answers caught", partial(check_wrong_answers_are_caught, task)),
        *((contract, partial(_skip, task)) for contract in without),
    ]
    return judge(task.name, checks)


def check_prompts_have_one_answer(task: DataFile) -> None:
    """Two rows with one prompt have one answer; every row has a prompt and an answer."""
    known: dict[str, str] = {}
    for number, row in enumerate(task.rows, start=1):
        if not row.prompt.split() or not row.answer.split():
            raise ConformanceError(f"row {number} has an empty prompt or answer; leave it out")
        if known.setdefault(row.prompt, row.answer) != row.answer:
            raise ConformanceError(
                f"{row.prompt!r} has two answers, {known[row.prompt]!r} and {row.answer!r}; state the tie rule in "
                "the prompt"
            )


def check_lengths(task: DataFile) -> None:
    """A length is a whole number from 1 on."""
    bad = [row.length for row in task.rows if row.length < 1]
    if bad:
        raise ConformanceError(f"there are rows of length {bad[0]}; lengths are whole numbers from 1 on")


def check_wrong_answers_are_caught(task: DataFile) -> None:
    """The stored answer is correct; with a word changed, cut off or added it is not."""
    for row in task.rows[:FEW]:
        words = row.answer.split()
        if grade_words(row.answer, row.answer).outcome is not Outcome.CORRECT:
            raise ConformanceError(f"the stored answer {row.answer!r} is graded as wrong")
        other = next((word for word in task.alphabet if word != words[-1]), words[-1] + words[-1])
        for wrong in ([*words[:-1], other], words[:-1], [*words, other]):
            if grade_words(row.answer, " ".join(wrong)).outcome is Outcome.CORRECT:
                raise ConformanceError(f"{' '.join(wrong)!r} is graded as correct, and {row.answer!r} is the answer")


def _skip(task: DataFile) -> NoReturn:
    raise NotApplicable(f"{task.name} is a data file: it has prompts and answers, and no rule")
