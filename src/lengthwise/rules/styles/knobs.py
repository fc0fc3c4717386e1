"""Six styles that differ in three knobs: what is recited, which values are shown, how decisions are put.

recite   the line, the values read and written, every decision (after Meta-RFFT, arXiv:2502.11525)
stages   line numbers, the values read and written, every decision (after RFFT, arXiv:2402.17709)
changes  only what changed (state logs with value changes, after arXiv:2604.25800)
fetch    no recitation: the values read, then the result (operands fetched next to the step, after arXiv:2507.13332)
frames   the line and all variables after it (whole frames, after arXiv:2510.02387)
steps    line numbers and what changed (after L0-Bench, arXiv:2503.22832)
"""

import ast
from dataclasses import dataclass

from lengthwise.core.errors import ConfigError
from lengthwise.rules.rewrite.nodes import Node
from lengthwise.rules.styles.pieces import JOINED, All, Bind, Digits, Piece, Result, Say, States

RECITATIONS = ("line", "number", "nothing")
VALUES = ("read", "changed", "all")
VERDICTS = ("said", "implied", "not stated")


@dataclass(frozen=True)
class Knobs:
    """A style by its three knobs, the spelling of digits, and how many statements are written as one.

    recitation: line | number | nothing. values: read (before and after) | changed | all. verdicts: said ("enter the
    loop") |
    implied (by the line that follows) | not stated.
    """

    name: str = "recite"
    recitation: str = "line"
    values: str = "read"
    verdicts: str = "said"
    digits: Digits = JOINED
    group: int = 1

    def __post_init__(self) -> None:
        for knob, allowed in (("recitation", RECITATIONS), ("values", VALUES), ("verdicts", VERDICTS)):
            if getattr(self, knob) not in allowed:
                raise ConfigError(f"{knob}={getattr(self, knob)!r}; choose one of {', '.join(allowed)}")
        if not 1 <= self.group <= 3:
            raise ConfigError(f"group={self.group}; one to three statements can be written as one")

    @property
    def states(self) -> States:
        """What can be read off this style."""
        return States(self.values, self.verdicts, self.recitation)

    def pieces(self, moment: str, node: Node, part: int = -1) -> tuple[Piece, ...]:  # noqa: PLR0911 -- a table
        match moment:
            case "enter":
                return (*self.head(node.heading), *(Bind(name) for name in node.writes))
            case "begin":
                return self.head(node.heading) if self.recitation == "line" else ()
            case "open" | "test":
                return self.opening(node)
            case "sub":
                return (Bind(node.subs[part]),) if self.values == "read" else ()
            case "true" | "false":
                return self.decision(node, taken=moment == "true")
            case "item":
                turn = self.head(node.turn) if self.recitation == "line" else ()
                return (*self.written(node, "now, "), *turn)
            case "close":
                return self.written(node, "" if brief(node) else "now, ")
            case "leave":
                said = "So the answer is " if node.entry else f"{node.function} returns "
            case _:
                said = "So it raises " if node.entry else f"{node.function} raises "
        return (Say("mark", said), Result(), Say("mark", "\n"))

    def head(self, heading: str) -> tuple[Piece, ...]:
        return (Say("head", f"{heading}\n"),) if heading else ()

    def line(self, node: Node) -> tuple[Piece, ...]:
        if self.recitation == "nothing":
            return ()
        text = node.text if self.recitation == "line" else f"line {node.shown}"
        return (Say("line", f"{text}\n"),)

    def opening(self, node: Node) -> tuple[Piece, ...]:
        reads = tuple(Bind(name) for name in node.reads) if self.values == "read" else ()
        if node.kind == "for":  # its line is recited at every turn
            return reads
        return reads if brief(node) and self.recitation == "line" else (*self.line(node), *reads)

    def decision(self, node: Node, *, taken: bool) -> tuple[Piece, ...]:
        line = self.line(node) if node.kind == "for" else ()
        said: tuple[Piece, ...] = ()
        if self.verdicts == "said":
            what = "if" if node.kind == "if" else "the loop"
            said = (Say("verdict", f"{'enter' if taken else 'do not enter'} {what}\n"),)
        turn = self.head(node.turn) if taken and node.kind == "while" and self.recitation == "line" else ()
        return (*line, *said, *turn)

    def written(self, node: Node, prefix: str) -> tuple[Piece, ...]:
        if self.values == "all":
            return (All(),)
        if self.values == "changed":
            return tuple(Bind(name, changed=node.kind != "for") for name in node.writes)
        return tuple(Bind(name, prefix) for name in node.writes)


def brief(node: Node) -> bool:
    """Whether the statement says itself: `carry = 0` among the first lines of a function."""
    return node.initial and all(
        isinstance(s, ast.Assign) and isinstance(s.targets[0], ast.Name) and len(s.targets) == 1 and _literal(s.value)
        for s in node.statements
    )


def _literal(value: ast.expr) -> bool:
    empty = isinstance(value, ast.List | ast.Dict | ast.Tuple) and not any(ast.iter_child_nodes(value))
    plain = (isinstance(value, ast.List) and not value.elts) or (isinstance(value, ast.Dict) and not value.keys)
    return isinstance(value, ast.Constant) or empty or plain


RECITE = Knobs()
STAGES = Knobs("stages", "number", "read", "said")
CHANGES = Knobs("changes", "nothing", "changed", "not stated")
FETCH = Knobs("fetch", "nothing", "read", "said")
FRAMES = Knobs("frames", "line", "all", "implied")
STEPS = Knobs("steps", "number", "changed", "implied")
