"""What the tests of the queue run in its workers: experiments that only end in one way or another."""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lengthwise.core.errors import RestrictionRefused
from lengthwise.run import Run
from lengthwise.training.show import Show


@dataclass(frozen=True)
class Fate:
    """Ends as it is called."""

    how: str
    seed: int = 0

    def run(self, where: Path, show: Show, labels: Mapping[str, str | int]) -> Run:
        """Does what `how` says, and leaves a note that it was here."""
        with (where / "ran.txt").open("a") as file:
            file.write(f"{self.how} {os.getpid()}\n")
        if self.how == "refused":
            raise RestrictionRefused("this cannot be cut; choose another form")
        if self.how == "mistaken":
            raise ZeroDivisionError("division by zero")
        if self.how == "killed":
            os._exit(9)
        if self.how == "long":
            time.sleep(300)
        run = Run.begin(where, self, labels=labels).run
        run.finish("done")
        return run
