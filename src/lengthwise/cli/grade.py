"""`lengthwise grade`: a file of answers, graded."""

from pathlib import Path

from lengthwise.cli.printed import of_curve, wrong
from lengthwise.core.errors import ConfigError
from lengthwise.core.overrides import make
from lengthwise.core.task import Task
from lengthwise.evaluation.answers import Page, grade_file
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.solvers.file import File


def grade(file: Path, task: str, *, trace: str = "nothing", layout: str = "plain", instances: int = 200) -> None:
    """Grade a file of answers (JSONL: `answer`, and `prompt` or `instance`, a line) against a task.

    Parameters
    ----------
    file
        The answers.
    task
        A name, a file, or a data file (JSONL or CSV with prompt, answer, length).
    trace
        The working that the answers have.
    layout
        How their pages are laid out.
    instances
        How many instances a length were asked, where answers name instances.
    """
    made = make("tasks", task)
    if not isinstance(made, Task):
        raise ConfigError(
            f"{task} is made of a rule, whose traces `lengthwise judge` judges; grade takes tasks with pages"
        )
    if isinstance(made, DataFile):
        most = max(len(made.numbers(length)) for length in made.lengths)
        found = evaluate(File(str(file)), Measurement(made, lengths=made.lengths, instances=most))
    else:
        found = grade_file(file, Page(made, make("traces", trace), make("layouts", layout), instances))
    print(of_curve(found.curve, f"{file} against {made.name}"))
    if text := wrong(found.samples):
        print(f"\n{text}")
