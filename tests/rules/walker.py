"""A plain walker over the tree: the reference that the rewritten program must agree with, event for event.

It executes statements itself, and expressions by its own recursion where a part of them is worth an event; what is left
(comprehensions, lambdas, f-strings) CPython evaluates. Nothing is rewritten, guarded or compiled as a whole.
"""

import ast
import builtins
import operator
from collections.abc import Callable
from typing import Any, NamedTuple

from lengthwise.rules import Rule
from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.runtime.render import render

BINARY: dict[type[ast.operator], tuple[Callable[..., Any], Callable[..., Any]]] = {
    ast.Add: (operator.add, operator.iadd),
    ast.Sub: (operator.sub, operator.isub),
    ast.Mult: (operator.mul, operator.imul),
    ast.Div: (operator.truediv, operator.itruediv),
    ast.FloorDiv: (operator.floordiv, operator.ifloordiv),
    ast.Mod: (operator.mod, operator.imod),
    ast.Pow: (operator.pow, operator.ipow),
    ast.LShift: (operator.lshift, operator.ilshift),
    ast.RShift: (operator.rshift, operator.irshift),
    ast.BitOr: (operator.or_, operator.ior),
    ast.BitXor: (operator.xor, operator.ixor),
    ast.BitAnd: (operator.and_, operator.iand),
}
UNARY: dict[type[ast.unaryop], Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
    ast.Invert: operator.invert,
}


class Seen(NamedTuple):
    """One event, in the walker's own words."""

    kind: str
    node: int
    values: dict[str, str]
    part: int
    verdict: bool | None
    turn: int
    of: int | None
    error: str


class Jump(Exception):
    """`break`, `continue` or `return`."""

    def __init__(self, kind: str, value: Any = None) -> None:
        super().__init__(kind)
        self.kind, self.value = kind, value


class Frame:
    """One call under way."""

    def __init__(self, walker: "Walker", function: ast.FunctionDef, local: dict[str, Any]) -> None:
        self.walker, self.function, self.local = walker, function, local
        self.home = walker.plan.entries[function.name]
        self.parts: dict[int, tuple[Node, int]] = {}

    # ---- events

    def see(self, kind: str, node: Node, names: tuple[str, ...] = (), **more: Any) -> None:
        values = {n: render(self.local[n]) for n in names if n in self.local}
        row: dict[str, Any] = {"values": values, "part": -1, "verdict": None, "turn": 0, "of": None, "error": ""}
        row |= more
        self.walker.seen.append(Seen(kind, node.id, **row))

    def call(self) -> Any:
        self.see("enter", self.home, self.home.writes)
        value = None
        try:
            self.block(self.function.body)
        except Jump as jump:
            value = jump.value
        except Exception as error:
            self.see("leave", self.home, error=type(error).__name__)
            raise
        self.see("leave", self.home, values={"": render(value)})
        return value

    # ---- statements

    def block(self, body: list[ast.stmt]) -> None:
        for statement in body:
            self.statement(statement)

    def statement(self, statement: ast.stmt) -> None:
        node = self.walker.plan.of.get(id(statement))
        if isinstance(statement, ast.Try):
            return self.attempt(statement)
        assert node is not None
        self.parts |= {id(part): (node, place) for place, part in enumerate(node.parts)}
        if isinstance(statement, ast.If):
            self.see("test", node, node.reads)
            return self.block(statement.body if self.decide(node, statement.test, 0) else statement.orelse)
        if isinstance(statement, ast.While):
            return self.repeat(statement, node)
        self.see("open", node, node.reads)
        if isinstance(statement, ast.For):
            return self.each(statement, node)
        self.simple(statement)
        if node.kind not in ("return", "break", "continue", "raise"):
            self.see("close", node, node.writes)
        return None

    def decide(self, node: Node, test: ast.expr, turn: int) -> bool:
        verdict = bool(self.eval(test))
        self.see("verdict", node, verdict=verdict, turn=turn)
        return verdict

    def repeat(self, statement: ast.While, node: Node) -> None:
        turn = 0
        while True:
            self.see("test", node, node.reads, turn=turn)
            if not self.decide(node, statement.test, turn):
                return self.block(statement.orelse)
            turn += 1
            if self.broken(statement.body):
                return None

    def each(self, statement: ast.For, node: Node) -> None:
        source = self.eval(statement.iter)
        turn = 0
        for item in source:
            self.see("verdict", node, verdict=True, turn=turn)
            turn += 1
            length = len(source) if hasattr(source, "__len__") else None
            self.assign(statement.target, item)
            self.see("item", node, node.writes, turn=turn, of=length)
            if self.broken(statement.body):
                return None
        self.see("verdict", node, verdict=False, turn=turn)
        return self.block(statement.orelse)

    def broken(self, body: list[ast.stmt]) -> bool:
        try:
            self.block(body)
        except Jump as jump:
            if jump.kind == "return":
                raise
            return jump.kind == "break"
        return False

    def attempt(self, statement: ast.Try) -> None:
        try:
            self.block(statement.body)
        except Jump:
            raise
        except Exception as error:
            for handler in statement.handlers:
                kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
                if any(isinstance(k, ast.Name) and isinstance(error, getattr(builtins, k.id)) for k in kinds):
                    self.see("open", self.walker.plan.of[id(handler)])
                    return self.block(handler.body)
            raise
        return self.block(statement.orelse)

    def simple(self, statement: ast.stmt) -> None:  # noqa: C901 -- a table
        match statement:
            case ast.Assign(targets=targets, value=value):
                result = self.eval(value)
                for target in targets:
                    self.assign(target, result)
            case ast.AnnAssign(target=target, value=value) if value is not None:
                self.assign(target, self.eval(value))
            case ast.AugAssign():
                self.augment(statement)
            case ast.Expr(value=value):
                self.eval(value)
            case ast.Delete(targets=targets):
                for target in targets:
                    self.delete(target)
            case ast.Assert(test=test, msg=message):
                if not self.eval(test):
                    raise AssertionError(None if message is None else self.eval(message))
            case ast.Raise(exc=raised):
                assert raised is not None
                raise self.python(raised)
            case ast.Return(value=value):
                raise Jump("return", None if value is None else self.eval(value))
            case ast.Break() | ast.Continue():
                raise Jump(type(statement).__name__.lower())

    def assign(self, target: ast.expr, value: Any) -> None:
        match target:
            case ast.Name(id=name):
                self.local[name] = value
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                self.spread(targets, list(value))
            case ast.Subscript(value=owner, slice=index):
                container = self.eval(owner)
                container[self.index(index)] = value

    def spread(self, targets: list[ast.expr], values: list[Any]) -> None:
        stars = [place for place, t in enumerate(targets) if isinstance(t, ast.Starred)]
        if len(values) < len(targets) - len(stars) or (not stars and len(values) > len(targets)):
            raise ValueError("wrong number of values")
        if stars:
            after = len(targets) - stars[0] - 1
            values = [*values[: stars[0]], values[stars[0] : len(values) - after], *values[len(values) - after :]]
        for target, value in zip(targets, values, strict=True):
            self.assign(target.value if isinstance(target, ast.Starred) else target, value)

    def augment(self, statement: ast.AugAssign) -> None:
        change = BINARY[type(statement.op)][1]
        if isinstance(statement.target, ast.Name):
            old = self.eval(ast.Name(statement.target.id, ast.Load()))
            self.local[statement.target.id] = change(old, self.eval(statement.value))
            return
        assert isinstance(statement.target, ast.Subscript)
        container, index = self.eval(statement.target.value), self.index(statement.target.slice)
        container[index] = change(container[index], self.eval(statement.value))

    def delete(self, target: ast.expr) -> None:
        if isinstance(target, ast.Name):
            self.eval(ast.Name(target.id, ast.Load()))
            del self.local[target.id]
            return
        assert isinstance(target, ast.Subscript)
        container = self.eval(target.value)
        del container[self.index(target.slice)]

    def index(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Slice):
            return slice(*(None if p is None else self.eval(p) for p in (node.lower, node.upper, node.step)))
        return self.eval(node)

    # ---- expressions

    def eval(self, node: ast.expr) -> Any:
        value = self.walk(node)
        if id(node) in self.parts:
            owner, place = self.parts[id(node)]
            self.see("close", owner, values={owner.subs[place]: render(value)}, part=place)
        return value

    def walk(self, node: ast.expr) -> Any:  # noqa: C901, PLR0911 -- a table
        match node:
            case ast.BinOp(left=left, op=op, right=right):
                first = self.eval(left)
                return BINARY[type(op)][0](first, self.eval(right))
            case ast.UnaryOp(op=op, operand=operand):
                return UNARY[type(op)](self.eval(operand))
            case ast.Subscript(value=owner, slice=index):
                container = self.eval(owner)
                return container[self.index(index)]
            case ast.BoolOp(op=op, values=values):
                for part in values:
                    result = self.eval(part)
                    if bool(result) == isinstance(op, ast.Or):
                        break
                return result
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self.eval(body if self.eval(test) else orelse)
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                first = self.eval(left)
                return self.compare(op, first, self.eval(right))
            case ast.Tuple(elts=parts) | ast.List(elts=parts) if not any(isinstance(p, ast.Starred) for p in parts):
                made = [self.eval(p) for p in parts]
                return made if isinstance(node, ast.List) else tuple(made)
            case ast.Call(func=ast.Attribute(value=owner, attr=name)):
                return self.call_with(getattr(self.eval(owner), name), node)
            case ast.Call(func=ast.Name(id=name)):
                return self.call_with(self.walker.scope.get(name) or getattr(builtins, name), node)
        return self.python(node)

    def call_with(self, function: Callable[..., Any], node: ast.Call) -> Any:
        arguments = [self.argument(a) for a in node.args]
        return function(*arguments, **{str(k.arg): self.argument(k.value) for k in node.keywords})

    def argument(self, node: ast.expr) -> Any:
        """A value; or a lambda, a generator or a function, which CPython makes."""
        handed = isinstance(node, ast.Name) and node.id not in self.local
        return self.python(node) if handed or isinstance(node, ast.Lambda | ast.GeneratorExp) else self.eval(node)

    def compare(self, op: ast.cmpop, left: Any, right: Any) -> Any:
        text = ast.unparse(ast.Compare(ast.Name("l"), [op], [ast.Name("r")]))
        return eval(text, {"l": left, "r": right})

    def python(self, node: ast.expr) -> Any:
        """What CPython evaluates as a whole; a rule's own names are its locals, seen through comprehensions too."""
        if isinstance(node, ast.Name) and node.id in self.home.names and node.id not in self.local:
            raise UnboundLocalError(node.id)
        code = compile(ast.fix_missing_locations(ast.Expression(node)), "<walker>", "eval")
        return eval(code, self.walker.scope | self.local)


class Walker:
    """Walks one rule on one given."""

    def __init__(self, rule: Rule) -> None:
        self.rule, self.plan = rule, rule.plan()
        self.seen: list[Seen] = []
        self.scope: dict[str, Any] = {}
        for name, value in rule.constants.items():
            self.scope[name] = eval(compile(ast.Expression(value), "<constant>", "eval"))
        for name, function in rule.functions.items():
            self.scope[name] = self.callable(function)

    def callable(self, function: ast.FunctionDef) -> Callable[..., Any]:
        names = [a.arg for a in [*function.args.args, *function.args.kwonlyargs]]
        defaults = [ast.literal_eval(d) for d in function.args.defaults]
        by_name = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        named_defaults = {a.arg: ast.literal_eval(d) for a, d in by_name if d is not None}

        def called(*arguments: Any, **named: Any) -> Any:
            optional = dict(zip(names[len(function.args.args) - len(defaults) :], defaults, strict=False))
            local = optional | named_defaults | dict(zip(names, arguments, strict=False)) | named
            return Frame(self, function, {n: local[n] for n in names}).call()

        return called

    def run(self, given: dict[str, Any]) -> Any:
        return self.scope[self.rule.start](**given)
