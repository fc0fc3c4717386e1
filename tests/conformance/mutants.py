"""Small mutations of a task's file, made on its syntax tree, each a task of its own."""

import ast
import copy
import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import partial
from types import ModuleType
from typing import NamedTuple

from lengthwise.core.task import Task

COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.GtE,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mod: ast.FloorDiv,
    ast.FloorDiv: ast.Mod,
    ast.BitXor: ast.BitOr,
    ast.Mult: ast.Add,
}
METHODS = {"read": "key", "key": "scan", "sum": "max", "argmin": "argmax", "sort": "array"}
NAMES = {"a": "b", "carry": "digit", "WORKING": "ANSWER", "ANSWER": "WORKING"}


class Mutant(NamedTuple):
    """One mutation: what was changed, in words that do not depend on line numbers, and the task."""

    what: str
    task: Task


def mutants(task: Task) -> Iterator[Mutant]:
    """Every mutation of the class of `task`, one at a time."""
    module = importlib.import_module(type(task).__module__)
    tree = ast.parse(inspect.getsource(module))
    own = next(node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == type(task).__name__)
    for method in own.body:
        if not isinstance(method, ast.FunctionDef) or method.name in {"chance", "tiny", "alphabet", "cap"}:
            continue  # statements about the task: other contracts, other tests
        simple = [line for line in ast.walk(method) if isinstance(line, ast.Assign | ast.Return | ast.Expr)]
        line_of = {id(node): ast.unparse(line) for line in (*method.body, *simple) for node in ast.walk(line)}
        for number, node in enumerate(ast.walk(method)):
            for variant in range(len(_changes(node))):
                changed = copy.deepcopy(tree)
                twin = next(n for n in changed.body if isinstance(n, ast.ClassDef) and n.name == own.name)
                twin_method = next(n for n in twin.body if isinstance(n, ast.FunctionDef) and n.name == method.name)
                target = list(ast.walk(twin_method))[number]
                before = ast.unparse(target)
                _changes(target)[variant]()
                yield Mutant(
                    f"{method.name}: {before} -> {ast.unparse(target)} in {line_of[id(node)]}",
                    _made(changed, module, task),
                )


def _changes(node: ast.AST) -> list[Callable[[], None]]:
    """Functions that each change this node in one way."""
    found: list[Callable[[], None]] = []
    if isinstance(node, ast.Compare) and type(node.ops[0]) in COMPARISONS:
        found.append(lambda: node.ops.__setitem__(0, COMPARISONS[type(node.ops[0])]()))
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        found.append(lambda: setattr(node, "op", OPERATORS[type(node.op)]()))
    if isinstance(node, ast.Constant) and isinstance(node.value, int) and not isinstance(node.value, bool):
        found.append(partial(setattr, node, "value", node.value + 1))
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in NAMES:
        found.append(partial(setattr, node, "value", NAMES[node.value]))
    if isinstance(node, ast.Name) and node.id in NAMES:
        found.append(lambda: setattr(node, "id", NAMES[node.id]))
    if isinstance(node, ast.Attribute) and node.attr in METHODS:
        found.append(lambda: setattr(node, "attr", METHODS[node.attr]))
    if isinstance(node, ast.IfExp):
        found.append(lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test)))
    if isinstance(node, ast.Name) and node.id == "rng" and isinstance(node.ctx, ast.Load):
        found.append(lambda: setattr(node, "id", "np.random.default_rng(0)"))
    return found


def _made(tree: ast.Module, module: ModuleType, task: Task) -> Task:
    """The task of the changed file, with the same fields, under the same name."""
    twin = ModuleType(module.__name__)
    assert module.__file__ is not None
    code = compile(ast.parse(ast.unparse(ast.fix_missing_locations(tree))), module.__file__, "exec")
    exec(code, vars(twin))
    made: Task = vars(twin)[type(task).__name__](**{f.name: getattr(task, f.name) for f in fields(task)})  # type: ignore[arg-type]
    return made
