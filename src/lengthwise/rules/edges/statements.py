"""Rewrite statements to the edge density: stores make events, decisions govern until their paths rejoin.

The local variable `$ctl` of every function holds the event that governs what runs now. A decision takes it over; where
the paths of all its outcomes rejoin it is given back, and every name, container and count of stores that some path may
have changed is joined with it. `break`, `continue`, `return` and what may raise inside a `try` keep it until the loop,
its turn, the function or the `try` ends. (Post-dominance: for structured programs these points can be read off the
tree.)
"""

import ast
from dataclasses import dataclass

from lengthwise.rules.edges.expressions import CONTROL, Boxed, shape, text, tuple_of
from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.facts import aliases, changed_names, helper_changes, positions, read_names
from lengthwise.rules.rewrite.lines import located
from lengthwise.rules.rewrite.nodes import Plan
from lengthwise.rules.subset.names import bound_names, stored_names

Body = list[ast.stmt]


def assign(name: str, value: ast.expr) -> ast.stmt:
    return ast.Assign([store(name)], value)


def value_of(box: ast.expr) -> ast.expr:
    return ast.Attribute(box, "value", ast.Load())


@dataclass
class Edges:
    """Rewrites all functions of a rule."""

    functions: dict[str, ast.FunctionDef]
    plan: Plan
    constants: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        self.changers = helper_changes(self.functions, wide=True)
        self.kinds = self.kinds_of_functions()
        self.shared = self.constants_changed()
        self.boxed = Boxed(frozenset(self.functions), self.changers, self.changed, self.touched)
        self.here: ast.FunctionDef = next(iter(self.functions.values()))
        self.names: list[str] = []
        self.fresh = 0
        self.trying = 0

    def kinds_of_functions(self) -> dict[str, set[str]]:
        """The kinds that each function may store, itself or through those it calls."""
        own = {n: {kind for (f, _, _), kind in self.plan.kinds.items() if f == n} for n in self.functions}
        calls = {
            n: {x.id for x in ast.walk(f) if isinstance(x, ast.Name) and x.id in own} for n, f in self.functions.items()
        }
        for _ in own:
            own = {name: kinds.union(*(own[c] for c in calls[name])) for name, kinds in own.items()}
        return own

    def constants_changed(self) -> dict[str, set[str]]:
        """The constants of the file that each function may change, itself or through those it calls."""
        own: dict[str, set[str]] = {}
        for name, function in self.functions.items():
            changed = set(changed_names(ast.Module(function.body, []), self.changers, wide=True))
            own[name] = {c for c in self.constants if aliases(function, c, wide=True) & changed}
        calls = {
            n: {x.id for x in ast.walk(f) if isinstance(x, ast.Name) and x.id in own} for n, f in self.functions.items()
        }
        for _ in own:
            own = {name: found.union(*(own[c] for c in calls[name])) for name, found in own.items()}
        return own

    def changed(self, region: ast.AST) -> list[str]:
        """Variables and constants whose containers a region may change."""
        called = [n.id for n in ast.walk(region) if isinstance(n, ast.Name) and n.id in self.shared]
        constants = sorted({c for name in called for c in self.shared[name]})
        return changed_names(region, self.changers, wide=True) + constants

    def touched(self, names: list[str]) -> list[str]:
        """Variables that may hold a container that `names` may come to hold, whole or in part.

        What flows into a changed variable may be what is changed, and wherever else it flows, it changes there too.
        """
        changed = set(names)
        known = [*self.names, *self.constants]
        reach = {n: aliases(self.here, n, wide=True) for n in known}
        sources = [n for n in known if reach[n] & changed]
        return [n for n in known if n in changed or any(n in reach[m] for m in sources)]

    def module(self) -> ast.Module:
        return ast.Module([made for f in self.functions.values() for made in located([self.function(f)], f)], [])

    def function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        self.here, self.names = function, bound_names(function)
        self.boxed.locals = frozenset(self.names)
        self.boxed.sure = frozenset(positions(function)) & self.plan.entries[function.name].sure
        parameters = positions(function)
        body: Body = [assign(n, load("$UNSET")) for n in self.names if n not in parameters]
        body += self.block(function.body)
        body += [*self.leaving(), ast.Return(call("$returned", load("$NONE"), load(CONTROL)))]
        arguments = function.args
        constants = self.boxed
        made = ast.arguments(
            [], [ast.arg(a.arg) for a in arguments.args], None, [*(ast.arg(a.arg) for a in arguments.kwonlyargs),
            ast.arg(CONTROL)],
            [*(None if d is None else constants(d) for d in arguments.kw_defaults), None], None,
            [constants(d) for d in arguments.defaults],
        )  # fmt: skip
        return ast.FunctionDef(function.name, made, body, [])

    def leaving(self) -> Body:
        """At the end of a function: what it may have changed in place depends on how it got here."""
        roots = self.touched(self.changed(ast.Module(self.here.body, [])))
        if not roots:
            return []
        return [ast.Expr(call("$rejoin", load(CONTROL), tuple_of(), tuple_of(*(load(n) for n in roots))))]

    def temporary(self, stem: str) -> str:
        self.fresh += 1
        return f"${stem}{self.fresh}"

    def block(self, body: list[ast.stmt]) -> Body:
        new: Body = [ast.Expr(call("$tick", ast.Constant(len(body))))] if body else []
        for statement in body:
            node = self.plan.of.get(id(statement))
            if node is not None:
                self.boxed.sure = node.sure
            new += located(getattr(self, f"_{type(statement).__name__.lower()}")(statement), statement)
        return new

    # ---- what rejoins

    def rejoin(self, verdict: str, *parts: ast.AST) -> Body:
        """Join with a verdict whatever a region may have stored, changed or counted."""
        region = ast.Module([p for p in parts if isinstance(p, ast.stmt)], [])
        names = [n for n in dict.fromkeys(stored_names(region)) if n in self.names]
        roots = self.touched(self.changed(region))
        kinds = self.region_kinds(region)
        body: Body = []
        if roots or kinds:
            tags = tuple_of(*(text(k) for k in sorted(kinds)))
            body.append(ast.Expr(call("$rejoin", load(verdict), tags, tuple_of(*(load(n) for n in roots)))))
        return body + [assign(n, call("$joined", load(n), load(verdict))) for n in names]

    def region_kinds(self, region: ast.Module) -> set[str]:
        found: set[str] = set()
        for node in ast.walk(region):
            if isinstance(node, ast.Name) and node.id in self.kinds:
                found |= self.kinds[node.id]
            elif isinstance(node, ast.Name):
                kind = self.plan.kinds.get((self.here.name, node.lineno, node.col_offset))
                found |= {kind} if kind is not None and not isinstance(node.ctx, ast.Load) else set()
        return found

    # ---- simple statements

    def kind(self, name: ast.Name) -> ast.expr:
        return text(self.plan.kinds[self.here.name, name.lineno, name.col_offset])

    def stored(self, target: ast.Name, value: ast.expr) -> ast.stmt:
        return assign(target.id, call("$store", self.kind(target), value, load(CONTROL)))

    def bind(self, target: ast.expr, value: ast.expr) -> Body:
        """Assign a box to a target: a name, an element, or a pattern of them."""
        match target:
            case ast.Name():
                return [self.stored(target, value)]
            case ast.Starred(value=inner):
                return self.bind(inner, value)
            case ast.Subscript(value=container, slice=ast.Slice() as index):
                return [ast.Expr(call("$put_slice", self.boxed.owner(container), value, *self.boxed.bounds(index)))]
            case ast.Subscript(value=container, slice=index):
                return [ast.Expr(call("$put", self.boxed.owner(container), self.boxed(index), value))]
        assert isinstance(target, ast.Tuple | ast.List)
        parts = [self.temporary("p") for _ in target.elts]
        names: list[ast.expr] = [store(p) for p in parts]
        flat = ast.List([shape(ast.Starred(ast.Name("x")) if isinstance(e,
        ast.Starred) else ast.Name("x")) for e in target.elts],
                        ast.Load())  # fmt: skip
        body: Body = [ast.Assign([ast.List(names, ast.Store())], call("$unpack", value, flat))]
        for part, element in zip(parts, target.elts, strict=True):
            body += self.bind(element, load(part))
        return body

    def _assign(self, node: ast.Assign) -> Body:
        value = self.temporary("v")
        body: Body = [assign(value, self.boxed(node.value))]
        for target in node.targets:
            body += self.bind(target, load(value))
        return body

    def _annassign(self, node: ast.AnnAssign) -> Body:
        return [ast.Pass()] if node.value is None else self.bind(node.target, self.boxed(node.value))

    def _augassign(self, node: ast.AugAssign) -> Body:
        name = text(type(node.op).__name__)
        if isinstance(node.target, ast.Name):
            old = self.boxed.owner(ast.Name(node.target.id, ast.Load()))
            return [self.stored(node.target, call("$augmented", name, old, self.boxed(node.value)))]
        assert isinstance(node.target, ast.Subscript)
        container, index = self.temporary("c"), self.temporary("i")
        body: Body = [assign(container, self.boxed.owner(node.target.value))]
        if isinstance(node.target.slice, ast.Slice):
            bounds = [self.temporary("b") for _ in range(3)]
            body += [assign(b, v) for b, v in zip(bounds, self.boxed.bounds(node.target.slice), strict=True)]
            old = call("$slice", load(container), *map(load, bounds))
            new = call("$augmented", name, old, self.boxed(node.value))
            return [*body, ast.Expr(call("$put_slice", load(container), new, *map(load, bounds)))]
        body.append(assign(index, self.boxed(node.target.slice)))
        new = call("$augmented", name, call("$element", load(container), load(index)), self.boxed(node.value))
        return [*body, ast.Expr(call("$put", load(container), load(index), new))]

    def _expr(self, node: ast.Expr) -> Body:
        return [ast.Expr(self.boxed(node.value))]

    def _delete(self, node: ast.Delete) -> Body:
        body: Body = []
        for target in node.targets:
            match target:
                case ast.Name(id=name):
                    body += [ast.Expr(self.boxed(ast.Name(name, ast.Load()))), assign(name, load("$UNSET"))]
                case ast.Subscript(value=container, slice=ast.Slice() as index):
                    body.append(ast.Expr(call("$delete_slice", self.boxed.owner(container), *self.boxed.bounds(index))))
                case ast.Subscript(value=container, slice=index):
                    body.append(ast.Expr(call("$delete", self.boxed.owner(container), self.boxed(index))))
        return body

    def _pass(self, node: ast.Pass) -> Body:
        return [ast.Pass()]

    def _break(self, node: ast.Break) -> Body:
        return [ast.Break()]

    def _continue(self, node: ast.Continue) -> Body:
        return [ast.Continue()]

    def _return(self, node: ast.Return) -> Body:
        value = load("$NONE") if node.value is None else self.boxed(node.value)
        result = self.temporary("r")
        return [assign(result, value), *self.leaving(), ast.Return(call("$returned", load(result), load(CONTROL)))]

    def _raise(self, node: ast.Raise) -> Body:
        raised = node.exc
        if isinstance(raised, ast.Call) and isinstance(raised.func, ast.Name):
            return [ast.Raise(ast.Call(load(raised.func.id), [value_of(self.boxed(a)) for a in raised.args], []))]
        assert isinstance(raised, ast.Name)
        return [ast.Raise(load(raised.id))]

    def _assert(self, node: ast.Assert) -> Body:
        test = self.temporary("t")
        error = ast.Call(load("AssertionError"), [] if node.msg is None else [value_of(self.boxed(node.msg))], [])
        return [
            assign(test, self.boxed(node.test)),
            assign(CONTROL, call("$verdict", load(test), load(CONTROL))),
            ast.If(ast.UnaryOp(ast.Not(), value_of(load(test))), [ast.Raise(error)], []),
        ]

    # ---- decisions

    def _if(self, node: ast.If) -> Body:
        test, verdict, saved = self.temporary("t"), self.temporary("v"), self.temporary("s")
        head: Body = [
            assign(test, self.boxed(node.test)),
            assign(saved, load(CONTROL)),
            assign(verdict, call("$verdict", load(test), load(CONTROL))),
            assign(CONTROL, load(verdict)),
        ]
        branch = ast.If(value_of(load(test)), self.block(node.body), self.block(node.orelse))
        back: Body = [] if self.trying or escapes([node]) else [assign(CONTROL, load(saved))]
        return [*head, branch, *back, *self.rejoin(verdict, *node.body, *node.orelse)]

    def _while(self, node: ast.While) -> Body:
        test = self.temporary("t")
        ask: Body = [assign(test, self.boxed(node.test))]
        return self.turn(node, ask, call("$truth", load(test)), value_of(load(test)), [])

    def _for(self, node: ast.For) -> Body:
        row = self.temporary("q")
        more = self.temporary("m")
        before: Body = [assign(row, call("$turns", self.boxed(node.iter)))]
        ask: Body = [assign(more, ast.Call(ast.Attribute(load(row), "more", ast.Load()), [], []))]
        item = ast.Attribute(load(row), "item", ast.Load())
        event = ast.Attribute(load(row), "event", ast.Load())
        return before + self.turn(node, ask, event, load(more), self.bind(node.target, item))

    def turn(self, node: ast.While | ast.For, ask: Body, event: ast.expr, more: ast.expr, start: Body) -> Body:
        """A loop: each decision to go on stands under all the earlier ones."""
        saved, governs = self.temporary("s"), self.temporary("l")
        keeps = self.trying > 0 or bool(escapes(node.body) - {"continue"})
        skips = "continue" in escapes(node.body) and not keeps
        parts: list[ast.stmt] = [node]
        decide: Body = [
            *ask,
            assign(governs, call("$decided", event, load(CONTROL))),
            assign(CONTROL, load(governs)),
        ]
        head: Body = [assign(saved, load(CONTROL))]
        again: Body = []
        if skips:  # what the rest of the turn would have stored
            again = [*self.rejoin(CONTROL, *node.body), assign(CONTROL, load(governs))]
        elif not keeps:
            again = [assign(CONTROL, load(governs))]
        first = self.temporary("f")
        head += [assign(governs, load(CONTROL)), assign(first, ast.Constant(True))]
        between: Body = [ast.If(load(first), [assign(first, ast.Constant(False))], again or [ast.Pass()])]
        sure = self.boxed.sure
        body = self.block(node.body)
        self.boxed.sure = sure
        ended: Body = [ast.If(ast.UnaryOp(ast.Not(), more), [ast.Break()], [])]
        tick: Body = [ast.Expr(call("$tick", ast.Constant(1)))]
        done = self.temporary("d")
        if node.orelse:  # runs where the loop was not broken off
            head.append(assign(done, ast.Constant(False)))
            ended = [ast.If(ast.UnaryOp(ast.Not(), more), [assign(done, ast.Constant(True)), ast.Break()], [])]
        loop: Body = [ast.While(ast.Constant(True), [*between, *decide, *ended, *tick, *start, *body], [])]
        if node.orelse:
            loop.append(ast.If(load(done), self.block(node.orelse), []))
        last = self.temporary("e")
        after: Body = [assign(last, load(CONTROL))]
        if not self.trying and not escapes([node]):
            after.append(assign(CONTROL, load(saved)))
        return [*head, *loop, *after, *self.rejoin(last, *parts)]

    def _try(self, node: ast.Try) -> Body:
        """Whether a `try` runs to its end depends on all that it reads: that governs it, and whatever it may store."""
        saved, watched = self.temporary("s"), self.temporary("w")
        reads = read_names(ast.Module(node.body, []), frozenset(self.names))
        head: Body = [
            assign(saved, load(CONTROL)),
            assign(watched, call("$watch", load(CONTROL), tuple_of(*(load(n) for n in reads)))),
            assign(CONTROL, load(watched)),
        ]
        self.trying += 1
        body = self.block(node.body)
        self.trying -= 1
        handlers = [ast.ExceptHandler(self.errors(h.type), None, self.block(h.body)) for h in node.handlers]
        orelse = self.block(node.orelse)
        last = self.temporary("e")
        after: Body = [assign(last, load(CONTROL))]
        if not self.trying and not escapes([node]):
            after.append(assign(CONTROL, load(saved)))
        inner = [*node.body, *node.orelse, *(s for h in node.handlers for s in h.body)]
        return [*head, ast.Try(body, handlers, orelse, []), *after, *self.rejoin(last, *inner)]

    def errors(self, node: ast.expr | None) -> ast.expr:
        if isinstance(node, ast.Tuple):
            return tuple_of(*(self.errors(e) for e in node.elts))
        assert isinstance(node, ast.Name)
        return load(node.id)


def escapes(body: list[ast.stmt]) -> set[str]:
    """The jumps in a block that leave it: a `break` of an inner loop does not."""
    found: set[str] = set()
    for statement in body:
        match statement:
            case ast.Break():
                found.add("break")
            case ast.Continue():
                found.add("continue")
            case ast.Return() | ast.Raise() | ast.Assert():
                found.add("return")
            case ast.For(body=inner, orelse=orelse) | ast.While(body=inner, orelse=orelse):
                found |= (escapes(inner) - {"break", "continue"}) | escapes(orelse)
            case ast.If(body=inner, orelse=orelse):
                found |= escapes(inner) | escapes(orelse)
            case ast.Try(body=inner, orelse=orelse, handlers=handlers):
                found |= escapes(inner) | escapes(orelse)
                for handler in handlers:
                    found |= escapes(handler.body)
    return found
