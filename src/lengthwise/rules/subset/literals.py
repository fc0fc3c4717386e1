"""Which literals a rule may hold: its constants, defaults and plain values."""

import ast

MAX_LITERAL = 4_000  # digits of an integer literal, which CPython can still print
Reason = tuple[int, str]


def check_literal(value: ast.expr) -> list[Reason]:
    """A constant of the file is a literal: displays, signs and arithmetic of literals."""
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.Dict, ast.Set, ast.UnaryOp, ast.BinOp)
    bad = [n for n in ast.walk(value) if isinstance(n, ast.expr) and not isinstance(n, allowed)]
    bad += [n for n in ast.walk(value) if isinstance(n, ast.Constant) and not literal_allowed(n.value)]
    return [(n.lineno, "a constant of the file must be a literal; compute it inside the rule") for n in bad]


def literal_allowed(value: object) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= MAX_LITERAL * 3
    return value is None or isinstance(value, float | str)
