"""How verbs print a curve, and how they find runs."""

import math
from collections.abc import Sequence
from pathlib import Path

from lengthwise.core.catalogue import unknown
from lengthwise.core.errors import RunError
from lengthwise.evaluation.answers import samples_wrong
from lengthwise.evaluation.curve import LengthCurve
from lengthwise.evaluation.evaluate import Sample
from lengthwise.evaluation.rule_answers import Traced
from lengthwise.reports.tabular import Table
from lengthwise.run import CONFIG, Run, listed

WRONG = 3  # wrong answers shown
OTHERS = ("malformed", "unfinished", "truncated", "unanswered")  # outcomes named only where they occur


def of_curve(curve: LengthCurve, title: str) -> str:
    """One row a length: counts, interval, and what the best trivial policy would get right."""
    several = len(curve.tasks) > 1 or len(curve.cases) > 1
    rows = []
    for key, cell in curve.cells.items():
        tally = cell.headline
        low, high = tally.interval()
        chance = curve.chance.get(key.length) if key.task == curve.tasks[0] else None
        others = ", ".join(f"{count} {what}" for what in OTHERS if (count := getattr(tally, what)))
        share = f"{tally.accuracy:.3f}" if tally.asked else "-"
        name = [f"{key.task} {key.case}"] if several else []
        counts = (str(key.length), f"{tally.correct}/{tally.asked}", share, f"[{low:.3f}, {high:.3f}]")
        rows.append((*name, *counts, "" if chance is None else f"{chance:.3f}", others))
    columns = (*(("what",) if several else ()), "length", "correct", "share", "95 %", "trivial", "")
    return str(Table(title, columns, tuple(rows)))


def of_traces(traces: Sequence[Traced], style: str) -> str:
    """One row a task and length: whole traces, steps before the first error, its class, how far such steps reach."""
    rows = []
    for t in traces:
        before = "-" if t.before is None else f"{t.before:.1f}"
        far = "inf" if math.isinf(t.horizon) else f"{t.horizon:.0f}"
        errors = ", ".join(f"{count} {kind}" for kind, count in t.errors)
        rows.append((t.task, str(t.length), f"{t.whole}/{t.traces}", before, f"{t.rate:.4f}", far, errors))
    columns = ("traces", "length", "whole", "steps before", "wrong a step", "half fail after", "first errors")
    note = "steps before: mean number of right steps before the first error; half fail after: projected, in steps"
    return str(Table(f"traces in the style {style}", columns, tuple(rows), note))


def wrong(samples: Sequence[Sample]) -> str:
    """A few wrong answers, the first wrong symbol in brackets."""
    found = list(samples_wrong(samples))
    lines = [f"{len(found)} wrong answers kept, {min(WRONG, len(found))} shown:"] if found else []
    for sample in found[:WRONG]:
        lines += [f"  {_one_line(sample.prompt)}", f"    written  {_marked(sample)}"]
        lines.append(f"    right    {_one_line(sample.expected)}")
    return "\n".join(lines)


def _one_line(text: str) -> str:
    """The text; of a prompt of many lines its question, of a trace its last line."""
    asked = [line for line in text.splitlines() if line.startswith("Q: ")]
    lines = asked or [line for line in text.splitlines() if line.strip()]
    return text if len(text.splitlines()) < 2 else lines[-1]


def _marked(sample: Sample) -> str:
    words, at = sample.written.split(), sample.first_wrong
    if not words:
        return "(nothing, or not kept)"
    if at is None:
        return sample.written
    return " ".join([*words[:at], f"[{words[at] if at < len(words) else ''}]", *words[at + 1 :]])


def run_named(name: str, where: Path) -> Run:
    """A run by its folder's path, its name, or the beginning of its name."""
    if (Path(name) / CONFIG).is_file() or ("/" in name and Path(name).is_dir()):
        return Run.load(Path(name))
    entries = listed(where)
    for entry in entries:
        if entry.run is None and entry.folder.name == name:  # damaged: before it is taken for another's beginning
            raise RunError(entry.trouble)
    known = [entry.run for entry in entries if entry.run is not None]
    found = [run for run in known if run.name == name] or [run for run in known if name and run.name.startswith(name)]
    if len(found) > 1:
        raise RunError(
            f"{name!r} begins the names of {len(found)} runs: {', '.join(r.name for r in found)}; give more of it"
        )
    if not found:
        raise unknown(f"run under {where}", name, [run.name for run in known])
    return found[0]


def title_of(run: Run) -> str:
    """What a run is called: its labels, else its folder's name."""
    words = [str(run.labels[name]) for name in ("study", "stage", "task", "arm") if run.labels.get(name)]
    words += [f"seed {run.labels['seed']}"] if "seed" in run.labels else []
    return " · ".join(words) or run.name
