"""The table of all tasks by all methods: filtered, hovered and clicked through in a browser, without a network.

Everything is written here; the script only hides rows and columns, sorts within a regime and shows what hovers. Without
it the whole table stands there, with the browser's own tooltips.
"""

from collections.abc import Iterable, Sequence
from html import escape

from lengthwise.evaluation.picture import WIDE, colour, dash, medians
from lengthwise.evaluation.svg import Axes
from lengthwise.reports.gather import Report
from lengthwise.reports.rows import SHARE, At, Columns, Row, columns, rows

MEANT = {
    "A": "at inference only the prompt, and ids that count its symbols or that the network says itself",
    "A + own working": "as A, and the model writes its own working",
    "B": "code computes something from the prompt for the model: coupled ids, hints, given traces",
    "C": "training lines are padded to the frame of the test",
}


def overview(report: Report) -> str:
    """The section with its filters and one table a regime."""
    grouped = rows(report)
    found = [row for members in grouped.values() for row in members]
    if len(found) < 2:
        return ""
    across = columns(found)
    tables = "".join(_table(regime, members, across) for regime, members in grouped.items())
    return (
        f'<section id="overview"><h2>All methods on all tasks</h2>{_filters(grouped, found, across)}'
        f'<p class="count" aria-live="polite">{len(found)} rows</p>{tables}'
        f"<p class=legend>Each row is one method on one task. Columns are {across.said}: the "
        "median seed's exact match, bold from 0.9 on, with the length below it. Hover (or tab to) a figure for every "
        "seed with its 95 % interval; a method's name leads to its curves and runs. A seed has learned if it is right "
        "in 99 % at every trained length. Rows are sorted within a regime only.</p></section>"
    )


def _filters(grouped: dict[str, list[Row]], found: Sequence[Row], across: Columns) -> str:
    groups = (
        ("regime", list(grouped)),
        ("stage", list(dict.fromkeys(row.stage for row in found if row.stage))),
        ("task", list(dict.fromkeys(row.task for row in found))),
        ("method", list(dict.fromkeys(row.arm.name for row in found))),
    )
    lines = [_choice(name, ((value, value, False) for value in values)) for name, values in groups if len(values) > 1]
    lengths = ((f"{c:g}", across.name(c), c in across.shown) for c in across.every)
    return f'<div class="filters" hidden>{"".join(lines)}{_choice("column", lengths, "right at")}</div>'


def _choice(name: str, values: Iterable[tuple[str, str, bool]], title: str = "") -> str:
    buttons = "".join(
        f'<button type="button" data-value="{escape(value)}" aria-pressed="{str(pressed).lower()}">{escape(text)}'
        "</button>"
        for value, text, pressed in values
    )
    return (
        f'<div role="group" data-filter="{name}" aria-label="{name}"><b>{title or name}</b><span>{buttons}</span></div>'
    )


def _table(regime: str, members: Sequence[Row], across: Columns) -> str:
    has_cases, has_stage = any(row.hardest for row in members), len({row.stage for row in members}) > 1
    heads = [_head("task", "left"), *([_head("stage", "left")] if has_stage else []), _head("method", "left")]
    heads += ['<th class="left">curve</th>', _head("seeds"), _head(f"reach {SHARE:.0%}"), _head("factor")]
    heads += [_head("hardest draw")] if has_cases else []
    for c in across.every:
        hidden = "" if c in across.shown else " hidden"
        heads.append(f'<th data-column="{c:g}"{hidden}><button type="button">{across.name(c)}</button></th>')
    body = "".join(_line(row, across, has_stage=has_stage, has_cases=has_cases) for row in members)
    return (
        f'<div class="regime" data-regime="{escape(regime)}"><h3>Regime {escape(regime)}'
        f'<small>{escape(MEANT[regime])}</small></h3><div class="scroll"><table class="overview">'
        f"<thead><tr>{''.join(heads)}</tr></thead><tbody>{body}</tbody></table></div></div>"
    )


def _head(name: str, kind: str = "") -> str:
    return f'<th scope="col" class="{kind}"><button type="button">{name}</button></th>'


def _line(row: Row, across: Columns, *, has_stage: bool, has_cases: bool) -> str:
    data = {"stage": row.stage, "task": row.task, "method": row.arm.name, "regime": row.curve.regime}
    facts = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    key = f'<i class="key" style="background:{colour(row.number)}"></i>'
    source = f"<small>from {escape(row.curve.imported)}</small>" if row.curve.imported else ""
    cells = [f"<td>{escape(row.task.rsplit('/', 1)[-1].replace('_', ' '))}</td>"]
    cells += [f'<td class="left">{escape(row.stage)}</td>'] if has_stage else []
    cells.append(f'<td class="left"><a href="#{row.anchor}">{key}{escape(row.arm.name)}</a>{source}</td>')
    cells.append(f'<td class="spark">{spark(row)}</td>')
    cells.append(_seeds(row))
    cells.append(_number(row.curve.reach(SHARE).length, str(row.curve.reach(SHARE)), _of_reach(row)))
    factor = row.curve.factor(SHARE) if row.curve.trained is not None else None
    cells.append(
        _number(-1 if factor is None else factor.value, "–" if factor is None else str(factor), _of_reach(row))
    )
    if has_cases:
        cells.append("<td></td>" if row.hardest is None else _hardest(row))
    found = {at.column: at for at in row.at}
    cells += [_at(row, found.get(c), c, is_shown=c in across.shown) for c in across.every]
    return f"<tr{facts}>{''.join(cells)}</tr>"


def _number(order: float, text: str, tip: str) -> str:
    return f'<td data-order="{order:g}" tabindex="0" title="{escape(tip)}">{escape(text)}</td>'


def _seeds(row: Row) -> str:
    """How many, and a warning where not all of them learned what they were trained on."""
    count = len(row.curve.seeds)
    is_short = row.curve.trained is not None and row.learned < count
    warning = f"<small class=refuted>{row.learned} learned</small>" if is_short else ""
    return f'<td data-order="{count}" tabindex="0" title="{escape(_of_seeds(row))}">{count}{warning}</td>'


def _hardest(row: Row) -> str:
    case, reach = row.hardest or ("", None)
    tip = f"reach on the hardest kind of draw: {case}"
    return (
        f'<td data-order="{reach.length if reach else 0}" tabindex="0" title="{escape(tip)}">{escape(str(reach))}'
        f"<small>{escape(case)}</small></td>"
    )


def _of_seeds(row: Row) -> str:
    trained = row.curve.trained
    lines = [f"seeds {', '.join(map(str, row.curve.seeds))}"]
    if trained is not None:
        lines.append(
            f"trained on lengths {trained[0]}–{trained[1]}; {row.learned} of {len(row.curve.seeds)} learned them"
        )
    return "\n".join(lines)


def _of_reach(row: Row) -> str:
    lines = [f"reach at {SHARE:.0%}, every seed"]
    lines += [f"seed {seed}: {reach}" for seed, reach in row.curve.reaches(SHARE).items()]
    if row.curve.longest_line is not None:
        lines.append(f"longest line read in training: {row.curve.longest_line} symbols")
    if row.curve.cut_from is not None:
        lines.append(f"cut from lines of up to {row.curve.cut_from}: past it is extrapolation, up to it inheritance")
    return "\n".join(lines)


def _at(row: Row, at: At | None, column: float, *, is_shown: bool) -> str:
    hidden = "" if is_shown else " hidden"
    if at is None:
        return f'<td data-column="{column:g}" data-order="-1"{hidden}></td>'
    s = at.spread
    lines = [f"{row.arm.name}, length {at.length}, exact match"]
    lines += [
        f"seed {seed}: {at.shares[seed]:.3f} [{low:.3f}, {high:.3f}], {at.counts[seed][0]} of {at.counts[seed][1]}"
        for seed, (low, high) in at.intervals.items()
    ]
    if len(at.shares) > 1:
        lines.append(f"median {s.median:.3f}, least {s.low:.3f}, most {s.high:.3f}")
    passed = " class=pass" if s.median >= SHARE else ""
    return (
        f'<td data-column="{column:g}" data-order="{s.median:.4f}" tabindex="0"{passed}{hidden} '
        f'title="{escape(chr(10).join(lines))}">{s.median:.2f}<small>{at.length}</small></td>'
    )


def spark(row: Row) -> str:
    """A curve the height of a line: trained lengths shaded, the share that a reach passes dotted."""
    points = medians(row.curve)
    if len(points) < 2:
        return ""
    axes = Axes((points[0].length, points[-1].length), (0, 1), 112, 26, left=1, right=1, top=3, bottom=3)
    trained = row.curve.trained
    axes.log_x = trained is not None and points[-1].length > WIDE * trained[1]
    if trained is not None:
        x = axes.px(max(trained[0], points[0].length))
        axes.marks.append(
            f'<rect class="trained" x="{x:.1f}" y="0" width="{max(1, axes.px(trained[1]) - x):.1f}" height="26"/>'
        )
    axes.marks.append(f'<line class="rule" x1="1" x2="111" y1="{axes.py(SHARE):.1f}" y2="{axes.py(SHARE):.1f}"/>')
    line = [(p.length, p.value) for p in points]
    axes.line(line, f'class="median" style="stroke:{colour(row.number)}{dash(row.number)}"')
    title = f"exact match from length {points[0].length} to {points[-1].length}"
    return f'<svg viewBox="0 0 112 26" role="img" aria-label="{title}">{"".join(axes.marks)}</svg>'
