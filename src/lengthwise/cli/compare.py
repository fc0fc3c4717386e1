"""`lengthwise compare`: two runs, instance by instance."""

from pathlib import Path

from lengthwise.cli.printed import run_named, title_of
from lengthwise.evaluation.compare import compare as paired
from lengthwise.reports.tabular import Table
from lengthwise.run import root as usual_root


def compare(first: str, second: str, *, examples: int = 0, root: Path | None = None) -> None:
    """Pair two runs by instance: the difference per length with its interval, and what one alone solves.

    Parameters
    ----------
    first
        A run's name (or its beginning) or folder.
    second
        The other run.
    examples
        Name so many instances a length that one run alone solves.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    where = root or usual_root()
    one, two = run_named(first, where), run_named(second, where)
    found = paired(one.samples(), two.samples())
    several = len({(c.task, c.case) for c in found}) > 1
    rows = []
    for c in found:
        d = c.difference
        name = [f"{c.task} {c.case}"] if several else []
        interval = f"[{d.low:+.3f}, {d.high:+.3f}]"
        alone = (str(d.first_only), str(d.second_only))
        rows.append((*name, str(c.length), str(d.instances), f"{d.value:+.3f}", interval, *alone))
    columns = (*(("what",) if several else ()), "length", "paired", "difference", "95 %", "first alone", "second alone")
    print(f"first:  {title_of(one)} ({one.name})\nsecond: {title_of(two)} ({two.name})\n")
    print(Table("share right of the first less that of the second", columns, tuple(rows)))
    for c in found if examples else []:
        for side, names in (("first", c.first_solves), ("second", c.second_solves)):
            for instance in names[:examples]:
                print(f"{side} alone solves {instance}")
