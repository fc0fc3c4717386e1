"""The command line in this process: what a verb prints, and with which exit code it ends."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from lengthwise.cli import app, main


class Said(NamedTuple):
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Run = Callable[..., Said]


@pytest.fixture
def lengthwise(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run words as the shell would, with the runs under the test's own folder."""
    monkeypatch.setenv("LENGTHWISE_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str) -> Said:
        monkeypatch.setattr("sys.argv", ["lengthwise", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    assert app.name == ("lengthwise",)
    return run
