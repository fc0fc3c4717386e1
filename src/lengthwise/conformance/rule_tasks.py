"""What every task made of a rule must pass; a task of your own is checked by the same functions.

Each check raises ConformanceError with the draw that shows the fault.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product

from lengthwise.conformance.mutants import mutants
from lengthwise.conformance.report import Check, Report
from lengthwise.conformance.report import judge as report
from lengthwise.core.errors import ConformanceError, RuleError
from lengthwise.core.keys import key
from lengthwise.rules import LIMITS, STYLES, Limits, Recorder, Rule, Style, judge
from lengthwise.rules.runtime.render import render
from lengthwise.rules.task import Problem, RuleTask, answer, canonical

SHORT = (*range(1, 13), 20)


def check_rule_task(task: RuleTask) -> Report:
    """The whole suite, in seconds."""
    few = range(task.shortest, min(8, task.cap or 8) + 1)
    long = min(40, task.cap or 40)
    checks: list[Check] = [
        ("the rule equals solve", partial(check_rule_equals_solve, task, (*few, long), 20)),
        ("every branch is taken", partial(check_every_branch_is_taken, task, SHORT, 40)),
        ("steps grow with the length", partial(check_steps_grow, task, max(4, task.shortest), long, 40)),
        ("no trivial policy beats the stated chance", partial(check_chance, task, (few[0], few[-1], long), 1000)),
        ("mutations of the rule are caught by solve", partial(_mutations, task)),
        *(
            (f"traces replay: {style.name}", partial(check_traces_replay, task, style, few[:4], 2))
            for style in STYLES.values()
        ),
    ]
    return report(repr(task), checks)


def _mutations(task: RuleTask) -> None:
    check_mutations_are_caught(task)


def draws(task: RuleTask, lengths: Sequence[int], count: int, seed: int = 0) -> Iterator[tuple[int, Problem]]:
    """`count` problems of each length and case that the task has, with their lengths."""
    for length, case in product(lengths, task.cases):
        if task.shortest <= length <= (task.cap or length):
            rng = key("conformance", task.name, length, case, seed).rng()
            yield from ((length, given) for given in task.draw(length, rng, case, count))


def check_rule_equals_solve(task: RuleTask, lengths: Sequence[int], count: int) -> None:
    """The rule and `solve` give the same value of the same type; the given is left as it was."""
    for _, given in draws(task, lengths, count):
        before = canonical(given)
        try:
            answer(task, given)
        except RuleError as error:
            raise ConformanceError(f"{task.name}: {error}, given {before}") from error
        if canonical(given) != before:
            raise ConformanceError(f"{task.name}: `solve` changes what is given; let it work on a copy")


def check_every_branch_is_taken(task: RuleTask, lengths: Sequence[int], count: int) -> None:
    """Every decision of the rule goes both ways, and every statement is reached."""
    plan = task.program.plan()
    missing = {(n.id, way) for n in plan.nodes if n.kind in ("if", "while", "for") for way in (True, False)}
    unseen = {node.id for node in plan.nodes if node.kind not in ("if", "while", "for", "enter")}
    for _, given in draws(task, lengths, count):
        recorder = Recorder()
        task.program.run(given, recorder)
        missing -= {(e.node.id, e.verdict) for e in recorder.events if e.verdict is not None}
        unseen -= {e.node.id for e in recorder.events}
        if not missing and not unseen:
            return
    ways = [f"line {plan.nodes[n].number} never {'taken' if way else 'left out'}" for n, way in sorted(missing)]
    ways += [f"line {plan.nodes[n].number} never run" for n in sorted(unseen)]
    raise ConformanceError(f"{task.name}: {'; '.join(ways)} in the draws; draw problems that need it")


def check_steps_grow(task: RuleTask, short: int, long: int, count: int) -> None:
    """Steps per unit of length do not fall: the mean at `long` is at least in proportion, but for a constant."""
    means = {}
    for length in (short, long):
        steps = [task.program.run(given).steps for _, given in draws(task, [length], count)]
        means[length] = sum(steps) / len(steps)
    growth, wanted = means[long] - means[short], (long - short) / 6
    if growth < wanted:
        raise ConformanceError(
            f"{task.name}: {means[short]:.1f} steps at length {short} and {means[long]:.1f} at {long}; "
            "let the work grow with the length, or name the length otherwise"
        )


def measured_chance(task: RuleTask, length: int, count: int) -> float:
    """What the best constant, or the best answer to the last symbol of one input, gets right; fitted on other draws."""
    rows = [(given, render(task.solve(given))) for _, given in draws(task, [length], count)]
    half = len(rows) // 2
    policies = [(), *((name,) for name in rows[0][0])]
    return max(_right(rows[:half], rows[half:], policy) for policy in policies)


def check_chance(
    task: RuleTask, lengths: Sequence[int], count: int, *, above: float = 0.06, below: float = 0.4
) -> None:
    """The stated chance is not below what trivial policies reach, nor far above it."""
    for length in lengths:
        if task.cap is not None and length > task.cap:
            continue
        found, stated = measured_chance(task, length, count), task.chance(length)
        if not found - above <= stated <= found + below:
            raise ConformanceError(
                f"{task.name}: chance({length}) says {stated:.2f}, trivial policies reach {found:.2f} in {count} draws"
            )


def check_mutations_are_caught(task: RuleTask, lengths: Sequence[int] = SHORT, count: int = 30) -> int:
    """`solve` tells every change of an operator or constant from the rule; returns how many there were."""
    problems = [(given, render(task.solve(given))) for _, given in draws(task, lengths, count)]
    most = max(task.program.run(given).steps for given, _ in problems)
    limits = Limits(steps=4 * most + 100, items=10_000, work=1_000_000)
    survivors, made = [], 0
    for mutant in mutants(task.program.text):
        made += 1
        if not _is_caught(mutant.text, task.program.name, problems, limits):
            survivors.append(mutant.label)
    unknown = [label for label in survivors if label not in task.equivalents]
    if unknown:
        raise ConformanceError(
            f"{task.name}: {len(problems)} draws do not notice {'; '.join(unknown)}; draw problems that do, or "
            "state in `equivalents` why it changes nothing"
        )
    stale = [label for label in task.equivalents if label not in survivors]
    if stale:
        raise ConformanceError(
            f"{task.name}: `equivalents` lists {'; '.join(stale)}, which no mutant makes or the draws catch"
        )
    return made


def check_traces_replay(task: RuleTask, style: Style, lengths: Sequence[int], count: int) -> None:
    """The judge accepts every trace, and the words of a line are its text."""
    for length, given in draws(task, lengths, count):
        text = task.program.trace(given, style)
        if text != str(task.program.line(given, style)):
            raise ConformanceError(f"{task.name}: text and words differ in {style.name} at length {length}")
        judgement = judge(task.program, given, style, text)
        if not judgement.accepted:
            raise ConformanceError(f"{task.name}: its own trace in {style.name} is rejected: {judgement.first}")


def last_symbol(value: object) -> str:
    """The last character of a text or number, the last item of a list."""
    if isinstance(value, list):
        return render(value[-1]) if value else ""
    return str(value)[-1:]


def _right(fitted: list[tuple[Problem, str]], tested: list[tuple[Problem, str]], seen_by: tuple[str, ...]) -> float:
    """The share right when only the last symbols of these inputs are seen."""

    def policy(given: Problem) -> str:
        return " ".join(last_symbol(given[name]) for name in seen_by)

    counts: dict[str, Counter[str]] = {}
    for given, right in fitted:
        counts.setdefault(policy(given), Counter())[right] += 1
    best = {seen: found.most_common(1)[0][0] for seen, found in counts.items()}
    return sum(best.get(policy(given)) == right for given, right in tested) / len(tested)


def _is_caught(text: str, name: str, problems: list[tuple[Problem, str]], limits: Limits = LIMITS) -> bool:
    try:
        rule = Rule(text, name)
        return any(
            (run := rule.run(given, limits=limits)).error is not None or render(run.answer) != right
            for given, right in problems
        )
    except RuleError:
        return True  # over its limits: a loop that does not end
