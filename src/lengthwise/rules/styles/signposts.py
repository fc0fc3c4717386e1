"""Elements under their index, and only what changed: `xs[3] = 7` (signposts and a log of changes, arXiv:2604.25800).

A model that has to find the last occurrence of something, or to copy a long list again and again, fails first at that;
here every element carries its index, and nothing is written twice unless it changed.
"""

import ast
from dataclasses import dataclass

from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.styles.pieces import JOINED, Bind, Digits, Parts, Piece, Result, Say, States


@dataclass(frozen=True)
class Signposts:
    r"""Recited lines, the indices and elements that are read, and what changed, element by element.

    >>> from lengthwise.rules import Rule
    >>> print(Rule("def f(xs):\n    xs[1] = 5\n    return xs\n").trace({"xs": [4, 7]}, Signposts()), end="")
    xs[0] = 4
    xs[1] = 7
    len(xs) = 2
    xs[1] = 5
    xs[1] = 5
    return xs
    So the answer is [4, 5]
    """

    name: str = "signposts"
    digits: Digits = JOINED
    group: int = 1

    @property
    def states(self) -> States:
        """Changes; every decision; the lines."""
        return States("changed", "said", "line")

    def pieces(self, moment: str, node: Node, part: int = -1) -> tuple[Piece, ...]:  # noqa: PLR0911 -- a table
        match moment:
            case "enter":
                head = () if node.entry else (Say("head", f"enter {node.function}\n"),)
                return (*head, *(Parts(name, fresh=True) for name in node.writes))
            case "open" | "test":
                line = () if node.kind == "for" else (Say("line", f"{node.text}\n"),)
                return (*line, *(Bind(name) for name in indices(node)))
            case "sub":
                return (Bind(node.subs[part]),)
            case "true" | "false":
                return decision(node, taken=moment == "true")
            case "item" | "close":
                return tuple(Bind(n) if moment == "item" else Parts(n) for n in node.writes)
            case "leave":
                return (Say("mark", "So the answer is " if node.entry else f"{node.function} returns "), Result(),
                        Say("mark", "\n"))  # fmt: skip
            case "fail":
                return (
                    Say("mark", "So it raises " if node.entry else f"{node.function} raises "),
                    Result(),
                    Say("mark", "\n"),
                )
        return ()


def decision(node: Node, *, taken: bool) -> tuple[Piece, ...]:
    """The line of a `for` at every turn, and where it leads."""
    line = (Say("line", f"{node.text}\n"),) if node.kind == "for" else ()
    what = "if" if node.kind == "if" else "the loop"
    return (*line, Say("verdict", f"{'enter' if taken else 'do not enter'} {what}\n"))


def indices(node: Node) -> tuple[str, ...]:
    """Variables that a statement uses as an index: they say which signpost is meant."""
    found: list[str] = []
    for statement in node.statements:
        head: list[ast.AST] = [statement]
        if isinstance(statement, ast.If | ast.While):
            head = [statement.test]
        elif isinstance(statement, ast.For):
            head = [statement.iter]
        for inner in (n for h in head for n in ast.walk(h) if isinstance(n, ast.Subscript)):
            found += [n.id for n in ast.walk(inner.slice) if isinstance(n, ast.Name) and n.id in node.reads]
    return tuple(dict.fromkeys(found))
