"""The tables of a report, as rows of text: the same for the terminal and for the page."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import median_low

from lengthwise.core.study import NotApplicable
from lengthwise.evaluation.curve import REGIMES, LengthCurve, Reach
from lengthwise.evaluation.statistics import spread
from lengthwise.reports.bound import bounds
from lengthwise.reports.few import few
from lengthwise.reports.gather import Arm, Report, is_screen
from lengthwise.reports.spent import median_learned
from lengthwise.reports.tabular import Table

SHARE = 0.9  # what a reach passes
MISSING = "–"


def reaches(report: Report, stage: str, task: str) -> Table:
    """Reach and factor of each arm, a column a regime: they are never ranked in one."""
    arms = report.of(stage, task)
    regimes = [regime for regime in REGIMES if any(arm.curve.regime == regime for arm in arms)]
    columns = ["arm", "seeds", "learned"]
    for regime in regimes:
        columns += [f"reach ({regime})", f"factor ({regime})"]
    columns += ["least–most", "oracle end", "trained", "longest line", "N_cut"]
    title = f"Reach at {SHARE:.0%} exact match, {_where(stage, task)}"
    return Table(title, tuple(columns), tuple(_reach_row(regimes, arm) for arm in arms))


def _where(stage: str, task: str) -> str:
    return f"{task}, stage {stage}" if stage else task


def _reach_row(regimes: Sequence[str], arm: Arm) -> tuple[str, ...]:
    curve = arm.curve
    learned = sum(1 for seed in curve.seeds if curve.learned(seed))
    cells = [arm.name + (f" (from {curve.imported})" if curve.imported else ""), str(len(curve.seeds))]
    cells.append(f"{learned} of {len(curve.seeds)}" if curve.trained else MISSING)
    for regime in regimes:
        is_here = curve.regime == regime
        cells.append(str(curve.reach(SHARE)) if is_here else "")
        cells.append((str(curve.factor(SHARE)) if curve.trained else MISSING) if is_here else "")
    each = sorted(curve.reaches(SHARE).values())
    cells.append(f"{each[0]} – {each[-1]}" if each else MISSING)
    cells.append(str(oracle_reach(curve)))
    cells.append(f"{curve.trained[0]}–{curve.trained[1]}" if curve.trained else MISSING)
    cells += [str(n) if n is not None else MISSING for n in (curve.longest_line, curve.cut_from)]
    return tuple(cells)


def oracle_reach(curve: LengthCurve) -> Reach:
    """The median seed's reach by whole lines if the end were given: what stop failures cost."""
    given = {
        key: replace(cell, answer=cell.oracle_length(), line=cell.oracle_length()) for key, cell in curve.cells.items()
    }
    return replace(curve, cells=given).reach(SHARE)


def cases(report: Report, stage: str, task: str) -> Table | None:
    """The reach of each arm by case of the draw; None where there is one case only."""
    arms = report.of(stage, task)
    names = list(dict.fromkeys(case for arm in arms for case in arm.curve.of(task).cases))
    if len(names) < 2:
        return None
    rows = tuple((arm.name, *(str(arm.curve.reach(SHARE, task=task, case=case)) for case in names)) for arm in arms)
    return Table(f"Reach by kind of draw, {_where(stage, task)}", ("arm", *names), rows)


def accuracies(report: Report, stage: str, task: str, most: int = 6) -> Table:
    """Exact match of each arm at the longest trained length and a few beyond: the median seed, the range over seeds."""
    arms = report.of(stage, task)
    tested = sorted({n for arm in arms for n in arm.lengths})
    trained = max((arm.curve.trained[1] for arm in arms if arm.curve.trained), default=0)
    inside = [n for n in tested if n <= trained][-1:]
    lengths = [*inside, *few([n for n in tested if n > trained], most - len(inside))]
    rows = tuple((arm.name, *(_accuracy(arm, length) for length in lengths)) for arm in arms)
    title = f"Exact match, median [least, most] over seeds, {_where(stage, task)}"
    return Table(title, ("arm", *map(str, lengths)), rows)


def _accuracy(arm: Arm, length: int) -> str:
    shares = list(arm.curve.accuracies(length).values())
    if not shares:
        return MISSING
    s = spread(shares)
    return f"{s.median:.2f}" if f"{s.low:.2f}" == f"{s.high:.2f}" else f"{s.median:.2f} [{s.low:.2f}, {s.high:.2f}]"


def ranked(arms: Sequence[Arm]) -> list[Arm]:
    """By symbols until 99.9 % at trained lengths (the median seed's), and then by reach: how a screen is read."""
    return sorted(arms, key=lambda arm: (median_learned(arm.spent) if arm.spent else float("inf"), -_reached(arm)))


def _reached(arm: Arm) -> int:
    return arm.curve.reach(SHARE).length


def budgets(report: Report, stage: str, task: str) -> Table | None:
    """What each arm spent, medians over seeds, ranked where it is a screen; None where nothing was trained."""
    arms = [arm for arm in report.of(stage, task) if arm.spent]
    if not arms:
        return None
    rows = tuple(_budget_row(arm) for arm in (ranked(arms) if is_screen(stage) else arms))
    order = ", ranked by symbols to 99.9 % and then by reach" if is_screen(stage) else ""
    columns = ("arm", "symbols", "updates", "seconds", "symbols to 99.9 %", "seeds seen there")
    return Table(f"Budget, median over seeds{order}, {_where(stage, task)}", columns, rows)


def _budget_row(arm: Arm) -> tuple[str, ...]:
    symbols, updates = median_low([run.symbols for run in arm.spent]), median_low([run.updates for run in arm.spent])
    seconds = median_low([run.seconds for run in arm.spent])
    learned, count = median_learned(arm.spent), sum(1 for run in arm.spent if run.learned_at is not None)
    at = f"{learned:,.0f}" if learned < float("inf") else MISSING
    return (arm.name, f"{symbols:,}", f"{updates:,}", f"{seconds:,.0f}", at, f"{count} of {len(arm.spent)}")


TABLES = (reaches, accuracies, cases, budgets, bounds)


def claims(report: Report) -> Table:
    """Verdicts, and what they rest on."""
    rows = tuple(
        (claim.statement, f"{claim.verdict.value}{' (exploratory)' * claim.exploratory}", claim.evidence)
        for claim in report.claims
    )
    return Table("Claims", ("claim", "verdict", "evidence"), rows)


def without(missing: Sequence[NotApplicable]) -> Table | None:
    """The arms that some tasks have not, with the reason; None where every task has all."""
    arms: dict[tuple[str, str], list[str]] = {}
    for task, arm, why in dict.fromkeys(missing):
        arms.setdefault((task, why), []).append(arm)
    tasks: dict[tuple[str, str], list[str]] = {}
    for (task, why), names in arms.items():
        tasks.setdefault((", ".join(names), why), []).append(task)
    rows = tuple((names, ", ".join(members), why) for (names, why), members in tasks.items())
    return Table("Arms that do not apply", ("arms", "tasks", "reason"), rows) if rows else None


def text(report: Report) -> str:
    """The whole report for a terminal."""
    parts = ["\n".join([report.title, report.first_line, *(f"  {stage}" for stage in report.stages)])]
    parts += [str(one) for one in report.tables]
    for stage, task in report.sections:
        shown: Iterable[Table | None] = (table_of(report, stage, task) for table_of in TABLES)
        parts += [str(one) for one in shown if one is not None]
    for claim in report.claims:
        label = " (exploratory)" * claim.exploratory
        parts.append(f"{claim.verdict.value.upper():9} {claim.statement}{label}\n          {claim.evidence}")
    return "\n\n".join([*parts, *report.notes]) + "\n"
