"""The examples in the documentation run, and its links lead somewhere.

All ```python blocks of a page are one program, from top to bottom, run in an empty folder. A block that cannot run here
has a comment before it: <!-- not run: the reason -->.
"""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [page for page in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]) if "build" not in page.parts]
_BLOCK = re.compile(r"(?P<before>[^\n]*\n)\s*\n?```python\n(?P<code>.*?)```", re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)#\s]+)(?:#[^)]*)?\)")


class Page(NamedTuple):
    """What of a page can be checked."""

    program: str
    links: list[str]


def read(text: str) -> Page:
    """The program of a page, line numbers kept, and the files that it links to."""
    lines = [""] * (text.count("\n") + 1)
    for block in _BLOCK.finditer("\n" + text):
        if block["before"].strip().startswith("<!-- not run: "):
            continue
        first = ("\n" + text).count("\n", 0, block.start("code")) - 1
        code = block["code"].splitlines()
        lines[first : first + len(code)] = code
    links = [link["target"] for link in _LINK.finditer(text) if "://" not in link["target"]]
    return Page("\n".join(lines).rstrip(), links)


def run(program: str, folder: Path) -> str:
    """What a program complains of, or nothing."""
    (folder / "page.py").write_text(program)
    done = subprocess.run(
        [sys.executable, "page.py"], cwd=folder, capture_output=True, text=True, timeout=120, check=False
    )
    return "" if done.returncode == 0 else done.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_examples_of_a_page_run_and_its_links_lead_somewhere(page: Path, tmp_path: Path) -> None:
    program, links = read(page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []
    if program:
        assert run(program, tmp_path) == ""


def test_a_broken_example_a_lost_link_and_a_skipped_block_are_told_apart(tmp_path: Path) -> None:
    text = (
        "Go [there](lost.md#part) or [out](https://example.org).\n\n```python\nx = 1\n```\n\nthen\n\n"
        "```python\nassert x == 2\n```\n\n<!-- not run: needs a key -->\n```python\n1 / 0\n```\n"
    )
    program, links = read(text)
    assert links == ["lost.md"]
    assert program.splitlines()[3] == "x = 1"  # where it stands on the page, so that a traceback points there
    complaint = run(program, tmp_path)
    assert "line 10" in complaint
    assert "AssertionError" in complaint
    assert "ZeroDivisionError" not in complaint
    assert run(program.replace("== 2", "== 1"), tmp_path) == ""


@pytest.mark.parametrize("name", ["task", "encoding"])
def test_what_a_tutorial_makes_keeps_the_contracts_that_it_names(name: str, tmp_path: Path) -> None:
    text = (ROOT / f"docs/tutorials/your_{name}.md").read_text()
    (tmp_path / f"my_{name}.py").write_text(next(_BLOCK.finditer(text))["code"])
    words = ["-m", "lengthwise.cli", "check", f"my_{name}.py"]
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_the_recipe_of_the_tutorial_trains(tmp_path: Path) -> None:
    code = next(_BLOCK.finditer((ROOT / "docs/tutorials/your_recipe.md").read_text()))["code"]
    (tmp_path / "my_recipe.py").write_text(code)
    words = "run task=sort task.values=20 recipe=my_recipe.py:Descent lengths=2-3 tests=3 budget=5e3 width=16 heads=2"
    command = [sys.executable, "-m", "lengthwise.cli", *words.split(), "layers=1", "instances=5"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "1 done" in done.stdout, done.stderr
