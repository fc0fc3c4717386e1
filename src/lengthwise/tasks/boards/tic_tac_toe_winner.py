"""Who has won a game of noughts and crosses; `length` is the number of moves.

>>> TicTacToeWinner().program.execute(moves=[[0, 0], [1, 1], [0, 1], [2, 2], [0, 2]]).answer
'A'
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any, ClassVar

import numpy as np

from lengthwise.rules.task import RuleTask


def winner(moves: list[list[int]]) -> str:
    board = [[""] * 3, [""] * 3, [""] * 3]
    player = "A"
    full = len(moves) == 9
    while moves:
        row, column = moves.pop(0)
        board[row][column] = player
        if board[row] == [player] * 3:
            return player
        if board[0][column] == board[1][column] == board[2][column]:
            return player
        if player == board[0][0] == board[1][1] == board[2][2]:
            return player
        if player == board[0][2] == board[1][1] == board[2][0]:
            return player
        player = "B" if player == "A" else "A"
    return "Draw" if full else "Pending"


@dataclass(frozen=True)
class TicTacToeWinner(RuleTask):
    """Three in a row, column or diagonal (LeetCode 1275, trained on in Meta-RFFT, arXiv:2502.11525)."""

    question: ClassVar[str] = (
        "A and B take turns on a board of three by three cells, A first; the moves are {moves}, each [row, "
        "column] counted from 0. Who has three in a line: 'A' or 'B'? If nobody, answer 'Draw' if the board "
        "is full and 'Pending' if not."
    )
    counts: ClassVar[str] = "moves"
    rule = staticmethod(winner)
    equivalents: ClassVar[Mapping[str, str]] = {
        "[''] -> ['x']": "any mark of no player stands for an empty cell",
    }
    cap: ClassVar[int | None] = 9  # cells of the board

    def draw(self, length: int, rng: np.random.Generator, case: str, count: int) -> list[dict[str, Any]]:
        """Games in which nobody has won before the last move; from the fifth on, every second last move wins."""
        drawn: list[dict[str, Any]] = []
        while len(drawn) < count:
            wanted = length > 4 and bool(rng.integers(2))
            cells = rng.permutation(9)[:length].tolist()
            while _won(cells[:-1]) or _won(cells[:-2]) or _won(cells) != wanted:
                cells = rng.permutation(9)[:length].tolist()
            drawn.append({"moves": [[cell // 3, cell % 3] for cell in cells]})
        return drawn

    def solve(self, given: Any) -> str:
        """In a magic square, three cells of a line add up to 15."""
        square = ((2, 7, 6), (9, 5, 1), (4, 3, 8))
        numbers = [square[row][column] for row, column in given["moves"]]
        for name, own in (("A", numbers[::2]), ("B", numbers[1::2])):
            if any(sum(three) == 15 for three in combinations(own, 3)):
                return name
        return "Draw" if len(numbers) == 9 else "Pending"

    def chance(self, length: int) -> float:
        """Nobody wins in four moves."""
        return 1.0 if length < 5 else 0.62


def _won(cells: list[int]) -> bool:
    """Whether who moved last has a line of the bits of three cells."""
    own = sum(1 << cell for cell in cells[::-2])
    return any(own & line == line for line in (7, 56, 448, 73, 146, 292, 273, 84))
