"""Rewrite a rule to instrumented Python: guards everywhere, and at the seven moments what an `Emitter` puts there.

What runs is ordinary Python compiled by CPython itself, so a rule behaves as it always does; only the allow-list
decides what may be in it, and only guards and emissions are added.
"""

import ast
from collections.abc import Callable
from typing import Protocol

from lengthwise.rules.rewrite.expressions import Guarded, call, load, store
from lengthwise.rules.rewrite.lines import located
from lengthwise.rules.rewrite.nodes import Node, Plan

IN_PLACE = {
    ast.Add: "$iadd", ast.Sub: "$isub", ast.Div: "$itruediv", ast.FloorDiv: "$ifloordiv", ast.RShift: "$irshift",
    ast.BitOr: "$ior", ast.BitXor: "$ixor", ast.BitAnd: "$iand", ast.Mult: "$imul", ast.Mod: "$mod", ast.Pow: "$pow",
    ast.LShift: "$shl",
}  # fmt: skip
GUARDED = (ast.Mult, ast.Mod, ast.Pow, ast.LShift)
RESULT = "$result"
Body = list[ast.stmt]


class Emitter(Protocol):
    """What is put into the rewritten program at each moment; empty lists and unchanged expressions cost nothing."""

    @property
    def overrides(self) -> bool:
        """Whether variables may be set to anything from outside."""
        ...

    def enter(self, node: Node) -> Body: ...
    def begin(self, node: Node) -> Body: ...
    def open(self, node: Node) -> Body: ...
    def sub(self, node: Node, index: int, value: ast.expr) -> ast.expr: ...
    def close(self, node: Node) -> Body: ...
    def test(self, node: Node, condition: ast.expr) -> ast.expr: ...
    def verdict(self, node: Node, *, taken: bool) -> Body: ...
    def items(self, node: Node, source: ast.expr) -> ast.expr: ...
    def item(self, node: Node) -> Body: ...
    def leave(self, node: Node) -> Body: ...
    def fail(self, node: Node) -> Body: ...


class Rewriter:
    """Rewrites all functions of one rule for one emitter."""

    def __init__(self, functions: dict[str, ast.FunctionDef], plan: Plan, emitter: Emitter) -> None:
        self.functions, self.plan, self.emitter = functions, plan, emitter
        self.sets = any(uses_sets(f) for f in functions.values())
        self.recursive = recursive_functions(functions)
        self.guard: Guarded
        self.home: Node

    def module(self) -> ast.Module:
        return ast.Module([made for f in self.functions.values() for made in located([self.function(f)], f)], [])

    def start(self, function: ast.FunctionDef) -> None:
        overridden = self.emitter.overrides
        self.guard = Guarded(function, frozenset(self.functions), sets=self.sets, overridden=overridden)
        self.home = self.plan.entries[function.name]

    def function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        self.start(function)
        return self.framed(function, self.emitter.enter(self.home) + self.block(function.body, turns=0))

    def framed(self, function: ast.FunctionDef, body: Body) -> ast.FunctionDef:
        """The function around its rewritten body: what happens where it ends."""
        if not _ends(function.body):
            body += [
                ast.Assign([store(RESULT)], ast.Constant(None)),
                *self.emitter.leave(self.home),
                ast.Return(load(RESULT)),
            ]
        failed = self.emitter.fail(self.home)
        if failed:
            handler = ast.ExceptHandler(load("$Exception"), "$error", [*failed, ast.Raise()])
            body = [ast.Try(body, [handler], [], [])]
        if function.name in self.recursive:
            body = [ast.Expr(call("$enter")), ast.Try(body, [], [], [ast.Expr(call("$leave"))])]
        arguments = function.args
        plain = ast.arguments(
            [ast.arg(a.arg) for a in arguments.posonlyargs], [ast.arg(a.arg) for a in arguments.args], None,
            [ast.arg(a.arg) for a in arguments.kwonlyargs],
            [None if d is None else self.guard(d) for d in arguments.kw_defaults],
            None, [self.guard(d) for d in arguments.defaults],
        )  # fmt: skip
        return ast.FunctionDef(function.name, plain, body, [])

    def block(self, body: list[ast.stmt], turns: int, before: Body | None = None) -> Body:
        """A block: one tick for all its statements, then each of them."""
        new: Body = [ast.Expr(call("$tick", ast.Constant(len(body) + turns))), *(before or [])]
        place = 0
        while place < len(body):
            node = self.plan.of.get(id(body[place]))
            run = list(node.statements) if node is not None and node.statements else [body[place]]
            simple = node is not None and node.kind not in ("if", "while", "for")
            made = self.group(node, run) if node is not None and simple else self.compound(run[0])
            new += located([*self.between(run[0]), *made], run[0])
            place += len(run)
        return new

    def rows(self, node: Node, source: ast.expr) -> ast.expr:
        """What a `for` goes through."""
        return source

    def between(self, statement: ast.stmt) -> Body:
        """What runs before a statement: nothing here."""
        return []

    def group(self, node: Node, run: list[ast.stmt]) -> Body:
        """Simple statements that open and close as one."""
        self.guard.wrap = {id(part): self._wrapper(node, i) for i, part in enumerate(node.parts)}
        inside = [new for statement in run for new in located(self.simple(statement), statement)]
        if node.kind == "return":
            return [*self.emitter.open(node), *inside[:-1], *self.emitter.leave(self.home), inside[-1]]
        closing = [] if node.kind in ("break", "continue", "raise") else self.emitter.close(node)
        return [*self.emitter.open(node), *inside, *closing]

    def _wrapper(self, node: Node, index: int) -> Callable[[ast.expr], ast.expr]:
        return lambda value: self.emitter.sub(node, index, value)

    # ---- simple statements

    def simple(self, statement: ast.stmt) -> Body:  # noqa: PLR0911 -- a table
        guard = self.guard
        match statement:
            case ast.Assign():
                return self.assign(statement)
            case ast.AnnAssign(target=target, value=value):
                return [ast.Pass()] if value is None else self.assign(ast.Assign([target], value))
            case ast.AugAssign():
                return self.augmented(statement)
            case ast.Expr(value=value):
                return [ast.Expr(guard(value))]
            case ast.Delete(targets=targets):
                return [ast.Delete([self.target(t, ast.Del()) for t in targets])]
            case ast.Assert(test=test, msg=message):
                return [ast.Assert(guard(test), None if message is None else guard(message))]
            case ast.Raise(exc=raised):
                assert raised is not None
                return [ast.Raise(self.error(raised))]
            case ast.Return(value=value):
                result = ast.Constant(None) if value is None else guard.kept(value)
                return [ast.Assign([store(RESULT)], result), ast.Return(load(RESULT))]
        return [type(statement)()]

    def error(self, raised: ast.expr) -> ast.expr:
        if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name):
            return ast.Call(load(raised.func.id), [self.guard(a) for a in raised.args], [])
        assert isinstance(raised, ast.Name)
        return load(raised.id)

    def assign(self, statement: ast.Assign) -> Body:
        guard, value = self.guard, statement.value
        inner = any(
            isinstance(n, ast.Subscript) and isinstance(n.ctx, ast.Store)
            for t in statement.targets
            for n in ast.walk(t)
        )
        spread = len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Tuple | ast.List)
        if spread and isinstance(value, ast.Tuple) and id(value) not in guard.wrap:
            new: ast.expr = ast.Tuple([(guard.part if inner or isinstance(e,
            ast.Starred) else guard.kept)(e) for e in value.elts],
                                      ast.Load())  # fmt: skip
        elif spread:
            new = guard.through(value)
        else:
            new = guard.part(value) if inner else guard.kept(value)
        return [ast.Assign([self.target(t, ast.Store()) for t in statement.targets], new)]

    def target(self, node: ast.expr, context: ast.expr_context) -> ast.expr:
        match node:
            case ast.Name(id=name):
                return ast.Name(name, type(context)())
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return type(node)([self.target(e, context) for e in elements], type(context)())
            case ast.Starred(value=value):
                return ast.Starred(self.target(value, context), type(context)())
        assert isinstance(node, ast.Subscript)
        return ast.Subscript(self.guard(node.value), self.guard.index(node.slice), type(context)())

    def augmented(self, statement: ast.AugAssign) -> Body:
        guard, op, target = self.guard, statement.op, statement.target
        name = IN_PLACE[type(op)]
        if isinstance(target, ast.Name):
            value = guard(statement.value)
            value = call("$order", value) if self.sets and isinstance(op, ast.Add) else value
            whole = ast.BinOp(load(target.id), op, statement.value)
            check: Body = [] if guard.small(whole) else [ast.Expr(call("$keep", load(target.id)))]
            if isinstance(op, GUARDED) and not guard.small(whole):
                return [ast.Assign([store(target.id)], call(name, load(target.id), value)), *check]
            return [ast.AugAssign(store(target.id), type(op)(), value), *check]
        assert isinstance(target, ast.Subscript)
        temporaries: Body = [ast.Assign([store("$container")], guard(target.value))]
        index: ast.expr = load("$index")
        if isinstance(target.slice, ast.Slice):
            index = guard.index(target.slice)
        else:
            temporaries.append(ast.Assign([store("$index")], guard(target.slice)))
        old = ast.Subscript(load("$container"), index, ast.Load())
        new = call("$put", call(name, old, guard(statement.value)))
        return [*temporaries, ast.Assign([ast.Subscript(load("$container"), index, ast.Store())], new)]

    # ---- compound statements

    def compound(self, statement: ast.stmt) -> Body:
        match statement:
            case ast.If() | ast.While():
                return self.conditional(statement)
            case ast.For():
                return self.loop(statement)
        assert isinstance(statement, ast.Try)
        handlers = []
        for handler in statement.handlers:
            node = self.plan.of[id(handler)]
            body = self.block(handler.body, turns=0, before=self.emitter.open(node))
            handlers.append(ast.ExceptHandler(self._kinds(handler.type), None, body))
        orelse = self.block(statement.orelse, turns=0) if statement.orelse else []
        return [ast.Try(self.block(statement.body, turns=0), handlers, orelse, [])]

    def _kinds(self, node: ast.expr | None) -> ast.expr:
        if isinstance(node, ast.Tuple):
            return ast.Tuple([self._kinds(e) for e in node.elts], ast.Load())
        assert isinstance(node, ast.Name)
        return load(node.id)

    def conditional(self, statement: ast.If | ast.While) -> Body:
        node, emitter = self.plan.of[id(statement)], self.emitter
        self.guard.wrap = {id(part): self._wrapper(node, i) for i, part in enumerate(node.parts)}
        test = emitter.test(node, self.guard(statement.test))
        looping = isinstance(statement, ast.While)
        body = self.block(statement.body, turns=int(looping), before=emitter.verdict(node, taken=True))
        after = emitter.verdict(node, taken=False)
        orelse = self.block(statement.orelse, turns=0, before=after) if statement.orelse else after
        return [*emitter.begin(node), type(statement)(test, body, orelse)]

    def loop(self, statement: ast.For) -> Body:
        node, emitter = self.plan.of[id(statement)], self.emitter
        self.guard.wrap = {id(part): self._wrapper(node, i) for i, part in enumerate(node.parts)}
        source = self.rows(node, emitter.items(node, self.guard.loop(statement.iter)))
        before = [*emitter.verdict(node, taken=True), *emitter.item(node)]
        body = self.block(statement.body, turns=1, before=before)
        after = emitter.verdict(node, taken=False)
        orelse = self.block(statement.orelse, turns=0, before=after) if statement.orelse else after
        return [*emitter.open(node), ast.For(self.target(statement.target, ast.Store()), source, body, orelse)]


def _ends(body: list[ast.stmt]) -> bool:
    return isinstance(body[-1], ast.Return | ast.Raise)


def uses_sets(function: ast.FunctionDef) -> bool:
    """Whether the function can make a set."""
    return any(
        isinstance(n, ast.Set | ast.SetComp) or (isinstance(n, ast.Name) and n.id == "set") for n in ast.walk(function)
    )


def recursive_functions(functions: dict[str, ast.FunctionDef]) -> frozenset[str]:
    """Functions that may call themselves, at once or through others."""
    calls = {
        n: {x.id for x in ast.walk(f) if isinstance(x, ast.Name) and x.id in functions} for n, f in functions.items()
    }
    reach = {name: set(called) for name, called in calls.items()}
    for _ in functions:
        for called in reach.values():
            called |= {further for name in list(called) for further in reach[name]}
    return frozenset(name for name, called in reach.items() if name in called)
