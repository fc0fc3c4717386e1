"""Which names a piece of a rule stores, and which one a misspelt name may mean."""

import ast
from collections.abc import Iterable
from difflib import get_close_matches

from lengthwise.rules.subset.tables import BUILTINS


def bound_names(function: ast.FunctionDef) -> list[str]:
    """Parameters and every name the function's own scope stores, in order of appearance."""
    arguments = function.args
    names = [a.arg for a in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    for statement in function.body:
        names += stored_names(statement)
    return list(dict.fromkeys(names))


def stored_names(node: ast.AST) -> list[str]:
    """The names stored or deleted under a node, without those that live inside a comprehension or a lambda."""
    if isinstance(node, ast.Name):
        return [] if isinstance(node.ctx, ast.Load) else [node.id]
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp | ast.Lambda):
        return []
    return [name for child in ast.iter_child_nodes(node) for name in stored_names(child)]


def meant(name: str, helpers: Iterable[str]) -> str:
    """What to do about a call of a function that is not there.

    >>> meant("lenn", [])
    '; did you mean `len`?'
    """
    if name in ("print", "input"):
        return "; a rule takes arguments and returns its answer, and its trace shows every value"
    found = get_close_matches(name, [*BUILTINS, *helpers], 1)
    return f"; did you mean `{found[0]}`?" if found else "; write it as a `def` in the same file"
