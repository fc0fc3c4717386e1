"""What a person sees while runs are trained: a display that changes in place, or plain lines where nobody looks.

A `Board` is told what happens (a run began, an update was made, a length was measured, a run ended) and shows it.
`LiveBoard` draws in a terminal; `LineBoard` prints a line now and then, so that a log stays readable.
"""

import math
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from lengthwise.core.errors import RunError
from lengthwise.run import Run

EVERY = 10.0  # seconds between two plain lines about one run
SHOWN = 12  # runs in work that a display has room for


@dataclass
class Running:
    """One run in work."""

    title: str
    ingredients: tuple[str, ...] = ()
    how: str = ""
    update: int = 0
    updates: int = 0
    loss: float = float("nan")
    losses: dict[str, float] = field(default_factory=dict)
    rate: float = 0.0  # symbols a second
    left: float = float("nan")  # seconds
    accuracy: dict[int, float] = field(default_factory=dict)
    measured: str = ""
    reader: Callable[["Running"], None] | None = None  # brings a run of another process up to date

    def line(self) -> str:
        """Where it is, in words."""
        if self.measured:
            return f"measuring {self.measured}"
        if not self.update:
            return "getting ready"
        if math.isnan(self.loss):  # followed before the first line of the log
            return f"update {self.update:,}/{self.updates:,}" + (f"  {self.right()}" if self.accuracy else "")
        parts = [f"update {self.update:,}/{self.updates:,}", f"loss {self.loss:.3g}{self.by_ingredient()}"]
        parts += [f"{self.rate:,.0f} symbols/s", f"ETA {clock(self.left)}"]
        return "  ".join([*parts, *([self.right()] if self.accuracy else [])])

    def by_ingredient(self) -> str:
        """The loss of each ingredient, where there are several."""
        return f" ({', '.join(f'{n} {v:.3g}' for n, v in self.losses.items())})" if len(self.losses) > 1 else ""

    def right(self) -> str:
        """The accuracy at the lengths that are followed."""
        return "right at " + ", ".join(f"{length}: {share:.2f}" for length, share in self.accuracy.items())


class Board(ABC):
    """Holds what is running and counts what is done, and shows it."""

    def __init__(self, total: int, console: Console) -> None:
        self.total, self.console = total, console
        self.running: dict[str, Running] = {}
        self.done = self.reused = self.failed = 0
        self.began = time.monotonic()
        self.told: dict[str, tuple[str, float]] = {}  # of each run: the phase last told, and when
        self.lines: dict[str, str] = {}  # and the line

    @property
    def waiting(self) -> int:
        """Runs that have not begun."""
        return max(0, self.total - self.done - len(self.running))

    @property
    def left(self) -> float:
        """Seconds until all are done, at the pace so far; parts of runs count as parts."""
        begun = [run.update / run.updates if run.updates else 0.0 for run in list(self.running.values())]
        made = self.done - self.reused + sum(begun)
        ahead = self.waiting + sum(1 - part for part in begun)
        return (time.monotonic() - self.began) / made * ahead if made else float("nan")

    def counts(self) -> str:
        """Done, running, left, and when it ends."""
        done = f"{self.done} done" + (f" ({self.reused} reused)" if self.reused else "")
        parts = [done, f"{len(self.running)} running", f"{self.waiting} left"]
        if self.failed:
            parts.append(f"{self.failed} failed")
        return ", ".join(parts) + f", ETA {clock(self.left)}"

    def start(self, title: str, ingredients: Sequence[str] = ()) -> Running:
        """A run is taken up."""
        run = self.running[title] = Running(title, tuple(ingredients))
        self.changed(run)
        return run

    def end(self, title: str, how: str, *, failed: bool = False) -> None:
        """A run has ended: `how` says done, reused, diverged ... in words."""
        self.running.pop(title, None)
        self.done += 1
        self.reused += how.startswith("reused")
        self.failed += failed
        self.say(f"{title}: {how}")
        self.counted()

    @abstractmethod
    def counted(self) -> None:
        """The counts are new."""

    @abstractmethod
    def changed(self, run: Running) -> None:
        """Something about a run is new."""

    @abstractmethod
    def say(self, line: str) -> None:
        """A sentence that stays."""

    @abstractmethod
    def __enter__(self) -> Self:
        """Begin to show."""

    @abstractmethod
    def __exit__(self, *_: object) -> None:
        """Leave the terminal as it was."""


class LineBoard(Board):
    """Plain lines: what began and ended, and every ten seconds where a run is, also while it is measured."""

    def __enter__(self) -> Self:
        self._over = threading.Event()
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _look(self) -> None:
        """Now and then at the runs of other processes."""
        while not self._over.wait(EVERY):
            for run in list(self.running.values()):
                if run.reader is not None:
                    run.reader(run)
                    self.changed(run)

    def counted(self) -> None:
        if self.total > 1:
            self.say(self.counts())

    def changed(self, run: Running) -> None:
        phase = "measuring" if run.measured else "training" if run.update else "ready"
        before, when = self.told.get(run.title, ("", 0.0))
        now = time.monotonic()
        is_due = now - when >= EVERY or (phase == "training" and run.update == run.updates)
        if phase == before and not is_due:
            return
        line = run.line()
        if before == phase and line == self.lines.get(run.title):
            return
        self.told[run.title], self.lines[run.title] = (phase, now), line
        self.say(f"{run.title}: {line}")

    def say(self, line: str) -> None:
        self.console.print(f"[{self.done}/{self.total}] {line}", soft_wrap=True, highlight=False, markup=False)


class LiveBoard(Board):
    """A display that changes in place: a bar for each run in work, and a line of counts below."""

    def __enter__(self) -> Self:
        self._live = Live(get_renderable=self.drawn, console=self.console, refresh_per_second=4, transient=True)
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def counted(self) -> None:
        """Nothing: the display draws itself."""

    def changed(self, run: Running) -> None:
        """Nothing: the display draws itself."""

    def say(self, line: str) -> None:
        self.console.print(line, highlight=False, markup=False)

    def drawn(self) -> Group:
        """What the terminal shows now."""
        parts: list[Table | Text] = []
        for run in list(self.running.values())[:SHOWN]:
            if run.reader is not None:
                run.reader(run)
            parts.append(_bar(run))
            below = (run.by_ingredient().strip(" ()"), run.right() if run.accuracy else "")
            parts += [Text(f"   {text}", style="dim") for text in below if text]
        return Group(*parts, Text(self.counts(), style="bold"))


def _bar(run: Running) -> Table:
    row = Table.grid(padding=(0, 1), expand=True)
    row.add_column(ratio=2, no_wrap=True)
    row.add_column(width=24)
    row.add_column(ratio=3, no_wrap=True)
    words = run.line().split("  ")
    if run.update and not run.measured and not math.isnan(run.loss):
        words = [words[0], f"loss {run.loss:.3g}", *words[2:4]]
    row.add_row(
        Text(run.title), ProgressBar(total=run.updates or 1, completed=run.update, width=24), Text("  ".join(words))
    )
    return row


def board(total: int, console: Console) -> Board:
    """A display where a person looks, plain lines where a file does."""
    return (LiveBoard if console.is_terminal else LineBoard)(total, console)


def follow(where: Callable[[], Run | None]) -> Callable[[Running], None]:
    """Bring a `Running` up to date from the folder that another process writes; looks at most once a second."""
    looked = [0.0]

    def read(running: Running) -> None:
        now = time.monotonic()
        if now - looked[0] < 1.0:
            return
        looked[0] = now
        try:
            run = where()
            if run is not None:
                take(running, run)
        except RunError:  # half made, or just removed: the next look will say
            return

    return read


def take(running: Running, run: Run) -> None:
    """What a run's folder says of where it is."""
    choices, metrics = run.choices, run.metrics()
    running.updates = int(choices.get("updates", running.updates))
    for record in metrics:
        if record.get("event") == "update":
            spent = float(record["seconds"])
            running.update, running.loss = int(record["update"]), float(record["loss"])
            running.rate = record["symbols"] / max(1e-9, spent)
            running.left = spent / max(1, running.update) * (running.updates - running.update)
            running.losses = named(running.ingredients, {int(k): v for k, v in record["by_ingredient"].items()})
        elif record.get("event") == "watch":
            running.update = int(record["update"])
            running.accuracy = {int(n): float(share) for n, share in record["accuracy"].items()}
    running.measured = "" if not running.updates or running.update < running.updates else "lengths"


def named(ingredients: Sequence[str], losses: Mapping[int, float]) -> dict[str, float]:
    """Losses by the ingredients' names."""
    return {ingredients[n] if n < len(ingredients) else str(n): loss for n, loss in losses.items()}


def clock(seconds: float) -> str:
    """Seconds as 1:02:03, or a dash where nobody knows yet."""
    if math.isnan(seconds):
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
