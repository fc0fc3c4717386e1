"""The rest of a rule from one of its statements on, as a program of its own.

What is left to do after a cut before statement S is: the rest of S's block, then the rest of each block around it; of
a loop around it, the rest of this turn and then the loop again. `break`, `continue`, `else` and `try` keep their
meaning, since the rest of a turn runs inside the same loop.
"""

import ast

from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.nodes import Node, Plan
from lengthwise.rules.rewrite.statements import Body, Emitter, Rewriter


class Residual(Rewriter):
    """Rewrites a rule so that it can be cut between any two statements of its entry, and resumed at one of them."""

    def __init__(self, functions: dict[str, ast.FunctionDef], plan: Plan, emitter: Emitter, start: int | None) -> None:
        super().__init__(functions, plan, emitter)
        self.resumed = start

    def between(self, statement: ast.stmt) -> Body:
        node = self.plan.of.get(id(statement))
        if not self.home.entry or node is None:
            return []
        return [ast.Expr(call("$cut", ast.Constant(node.id), call("$locals")))]

    def rows(self, node: Node, source: ast.expr) -> ast.expr:
        return call("$rows", ast.Constant(node.id), source) if self.home.entry else source

    def function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        self.start(function)
        if not self.home.entry or self.resumed is None:
            return super().function(function)
        body: Body = [
            ast.If(
                ast.Compare(ast.Constant(name), [ast.In()], [load("$state")]),
                [ast.Assign([store(name)], ast.Subscript(load("$state"), ast.Constant(name), ast.Load()))],
                [],
            )
            for name in self.home.names
        ]
        rest = self.rest(function.body)
        assert rest is not None, "a cut is before a statement of the entry"
        made = self.framed(function, [*body, *rest])
        made.args = ast.arguments([], [], None, [], [], None, [])
        return made

    def rest(self, body: list[ast.stmt]) -> Body | None:
        """What is left of a block that holds the statement to resume at; None if it does not."""
        for place, statement in enumerate(body):
            node = self.plan.of.get(id(statement))
            if node is not None and node.id == self.resumed:
                return self.block(body[place:], turns=0)
            inner = self.inside(statement)
            if inner is not None:
                return [*inner, *(self.block(body[place + 1 :], turns=0) if body[place + 1 :] else [])]
        return None

    def inside(self, statement: ast.stmt) -> Body | None:
        match statement:
            case ast.If(body=body, orelse=orelse):
                found = self.rest(body)
                return self.rest(orelse) if found is None else found
            case ast.For() | ast.While():
                return self.turn(statement)
            case ast.Try():
                return self.attempt(statement)
        return None

    def attempt(self, statement: ast.Try) -> Body | None:
        found = self.rest(statement.body)
        if found is not None:
            whole = self.compound(statement)[0]
            assert isinstance(whole, ast.Try)
            return [ast.Try(found, whole.handlers, whole.orelse, [])]
        blocks = [statement.orelse, *(h.body for h in statement.handlers)]
        return next((r for b in blocks if (r := self.rest(b)) is not None), None)

    def turn(self, statement: ast.For | ast.While) -> Body | None:
        """The rest of this turn, then the loop as it always was."""
        found = self.rest(statement.body)
        if found is None:
            return self.rest(statement.orelse)
        node = self.plan.of[id(statement)]
        first = f"$first{node.id}"
        made = self.conditional(statement) if isinstance(statement, ast.While) else self.loop(statement)
        whole = made[-1]
        now: Body = [ast.Assign([store(first)], ast.Constant(False)), *found]
        head: Body = [ast.Assign([store(first)], ast.Constant(True))]
        if isinstance(whole, ast.While):
            test = ast.BoolOp(ast.Or(), [load(first), whole.test])
            return [*head, ast.While(test, [ast.If(load(first), now, whole.body)], whole.orelse)]
        assert isinstance(whole, ast.For)
        item = f"$item{node.id}"
        then: Body = [ast.Assign([whole.target], load(item)), *whole.body]
        rows = call("$again", ast.Constant(node.id))
        return [*head, ast.For(store(item), rows, [ast.If(load(first), now, then)], whole.orelse)]


def loops_around(function: ast.FunctionDef, plan: Plan) -> dict[int, tuple[int, ...]]:
    """For every statement of a function, by node: the `for` loops whose turn it runs in, outermost first."""
    found: dict[int, tuple[int, ...]] = {}

    def walk(body: list[ast.stmt], around: tuple[int, ...]) -> None:
        for statement in body:
            node = plan.of.get(id(statement))
            if node is not None:
                found[node.id] = around
            inside = (*around, node.id) if isinstance(statement, ast.For) and node is not None else around
            walk(getattr(statement, "body", []), inside)
            walk(getattr(statement, "orelse", []), around)
            for handler in getattr(statement, "handlers", []):
                walk(handler.body, around)

    walk(function.body, ())
    return found
