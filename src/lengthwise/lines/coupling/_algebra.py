"""Exact linear algebra on small matrices of whole numbers: rank and null space."""

from fractions import Fraction
from math import gcd, lcm

Vector = tuple[int, ...]


def reduced(rows: list[Vector]) -> dict[int, list[Fraction]]:
    """The reduced row echelon form: {pivot column: row}.

    >>> {column: [int(v) for v in row] for column, row in reduced([(1, 1, 0), (2, 2, 2)]).items()}
    {0: [1, 1, 0], 2: [0, 0, 1]}
    """
    found: dict[int, list[Fraction]] = {}
    for start in dict.fromkeys(rows):
        row = [Fraction(value) for value in start]
        for column, pivot in found.items():
            if row[column]:
                factor = row[column]
                row = [a - factor * b for a, b in zip(row, pivot, strict=True)]
        lead = next((column for column, value in enumerate(row) if value), None)
        if lead is None:
            continue
        row = [value / row[lead] for value in row]
        for column, pivot in found.items():
            if pivot[lead]:
                factor = pivot[lead]
                found[column] = [a - factor * b for a, b in zip(pivot, row, strict=True)]
        found[lead] = row
    return found


def rank(rows: list[Vector]) -> int:
    """How many of the rows are independent."""
    return len(reduced(rows))


def null_space(rows: list[Vector], width: int) -> list[Vector]:
    """Whole-number vectors that span all v with row . v = 0 for every row.

    >>> null_space([(1, -2, 0)], 3)
    [(2, 1, 0), (0, 0, 1)]
    """
    pivots = reduced(rows)
    basis = []
    for free in (column for column in range(width) if column not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for column, row in pivots.items():
            vector[column] = -row[free]
        basis.append(primitive(vector))
    return basis


def primitive(vector: list[Fraction]) -> Vector:
    """The smallest whole numbers in the same direction."""
    scale = lcm(*(value.denominator for value in vector)) if vector else 1
    whole = [int(value * scale) for value in vector]
    divisor = gcd(*whole) or 1
    return tuple(value // divisor for value in whole)
