"""Imports go up the house only, and torch stays in the rooms that are marked for it.

Two looks at it: the syntax of every file under `src/`, where also an import inside a function is seen, and a process
that imports every light module and then looks whether torch came along. Both must catch planted bugs.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import lengthwise

SOURCES = Path(lengthwise.__file__).parent

# A room imports itself and rooms above it. The mark says who may import torch: "no" never, "run" only in a function.
ROOMS = {
    "core": "no",
    "rules": "no",
    "tasks": "no",
    "lines": "no",
    "prompting": "no",
    "theory": "no",
    "feeding": "no",
    "evaluation": "no",
    "solvers": "no",
    "export": "no",
    "run": "no",
    "reports": "no",
    "models": "yes",
    "training": "yes",
    "experiment": "yes",
    "analysis": "yes",
    "studies": "yes",
    "conformance": "run",
    "cli": "run",
}
ORDER = list(ROOMS)
# What an extra installs: the only outside packages that may be imported inside a function.
EXTRAS = {"torch", "safetensors", "pyarrow", "datasets", "transformers", "matplotlib", "tensorboard"}
TORCHLIKE = {"torch", "safetensors", "transformers"}  # importing these means paying for torch


class Import(NamedTuple):
    """One imported module: its dotted name, the line, and whether the import stands inside a function."""

    name: str
    line: int
    in_function: bool


def imports(tree: ast.AST, package: str, *, in_function: bool = False) -> Iterator[Import]:
    """Walk a file and name all that it imports, relative names resolved against `package`."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, in_function) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: 1 - node.level or None]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            # `from lengthwise import core` imports a room; `from lengthwise.core import x` names it already.
            names = [f"{module}.{alias.name}" for alias in node.names] if module == "lengthwise" else [module]
            yield from (Import(name, node.lineno, in_function) for name in names)
        inside = in_function or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from imports(node, package, in_function=inside)


def room_of(name: str) -> str | None:
    """`lengthwise.core.reader` is in the room `core`; the package itself and its version are in none."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "lengthwise" and not parts[1].startswith("__") else None


def violations(root: Path) -> list[str]:
    """Every broken rule in the files under `root` (a folder laid out as the package)."""
    found = []
    for file in sorted(root.rglob("*.py")):
        parts = ("lengthwise", *file.relative_to(root).with_suffix("").parts)
        room = room_of(".".join(parts))
        where = file.relative_to(root).as_posix()
        if room is None:
            room = "core"  # the package's own __init__ is imported by all, so it may import no more than `core` may
        if room not in ROOMS:
            found.append(f"{where}: room {room!r} is not in the table; give it a place and a torch mark")
            continue
        # `parts[:-1]` is the package of a module, and for an __init__ the package itself.
        for item in imports(ast.parse(file.read_text()), ".".join(parts[:-1])):
            found += [f"{where}:{item.line}: {why}" for why in broken(room, item)]
    return found


def broken(room: str, item: Import) -> Iterator[str]:
    """The rules that one import breaks in this room."""
    top, target = item.name.split(".")[0], room_of(item.name)
    if target is not None and target not in ROOMS:
        yield f"imports {item.name}, whose room is not in the table"
        return
    if target is not None and ORDER.index(target) > ORDER.index(room):
        yield f"{room} imports {item.name}, which is below it"
    pays = top in TORCHLIKE or (target is not None and ROOMS[target] == "yes")
    # `transformers` and `safetensors` are extras: in a light room, inside a function, they would still bring torch.
    if pays and ROOMS[room] == "no":
        yield f"{room} is marked 'no' and imports {item.name}, which brings torch"
    if pays and ROOMS[room] == "run" and not item.in_function:
        yield f"{room} is marked 'run' and imports {item.name} at module level, which brings torch"
    if top in EXTRAS - TORCHLIKE and not item.in_function and ROOMS[room] != "yes":
        yield f"{item.name} is an extra: import it inside the function that needs it"
    if item.in_function and not may_be_inside(room, top, target):
        yield f"{item.name} is imported inside a function; only extras, and rooms from a 'run' room, may be"


def may_be_inside(room: str, top: str, target: str | None) -> bool:
    """Extras anywhere; other rooms only from a room marked 'run' (a verb pays for no more than it uses)."""
    return top in EXTRAS or (ROOMS[room] == "run" and target is not None and target != room)


def light_modules() -> list[str]:
    """The dotted names of all modules in rooms that never import torch."""
    names = []
    for file in sorted(SOURCES.rglob("*.py")):
        parts = file.relative_to(SOURCES).with_suffix("").parts
        if ROOMS.get(parts[0]) in ("no", "run"):
            names.append(".".join(("lengthwise", *parts)).removesuffix(".__init__"))
    return names


def torch_after_importing(names: list[str], path: Path) -> str:
    """Import `names` in a fresh process and say which first brought torch along (nothing if none did)."""
    code = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]:\n"
        "    importlib.import_module(name)\n"
        "    if 'torch' in sys.modules: sys.exit(name)\n"
    )
    command = [sys.executable, "-c", code, *names]
    done = subprocess.run(command, cwd=path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.strip()


def plant(root: Path, file: str, text: str) -> Path:
    """Lay a small package with one planted file."""
    target = root / file
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return root


def test_the_house_keeps_its_rules() -> None:
    assert violations(SOURCES) == []


def test_importing_every_light_module_leaves_torch_out() -> None:
    modules = light_modules()
    assert "lengthwise.cli" in modules
    assert torch_after_importing(modules, SOURCES.parent) == ""


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("core/word.py", "from lengthwise.tasks.arithmetic.addition import Addition", "below it"),
        ("core/word.py", "from lengthwise import evaluation", "below it"),
        ("core/word.py", "import lengthwise.lines.write", "below it"),
        ("core/word.py", "from ..tasks import listing", "below it"),
        ("__init__.py", "from lengthwise.tasks import listing", "below it"),
        ("tasks/copy.py", "import torch", "brings torch"),
        ("tasks/copy.py", "def draw():\n    import torch.nn", "brings torch"),
        ("tasks/copy.py", "def draw():\n    from safetensors.torch import load_file", "brings torch"),
        ("evaluation/grade.py", "def grade():\n    from lengthwise.models.decoding import decode", "brings torch"),
        ("cli.py", "import torch", "at module level"),
        ("cli.py", "from lengthwise.training.loop import train", "at module level"),
        ("conformance/tasks.py", "import lengthwise.models.positions", "at module level"),
        ("core/word.py", "def late():\n    import json", "inside a function"),
        (
            "core/word.py",
            "class A:\n    def late(self):\n        from lengthwise.core import keys",
            "inside a function",
        ),
        ("models/block.py", "def late():\n    from lengthwise.core.line import Line", "inside a function"),
        ("reports/page.py", "import matplotlib.pyplot as plt", "is an extra"),
        ("shed/rake.py", "", "not in the table"),
    ],
)
def test_a_planted_import_is_caught(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    found = violations(plant(tmp_path, file, text))
    assert any(complaint in line for line in found), found


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            "core/word.py",
            "import json\nfrom lengthwise.core.errors import LengthwiseError\nfrom lengthwise import __version__",
        ),
        ("tasks/copy.py", "from ..core import reader"),
        ("models/block.py", "import torch\nfrom lengthwise.reports.page import page\nimport safetensors.torch"),
        ("reports/page.py", "def draw():\n    import matplotlib.pyplot as plt"),
        ("cli.py", "def run():\n    from lengthwise.experiment import Experiment\n    import torch"),
        ("cli.py", "def show():\n    from lengthwise.lines.write import write"),
    ],
)
def test_an_allowed_import_passes(tmp_path: Path, file: str, text: str) -> None:
    assert violations(plant(tmp_path, file, text)) == []


def test_a_light_module_that_brings_torch_by_a_detour_is_caught(tmp_path: Path) -> None:
    # A stand-in called torch: the check looks at names, and the real one takes seconds.
    plant(tmp_path, "torch.py", "")
    plant(tmp_path, "detour.py", "__import__('torch')")  # no import statement, so the look at the syntax misses it
    assert torch_after_importing(["json", "detour"], tmp_path) == "detour"
    assert torch_after_importing(["json"], tmp_path) == ""
