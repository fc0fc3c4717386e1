"""The gallery is what its script writes today, and its figures are those of the traces."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest

from lengthwise.rules import style
from lengthwise.rules.task import RuleBlock, instances
from lengthwise.tasks.collections import rule_task

GALLERY = Path(__file__).parents[2] / "docs" / "gallery"


@pytest.fixture(scope="module")
def make() -> ModuleType:
    spec = importlib.util.spec_from_file_location("gallery_make", GALLERY / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_page_is_up_to_date(make: ModuleType) -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in GALLERY.glob("*.md")}
    stale = [name for name, text in make.pages().items() if written.pop(name, None) != text]
    assert (stale, sorted(written)) == ([], []), "run: python docs/gallery/make.py"


def test_a_page_shows_a_true_trace_and_counts_its_characters() -> None:
    text = (GALLERY / "lists-move_zeroes.md").read_text(encoding="utf-8")
    task = rule_task("lists/move_zeroes")
    drawn = list(instances(RuleBlock(task, 10), 3))
    characters = sum(len(task.program.trace(i.given, style("recite"))) for i in drawn) / 3
    row = re.search(r"^\| 10 \| (\S+) \| (\S+) \|", text, re.MULTILINE)
    assert row is not None
    assert int(row[2].replace(",", "")) == round(characters)
    shown = next(instances(RuleBlock(task, 3), 1))
    assert task.ask(shown.given) in text
    assert f"So the answer is {task.solve(shown.given)!r}\n```" in text
