# ruff: noqa: E501 -- a table of statements is read in rows
"""Random programs about containers that share, hold and change each other: where joins are most easily forgotten."""

import random

HEAD = """
BASE = [4]

def put(rows, row, c):
    if c > '6':
        return row
    rows.append(row)
    row.append(int(c))
    return rows[0]

def choose(a, b, c):
    if c > '4':
        return a
    return b

def rule(s):
    xs = [1]
    ys = [2, 3]
    rows = [[0], [5]]
    d = {'3': [8]}
    n = 0
"""


class Containers:
    """Writes one such program over a string of digits `s`."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []

    def program(self) -> str:
        for _ in range(self.rng.randint(3, 8)):
            self.statement(1)
        self.lines.append(
            f"    return {self.pick('xs', 'ys', 'rows[0]', '(xs, ys, n)', 'len(rows)', 'd', 'BASE[-1]', 'rows')}"
        )
        return HEAD + "\n".join(self.lines) + "\n"

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)

    def character(self) -> str:
        return f"s[{self.rng.randrange(5)}]"

    def test(self) -> str:
        c = self.character()
        return self.pick(f"{c} > '4'", f"{c} == '3'", f"n > int({c})", f"len(xs) > int({c}) % 4",
                         f"{c} in d", f"int({c}) in xs", "xs", f"xs == ys and {c} > '2'")  # fmt: skip

    def number(self) -> str:
        c = self.character()
        return self.pick(f"int({c})", "n", "7", f"len({self.row()})", f"sum({self.row()})")

    def row(self) -> str:
        return self.pick("xs", "ys", "xs", "ys", f"rows[{self.index('rows')}]", "d.get(" + self.character() + ", xs)",
                         "BASE", f"choose(xs, ys, {self.character()})", f"(xs if {self.test()} else ys)")  # fmt: skip

    def index(self, row: str) -> str:
        return self.pick("0", "-1", f"int({self.character()}) % len({row})", f"n % len({row})")

    def fresh(self) -> str:
        c = self.character()
        return self.pick(f"[{self.number()}]", f"list(range(int({c}) % 3))", f"{self.row()}[:]", f"[int(c) for c in s if c > {c}]",
                         f"sorted({self.row()})", f"{self.row()} + [{self.number()}]", f"[{self.number()}] * (int({c}) % 3)")  # fmt: skip

    def statement(self, indent: int) -> None:
        kind = self.rng.random()
        if kind < 0.25 and indent < 4:
            self.emit(indent, f"if {self.test()}:")
            self.block(indent + 1)
            if self.rng.random() < 0.3:
                self.emit(indent, "else:")
                self.block(indent + 1)
        elif kind < 0.4 and indent < 3:
            self.emit(
                indent, self.pick("for c in s[:3]:", "for row in rows[:3]:", "for v in xs[:3]:", "for i in range(2):")
            )
            if "row " in self.lines[-1] and self.rng.random() < 0.7:
                self.emit(indent + 1, f"row.append({self.number()})")
            self.block(indent + 1)
            if self.rng.random() < 0.25:
                self.emit(indent + 1, f"if {self.test()}:")
                self.emit(indent + 2, self.pick("break", "continue"))
                self.simple(indent + 1)
        elif kind < 0.45 and indent < 3:
            self.emit(indent, "try:")
            self.block(indent + 1)
            self.emit(indent + 1, f"n = xs[int({self.character()})]")
            self.emit(indent, "except IndexError:")
            self.block(indent + 1)
        else:
            self.simple(indent)

    def block(self, indent: int) -> None:
        for _ in range(self.rng.randint(1, 2)):
            self.statement(indent)

    def emit(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)

    def simple(self, indent: int) -> None:
        c, one = self.character(), self.number()
        self.emit(
            indent,
            self.pick(
                f"xs = {self.row()}", f"ys = {self.row()}", f"xs = {self.fresh()}", f"ys = {self.fresh()}",
                f"rows.append({self.row()})", f"rows.insert(int({c}) % 3, {self.fresh()})", f"d[{c}] = {self.row()}",
                f"{self.row()}.append({one})", f"{self.row()}.extend({self.fresh()})", f"{self.row()}.insert(0, {one})",
                f"d.setdefault({c}, []).append({one})", f"n = {one} % 10", f"n += len({self.row()})",
                f"rows[{self.index('rows')}] = {self.row()}", f"if xs: xs[{self.index('xs')}] = {one}", "if xs: xs.pop()",
                "if ys: n = ys.pop(0) % 10", f"ys = put(rows, {self.row()}, {c})", f"{self.test()} and xs.append({one})",
                f"xs += {self.fresh()}", f"d.pop({c}, None)", "xs.reverse()", "xs.sort()", f"xs, ys = ys, {self.row()}",
                f"n = max({one}, n) % 10", f"if ys: del ys[{self.index('ys')}]", "xs = [v for v in ys if v > n]", "BASE.append(n)",
                f"if len(rows) > 1: xs, *more = rows[{self.index('rows')}], n", f"[row.append(n) for row in rows if {self.test()}]",
            ),
        )  # fmt: skip


def container_program(seed: int) -> str:
    return Containers(seed).program()
