"""A report as one HTML file that needs no network: curves, mechanism, wrong samples, claims with their verdicts.

path = write_page(gather(root(), study="auxiliary_tasks"), Path("report.html"))
"""

from collections.abc import Sequence
from html import escape
from pathlib import Path

from lengthwise.core.durable import write_atomically
from lengthwise.evaluation.claims import Judged
from lengthwise.evaluation.evaluate import Sample
from lengthwise.evaluation.picture import colour
from lengthwise.reports import figures, table
from lengthwise.reports.bound import growing
from lengthwise.reports.gather import SHOWN, Arm, Report
from lengthwise.reports.overview import overview
from lengthwise.reports.rows import anchor
from lengthwise.reports.run_cards import run_cards
from lengthwise.reports.script import SCRIPT
from lengthwise.reports.style import CSS, PALETTE_NOTE
from lengthwise.reports.tabular import Table

MARKS = {"upheld": "●", "refuted": "✕", "undecided": "○"}  # a verdict is told by its shape too, not by colour alone
LENGTHS_SHOWN = 6  # lengths with wrong samples, an arm
CONTEXT = 24  # symbols shown on each side of the first wrong one


def write_page(report: Report, path: Path) -> Path:
    """Write the page whole and say where it is."""
    write_atomically(path, page(report, path.parent))
    return path


def page(report: Report, beside: Path | None = None) -> str:
    """The page's text. `beside` is the folder where it will lie: links to runs are relative to it."""
    sections = "".join(_section(report, stage, task, beside) for stage, task in report.sections)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(report.title)}</title><style>{CSS}</style></head><body><main>"
        f'<header><p class="counts">{escape(report.first_line)}</p><h1>{escape(report.title)}</h1>'
        f"{''.join(f'<p class=lead>{escape(note)}</p>' for note in report.notes)}{_stages(report)}{_contents(report)}"
        f"</header>{_claims(report.claims)}{overview(report)}{_own_tables(report)}{sections}"
        f"{_footer(report)}</main><script>{SCRIPT}</script></body></html>\n"
    )


def _own_tables(report: Report) -> str:
    shown = "".join(_table(one, "words") for one in report.tables)
    return f'<section id="predicted"><h2>Predicted, found, left out</h2>{shown}</section>' if shown else ""


def _stages(report: Report) -> str:
    items = "".join(
        f'<li class="{"whole" if s.done == s.planned else "part"}">{escape(str(s))}</li>' for s in report.stages
    )
    return f'<ul class="stages">{items}</ul>' if items else ""


def _contents(report: Report) -> str:
    if len(report.sections) < 2:
        return ""
    tops = [("claims", "Claims")] * bool(report.claims) + [("overview", "All methods on all tasks")]
    tops += [("predicted", "Predicted and found")] * bool(report.tables)
    links = [f'<a href="#{where}">{name}</a>' for where, name in tops]
    links += [f'<a href="#{anchor(s, t)}">{escape(_heading(s, t))}</a>' for s, t in report.sections]
    return f"<nav>{' '.join(links)}</nav>"


def _heading(stage: str, task: str) -> str:
    name = task.rsplit("/", 1)[-1].replace("_", " ")
    if stage.isdecimal():
        return f"{name}, stage {stage}"
    return f"{name}, {stage}" if stage not in ("", name) else name


def _claims(claims: Sequence[Judged]) -> str:
    if not claims:
        return ""
    rows = "".join(
        f'<tr><td class="verdict {c.verdict.value}"><span>{MARKS[c.verdict.value]}</span> {c.verdict.value}'
        f"{'<small>exploratory</small>' if c.exploratory else ''}</td>"
        f"<td>{escape(c.statement)}<small>{escape(c.evidence)}</small></td></tr>"
        for c in claims
    )
    return f'<section id="claims"><h2>Claims</h2><table class="claims"><tbody>{rows}</tbody></table></section>'


def _section(report: Report, stage: str, task: str, beside: Path | None) -> str:
    arms = report.numbered(stage, task)
    parts = [f'<section id="{anchor(stage, task)}"><h2>{escape(_heading(stage, task))}</h2>', _curves(arms)]
    tables = (f(report, stage, task) for f in table.TABLES)
    parts += [_table(shown) for shown in tables if shown is not None]
    parts += [
        _growth(arms),
        _mechanism(arms),
        _training(arms),
        _positions(arms),
        _samples(arms),
        run_cards(arms, beside),
        "</section>",
    ]
    return "".join(parts)


def _curves(arms: Sequence[tuple[int, Arm]]) -> str:
    """All arms together, and where there are many each alone; regimes in figures of their own."""
    parts = []
    regimes = list(dict.fromkeys(arm.curve.regime for _, arm in arms))
    for regime in regimes:
        inside = [(n, arm) for n, arm in arms if arm.curve.regime == regime]
        caption = (
            f"Regime {regime}. Thick: the median seed. Thin: every seed. "
            + ("Bands: Wilson's 95 % interval of the median seed. " if len(inside) <= 4 else "")
            + "Shaded: trained lengths."
        )
        parts.append(f"<figure>{figures.accuracy(inside)}<figcaption>{escape(caption)}</figcaption></figure>")
        if len(inside) > 4:
            alone = [
                f"<figure><h4>{_key(n)}{escape(arm.name)}</h4>"
                f"{figures.accuracy([(n, arm)], width=450, height=230, named=False)}</figure>"
                for n, arm in inside
            ]
            parts.append(f'<div class="grid">{"".join(alone)}</div>')
    return "".join(parts)


def _key(number: int) -> str:
    return f'<i class="key" style="background:{colour(number)}"></i>'


def _table(shown: Table, kind: str = "") -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in shown.columns)
    rows = "".join(f"<tr>{''.join(f'<td>{_halves(cell)}</td>' for cell in row)}</tr>" for row in shown.rows)
    note = f"<p class=legend>{escape(shown.note)}</p>" if shown.note else ""
    body = f'<table class="{kind}"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
    return f'<h3>{escape(shown.title)}</h3><div class="scroll">{body}</div>{note}'


def _halves(cell: str) -> str:
    """What stands behind a bar goes below, smaller."""
    first, bar, rest = escape(cell).partition(" | ")
    return f"{first}<small>{rest}</small>" if bar else first


def _growth(arms: Sequence[tuple[int, Arm]]) -> str:
    drawn = growing(arms)
    caption = "Both axes are logarithmic: a straight line of slope 1 grows with the length."
    if any(arm.restricted for _, arm in arms):
        caption += " Dotted: the linear bound (N / n) eps, from errors on restrictions."
    return f"<figure>{drawn}<figcaption>{caption}</figcaption></figure>" if drawn else ""


def _mechanism(arms: Sequence[tuple[int, Arm]]) -> str:
    titles = dict.fromkeys((series.title, series.unit) for _, arm in arms for series in arm.series)
    parts = []
    for title, unit in titles:
        members = [(n, arm.name, s) for n, arm in arms for s in arm.series if (s.title, s.unit) == (title, unit)]
        drawn = figures.mechanism(title, members)
        keys = " ".join(f"<span>{_key(n)}{escape(name)}</span>" for n, name, _ in members)
        parts.append(f'<figure><h4>{escape(title)}</h4>{drawn}<p class="keys">{keys}</p></figure>')
    return f'<h3>Mechanism</h3><div class="grid">{"".join(parts)}</div>' if parts else ""


def _training(arms: Sequence[tuple[int, Arm]]) -> str:
    drawn = [(n, arm, figures.training(n, arm)) for n, arm in arms]
    parts = [f"<figure><h4>{_key(n)}{escape(arm.name)}</h4>{svg}</figure>" for n, arm, svg in drawn if svg]
    if not parts:
        return ""
    note = "<p>Exact match on validation problems at a few lengths, one line a seed; longer lengths are paler.</p>"
    return f'<h3>While training</h3>{note}<div class="grid">{"".join(parts)}</div>'


def _positions(arms: Sequence[tuple[int, Arm]]) -> str:
    drawn = [(n, arm, figures.errors_by_position(n, arm)) for n, arm in arms]
    parts = [f"<figure><h4>{_key(n)}{escape(arm.name)}</h4>{svg}</figure>" for n, arm, svg in drawn if svg]
    if not parts:
        return ""
    note = "<p>Each row is a length. The stronger the colour, the more symbols are wrong at that place.</p>"
    return f'<h3>Where in the answer the errors are</h3>{note}<div class="grid">{"".join(parts)}</div>'


def _samples(arms: Sequence[tuple[int, Arm]]) -> str:
    parts = []
    for number, arm in arms:
        lengths = sorted({s.length for s in arm.samples})
        chosen = lengths[:: max(1, -(-len(lengths) // LENGTHS_SHOWN))] if lengths else []
        rows = [_sample(s) for n in chosen for s in [s for s in arm.samples if s.length == n][:SHOWN]]
        if rows:
            title = f"{_key(number)}{escape(arm.name)} <small>{len(rows)} of {len(arm.samples)} kept</small>"
            parts.append(f"<details><summary>{title}</summary>{''.join(rows)}</details>")
    return f"<h3>Wrong answers, the first wrong symbol marked</h3>{''.join(parts)}" if parts else ""


def _sample(sample: Sample) -> str:
    where = f"length {sample.length}, {sample.outcome}"
    if sample.first_wrong is not None:
        where += f", first wrong symbol number {sample.first_wrong + 1}"
    wrong = _marked(sample.written, sample.first_wrong, "bad")
    right = _marked(sample.expected, sample.first_wrong, "good")
    return (
        f'<div class="sample"><p class="where">{escape(where)}</p>'
        f"<dl><dt>prompt</dt><dd>{escape(_short(sample.prompt))}</dd>"
        f"<dt>written</dt><dd>{wrong}</dd><dt>right</dt><dd>{right}</dd></dl></div>"
    )


def _short(text: str) -> str:
    words = text.split()
    return text if len(words) <= 4 * CONTEXT else " ".join([*words[: 4 * CONTEXT], "…"])


def _marked(text: str, first_wrong: int | None, kind: str) -> str:
    """The symbols around the first wrong one, which is marked; ∅ where nothing stands there."""
    words = text.split()
    if not words and kind == "bad":
        return "<em>not kept</em>"
    if first_wrong is None:
        return escape(_short(text))
    before = words[max(0, first_wrong - CONTEXT) : first_wrong]
    after = words[first_wrong + 1 : first_wrong + 1 + CONTEXT]
    here = words[first_wrong] if first_wrong < len(words) else "∅"
    head, tail = "… " * (first_wrong > CONTEXT), " …" * (first_wrong + 1 + CONTEXT < len(words))
    return (
        f'{head}{escape(" ".join(before))} <mark class="{kind}">{escape(here)}</mark> {escape(" ".join(after))}{tail}'
    )


def _footer(report: Report) -> str:
    made = dict.fromkeys(line for arm in report.arms for line in arm.made_on)
    devices = "; ".join(made) or "unknown"
    return (
        f"<footer><p>Made on: {escape(devices)}. {escape(PALETTE_NOTE)} A reach is the largest tested length such that "
        "it and every tested length below it pass; at the end of the grid it is printed with ≥. Reach past N_cut is "
        "extrapolation, reach up to it is inheritance. Regimes are never ranked in one column.</p></footer>"
    )
