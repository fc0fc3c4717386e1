r"""Small changes of a rule, one at a time: a comparison turned, an operator exchanged, a constant moved.

>>> [m.label for m in mutants("def f(x):\n    return x + 1")]
['x + 1 -> x - 1', 'x + 1 -> x + 2', 'x + 1 -> x + 0']
>>> [m.label for m in mutants("BASE = 'ab'\n\ndef f(x):\n    return BASE + x")][:2]
["BASE = 'ab' -> BASE = 'ax'", 'BASE + x -> BASE - x']
"""

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,),
}  # fmt: skip
OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mod, ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
}  # fmt: skip


class Mutant(NamedTuple):
    """A changed rule: what was changed, and its text."""

    label: str
    text: str


def mutants(text: str) -> Iterator[Mutant]:
    """Every mutant of the functions and the constants in this text (`Rule.text`); annotations and names stay."""
    tree = ast.parse(text)
    tree.body = [_plain(node) for node in tree.body]
    parts = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.Assign)]
    for part in parts:
        if isinstance(part, ast.FunctionDef):
            _strip(part)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for part, node in [(top, inner) for top in parts for inner in ast.walk(top)]:
        for field, index, values in _changes(node):
            holder = part if isinstance(part, ast.Assign) else _holder(node, parents)
            before = ast.unparse(holder)
            for value in values:
                old = _put(node, field, index, value)
                yield Mutant(f"{before} -> {ast.unparse(holder)}", ast.unparse(tree) + "\n")
                _put(node, field, index, old)


def _changes(node: ast.AST) -> Iterator[tuple[str, int | None, list[Any]]]:
    """The fields of a node that can be exchanged, with what can stand there instead."""
    match node:
        case ast.Compare(ops=ops):
            for index, op in enumerate(ops):
                yield "ops", index, [kind() for kind in COMPARISONS.get(type(op), ())]
        case ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield "op", None, [OPERATORS[type(op)]()] if type(op) in OPERATORS else []
        case ast.BoolOp(op=op):
            yield "op", None, [ast.Or() if isinstance(op, ast.And) else ast.And()]
        case ast.Constant(value=value):
            yield "value", None, list(_constants(value))


def _constants(value: object) -> Iterator[object]:
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int):
        yield value + 1
        yield value - 1
    elif isinstance(value, str):
        yield value[:-1] + "x" if value else "x"


def _holder(node: ast.AST, parents: dict[ast.AST, ast.AST]) -> ast.AST:
    """The smallest expression or statement around a change that says something by itself."""
    while isinstance(node, ast.Constant | ast.Slice | ast.FormattedValue) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    ):
        node = parents[node]
    return node


def _put(node: ast.AST, field: str, index: int | None, value: Any) -> Any:
    if index is None:
        old = getattr(node, field)
        setattr(node, field, value)
        return old
    items = getattr(node, field)
    old, items[index] = items[index], value
    return old


def _strip(function: ast.FunctionDef) -> None:
    """Leave annotations out, which no run sees."""
    function.returns = None
    for argument in function.args.args:
        argument.annotation = None
    for node in ast.walk(function):
        for field, old in list(ast.iter_fields(node)):
            if isinstance(old, list):
                setattr(node, field, [_plain(item) for item in old])


def _plain(node: Any) -> Any:
    if isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    return node
