"""`lengthwise run`: train and measure a study or a grid of experiments; what is done is reused, the rest goes on."""

import shlex
import signal
import sys
import time
from pathlib import Path

from rich.console import Console

from lengthwise.cli import dry
from lengthwise.cli.finish import announce, finish
from lengthwise.cli.plan import check, plan
from lengthwise.cli.work import work
from lengthwise.core.errors import ConfigError
from lengthwise.run import root as usual_root


def run(
    *words: str,
    stage: str | None = None,
    workers: int = 1,
    dry_run: bool = False,
    fresh: bool = False,
    root: Path | None = None,
) -> None:
    """Train and measure: a study (`run first_curve`), or experiments made from words (`run task=sort seed=0:5`).

    Words change fields, with dots into parts: `task=sort,copy encoding=NoPE,RoPE budget=1e6 tests=10,20,40`. A comma
    list or a range makes a grid. `lengths=1-10` are the trained lengths, `cut=40 choice=near,hard` adds restrictions
    of lines of up to 40. What is done already is reused, what was interrupted goes on.

    Parameters
    ----------
    words
        The name of a study and its fields, or the fields of an experiment.
    stage
        One stage of a study; all of them in order where none is given.
    workers
        How many runs at a time, each in a process of its own.
    dry_run
        Train nothing: say what would be run, how many updates and symbols, how long, and how much disk.
    fresh
        Train anew, in a new folder beside the usual one.
    root
        The folder of the runs; else the one that LENGTHWISE_RUNS names, else ./runs.
    """
    if workers < 1:
        raise ConfigError(f"{workers} workers run nothing; give 1, or as many as there are cores")
    planned = plan(words, stage)
    check(planned)
    console = Console(highlight=False)
    if dry_run:
        dry.tell(planned, workers, console)
        return
    where = _fresh(root or usual_root()) if fresh else root or usual_root()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `kill` and a scheduler's stop are as Ctrl-C
    announce(planned, where)
    try:
        ended = work(planned, where, workers, console)
    except KeyboardInterrupt:
        print(f"\ninterrupted; nothing is lost. To go on:\n  {_again(words, stage, workers, where)}", file=sys.stderr)
        raise SystemExit(130) from None
    finish(planned, ended, where, console)


def _fresh(usual: Path) -> Path:
    """A folder beside the usual one that is not there yet."""
    made = usual.with_name(f"{usual.name}-{time.strftime('%Y%m%d-%H%M%S')}")
    return made if not made.exists() else made.with_name(f"{made.name}-{time.time_ns() % 1000}")


def _again(words: tuple[str, ...], stage: str | None, workers: int, where: Path) -> str:
    options = [*(["--stage", stage] if stage else []), *(["--workers", str(workers)] if workers > 1 else [])]
    if where != usual_root():
        options += ["--root", str(where)]
    return shlex.join(["lengthwise", "run", *words, *options])
