"""The emitter of the text density: the pieces of a style, compiled into the program as f-strings."""

import ast
from collections.abc import Callable
from typing import Any

from lengthwise.rules.rewrite.expressions import call, load, store
from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.rewrite.statements import RESULT, Body
from lengthwise.rules.styles.pieces import All, Bind, Parts, Piece, Result, Say, Style, parts_of

MISSING = object()


class Textual:
    """Writes the text while the rule runs; `$o` appends, `$text` renders."""

    def __init__(self, style: Style, *, overrides: bool = False) -> None:
        self.style, self.overrides = style, overrides

    def out(
        self, node: Node, moments: tuple[str, ...], value: ast.expr | None = None, part: int = -1
    ) -> ast.expr | None:
        """`$o(f"...")`, or nothing if the style is silent."""
        joined: list[ast.expr] = []
        for moment in moments:
            for piece in self.style.pieces(moment, node, part):
                joined += self.hole(piece, node, moment, value)
        return call("$o", _merge(joined)) if joined else None

    def hole(  # noqa: PLR0911 -- a table
        self, piece: Piece, node: Node, moment: str, value: ast.expr | None
    ) -> list[ast.expr]:
        match piece:
            case Say(text=text):
                return [ast.Constant(text)]
            case Result():
                assert value is not None
                return [_formatted(call("$kind" if moment == "fail" else "$text", value))]
            case All(suffix=suffix):
                names: list[ast.expr] = [ast.Constant(n) for n in node.names]
                return [_formatted(call("$all", ast.Tuple(names, ast.Load()), call("$locals"), ast.Constant(suffix)))]
        stored = moment in ("close", "item", "enter")
        if isinstance(piece, Parts):
            spec: list[ast.expr] = [ast.Constant(v) for v in piece]
            old: ast.expr = ast.Constant(None) if moment in ("enter", "item") else load(f"$before {piece.name}")
            return [_formatted(call("$parts", ast.Tuple(spec, ast.Load()), old, self.now(node, piece.name, stored)))]
        assert isinstance(piece, Bind)
        before = ast.Constant(f"{piece.prefix}{piece.shown or piece.name}{piece.joint}")
        after = ast.Constant(piece.suffix)
        if moment == "sub":
            assert value is not None
            return [before, _formatted(call("$text", value)), after]
        if piece.changed:
            return [
                _formatted(
                    call("$changed", before, load(f"$before {piece.name}"), self.now(node, piece.name, stored), after)
                )
            ]
        if self.bound(node, piece.name, stored=stored):
            return [before, _formatted(call("$text", load(piece.name))), after]
        return [_formatted(call("$bind", before, self.now(node, piece.name, stored), after))]

    def bound(self, node: Node, name: str, *, stored: bool) -> bool:
        return name in node.sure or (stored and name in node.stores)

    def now(self, node: Node, name: str, stored: bool) -> ast.expr:  # noqa: FBT001
        return (
            load(name) if self.bound(node, name, stored=stored) else call("$get", call("$locals"), ast.Constant(name))
        )

    def said(self, node: Node, *moments: str, value: ast.expr | None = None) -> Body:
        out = self.out(node, moments, value)
        return [] if out is None else [ast.Expr(out)]

    # ---- the moments

    def enter(self, node: Node) -> Body:
        return self.said(node, "enter")

    def begin(self, node: Node) -> Body:
        return self.said(node, "begin")

    def open(self, node: Node) -> Body:
        pieces = self.style.pieces("close", node)
        changed = [p.name for p in pieces if isinstance(p, Parts) or (isinstance(p, Bind) and p.changed)]
        kept: Body = [
            ast.Assign([store(f"$before {name}")], call("$old", self.now(node, name, stored=False))) for name in changed
        ]
        return [*self.said(node, "begin", "open"), *kept]

    def sub(self, node: Node, index: int, value: ast.expr) -> ast.expr:
        name = f"$part{index}"
        out = self.out(node, ("sub",), load(name), index)
        if out is None:
            return value
        return ast.Subscript(
            ast.Tuple([ast.NamedExpr(store(name), value), out], ast.Load()), ast.Constant(0), ast.Load()
        )

    def close(self, node: Node) -> Body:
        return self.said(node, "close")

    def test(self, node: Node, condition: ast.expr) -> ast.expr:
        out = self.out(node, ("test",))
        if out is None:
            return condition
        return ast.Subscript(ast.Tuple([out, condition], ast.Load()), ast.Constant(1), ast.Load())

    def verdict(self, node: Node, *, taken: bool) -> Body:
        return self.said(node, "true" if taken else "false")

    def items(self, node: Node, source: ast.expr) -> ast.expr:
        return source

    def item(self, node: Node) -> Body:
        return self.said(node, "item")

    def leave(self, node: Node) -> Body:
        return self.said(node, "leave", value=load(RESULT))

    def fail(self, node: Node) -> Body:
        return self.said(node, "fail", value=load("$error"))


def text_names(plain: Callable[[Any], str], spell: Callable[[str], str]) -> dict[str, Any]:
    """What the text density calls, over one way to render and one to spell."""

    def text(value: Any) -> str:
        return spell(plain(value))

    def bind(before: str, value: Any, after: str) -> str:
        return "" if value is MISSING else f"{before}{text(value)}{after}"

    def changed(before: str, old: str | None, value: Any, after: str) -> str:
        new = None if value is MISSING else plain(value)
        return "" if new is None or new == old else f"{before}{spell(new)}{after}"

    def parts(spec: tuple[Any, ...], old: str | None, value: Any) -> str:
        piece = Parts(*spec)
        found = () if value is MISSING else parts_of(piece, old, plain(value))
        return "".join(f"{piece.prefix}{name} = {spell(part)}{piece.suffix}" for name, part in found)

    return {
        "$text": text,
        "$bind": bind,
        "$changed": changed,
        "$parts": parts,
        "$old": lambda value: None if value is MISSING else plain(value),
        "$get": lambda local, name: local.get(name, MISSING),
        "$all": lambda names, local, suffix: "".join(f"{n} = {text(local[n])}{suffix}" for n in names if n in local),
        "$kind": lambda error: type(error).__name__,
    }


def _formatted(value: ast.expr) -> ast.expr:
    return ast.FormattedValue(value, -1, None)


def _merge(joined: list[ast.expr]) -> ast.expr:
    """One string with holes; neighbouring constants become one."""
    merged: list[ast.expr] = []
    for piece in joined:
        last = merged[-1] if merged else None
        if isinstance(piece, ast.Constant) and isinstance(last, ast.Constant):
            merged[-1] = ast.Constant(str(last.value) + str(piece.value))
        else:
            merged.append(piece)
    return merged[0] if len(merged) == 1 and isinstance(merged[0], ast.Constant) else ast.JoinedStr(merged)
