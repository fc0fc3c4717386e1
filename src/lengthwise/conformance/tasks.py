"""What every task keeps to, a user's own included: draws, answers, and the five contracts of the one local rule."""

from collections.abc import Container
from functools import partial

from lengthwise.conformance.answering import (
    Grader,
    check_next_is_solve,
    check_pages_have_no_gaps,
    check_solve_is_independent,
    check_wrong_answers_are_caught,
)
from lengthwise.conformance.carrying import check_carriers_are_right
from lengthwise.conformance.drawing import (
    check_alphabet_is_closed,
    check_input_is_not_mutated,
    check_length_is_honoured,
    check_longest_and_shortest,
    check_made_as_a_task,
    check_repeats_exactly,
    check_seeds_are_independent,
    check_shape_comes_first,
    check_splits_are_disjoint,
    check_stated_facts,
)
from lengthwise.conformance.golden import Golden, check_golden
from lengthwise.conformance.minimal import check_witness_is_minimal
from lengthwise.conformance.relating import (
    check_claimed_forms_are_admitted,
    check_influence_is_sound,
    check_reads_are_steady,
    check_witness_is_sound,
)
from lengthwise.conformance.report import Check, Report, judge
from lengthwise.conformance.stored import check_data_file
from lengthwise.core.task import Task
from lengthwise.evaluation.datafile import DataFile
from lengthwise.evaluation.grade import grade


def check_task(
    task: Task,
    golden: Golden | None = None,
    grader: Grader = grade,
    *,
    only: Container[str] | None = None,
    first_failure: bool = False,
) -> Report:
    """Every contract of a task, with pass, skip (by name, with the reason) or fail; of a data file those it can have.

    `golden` are the hashes of its first problems, if they were written down; `only` names some contracts. With
    `first_failure` the report ends at the first broken one. `Report.demand` raises where one is broken.

    >>> from lengthwise.tasks.logic.majority import Majority
    >>> report = check_task(Majority())
    >>> report.passed
    True
    >>> print(next(finding for finding in report.findings if finding.verdict == "skip"))
    skip  golden hashes: none were given; pass golden={task.name: fingerprint(task)} to pin the first problems
    """
    checks: list[Check] = [
        ("made as a task", partial(check_made_as_a_task, task)),
        ("alphabet closed", partial(check_alphabet_is_closed, task)),
        ("length honoured", partial(check_length_is_honoured, task)),
        ("ends of the range", partial(check_longest_and_shortest, task)),
        ("next = solve", partial(check_next_is_solve, task)),
        ("pages without gaps", partial(check_pages_have_no_gaps, task)),
        ("repeats exactly", partial(check_repeats_exactly, task)),
        ("golden hashes", partial(check_golden, task, golden)),
        ("seeds independent", partial(check_seeds_are_independent, task)),
        ("input not mutated", partial(check_input_is_not_mutated, task)),
        ("shape before contents", partial(check_shape_comes_first, task)),
        ("solve independent of step", partial(check_solve_is_independent, task)),
        ("stated facts", partial(check_stated_facts, task)),
        ("splits disjoint", partial(check_splits_are_disjoint, task)),
        ("wrong answers caught", partial(check_wrong_answers_are_caught, task, grader)),
        ("reads are steady", partial(check_reads_are_steady, task)),
        ("carriers are right", partial(check_carriers_are_right, task)),
        ("influence is sound", partial(check_influence_is_sound, task)),
        ("claimed restrictions", partial(check_claimed_forms_are_admitted, task)),
        ("witness is sound", partial(check_witness_is_sound, task)),
        ("witness is minimal", partial(check_witness_is_minimal, task)),
    ]
    if isinstance(task, DataFile):
        return check_data_file(task, tuple(name for name, _ in checks if name != "wrong answers caught"))
    wanted = [check for check in checks if only is None or check[0] in only]
    made = judge(repr(task), [check for check in wanted if check is checks[0]])
    if not made.passed:  # what is no task would break every other contract too, in words that help nobody
        return made
    return judge(repr(task), wanted, first_failure=first_failure)
