"""Symbols numbered in a second, for every numbering, beside a plain per-symbol loop that gives the same ids.

The shape is fixed and the rows are blocks of 128, as in training; a frame's vector is computed once, so its cost is
reported apart (`first`). Each figure is the best of several rounds in one process on one thread.

    python benchmarks/numberings.py [--length 100] [--rows 128] [--rounds 20]
"""

import argparse
import os
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from lengthwise.core.frame import Frame
from lengthwise.core.given import Column, shape_of
from lengthwise.core.numbering import Numbering
from lengthwise.core.task import Task
from lengthwise.lines.coupling.automatic import Automatic, places_of, table_of_task
from lengthwise.lines.layouts.reversed_answer import ReversedAnswer
from lengthwise.lines.numberings.abacus import Abacus
from lengthwise.lines.numberings.coupled import Coupled
from lengthwise.lines.numberings.random_start import RandomStart
from lengthwise.lines.numberings.randomized import Randomized
from lengthwise.lines.numberings.sequential import Sequential
from lengthwise.lines.traces.nothing import Nothing
from lengthwise.lines.traces.products import Products
from lengthwise.lines.write import frame_of
from lengthwise.tasks.arithmetic.addition import Addition
from lengthwise.tasks.arithmetic.long_multiplication import LongMultiplication


def ids_of(numbering: Numbering, frame: Frame, rng: np.random.Generator, symbols: Column) -> Column:
    """All ids of a block of lines, as feeding makes them."""
    ids, state = numbering.begin(frame, rng, len(symbols))
    return np.concatenate([ids, numbering.ahead(state, symbols)], axis=1)


def by_symbol(frame: Frame, start: Column) -> Column:
    """Coupled ids, one symbol after another: what a first draft would do."""
    lowest = min(entry.place[0] for entry in frame.entries if entry.place[0] is not None)
    rows = []
    for row in start.tolist():
        ids = [0 if entry.place[0] is None else row + entry.place[0] - lowest for entry in frame.entries]
        rows.append([0, *ids])
    return np.array(rows)


def best(work: Callable[[], object], rounds: int) -> float:
    """Seconds of the quickest round."""
    seconds = []
    for _ in range(rounds):
        before = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - before)
    return min(seconds)


def report(name: str, seconds: float, symbols: int, first: float | None = None) -> None:
    """One line of the table."""
    beside = "" if first is None else f"   first {first * 1e3:8.2f} ms"
    print(f"{name:<44}{symbols / seconds / 1e6:10.1f} M symbols/s{beside}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--length", type=int, default=100)
    parser.add_argument("--rows", type=int, default=128)
    parser.add_argument("--rounds", type=int, default=20)
    options = parser.parse_args()
    rng = np.random.default_rng(0)
    frame = page(Addition(), options.length)
    symbols = rng.integers(3, 13, size=(options.rows, len(frame.slots)))
    count = options.rows * (1 + len(frame.entries))
    print(f"addition of {options.length} digits, {options.rows} rows, {len(frame.entries)} symbols a line")
    for numbering in (Coupled(), Coupled(start=1), RandomStart(), Sequential(), Randomized(), Abacus()):
        first = best(lambda n=numbering: ids_of(n, frame, rng, symbols), 1)
        report(repr(numbering), best(lambda n=numbering: ids_of(n, frame, rng, symbols), options.rounds), count, first)
    start = rng.integers(1, 100, size=options.rows)
    report("coupled ids, symbol by symbol", best(lambda: by_symbol(frame, start), 3), count)
    task = LongMultiplication()
    wide = frame_of(task, shape_of(task.draw(10, rng, "typical", 1)), Products(), ReversedAnswer())
    several = Coupled(axes=("column", "row", "power"))
    symbols = rng.integers(3, 13, size=(options.rows, len(wide.slots)))
    seconds = best(lambda: ids_of(several, wide, rng, symbols), options.rounds)
    report("three levels, 10 x 10 digits with products", seconds, options.rows * (1 + len(wide.entries)))
    for task, length in ((Addition(), 300), (LongMultiplication(), 15)):
        shape = shape_of(task.draw(length, rng, "typical", 1))
        table_of_task.cache_clear()
        places_of.cache_clear()
        found = best(lambda t=task: Automatic(t).levels, 1)
        spread = best(lambda t=task, s=shape: places_of(t, s), 1)
        print(f"automatic coupling of {task!r}: table {found:.2f} s, places at length {length} {spread:.2f} s")


def page(task: Task, length: int) -> Frame:
    """The page of a length, without working."""
    return frame_of(
        task, shape_of(task.draw(length, np.random.default_rng(0), "typical", 1)), Nothing(), ReversedAnswer()
    )


if __name__ == "__main__":
    main()
