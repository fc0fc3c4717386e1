"""The rest of a rule from a cut on, as a program of its own.

What is left to do after a cut before statement S is: the rest of S's block, then the rest of each block around it; of a
loop around it, the rest of this turn and then the loop again. `break`, `continue`, `else` and `try` keep their meaning,
since the rest of a turn runs inside the same loop. A cut inside a helper leaves several frames: the frame of a caller
goes on at the statement that stands alone with the call, and there the rest of the called frame takes the call's place.
"""

import ast
import copy

from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.lines import located
from lengthwise.rules.rewrite.nodes import Node, Plan
from lengthwise.rules.rewrite.statements import Body, Emitter, Rewriter


def before_name(name: str) -> str:
    """The variable that holds, as text, what a variable was before the statement under way."""
    return f"$before {name}"


def rows_name(identity: int) -> str:
    """The variable that holds how far a `for` has come."""
    return f"$rows {identity}"


class Residual(Rewriter):
    """Rewrites a rule so that it can be cut between any two statements, and resumed at the statements in `frames`.

    `frames`: the statement each call under way stands at, outermost first; none to begin at the beginning.
    """

    def __init__(
        self, functions: dict[str, ast.FunctionDef], plan: Plan, emitter: Emitter, frames: tuple[int, ...] = ()
    ) -> None:
        super().__init__(functions, plan, emitter)
        self.frames = frames
        self.resume_at, self.next = -1, ""

    def module(self) -> ast.Module:
        module = super().module()
        by_name = {function.name: function for function in self.functions.values()}
        for place, identity in enumerate(self.frames):
            self.resume_at = identity
            self.next = f"$frame{place + 1}" if place + 1 < len(self.frames) else ""
            function = by_name[self.plan.nodes[identity].function]
            module.body += located([self.frame(function, place)], function)
        return module

    def function(self, function: ast.FunctionDef) -> ast.FunctionDef:
        made = super().function(function)
        if not self.home.entry:
            made.body = counted(made.body)
        return made

    def frame(self, function: ast.FunctionDef, place: int) -> ast.FunctionDef:
        """One call under way, as a function without arguments: its variables and loops come from the state."""
        self.start(function)
        state = ast.Subscript(load("$state"), ast.Constant(place), ast.Load())
        names = [*self.home.names, *(rows_name(n.id) for n in self.plan.nodes if n.kind == "for")]
        body: Body = [
            ast.If(
                ast.Compare(ast.Constant(name), [ast.In()], [state]),
                [ast.Assign([store(name)], ast.Subscript(state, ast.Constant(name), ast.Load()))],
                [],
            )
            for name in names
        ]
        for name in self.plan.nodes[self.resume_at].writes if self.next else ():
            known = ast.Call(ast.Attribute(state, "get", ast.Load()), [ast.Constant(before_name(name))], [])
            body.append(ast.Assign([store(before_name(name))], known))
        rest = self.rest(function.body)
        assert rest is not None, "a cut is before a statement of its function"
        made = self.framed(function, [*body, *rest])
        made.name, made.args = f"$frame{place}", ast.arguments([], [], None, [], [], None, [])
        if not self.home.entry:
            made.body = counted(made.body)
        return made

    # ---- where it can be cut

    def between(self, statement: ast.stmt) -> Body:
        node = self.plan.of.get(id(statement))
        return [] if node is None else [ast.Expr(call("$cut", ast.Constant(node.id), call("$locals")))]

    def rows(self, node: Node, source: ast.expr) -> ast.expr:
        return ast.NamedExpr(store(rows_name(node.id)), call("$rows", source))

    def group(self, node: Node, run: list[ast.stmt]) -> Body:
        body = super().group(node, run)
        if not self.alone(run):
            return body
        place = next(i for i, s in enumerate(body) if isinstance(s, ast.Assign | ast.Expr) and self.calls(s))
        return [*body[:place], marked(node, body[place]), *body[place + 1 :]]

    def alone(self, run: list[ast.stmt]) -> bool:
        """Whether a helper's call is all that a statement does, so that its result can take its place later."""
        if len(run) != 1 or not isinstance(run[0], ast.Assign | ast.Expr | ast.Return):
            return False
        if isinstance(run[0], ast.Assign) and not (
            len(run[0].targets) == 1 and isinstance(run[0].targets[0], ast.Name)
        ):
            return False
        value = run[0].value
        named = sum(isinstance(n, ast.Name) and n.id in self.functions for n in ast.walk(run[0]))
        return (
            named == 1
            and isinstance(value, ast.Call)
            and isinstance(value.func, ast.Name)
            and value.func.id in self.functions
        )

    def calls(self, statement: ast.stmt) -> bool:
        return any(isinstance(n, ast.Name) and n.id in self.functions for n in ast.walk(statement))

    # ---- what is left

    def rest(self, body: list[ast.stmt]) -> Body | None:
        """What is left of a block that holds the statement to resume at; None if it does not."""
        for place, statement in enumerate(body):
            node = self.plan.of.get(id(statement))
            if node is not None and node.id == self.resume_at:
                if not self.next:
                    return self.block(body[place:], turns=0)
                return [*located(self.pending(node, statement), statement), *self.following(body[place + 1 :])]
            inner = self.inside(statement)
            if inner is not None:
                return [*located(inner, statement), *self.following(body[place + 1 :])]
        return None

    def following(self, body: list[ast.stmt]) -> Body:
        return self.block(body, turns=0) if body else []

    def pending(self, node: Node, statement: ast.stmt) -> Body:
        """A statement whose call is under way: the rest of the called frame stands for the call."""
        later = copy.copy(statement)
        later.value = ast.Call(load(self.next), [], [])  # type: ignore[attr-defined]
        self.guard.wrap = {}
        inside = self.simple(later)
        body = [marked(node, inside[0]), *inside[1:]]
        if node.kind == "return":
            return [*body[:-1], *self.emitter.leave(self.home), body[-1]]
        return [*body, *self.emitter.close(node)]

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
        rows = call("$again", load(rows_name(node.id)))
        return [*head, ast.For(store(item), rows, [ast.If(load(first), now, then)], whole.orelse)]


def counted(body: Body) -> Body:
    """A helper's body, counted as a frame while it runs."""
    return [ast.Expr(call("$push")), ast.Try(body, [], [], [ast.Expr(call("$drop"))])]


def marked(node: Node, statement: ast.stmt) -> ast.stmt:
    """A statement that calls a helper and does nothing else: a cut inside leaves this frame's variables too."""
    caught: Body = [ast.Expr(call("$caught", load("$error"), ast.Constant(node.id), call("$locals"))), ast.Raise()]
    handler = ast.ExceptHandler(load("$Cut"), "$error", caught)
    return ast.Try([ast.Expr(call("$mark")), statement], [handler], [], [ast.Expr(call("$unmark"))])


def loops_around(functions: dict[str, ast.FunctionDef], plan: Plan) -> dict[int, tuple[int, ...]]:
    """For every statement, by node: the `for` loops whose turn it runs in, outermost first."""
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

    for function in functions.values():
        walk(function.body, ())
    return found
