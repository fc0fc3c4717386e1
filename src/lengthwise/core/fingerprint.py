"""The fingerprint of the source that a config runs: the files it names, and all that they import of the package.

Two runs are the same only if the code was. Comments, docstrings and spaces do not count, nor does a file that the
config never reaches: a new task beside it changes nothing.
"""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lengthwise.core.catalogue import AXES, PACKAGE

ROOTS = ("lengthwise.experiment", "lengthwise.evaluation.evaluate")  # what every run goes through
APART = ("lengthwise.run", "lengthwise.reports", "lengthwise.cli")  # they read and show; no figure depends on them


def fingerprint(plain: Any) -> str:
    """16 hexadecimal digits for the source behind a plain config (a JSON value with `is` names inside)."""
    digest = blake2b(digest_size=8)
    named = sorted(set(_names(plain)))
    for path in sorted({Path(name.partition(".py")[0] + ".py") for name in named if ".py" in name}):
        digest.update(_essence(path) if path.is_file() else str(path).encode())
    modules = [_module_of(name) for name in named if ".py" not in name]
    for module in sorted(_closure([*ROOTS, *(m for m in modules if m is not None)])):
        digest.update(module.encode() + b"\0" + _essence(_file_of(module)))
    return digest.hexdigest()


def _names(plain: Any) -> Iterator[str]:
    """Every class that a plain config names."""
    if isinstance(plain, dict):
        if isinstance(plain.get("is"), str):
            yield plain["is"]
        for value in plain.values():
            yield from _names(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from _names(value)


def _module_of(name: str) -> str | None:
    """The package's module behind a name, or None (an entry point of another package)."""
    axis, _, rest = name.partition("/")
    if name.startswith("lengthwise."):
        module = name.rpartition(".")[0]
    elif axis in AXES:
        module = ".".join(("lengthwise", *AXES[axis].folder.split("/"), *rest.split("/")))
    else:
        return None
    return module if _file_of(module).is_file() else None


def _file_of(module: str) -> Path:
    inside = PACKAGE.joinpath(*module.split(".")[1:])
    return inside / "__init__.py" if inside.is_dir() else inside.with_suffix(".py")


def _closure(roots: Iterable[str]) -> set[str]:
    """The modules of the package that these import, and what those import."""
    found: set[str] = set()
    ahead = [module for module in roots if _file_of(module).is_file()]
    while ahead:
        module = ahead.pop()
        if module in found or module.startswith(APART):
            continue
        found.add(module)
        ahead += [name for name in _imports(_file_of(module)) if _file_of(name).is_file()]
    return found


def _imports(path: Path) -> tuple[str, ...]:
    """The modules of the package that a file imports, and names that may be modules."""
    return _looked_at(path, path.stat().st_mtime_ns)[1]


def _essence(path: Path) -> bytes:
    """A file's code without docstrings and comments."""
    return _looked_at(path, path.stat().st_mtime_ns)[0]


@lru_cache(maxsize=4096)
def _looked_at(path: Path, changed: int) -> tuple[bytes, tuple[str, ...]]:  # noqa: ARG001 - a part of the key
    """Essence and imports of a file, read again only when it has changed."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imports = tuple(_imported_by(tree))
    for node in ast.walk(tree):
        if isinstance(node, _WITH_DOCSTRING) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return ast.dump(tree).encode(), imports


_WITH_DOCSTRING = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def _imported_by(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None and node.module.startswith("lengthwise"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("lengthwise"))
