"""Read a rule's source: parsed, never imported.

A rule is an ordinary function. Its helpers and constants are the functions and the assignments of literals at the top
level of the same file; everything else in the file (imports, classes, tests) is left alone unless the rule names it.
"""

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lengthwise.core.errors import RuleError

MAX_SOURCE = 200_000  # characters: a rule is a page of text, and deep nesting would break the parser


@dataclass(frozen=True)
class Source:
    """The definitions of one file, and the function among them that is the rule."""

    name: str
    origin: str
    text: str
    functions: dict[str, ast.FunctionDef]
    constants: dict[str, ast.expr]

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def entry(self) -> ast.FunctionDef:
        """The rule itself."""
        return self.functions[self.name]

    def segment(self, node: ast.AST) -> str:
        """The node as written, on one line; rewritten from the tree where it spans several."""
        start, end = getattr(node, "lineno", 0), getattr(node, "end_lineno", None)
        if not start or start != end:
            return ast.unparse(node)
        line = self.lines[start - 1].encode()  # columns of the tree are bytes
        return line[node.col_offset : node.end_col_offset].decode()  # type: ignore[attr-defined]


def read_source(rule: Callable[..., Any] | str | Path, name: str | None = None) -> Source:
    """Find the rule in a function object, in source text, or in `path.py:name`."""
    if callable(rule):
        return _from_function(rule)
    text, origin = str(rule), "<rule>"
    if isinstance(rule, Path) or ("\n" not in text and "def " not in text):
        path, _, named = text.partition(".py:")
        path = path + ".py" if named else text
        name = name or named or None
        text, origin = _read_file(Path(path)), path
    return _parse(text, origin, name)


def _read_file(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(
            f"cannot read the rule file {str(path)!r} ({error}); give `path.py:function` or source text"
        ) from None


def _from_function(function: Callable[..., Any]) -> Source:
    try:
        own = textwrap.dedent(inspect.getsource(function))
        path = inspect.getsourcefile(function) or "<rule>"
    except (OSError, TypeError):
        raise RuleError(
            f"the source of {function!r} cannot be found; give the rule as text, or as `path.py:name`"
        ) from None
    name = getattr(function, "__name__", "<lambda>")
    if name == "<lambda>":
        raise RuleError("a lambda is no rule, for it has no statements to trace; write it as a `def`")
    around = "".join(linecache.getlines(path))
    code = getattr(function, "__code__", None)
    line = code.co_firstlineno if code else 0
    if around:
        whole = _parse(around, path, None, must_find=False)
        found = whole.functions.get(name)
        if found is not None and min([found.lineno, *(d.lineno for d in found.decorator_list)]) == line:
            return Source(name, path, whole.text, whole.functions, whole.constants)
    own = "\n" * (line - 1) + own  # lines are those of the file
    nested = _parse(own, path, name)
    if not around:
        return nested
    return Source(name, path, own, {name: nested.functions[name]}, {})


def _parse(text: str, origin: str, name: str | None, *, must_find: bool = True) -> Source:
    if len(text) > MAX_SOURCE:
        raise RuleError(f"{origin}: {len(text)} characters of source; a rule has at most {MAX_SOURCE}, shorten it")
    text = textwrap.dedent(text)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = getattr(error, "lineno", None) or 1 + text.partition("\0")[0].count("\n")
        said = getattr(error, "msg", None) or error
        raise RuleError(f"{origin}:{line}: not Python ({said}); give one ordinary function") from None
    functions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef)}
    constants: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            constants[node.targets[0].id] = node.value
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
            constants[node.target.id] = node.value
    if must_find:
        name = _entry_name(functions, name, origin, tree)
    return Source(name or "", origin, text, functions, constants)


def _entry_name(functions: dict[str, ast.FunctionDef], name: str | None, origin: str, tree: ast.Module) -> str:
    if not functions or (name is not None and name not in functions):
        other = next((n for n in tree.body if getattr(n, "name", "") == name), None)
        what = "" if other is None else f" ({name!r} is a {type(other).__name__} at line {other.lineno})"
        raise RuleError(
            f"{origin} defines no function{f' {name!r}' if name else ''}{what}; write one ordinary `def`"
            + (f", or name one of {', '.join(functions)}" if functions else "")
        )
    if name is not None:
        return name
    called = {n.id for f in functions.values() for n in ast.walk(f) if isinstance(n, ast.Name) and n.id != f.name}
    free = [n for n in functions if n not in called]
    if len(free) != 1:
        raise RuleError(
            f"{origin} defines {len(functions)} functions ({', '.join(functions)}), and {len(free) or 'none'} of them "
            "could be the rule; name it, as in `path.py:name`"
        )
    return free[0]
