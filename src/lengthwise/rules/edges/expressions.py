"""Rewrite expressions to the edge density: each becomes a program that returns a box."""

import ast
from collections.abc import Callable
from typing import Any

from lengthwise.rules.rewrite.expressions import call, load
from lengthwise.rules.subset.names import stored_names
from lengthwise.rules.subset.tables import BUILTINS, MUTATING

CONTROL = "$ctl"
EAGER = ("sum", "min", "max", "sorted", "list", "tuple", "set", "dict")


def text(value: str) -> ast.expr:
    return ast.Constant(value)


def tuple_of(*parts: ast.expr) -> ast.expr:
    return ast.Tuple(list(parts), ast.Load())


def shape(target: ast.expr) -> ast.expr:
    """The pattern of a target: None for a name, a list for a tuple, ("*",) for a starred one."""
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return ast.List([shape(e) for e in elements], ast.Load())
        case ast.Starred():
            return tuple_of(text("*"))
    return ast.Constant(None)


def plain_target(target: ast.expr) -> ast.expr:
    """The pattern itself, with the star taken off: what it binds is a box already."""
    match target:
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return ast.List([plain_target(e) for e in elements], ast.Store())
        case ast.Starred(value=value):
            return plain_target(value)
    assert isinstance(target, ast.Name)
    return ast.Name(target.id, ast.Store())


class Boxed:
    """Rewrites the expressions of one function; `constants` are boxes made once per execution."""

    def __init__(
        self,
        helpers: frozenset[str],
        changers: dict[str, list[bool]],
        changed: Callable[[ast.AST], list[str]],
        touched: Callable[[list[str]], list[str]],
    ) -> None:
        self.helpers, self.changers, self.changed, self.touched = helpers, changers, changed, touched
        self.constants: dict[tuple[type, str], tuple[str, Any]] = {}
        self.locals: frozenset[str] = frozenset()
        self.sure: frozenset[str] = frozenset()

    def __call__(self, node: ast.expr) -> ast.expr:
        made: ast.expr = getattr(self, f"_{type(node).__name__.lower()}")(node)
        return made

    def roots(self, *nodes: ast.expr) -> ast.expr:
        """The containers that these expressions may change, as a tuple of boxes."""
        names = [n for node in nodes for n in self.changed(node)]
        return tuple_of(*(load(n) for n in self.touched(names)))

    def owner(self, node: ast.expr) -> ast.expr:
        """A container about to be changed: had it been found another way, another one would be."""
        names = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        return call("$owner", self(node), tuple_of(*(load(n) for n in self.touched(names))))

    def handed(self, node: ast.expr, *, changes: bool) -> ast.expr:
        """An argument; of one that a helper may change, the way it was found counts, at any depth."""
        if not changes or isinstance(node, ast.Constant):
            return self(node)
        names = sorted({n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        return call("$handed", self(node), tuple_of(*(load(n) for n in self.touched(names))))

    def later(self, node: ast.expr) -> ast.expr:
        """The expression as a function of the control it runs under."""
        return ast.Lambda(ast.arguments([], [ast.arg(CONTROL)], None, [], [], None, []), self(node))

    def constant(self, value: Any) -> ast.expr:
        name, _ = self.constants.setdefault((type(value), repr(value)), (f"$k{len(self.constants)}", value))
        return load(name)

    def _constant(self, node: ast.Constant) -> ast.expr:
        return self.constant(node.value)

    def _name(self, node: ast.Name) -> ast.expr:
        if node.id in self.locals and node.id not in self.sure:
            return call("$bound", load(node.id), text(node.id))
        return load(node.id)

    def _binop(self, node: ast.BinOp) -> ast.expr:
        return call("$binary", text(type(node.op).__name__), self(node.left), self(node.right))

    def _unaryop(self, node: ast.UnaryOp) -> ast.expr:
        return call("$unary", text(type(node.op).__name__), self(node.operand))

    def _boolop(self, node: ast.BoolOp) -> ast.expr:
        stop = ast.Constant(isinstance(node.op, ast.Or))
        others = [self.later(v) for v in node.values[1:]]
        return call("$either", stop, load(CONTROL), self.roots(*node.values[1:]), self(node.values[0]), *others)

    def _ifexp(self, node: ast.IfExp) -> ast.expr:
        roots = self.roots(node.body, node.orelse)
        return call("$choice", load(CONTROL), roots, self(node.test), self.later(node.body), self.later(node.orelse))

    def _compare(self, node: ast.Compare) -> ast.expr:
        if len(node.ops) == 1:
            return call("$compared", text(type(node.ops[0]).__name__), self(node.left), self(node.comparators[0]))
        links = [
            tuple_of(text(type(o).__name__), self.later(c)) for o, c in zip(node.ops, node.comparators, strict=True)
        ]
        return call("$chain", self(node.left), load(CONTROL), *links)

    def _subscript(self, node: ast.Subscript) -> ast.expr:
        if isinstance(node.slice, ast.Slice):
            return call("$slice", self(node.value), *self.bounds(node.slice))
        return call("$element", self(node.value), self(node.slice))

    def bounds(self, node: ast.Slice) -> list[ast.expr]:
        return [self.constant(None) if p is None else self(p) for p in (node.lower, node.upper, node.step)]

    def _list(self, node: ast.List | ast.Tuple | ast.Set) -> ast.expr:
        parts = [
            tuple_of(ast.Constant(isinstance(e, ast.Starred)), self(e.value if isinstance(e, ast.Starred) else e))
            for e in node.elts
        ]
        return call("$display", text(type(node).__name__.lower()), *parts)

    _tuple = _set = _list

    def _dict(self, node: ast.Dict) -> ast.expr:
        pairs = [
            tuple_of(ast.Constant(None) if k is None else self(k), self(v))
            for k, v in zip(node.keys, node.values, strict=True)
        ]
        return call("$dict", *pairs)

    def _joinedstr(self, node: ast.JoinedStr) -> ast.expr:
        parts: list[ast.expr] = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                parts.append(value)
            else:
                assert isinstance(value, ast.FormattedValue)
                spec = ast.Constant(None) if value.format_spec is None else self(value.format_spec)
                parts.append(tuple_of(self(value.value), ast.Constant(value.conversion), spec))
        return call("$fstring", *parts)

    # ---- comprehensions and functions

    def comprehension(
        self, kind: str, node: ast.expr, generators: list[ast.comprehension], element: ast.expr
    ) -> ast.expr:
        names = {n for g in generators for n in stored_names(g.target)}
        known, self.locals = self.locals, self.locals - names
        rebuilt = [
            ast.comprehension(
                plain_target(g.target), self.on_scope("each", self(g.iter), shape(g.target)),
                [self.on_scope("test", self(c)) for c in g.ifs], 0,
            )
            for g in generators
        ]  # fmt: skip
        new: ast.expr = ast.Tuple([self(e) for e in element.elts], ast.Load()) if kind == "dict" else self(element)  # type: ignore[attr-defined]
        self.locals = known
        body = (ast.GeneratorExp if kind == "generator" else ast.ListComp)(new, rebuilt)
        scope = ast.Lambda(ast.arguments([], [ast.arg("$q")], None, [], [], None, []), body)
        return call("$made", text(kind), self.roots(node), scope)

    def on_scope(self, name: str, *arguments: ast.expr) -> ast.expr:
        return ast.Call(ast.Attribute(load("$q"), name, ast.Load()), list(arguments), [])

    def _listcomp(self, node: ast.ListComp) -> ast.expr:
        return self.comprehension("list", node, node.generators, node.elt)

    def _setcomp(self, node: ast.SetComp) -> ast.expr:
        return self.comprehension("set", node, node.generators, node.elt)

    def _generatorexp(self, node: ast.GeneratorExp) -> ast.expr:
        return self.comprehension("list", node, node.generators, node.elt)

    def _dictcomp(self, node: ast.DictComp) -> ast.expr:
        return self.comprehension("dict", node, node.generators, ast.Tuple([node.key, node.value], ast.Load()))

    def _lambda(self, node: ast.Lambda) -> ast.expr:
        known, self.locals = self.locals, self.locals - {a.arg for a in node.args.args}
        made = ast.Lambda(
            ast.arguments([], [ast.arg(a.arg) for a in node.args.args], None, [], [], None, []), self(node.body)
        )
        self.locals = known
        return made

    def function(self, node: ast.expr) -> ast.expr:
        """A function handed over: a lambda, a helper or a built-in."""
        if isinstance(node, ast.Name) and node.id in self.helpers:
            rest = ast.Starred(load("$all"), ast.Load())
            called = ast.Call(load(node.id), [rest], [ast.keyword(CONTROL, load(CONTROL))])
            return ast.Lambda(ast.arguments([], [], ast.arg("$all"), [], [], None, []), called)
        if isinstance(node, ast.Name) and node.id in BUILTINS:
            return call("$function", text(node.id))
        return self(node)

    def _call(self, node: ast.Call) -> ast.expr:
        if isinstance(node.func, ast.Attribute):
            keywords = [ast.keyword(k.arg, self.function(k.value)) for k in node.keywords]
            changes = node.func.attr in MUTATING
            owner = self.owner(node.func.value) if changes else self(node.func.value)
            arguments = [text(node.func.attr), owner, *(self(a) for a in node.args)]
            return ast.Call(load("$method"), arguments, keywords)
        assert isinstance(node.func, ast.Name)
        name = node.func.id
        if name in self.helpers:
            flags = self.changers[name]
            named = [ast.keyword(k.arg, self.handed(k.value, changes=any(flags))) for k in node.keywords]
            given = [self.handed(a, changes=flag) for a, flag in zip(node.args, flags, strict=False)]
            given += [self(a) for a in node.args[len(flags) :]]
            return ast.Call(load(name), given, [*named, ast.keyword(CONTROL, load(CONTROL))])
        if name == "isinstance":
            kinds = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
            types = tuple_of(*(text(k.id) for k in kinds if isinstance(k, ast.Name)))
            return call("$builtin", text(name), self(node.args[0]), types)
        keywords = [ast.keyword(k.arg, self.function(k.value)) for k in node.keywords]
        if name in ("any", "all") and isinstance(node.args[0], ast.GeneratorExp):
            source = node.args[0]
            made = self.comprehension("generator", source, source.generators, source.elt)
            return call("$builtin", text(name), made)
        lead = 1 if name in ("map", "filter") else 0
        arguments = [*(self.function(a) for a in node.args[:lead]), *(self(a) for a in node.args[lead:])]
        return ast.Call(load("$builtin"), [text(name), *arguments], keywords)
