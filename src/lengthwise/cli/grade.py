"""`lengthwise grade`: a file of answers, graded."""

from dataclasses import replace
from pathlib import Path

from lengthwise.cli.printed import of_curve, of_traces, wrong
from lengthwise.core.errors import ConfigError
from lengthwise.core.overrides import make
from lengthwise.evaluation.answers import Page, grade_file
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.evaluate import evaluate
from lengthwise.evaluation.measure import Measurement
from lengthwise.evaluation.rule_answers import grade_rules_file
from lengthwise.rules.styles import style as style_named
from lengthwise.rules.task import RuleTask
from lengthwise.solvers.file import File
from lengthwise.tasks.collections import collection, collection_names


def grade(
    file: Path, task: str, *, trace: str = "nothing", layout: str = "plain", instances: int = 200, style: str = ""
) -> None:
    """Grade a file of answers (JSONL: `answer`, and `prompt` or `instance`, a line) against a task.

    Parameters
    ----------
    file
        The answers.
    task
        A name, a file, or a data file (JSONL or CSV with prompt, answer, length); a collection (meta_rfft) or several
        rule tasks separated by commas.
    trace
        The working that the answers have.
    layout
        How their pages are laid out.
    instances
        How many instances a length were asked, where answers name instances.
    style
        Of a task made of a rule: the style that its traces are written in, to judge every step; else answers alone.
    """
    listed = task in collection_names() or ("," in task and "(" not in task)
    made = collection(task) if listed else make("tasks", task)
    if isinstance(made, list | RuleTask):
        _grade_rules(file, task, made if isinstance(made, list) else [made], style)
        return
    if style:
        raise ConfigError(f"{task} has no rule, whose traces have a style; say its working as --trace")
    if isinstance(made, DataFile):
        most = max(len(made.numbers(length)) for length in made.lengths)
        found = evaluate(File(str(file)), Measurement(made, lengths=made.lengths, instances=most))
    else:
        found = grade_file(file, Page(made, make("traces", trace), make("layouts", layout), instances))
    print(of_curve(found.curve, f"{file} against {made.name}"))
    if text := wrong(found.samples):
        print(f"\n{text}")


def _grade_rules(file: Path, name: str, tasks: list[RuleTask], style: str) -> None:
    """Answers of tasks made of a rule, and with a style their traces."""
    found = grade_rules_file(file, tasks, style_named(style) if style else None)
    print(of_curve(found.evaluation.curve, f"{file} against {name}"))
    if found.traces:
        print(f"\n{of_traces(found.traces, style)}")
    if text := wrong([replace(sample, first_wrong=None) for sample in found.evaluation.samples]):
        print(f"\n{text}")
