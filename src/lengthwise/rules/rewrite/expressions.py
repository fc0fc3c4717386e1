"""Put the guards of `runtime/guards.py` around the expressions of a rule.

The tree of the source is never changed: every call builds new nodes, so that one parsed rule can be rewritten for plain
runs, for text, for hooks and for edges. What is provably small (`i + 1`, `len(xs)`, a name that was checked when it was
stored) goes without a guard.
"""

import ast
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from lengthwise.rules.subset.names import stored_names
from lengthwise.rules.subset.tables import CONSUMERS, CONSUMING_METHODS, LAZY, MUTATING, VIEWS

NUMERIC_CALLS = frozenset({"len", "int", "ord", "float", "bool", "isinstance", "all", "any"})
SMALL_CALLS = frozenset({"len", "ord", "bool", "isinstance", "all", "any", "float", "chr"})
SMALL_METHODS = frozenset(
    {"find", "rfind", "index", "rindex", "count", "bit_length", "isdigit", "isalpha", "isalnum", "pop", "get"}
)
PADS = frozenset({"center", "ljust", "rjust", "zfill"})
SMALL = 1_000_000
Wrap = Callable[[ast.expr, ast.expr], ast.expr]


def call(name: str, *arguments: ast.expr) -> ast.Call:
    """A call of one of the names that no source can spell."""
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def load(name: str) -> ast.Name:
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    return ast.Name(name, ast.Store())


@lru_cache(maxsize=256)
def numeric_names(function: ast.FunctionDef) -> frozenset[str]:
    """Local names that only ever hold numbers, found without running anything."""
    parameters = {a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]}
    inner = {n.id for g in ast.walk(function) if isinstance(g, ast.comprehension) for n in ast.walk(g.target)
             if isinstance(n, ast.Name)}  # fmt: skip
    inner |= {a.arg for f in ast.walk(function) if isinstance(f, ast.Lambda) for a in f.args.args}
    names = {n for s in function.body for n in stored_names(s)} - parameters - inner  # an inner name may hold anything
    binders = [n for n in ast.walk(function) if isinstance(n, ast.Assign | ast.AnnAssign | ast.AugAssign | ast.For)]
    while True:
        refuted = {n for node in binders for n in _refuted(node, frozenset(names))} & names
        if not refuted:
            return frozenset(names)
        names -= refuted


def _refuted(node: ast.AST, names: frozenset[str]) -> list[str]:  # noqa: PLR0911 -- a table
    """Names that this store may fill with something that is no number."""
    if isinstance(node, ast.Assign):
        if all(isinstance(t, ast.Name) for t in node.targets) and is_numeric(node.value, names):
            return []
        return [n for t in node.targets for n in stored_names(t)]
    if isinstance(node, ast.AnnAssign):
        return [] if node.value is not None and is_numeric(node.value, names) else stored_names(node.target)
    if isinstance(node, ast.AugAssign):
        both = isinstance(node.target, ast.Name) and is_numeric(
            ast.BinOp(load(node.target.id), node.op, node.value), names
        )
        return [] if both else stored_names(node.target)
    if isinstance(node, ast.For):
        called = node.iter.func.id if isinstance(node.iter, ast.Call) and isinstance(node.iter.func, ast.Name) else ""
        if called == "range" and isinstance(node.target, ast.Name):
            return []
        if called == "enumerate" and isinstance(node.target, ast.Tuple) and isinstance(node.target.elts[0], ast.Name):
            return [n for t in node.target.elts[1:] for n in stored_names(t)]
        return stored_names(node.target)
    return []


def is_numeric(node: ast.expr, names: frozenset[str]) -> bool:  # noqa: PLR0911 -- a table
    """Whether the value is a number whenever there is one."""
    match node:
        case ast.Constant(value=value):
            return isinstance(value, int | float)
        case ast.Name(id=name):
            return name in names
        case ast.Compare() | ast.UnaryOp():
            return True
        case ast.Call(func=ast.Name(id=name)):
            return name in NUMERIC_CALLS
        case ast.BinOp(left=left, op=ast.Sub() | ast.FloorDiv() | ast.Div(), right=right):
            return is_numeric(left, names) or is_numeric(right, names)
        case ast.BinOp(left=left, op=ast.Mod()):
            return is_numeric(left, names)
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            return is_numeric(left, names) and is_numeric(right, names)
    return False


class Guarded:
    """Rewrites the expressions of one function.

    `overridden`: variables may be set from outside to anything (a judged text, a stated state), so that nothing can be
    inferred from what the rule stores in them.
    """

    def __init__(
        self, function: ast.FunctionDef, helpers: frozenset[str], *, sets: bool, overridden: bool = False
    ) -> None:
        self.numbers = frozenset() if overridden else numeric_names(function)
        self.helpers, self.sets = helpers, sets
        self.wrap: dict[int, Callable[[ast.expr], ast.expr]] = {}

    def __call__(self, node: ast.expr) -> ast.expr:
        method = getattr(self, f"_{type(node).__name__.lower()}", self.copy)
        new: ast.expr = method(node)
        wrap = self.wrap.get(id(node))
        return new if wrap is None else wrap(new)

    def copy(self, node: Any) -> Any:
        """The same node over rewritten children."""
        return type(node)(**{name: self._field(value) for name, value in ast.iter_fields(node)})

    def _field(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._field(v) for v in value]
        if isinstance(value, ast.expr):
            return self(value)
        return self.copy(value) if isinstance(value, ast.AST) else value

    # ---- what needs no guard

    def small(self, node: ast.expr) -> bool:  # noqa: PLR0911 -- a table
        """Whether the value was checked already, or cannot be larger than what was."""
        match node:
            case ast.Constant() | ast.Name() | ast.Compare():
                return True
            case ast.Subscript(slice=index):
                return not isinstance(index, ast.Slice)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return name in SMALL_CALLS or (name == "int" and len(arguments) == 1) or name in self.helpers
            case ast.Call(func=ast.Attribute(attr=name)):
                return name in SMALL_METHODS
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                one = (self.little(right) and self.small(left)) or (self.little(left) and self.small(right))
                return one and is_numeric(left, self.numbers) and is_numeric(right, self.numbers)
            case ast.BinOp(left=left, op=ast.FloorDiv() | ast.Mod()):
                return is_numeric(left, self.numbers) and self.small(left)
            case ast.BoolOp(values=values):
                return all(self.small(v) for v in values)
            case ast.UnaryOp(operand=operand):
                return self.small(operand)
            case ast.IfExp(body=left, orelse=right):
                return self.small(left) and self.small(right)
        return False

    def little(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Constant) and isinstance(node.value, int) and abs(node.value) <= SMALL

    def scalar(self, node: ast.expr) -> bool:
        """Whether the value is no container."""
        flat = isinstance(node, ast.Constant | ast.JoinedStr) or is_numeric(node, self.numbers)
        return flat or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "chr")
        )

    def kept(self, node: ast.expr) -> ast.expr:
        """The value, checked where it may have grown: what stores, returns and arguments use."""
        new = self(node)
        return new if self.small(node) else call("$keep", new)

    def part(self, node: ast.expr) -> ast.expr:
        """The value, about to become part of a container."""
        if isinstance(node, ast.Starred):
            return ast.Starred(self.through(node.value), ast.Load())
        new = self(node)
        return new if self.small(node) and self.scalar(node) else call("$put", new)

    def through(self, node: ast.expr, *, ordered: bool = True) -> ast.expr:
        """The value, about to be gone through at once."""
        new = self(node)
        if isinstance(node, ast.GeneratorExp | ast.Constant) or (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in LAZY - {"range"}
        ):
            return new
        return call("$through" if ordered and self.sets else "$sized", new)

    def loop(self, node: ast.expr) -> ast.expr:
        """The value, about to be looped over a turn at a time."""
        return call("$order", self(node)) if self.sets else self(node)

    def deep(self, node: ast.expr) -> ast.expr:
        """The value, about to be compared or searched through all it holds."""
        return self(node) if self.scalar(node) else call("$w", self(node))

    # ---- the table

    def _constant(self, node: ast.Constant) -> ast.expr:
        return ast.Constant(node.value)

    def _binop(self, node: ast.BinOp) -> ast.expr:
        return self.operate(node.op, node.left, node.right, self(node.left), self(node.right))

    def operate(
        self, op: ast.operator, left: ast.expr, right: ast.expr, new_left: ast.expr, new_right: ast.expr
    ) -> ast.expr:
        """One binary operation over rewritten operands."""
        match op:
            case ast.Mult() if not (
                self.little(left) and self.small(right) and is_numeric(right, self.numbers)
            ) and not (self.little(right) and self.small(left) and is_numeric(left, self.numbers)):
                return call("$mul", new_left, new_right)
            case ast.Pow():
                return call("$pow", new_left, new_right)
            case ast.LShift():
                return call("$shl", new_left, new_right)
            case ast.Mod() if not is_numeric(left, self.numbers):
                return call("$mod", new_left, new_right)
        return ast.BinOp(new_left, type(op)(), new_right)

    def _compare(self, node: ast.Compare) -> ast.expr:
        operands = [node.left, *node.comparators]
        if any(
            isinstance(o, ast.In | ast.NotIn) and _is_range(c) for o, c in zip(node.ops, node.comparators, strict=True)
        ):
            return self.within(node)
        if any(self.scalar(o) for o in operands) and not any(isinstance(o, ast.In | ast.NotIn) for o in node.ops):
            new = [self(o) for o in operands]
        else:
            new = [self(o) if isinstance(o, ast.Call) and _lazy(o) else self.deep(o) for o in operands]
        return ast.Compare(new[0], [type(o)() for o in node.ops], new[1:])

    def within(self, node: ast.Compare) -> ast.expr:
        """`x in range(...)`: what is no whole number is looked for one by one."""
        if len(node.ops) > 1:
            new = [call("$sized", self(o)) if _is_range(o) else self.deep(o) for o in [node.left, *node.comparators]]
            return ast.Compare(new[0], [type(o)() for o in node.ops], new[1:])
        found = call("$within", self.deep(node.left), self(node.comparators[0]))
        return ast.UnaryOp(ast.Not(), found) if isinstance(node.ops[0], ast.NotIn) else found

    def _list(self, node: ast.List | ast.Set) -> ast.expr:
        parts = [self.part(e) for e in node.elts]
        return ast.List(parts, ast.Load()) if isinstance(node, ast.List) else ast.Set(parts)

    _set = _list

    def _tuple(self, node: ast.Tuple) -> ast.expr:
        return ast.Tuple([self.part(e) for e in node.elts], ast.Load())

    def _dict(self, node: ast.Dict) -> ast.expr:
        keys = [None if k is None else self.part(k) for k in node.keys]
        return ast.Dict(
            keys, [self.part(v) if k is not None else self(v) for k, v in zip(node.keys, node.values, strict=True)]
        )

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        new = ast.Subscript(self(node.value), self.index(node.slice), ast.Load())
        return call("$sized", new) if isinstance(node.slice, ast.Slice) else new

    def index(self, node: ast.expr) -> ast.expr:
        return self.copy(node) if isinstance(node, ast.Slice) else self(node)

    def _generators(self, generators: list[ast.comprehension]) -> list[ast.comprehension]:
        return [
            ast.comprehension(self.copy(g.target), self.through(g.iter), [self(c) for c in g.ifs], 0)
            for g in generators
        ]

    def _name(self, node: ast.Name) -> ast.expr:
        return ast.Name(node.id, type(node.ctx)())

    def _listcomp(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> ast.expr:
        return type(node)(call("$el", self(node.elt)), self._generators(node.generators))

    _setcomp = _generatorexp = _listcomp

    def _lambda(self, node: ast.Lambda) -> ast.expr:
        arguments = ast.arguments([], [ast.arg(a.arg) for a in node.args.args], None, [], [], None, [])
        return ast.Lambda(arguments, self.part(node.body))

    def _dictcomp(self, node: ast.DictComp) -> ast.expr:
        return ast.DictComp(self.part(node.key), call("$el", self(node.value)), self._generators(node.generators))

    def _formattedvalue(self, node: ast.FormattedValue) -> ast.expr:
        value = self(node.value) if self.scalar(node.value) else call("$shown", self(node.value))
        if node.format_spec is None:
            return ast.FormattedValue(value, node.conversion, None)
        if node.conversion != -1:
            value = ast.JoinedStr([ast.FormattedValue(value, node.conversion, None)])
        return ast.FormattedValue(call("$format", value, self(node.format_spec)), -1, None)

    def _call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Name):
            return self.call_name(node, node.func.id)
        assert isinstance(node.func, ast.Attribute)
        return self.call_method(node, node.func)

    def call_name(self, node: ast.Call, name: str) -> ast.expr:
        keywords = [ast.keyword(k.arg, self(k.value)) for k in node.keywords]
        if name in self.helpers:
            named = [ast.keyword(k.arg, self.kept(k.value)) for k in node.keywords]
            return ast.Call(load(name), [self.kept(a) for a in node.args], named)
        if name == "isinstance":
            kinds = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
            types: list[ast.expr] = [load(f"${k.id}") for k in kinds if isinstance(k, ast.Name)]
            return ast.Call(load(name), [self(node.args[0]), ast.Tuple(types, ast.Load())], [])
        if name == "int" and len(node.args) + len(keywords) > 1:
            return ast.Call(load("$int2"), [self(a) for a in node.args], keywords)
        if name in CONSUMERS and node.args:
            ordered = name not in ("len", "any", "all", "sum", "set") and (
                name not in ("sorted", "min", "max") or any(k.arg == "key" for k in node.keywords)
            )
            if name == "len" or (name in ("min", "max") and len(node.args) > 1):
                new = [self(a) if name == "len" else self.deep(a) for a in node.args]
            elif name == "sum" and len(node.args) + len(keywords) > 1:
                return ast.Call(
                    load("$sum2"), [self.through(node.args[0]), *(self(a) for a in node.args[1:])], keywords
                )
            else:
                lead = 1 if name in ("map", "filter") else 0
                new = [self(a) for a in node.args[:lead]] + [self.through(a, ordered=ordered) for a in node.args[lead:]]
            if (
                name in ("sorted", "min", "max")
                and len(node.args) == 1
                and not isinstance(node.args[0], ast.GeneratorExp)
            ):
                new[0] = call("$w", new[0])
            return ast.Call(load(name), new, keywords)
        return ast.Call(load(name), [self(a) for a in node.args], keywords)

    def call_method(self, node: ast.Call, function: ast.Attribute) -> ast.expr:
        name, receiver = function.attr, self(function.value)
        keywords = [
            ast.keyword(k.arg, self.kept(k.value) if name == "update" else self(k.value)) for k in node.keywords
        ]
        if name == "join" and node.args:
            return call("$join", receiver, *[self.through(a) for a in node.args])
        if name == "replace" and not keywords:
            return call("$replace", receiver, *[self(a) for a in node.args])
        if name in PADS and node.args and not keywords:
            return call("$pad", ast.Constant(name), receiver, *[self(a) for a in node.args])
        if name == "pop" and self.sets:
            return call("$pop", receiver, *[self(a) for a in node.args])
        if name in ("sort", "index", "count", "remove", "copy"):
            receiver = call("$w", receiver)
        if name in ("extend", "update"):
            receiver = call("$room", receiver)
        if name in CONSUMING_METHODS:
            arguments = [self.through(a, ordered=name == "extend") for a in node.args]
        elif name in MUTATING:
            arguments = [self.part(a) for a in node.args]
        else:
            arguments = [self(a) for a in node.args]
        return ast.Call(ast.Attribute(receiver, name, ast.Load()), arguments, keywords)


def _is_range(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "range"


def _lazy(node: ast.Call) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id in LAZY
    return isinstance(node.func, ast.Attribute) and node.func.attr in VIEWS
