"""Functions entered and left, criteria checked, lines cited (after the traces of NUPA, arXiv:2411.03766)."""

from dataclasses import dataclass

from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.styles.pieces import JOINED, Bind, Digits, Piece, Result, Say, States


@dataclass(frozen=True)
class Calls:
    r"""What is called with what, each cited line and what it stores, and every criterion with its outcome.

    >>> from lengthwise.rules import Rule
    >>> text = "def g(x):\n    return x + 1\ndef f(x):\n    y = g(x)\n    return y\n"
    >>> print(Rule(text, "f").trace({"x": 4}, Calls()), end="")
    enter function f with
    x = 4
    [y = g(x)]
    enter function g with
    x = 4
    [return x + 1]
    exit function g with 5
    y = 5
    [return y]
    exit function f
    So the answer is 5
    """

    name: str = "calls"
    digits: Digits = JOINED
    group: int = 1

    @property
    def states(self) -> States:
        """What is stored; every decision; the lines."""
        return States("read", "said", "line")

    def pieces(self, moment: str, node: Node, part: int = -1) -> tuple[Piece, ...]:  # noqa: PLR0911 -- a table
        function = node.function.lstrip("$")
        match moment:
            case "enter":
                return (Say("head", f"enter function {function} with\n"), *(Bind(n) for n in node.writes))
            case "open":
                return (Say("line", f"[{node.text}]\n"),) if node.kind != "for" else ()
            case "test":
                return (Say("line", f"check [{node.text}]\n"), *(Bind(n) for n in node.reads))
            case "true" | "false":
                return criterion(node, taken=moment == "true")
            case "item" | "close":
                return tuple(Bind(n) for n in node.writes)
            case "leave" if node.entry:
                said = f"exit function {function}\nSo the answer is "
            case "leave":
                said = f"exit function {function} with "
            case "fail":
                said = "So it raises " if node.entry else f"exit function {function}, which raises "
            case _:
                return ()
        return (Say("mark", said), Result(), Say("mark", "\n"))


def criterion(node: Node, *, taken: bool) -> tuple[Piece, ...]:
    """What a condition came to: a branch taken or not, a loop entered or ended."""
    if node.kind == "if":
        return (Say("verdict", "it holds\n" if taken else "it does not hold\n"),)
    line = (Say("line", f"check [{node.text}]\n"),) if node.kind == "for" else ()
    return (*line, Say("verdict", "enter the loop\n" if taken else "end the loop\n"))
