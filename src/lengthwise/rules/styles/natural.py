"""A trace in words, numbered as the rule in words is (`lengthwise.rules.words`; after arXiv:2502.11525)."""

import ast
from dataclasses import dataclass

from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.styles.phrases import command, condition, each, phrase, target
from lengthwise.rules.styles.pieces import JOINED, Bind, Digits, Piece, Result, Say, States


@dataclass(frozen=True)
class Natural:
    r"""Each step by its number and in words, what it reads, what it comes to, and where it leads.

    >>> from lengthwise.rules import Rule
    >>> rule = Rule("def f(x):\n    while x > 9:\n        x = x // 10\n    return x\n")
    >>> print(rule.trace({"x": 42}, Natural()), end="")
    We are given:
    x is 42.
    Step 1: check whether x is greater than 9.
    Here x is 42.
    It is so: go on with step 1.1.
    Step 1.1: set x to x divided by 10 and rounded down.
    Here x is 42.
    Now x is 4.
    Go back to step 1.
    Step 1: check whether x is greater than 9.
    Here x is 4.
    It is not so: go to step 2.
    Step 2: the result is x.
    Here x is 4.
    So the answer is 4
    """

    name: str = "natural"
    digits: Digits = JOINED
    group: int = 1

    @property
    def states(self) -> States:
        """Values read and stored; every decision; the steps in words."""
        return States("read", "said", "line")

    def pieces(self, moment: str, node: Node, part: int = -1) -> tuple[Piece, ...]:  # noqa: PLR0911 -- a table
        match moment:
            case "enter":
                said = "We are given:\n" if node.entry else f"Begin {node.function}:\n"
                return (Say("head", said), *(is_now(n, "") for n in node.writes))
            case "open" | "test":
                return (Say("line", f"Step {node.label}: {order(node)}.\n"), *(is_now(n, "Here ") for n in node.reads))
            case "sub":
                return (Bind(node.subs[part], "Here ", ".\n", joint=" is ", shown=words_of(node.parts[part])),)
            case "true" | "false":
                return decision(node, taken=moment == "true")
            case "item":
                return tuple(is_now(n, "Now ") for n in node.writes)
            case "close":
                return (*(is_now(n, "Now ") for n in node.writes), *next_step(node))
            case "leave":
                return (
                    Say("mark", "So the answer is " if node.entry else f"{node.function} gives "),
                    Result(),
                    Say("mark", "\n"),
                )
            case "fail":
                return (
                    Say("mark", "So it raises " if node.entry else f"{node.function} raises "),
                    Result(),
                    Say("mark", "\n"),
                )
        return ()


def words_of(node: ast.expr) -> str:
    words = phrase(node)
    return words if words.startswith("`") else f"({words})"


def is_now(name: str, prefix: str) -> Bind:
    return Bind(name, prefix, ".\n", joint=" is ")


def order(node: Node) -> str:
    """A step in words."""
    if node.kind == "except":
        return f"this is what to do in case of {node.text.removeprefix('except ').rstrip(':')}"
    statement = node.statements[0]
    match statement:
        case ast.If(test=test) | ast.While(test=test):
            return f"check whether {condition(test)}"
        case ast.For():
            return f"go through {each(statement)}, calling each {target(statement.target)}"
        case ast.Break():
            return f"leave the loop and {step(node.otherwise)}"
        case ast.Continue():
            return f"go back to step {node.otherwise}"
    return "; ".join(command(s) for s in node.statements)


def step(label: str) -> str:
    return f"go to step {label}" if label else "stop"


def decision(node: Node, *, taken: bool) -> tuple[Piece, ...]:
    """What a check came to and where it leads."""
    if node.kind == "for":
        said = (
            f"There is a next one: go on with step {node.label}.1.\n"
            if taken
            else f"There is none left: {step(node.otherwise)}.\n"
        )
        return (Say("line", f"Back at step {node.label}.\n"), Say("verdict", said))
    return (
        Say("verdict", f"It is so: go on with step {node.label}.1.\n" if taken else f"It is not so: {other(node)}.\n"),
    )


def other(node: Node) -> str:
    """Where a step leads whose condition fails; a loop's last step leads back."""
    back = node.back and node.otherwise == node.after
    return f"go back to step {node.after}" if back and node.kind == "if" else step(node.otherwise)


def next_step(node: Node) -> tuple[Piece, ...]:
    """Where a step leads that ends its block."""
    if not node.last or not node.after or node.kind in ("return", "raise", "break", "continue"):
        return ()
    return (Say("line", f"Go {'back ' if node.back else ''}to step {node.after}.\n"),)
