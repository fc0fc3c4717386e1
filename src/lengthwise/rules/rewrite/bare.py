"""The emitter that adds nothing: a guarded run for the answer alone, and for keeping values in a restriction."""

import ast

from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.nodes import Node, Plan
from lengthwise.rules.rewrite.statements import Body


class Bare:
    """Nothing at any moment."""

    overrides = False

    def enter(self, node: Node) -> Body:
        return []

    def begin(self, node: Node) -> Body:
        return []

    def open(self, node: Node) -> Body:
        return []

    def sub(self, node: Node, index: int, value: ast.expr) -> ast.expr:
        return value

    def close(self, node: Node) -> Body:
        return []

    def test(self, node: Node, condition: ast.expr) -> ast.expr:
        return condition

    def verdict(self, node: Node, *, taken: bool) -> Body:
        return []

    def items(self, node: Node, source: ast.expr) -> ast.expr:
        return source

    def item(self, node: Node) -> Body:
        return []

    def leave(self, node: Node) -> Body:
        return []

    def fail(self, node: Node) -> Body:
        return []


class Stores(Bare):
    """After every store of a name, `$stored(kind, value)` may put another value in its place."""

    overrides = True

    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def close(self, node: Node) -> Body:
        return [new for statement in node.statements for new in self._after(statement)]

    def item(self, node: Node) -> Body:
        return self._after(node.statements[0])

    def _after(self, statement: ast.stmt) -> Body:
        targets: list[ast.expr] = []
        match statement:
            case ast.Assign():
                targets = statement.targets
            case ast.AugAssign(target=target) | ast.For(target=target):
                targets = [target]
            case ast.AnnAssign(target=target, value=value) if value is not None:
                targets = [target]
        names = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
        return [ast.Assign([store(n.id)], call("$stored", ast.Constant(self._kind(n)), load(n.id))) for n in names]

    def _kind(self, name: ast.Name) -> str:
        return next(
            kind
            for (_, line, column), kind in self.plan.kinds.items()
            if (line, column) == (name.lineno, name.col_offset)
        )
