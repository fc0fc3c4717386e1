"""What CI runs ends with pytest's closing line, and is red where anything was."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

CLOSING = "================== 800 passed, 8 skipped in 44.02s (0:00:44) ==================="
BROKEN = "=================== 3 failed, 800 passed in 44.02s ==================="


@pytest.mark.parametrize(
    ("prints", "exits", "green", "last"),
    [
        ([CLOSING, "base wheel: works"], 0, True, CLOSING),
        ([BROKEN, "make: *** Error 1"], 2, False, BROKEN),
        ([CLOSING, "base wheel: torch is there"], 1, False, CLOSING),
        (["nothing to be done"], 0, False, None),
    ],
)
def test_ci_is_as_green_as_what_it_ran(
    tmp_path: Path, prints: list[str], exits: int, green: bool, last: str | None
) -> None:
    # A stand-in for make: this test is itself run by `make test`.
    make = tmp_path / "make"
    make.write_text("#!/bin/sh\n" + "".join(f"echo '{line}'\n" for line in prints) + f"exit {exits}\n")
    make.chmod(make.stat().st_mode | stat.S_IXUSR)
    script = Path(__file__).parents[2] / ".ci" / "run"
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(script)], env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0) is green
    if last:
        assert done.stdout.splitlines()[-1] == last
