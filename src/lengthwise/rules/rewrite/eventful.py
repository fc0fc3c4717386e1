"""The emitter of the event density: at each moment a call of `runtime.moments.Moments`, and its overrides assigned."""

import ast

from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.rewrite.statements import RESULT, Body


def moment(name: str, node: Node, *arguments: ast.expr) -> ast.expr:
    return call(f"${name}", ast.Constant(node.id), *arguments)


def local() -> ast.expr:
    return call("$locals")


def taken_over(name: str) -> ast.expr:
    """`$over()["name"]`, where the hook stated that name."""
    return ast.Subscript(call("$over"), ast.Constant(name), ast.Load())


def stated(name: str) -> ast.expr:
    return ast.Compare(ast.Constant(name), [ast.In()], [call("$over")])


class Eventful:
    """Calls at every moment."""

    overrides = True

    def ask(self, name: str, node: Node, names: tuple[str, ...]) -> Body:
        asked = moment(name, node, local())
        known = [n for n in dict.fromkeys(names) if n in node.names]
        if not known:
            return [ast.Expr(asked)]
        body: Body = [ast.If(stated(n), [ast.Assign([store(n)], taken_over(n))], []) for n in known]
        return [ast.If(asked, body, [])]

    def enter(self, node: Node) -> Body:
        return self.ask("m_enter", node, node.writes)

    def begin(self, node: Node) -> Body:
        return [ast.Expr(moment("m_begin", node))]

    def open(self, node: Node) -> Body:
        return self.ask("m_open", node, node.reads)

    def sub(self, node: Node, index: int, value: ast.expr) -> ast.expr:
        return moment("m_sub", node, ast.Constant(index), value)

    def close(self, node: Node) -> Body:
        return self.ask("m_close", node, node.writes)

    def test(self, node: Node, condition: ast.expr) -> ast.expr:
        asked: ast.expr = moment("m_test", node, local())
        named: list[ast.expr] = [
            ast.BoolOp(ast.And(), [stated(n), ast.NamedExpr(store(n), taken_over(n))]) for n in node.reads
        ]
        if named:
            asked = ast.BoolOp(ast.And(), [asked, ast.Tuple(named, ast.Load())])
        both = ast.Subscript(ast.Tuple([asked, condition], ast.Load()), ast.Constant(1), ast.Load())
        return moment("m_verdict", node, both)

    def verdict(self, node: Node, *, taken: bool) -> Body:
        return []

    def items(self, node: Node, source: ast.expr) -> ast.expr:
        return moment("m_items", node, source)

    def item(self, node: Node) -> Body:
        return self.ask("m_item", node, node.writes)

    def leave(self, node: Node) -> Body:
        return [ast.Assign([store(RESULT)], moment("m_leave", node, load(RESULT), local()))]

    def fail(self, node: Node) -> Body:
        return [ast.Expr(moment("m_fail", node, load("$error"), local()))]
