"""Lines of the source on the rewritten program, so that what stops a run can be traced back to its statement."""

import ast
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import TypeVar

PLACED = (ast.stmt, ast.expr, ast.excepthandler, ast.arg, ast.keyword)
Made = TypeVar("Made", bound=ast.AST)


def located(made: Sequence[Made], source: ast.AST) -> list[Made]:
    """The new nodes, each with the line of the statement that it stands for; nodes that have a line keep it.

    Inner blocks are made, and located, first; so what is left, as the tick at the head of a loop's body, belongs to the
    statement around them.
    """
    line = getattr(source, "lineno", 1)
    for top in made:
        for node in ast.walk(top):
            if isinstance(node, PLACED) and not hasattr(node, "lineno"):
                node.lineno = node.end_lineno = line
                node.col_offset = node.end_col_offset = 0
    return list(made)


def line_stopped_at(error: BaseException, code: CodeType) -> int | None:
    """The line of the rule at which `error` came up, None if it came up elsewhere.

    What is counted at the entry of a function (the depth of calls) stands on its `def`: there the line is the caller's.
    """
    frames = list(_frames(error, code.co_filename))
    while len(frames) > 1 and frames[-1][0] == frames[-1][1]:
        frames.pop()
    return frames[-1][0] if frames else None


def _frames(error: BaseException, filename: str) -> Iterator[tuple[int, int]]:
    """Line and first line of every frame that runs this code, outermost first."""
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_code.co_filename == filename:
            yield at.tb_lineno, at.tb_frame.f_code.co_firstlineno
        at = at.tb_next
