# ruff: noqa: E501 -- a table of expressions is read in rows
"""Random programs in the subset, for tests that compare with CPython and for tests that redraw inputs.

Typed just enough that most programs run to their end, and loose enough that some raise.
"""

import random
import sys
from collections.abc import Mapping
from types import FrameType
from typing import Any

HELPERS = """
LIMIT = 5

def bump(x, by=1):
    if x > LIMIT:
        return x - by
    return x + by

def push(row, x):
    if x % 2 == 0:
        row.append(x)
    return row

def depth(x):
    if x <= 0:
        return 0
    return 1 + depth(x // 2)
"""


class Writer:
    """Writes one random program: `rule(xs, s, n)` over a list of ints, a string of digits and an int."""

    def __init__(self, seed: int, *, raising: bool = True) -> None:
        self.rng = random.Random(seed)
        self.raising = raising
        self.lines: list[str] = []
        self.ints = ["n"]
        self.rows = ["xs"]
        self.texts = ["s"]
        self.fresh = 0

    def program(self) -> str:
        self.emit(0, "def rule(xs, s, n):")
        self.emit(1, "a = 0")
        self.emit(1, "ys = []")
        self.emit(1, "t = ''")
        self.emit(1, "d = {}")
        self.ints, self.rows, self.texts = ["n", "a"], ["xs", "ys"], ["s", "t"]
        for _ in range(self.rng.randint(2, 5)):
            self.statement(1, 0, looped=False)
        self.emit(
            1, f"return {self.rng.choice([*self.ints, *self.rows, *self.texts, '(a, ys, t)', 'sorted(d.items())'])}"
        )
        return HELPERS + "\n" + "\n".join(self.lines) + "\n"

    def emit(self, indent: int, line: str) -> None:
        self.lines.append("    " * indent + line)

    def pick(self, *options: str) -> str:
        return self.rng.choice(options)

    def number(self, deep: int = 0) -> str:
        simple = [str(self.rng.randint(-3, 9)), self.rng.choice(self.ints), self.rng.choice(self.ints)]
        if deep > 1:
            return self.rng.choice(simple)
        one, two = self.number(deep + 1), self.number(deep + 1)
        row, text = self.rng.choice(self.rows), self.rng.choice(self.texts)
        return self.pick(
            *simple, f"{one} + {two}", f"{one} - {two}", f"{one} * 2 % 7", f"len({row})", f"len({text})", f"abs({one})",
            f"max({one}, {two})", f"({one} if {self.truth(deep + 1)} else {two})", f"sum({row})", f"bump({one})",
            f"{row}[{self.index(row)}]", f"int(s[{self.index('s')}])", f"d.get({one} % 3, {two})", f"min([{one}, {two}, 4])",
            f"{row}.count({one})", f"depth({one} % 20)", f"sum(v for v in {row} if v > {one})", f"{one} // ({two} or 1)",
            f"len(set({row}))",
        )  # fmt: skip

    def index(self, row: str) -> str:
        if self.raising and self.rng.random() < 0.3:
            return self.number(2)
        return f"{self.number(2)} % len({row})" if self.rng.random() < 0.5 else self.pick("0", "-1")

    def truth(self, deep: int = 0) -> str:
        one, two = self.number(2), self.number(2)
        row, text = self.rng.choice(self.rows), self.rng.choice(self.texts)
        options = [f"{one} < {two}", f"{one} == {two}", f"{one} % 2 == 0", row, text, f"{one} in {row}", f"not {row}",
                   f"{one} < {two} <= 5", f"'3' in {text}", f"{text}.isdigit()", f"{one} % 3 in d", f"any(v > {one} for v in {row})"]  # fmt: skip
        if deep < 1:
            options += [f"{self.truth(1)} and {self.truth(1)}", f"{self.truth(1)} or {self.truth(1)}"]
        return self.rng.choice(options)

    def row(self) -> str:
        row, one = self.rng.choice(self.rows), self.number(1)
        return self.pick(
            f"[{one}, {self.number(2)}]", f"{row}[1:]", f"{row}[::-1]", f"[v + 1 for v in {row}]", f"sorted({row})",
            f"{row} + [{one}]", f"list({row})", "[int(c) for c in s]", f"[v for v in {row} if v % 2]", f"list(range({one} % 4))",
            f"[i + v for i, v in enumerate({row})]", f"[p * q for p, q in zip(xs, {row})]", f"sorted({row}, key=lambda v: -v)",
            f"list(map(abs, {row}))", f"push({row}, {one})", f"[{one}] * 2", f"sorted(set({row}))", row,
        )  # fmt: skip

    def text(self) -> str:
        text = self.rng.choice(self.texts)
        return self.pick(
            f"{text} + s[:1]", f"{text}[1:]", f"{text}[::-1]", f"str({self.number(1)})", f"f'{{{self.number(2)}}}-'",
            f"{text}.replace('1', 'x')", f"''.join(sorted({text}))", f"{text} * 2", "''.join(str(v) for v in xs)", "'ab'",
            f"{text}.strip('0')", f"{text}.upper()", f"{text}.zfill(4)",
        )  # fmt: skip

    def statement(self, indent: int, deep: int, *, looped: bool) -> None:
        if deep > 2:
            return self.simple(indent)
        kind = self.rng.random()
        if kind < 0.5:
            return self.simple(indent)
        if kind < 0.68:
            self.emit(indent, f"if {self.truth()}:")
            self.block(indent + 1, deep + 1, looped=looped)
            if self.rng.random() < 0.3:
                self.emit(indent, f"elif {self.truth()}:")
                self.block(indent + 1, deep + 1, looped=looped)
            if self.rng.random() < 0.4:
                self.emit(indent, "else:")
                self.block(indent + 1, deep + 1, looped=looped)
        elif kind < 0.84:
            self.each(indent, deep)
        elif kind < 0.95:
            count = self.name("k")
            self.emit(indent, f"{count} = 0")
            self.emit(indent, f"while {count} < {self.rng.randint(1, 4)} and ({self.truth()} or n < 5):")
            self.emit(indent + 1, f"{count} += 1")
            self.block(indent + 1, deep + 1, looped=True)
            self.otherwise(indent, deep)
            self.ints.append(count)
        else:
            self.emit(indent, "try:")
            self.block(indent + 1, deep + 1, looped=looped)
            self.emit(
                indent, f"except {self.pick('(IndexError, KeyError)', 'ValueError', 'Exception', 'ZeroDivisionError')}:"
            )
            self.block(indent + 1, deep + 1, looped=looped)
        return None

    def otherwise(self, indent: int, deep: int) -> None:
        if self.rng.random() < 0.2:
            self.emit(indent, "else:")
            self.block(indent + 1, deep + 1, looped=False)

    def each(self, indent: int, deep: int) -> None:
        name, row = self.name("v"), self.rng.choice(self.rows)
        kind = self.rng.random()
        if kind < 0.4:
            self.emit(indent, f"for {name} in {row}[:4]:")
        elif kind < 0.6:
            self.emit(indent, f"for {name} in range({self.number(2)} % 4):")
        elif kind < 0.8:
            place = self.name("i")
            self.emit(indent, f"for {place}, {name} in enumerate({row}[:3]):")
            self.ints.append(place)
        else:
            character = self.name("c")
            self.emit(indent, f"for {character} in {self.rng.choice(self.texts)}[:3]:")
            self.emit(indent + 1, f"{name} = ord({character}) % 10")
        known = list(self.ints)
        self.ints.append(name)
        self.block(indent + 1, deep + 1, looped=True)
        self.ints = known if not self.raising or self.rng.random() < 0.8 else self.ints
        self.otherwise(indent, deep)

    def name(self, stem: str) -> str:
        self.fresh += 1
        return f"{stem}{self.fresh}"

    def block(self, indent: int, deep: int, *, looped: bool) -> None:
        known = (list(self.ints), list(self.rows), list(self.texts))
        for _ in range(self.rng.randint(1, 3)):
            self.statement(indent, deep, looped=looped)
        end = self.rng.random()
        if looped and end < 0.12:
            self.emit(indent, self.pick("break", "continue"))
        elif end < 0.16:
            self.emit(indent, f"return {self.number()}")
        self.ints, self.rows, self.texts = known

    def simple(self, indent: int) -> None:
        row, one, two = self.rng.choice(self.rows), self.number(), self.number(2)
        self.emit(
            indent,
            self.pick(
                f"a = {one}", f"a += {two}", f"a = {one}", f"ys = {self.row()}", f"ys.append({one})", f"{row}.append({two})",
                f"t = {self.text()}", f"t += {self.text()}", f"d[{one} % 3] = {two}", f"d[{two} % 3] = d.get({two} % 3, 0) + 1",
                f"{row}[{self.index(row)}] = {two}" if self.raising else f"if {row}: {row}[0] = {two}", f"n = {one} % 10",
                f"a, n = n, {two}", f"ys.insert({two} % 3, {two})", f"{row}.sort()", f"{row}.reverse()", f"push({row}, {two})",
                f"if {row}: a = {row}.pop()", f"if {row}: a = {row}.pop(0)", f"if {self.truth()}: ys = xs",
                f"d.setdefault({two} % 3, {one})", f"a = {one} if {self.truth()} else {two}", f"{row}.extend([{two}])",
                f"a = {row}[0] if {row} else {one}", f"if len({row}) > 1: p, *ys = {row}", f"if {row}: del {row}[0]",
                f"assert a < 1000 or {self.truth(1)}" if self.raising else "a = a % 100",
            ),
        )  # fmt: skip


def program(seed: int, *, raising: bool = True) -> str:
    return Writer(seed, raising=raising).program()


def given(seed: int) -> dict[str, Any]:
    rng = random.Random(seed)
    length = rng.randint(0, 5)
    return {
        "xs": [rng.randint(0, 9) for _ in range(length)],
        "s": "".join(rng.choice("0123456789") for _ in range(rng.randint(0, 5))),
        "n": rng.randint(0, 9),
    }


def in_cpython(text: str, name: str, arguments: Mapping[str, Any]) -> tuple[Any, str, dict[str, Any]]:
    """Value, type of exception and final variables, from CPython itself."""
    scope: dict[str, Any] = {}
    exec(compile(text, "<oracle>", "exec"), scope)
    code = scope[name].__code__
    final: dict[str, Any] = {}
    depth = 0

    def watch(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal depth
        if frame.f_code is not code:
            return None
        depth += 1

        def inside(frame: FrameType, event: str, argument: object) -> Any:
            nonlocal depth
            if event == "return":
                depth -= 1
                if depth == 0:
                    final.clear()
                    final.update(frame.f_locals)
            return inside

        return inside

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        value, error = scope[name](**arguments), ""
    except Exception as raised:  # noqa: BLE001 -- whatever a program raises is its result
        value, error = None, type(raised).__name__
    finally:
        sys.settrace(before)
    return value, error, final
