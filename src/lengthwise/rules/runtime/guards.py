"""The checks that a rewritten rule runs before anything that could grow, and the built-ins that it is given.

One `Guards` belongs to one execution and counts what is left. Its functions reach the rewritten program under names
that no source can spell (`$mul`), the built-ins under their own. Values are int, float, bool, str, None, list, tuple,
dict and set only; everything here may assume that, and must keep it so.
"""

import operator
from collections.abc import Callable
from typing import Any

from lengthwise.core.errors import RuleError
from lengthwise.rules.runtime.limits import LimitError, Limits, Stop
from lengthwise.rules.runtime.render import render

DEEP = frozenset({list, tuple, dict, set})
PLAIN = frozenset({bool, float, type(None)})
ORDERED = frozenset({int, float, bool})  # elements whose hash does not depend on the process
Value = Any


class Guards:
    """What one execution may still use."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.steps = 0
        self.depth = 0
        self.work = 0
        self.written = 0
        self.bound = 1 << limits.bits

    # ---- counting

    def tick(self, count: int) -> None:
        """Statements about to run: one call at the head of every block."""
        self.steps += count
        if self.steps > self.limits.steps:
            raise Stop(
                LimitError(
                    f"more than {self.limits.steps} steps; is there an endless loop? Else raise Limits(steps=...) or "
                    "shorten the input"
                )
            )

    def enter(self) -> None:
        self.depth += 1
        if self.depth > self.limits.depth:
            raise Stop(
                LimitError(f"more than {self.limits.depth} calls inside each other; raise Limits(depth=...) or loop")
            )

    def leave(self) -> None:
        self.depth -= 1

    def charge(self, count: int) -> None:
        """Elements made or looked at."""
        if count > self.limits.items:
            raise Stop(LimitError(f"a value of {count} elements; at most {self.limits.items}, raise Limits(items=...)"))
        self.labour(count)

    def labour(self, count: int) -> None:
        """Work alone, in units of an element looked at."""
        self.work += count
        if self.work > self.limits.work:
            raise Stop(LimitError(f"more than {self.limits.work} elements worked on; raise Limits(work=...)"))

    def digits(self, bits: int) -> None:
        if bits > self.limits.bits:
            about = f"about {bits}" if bits < 10**12 else "more than 10**12"
            raise Stop(LimitError(f"an integer of {about} bits; at most {self.limits.bits}, raise Limits(bits=...)"))

    # ---- values

    def keep(self, value: Value) -> Value:
        """A value about to be stored, returned or passed on."""
        kind = type(value)
        if kind is int:
            if not -self.bound < value < self.bound:
                self.digits(value.bit_length())
        elif kind not in PLAIN:
            self.charge(len(value))
        return value

    def put(self, value: Value) -> Value:
        """A value about to become part of another: counted with all that it holds."""
        return self.weigh(value) if type(value) in DEEP else self.keep(value)

    def element(self, value: Value) -> Value:
        """An element of a comprehension."""
        self.charge(1)
        return self.put(value)

    def weigh(self, value: Value) -> Value:
        """Count the elements of a container through everything it holds, shared parts as often as they occur."""
        kind = type(value)
        if kind not in DEEP:
            return value
        if kind is not dict and DEEP.isdisjoint(map(type, value)):
            self.charge(len(value))
            return value
        total, open_parts = 0, [value]
        while open_parts:
            part = open_parts.pop()
            total += len(part) + 1
            if total > self.limits.items:
                raise Stop(
                    LimitError(f"nested containers of more than {self.limits.items} elements; raise Limits(items=...)")
                )
            inner = [*part.keys(), *part.values()] if type(part) is dict else part
            if not DEEP.isdisjoint(map(type, inner)):
                open_parts += [p for p in inner if type(p) in DEEP]
        self.charge(min(total, self.limits.items))
        return value

    def sized(self, value: Value) -> Value:
        """Something about to be gone through at once."""
        if type(value) in DEEP or type(value) in (str, range):
            self.charge(len(value))
        return value

    def within(self, value: Value, numbers: Value) -> bool:
        """Whether a range has the value: at once for a whole number, else one by one."""
        if type(value) not in (int, bool):
            self.sized(numbers)
        return value in numbers

    def through(self, value: Value) -> Value:
        """Something about to be gone through at once, in order."""
        return self.sized(self.order(value))

    def order(self, value: Value) -> Value:
        """Refuse the order of a set that differs from one process to the next."""
        if type(value) is set and not all(type(v) in ORDERED or _stable(v) for v in value):
            raise Stop(
                RuleError(
                    "the order of a set of strings, None or tuples of them is not reproducible; use `sorted(...)`"
                )
            )
        return value

    def shown(self, value: Value) -> Value:
        """A value about to be turned into text by the rule."""
        if type(value) in DEEP:
            self.weigh(value)
            open_parts = [value]
            while open_parts:
                part = self.order(open_parts.pop())
                inner = [*part.keys(), *part.values()] if type(part) is dict else part
                open_parts += [p for p in inner if type(p) in DEEP]
        return value

    # ---- operators

    def mul(self, left: Value, right: Value) -> Value:
        if type(left) is int and type(right) is int:
            self.digits(left.bit_length() + right.bit_length() - 1)
        else:
            self._repeat(left, right)
        return left * right

    def imul(self, left: Value, right: Value) -> Value:
        if type(left) is list:
            self._repeat(left, right)
            left *= right
            return left
        return self.mul(left, right)

    def _repeat(self, left: Value, right: Value) -> None:
        for row, times in ((left, right), (right, left)):
            if type(row) in (str, list, tuple) and isinstance(times, int):
                self.charge(len(row) * max(int(times), 0))

    def power(self, base: Value, exponent: Value, *modulus: Value) -> Value:
        if not modulus and isinstance(base, int) and isinstance(exponent, int) and exponent > 0:
            self.digits(0 if abs(base) < 2 else (base.bit_length() - 1) * exponent + 1)
        elif modulus and isinstance(exponent, int) and isinstance(modulus[0], int):
            limbs = (
                modulus[0].bit_length() // 30 + 1
            )  # a square for each bit of the exponent, in about limbs ** 2 steps
            self.labour(exponent.bit_length() * (limbs * limbs // 5 + 1))
        return self.real(pow(base, exponent, *modulus))

    def real(self, value: Value) -> Value:
        """Negative numbers have complex powers, which the subset has not."""
        if isinstance(value, complex):
            raise Stop(
                RuleError("a power came out as a complex number; a rule has int and float only, test the sign before")
            )
        return value

    def shift(self, left: Value, right: Value) -> Value:
        if isinstance(left, int) and isinstance(right, int) and right > 0:
            self.digits(left.bit_length() + right if left else 0)
        return left << right

    def mod(self, left: Value, right: Value) -> Value:
        if type(left) is str:
            raise Stop(RuleError("`%` on a string is not supported; write an f-string"))
        return left % right

    # ---- built-ins

    def str_(self, value: Value = "") -> str:
        return str(self.shown(value)) if type(value) in DEEP else str(value)

    def repr_(self, value: Value) -> str:
        return repr(self.shown(value))

    def int_(self, value: Value, base: Value) -> int:
        result: int = self.keep(int(value, base))
        return result

    def sum_(self, parts: Value, start: Value) -> Value:
        if type(start) in (list, tuple):
            parts = list(parts)
            self.charge(sum(len(p) for p in parts if type(p) in (list, tuple)))
        return sum(parts, start)

    def round_(self, value: Value, digits: Value = None) -> Value:
        if isinstance(digits, int):
            self.digits(4 * abs(digits))
        return round(value) if digits is None else round(value, digits)

    def format_(self, value: Value, spec: str) -> str:
        widths = "".join(c if c.isdigit() else " " for c in spec).split()
        for width in widths:
            self.charge(int(width) if len(width) < 10 else 10**10)
        return format(self.shown(value), spec)

    # ---- methods

    def join(self, separator: Value, parts: Value) -> Value:
        if type(separator) is str:
            parts = list(parts)
            self.charge(len(separator) * len(parts) + sum(len(p) for p in parts if type(p) is str))
        return separator.join(parts)

    def replace(self, text: Value, old: Value, new: Value, *count: Value) -> Value:
        if type(text) is str and type(old) is str and type(new) is str:
            self.charge(
                len(text) + (len(text) + 1) * len(new) if not old else len(text) // len(old) * len(new) + len(text)
            )
        return text.replace(old, new, *count)

    def pad(self, name: str, text: Value, width: Value, *fill: Value) -> Value:
        if isinstance(width, int):
            self.charge(max(int(width), 0))
        return getattr(text, name)(width, *fill) if type(text) is str else self.missing(text, name)

    def missing(self, value: Value, name: str) -> Value:
        raise AttributeError(f"{type(value).__name__!r} object has no attribute {name!r}")

    def pop(self, container: Value, *where: Value) -> Value:
        if type(container) is set:
            raise Stop(
                RuleError("`pop` of a set takes an element of no reproducible order; use `min(...)` and `remove`")
            )
        return container.pop(*where)

    def room(self, container: Value) -> Value:
        """A container about to be extended."""
        if type(container) in DEEP and len(container) > self.limits.items:
            self.charge(len(container))
        return container

    # ---- text

    def text(self, value: Value) -> str:
        """A value as a trace prints it."""
        kind = type(value)
        if kind is int or kind is str or kind is bool or (kind is list and DEEP.isdisjoint(map(type, value))):
            result = repr(value)
        else:
            result = render(self.weigh(value) if kind in DEEP else value)
        self.written += len(result)
        if self.written > self.limits.text:
            raise Stop(LimitError(f"more than {self.limits.text} characters of trace; raise Limits(text=...)"))
        return result

    def namespace(self) -> dict[str, Value]:
        """The globals of the rewritten program: nothing else can be reached from it."""
        inner = {
            "tick": self.tick, "enter": self.enter, "leave": self.leave, "keep": self.keep, "put": self.put,
            "el": self.element,
            "w": self.weigh, "sized": self.sized, "through": self.through,
            "within": self.within, "order": self.order, "shown": self.shown,
            "mul": self.mul, "imul": self.imul, "pow": self.power, "shl": self.shift, "mod": self.mod,
            "int2": self.int_, "sum2": self.sum_,
            "format": self.format_, "join": self.join, "replace": self.replace, "pad": self.pad, "pop": self.pop,
            "room": self.room, "text": self.text, "locals": locals, "Exception": Exception, "real": self.real,
        }  # fmt: skip
        inner |= {kind.__name__: kind for kind in (int, float, bool, str, list, tuple, dict, set)}
        return {"__builtins__": {}} | {f"${name}": value for name, value in inner.items()} | BUILTINS | {
            "str": self.str_, "repr": self.repr_, "pow": self.power, "round": self.round_,
        } | IN_PLACE  # fmt: skip


def _stable(value: Value) -> bool:
    return type(value) is tuple and all(type(v) in ORDERED or _stable(v) for v in value)


BUILTINS: dict[str, Callable[..., Value]] = {
    f.__name__: f
    for f in (
        int, float, bool, list, tuple, dict, set, abs, all, any, bin, chr, divmod, enumerate, filter, hex,
        isinstance, len,
        map, max, min, oct, ord, range, reversed, sorted, sum, zip, ArithmeticError, AssertionError, AttributeError,
        Exception,
        IndexError, KeyError, LookupError, NameError, OverflowError, RuntimeError, TypeError, UnboundLocalError,
        ValueError,
        ZeroDivisionError,
    )
}  # fmt: skip

IN_PLACE: dict[str, Callable[..., Value]] = {
    "$iadd": operator.iadd, "$isub": operator.isub, "$itruediv": operator.itruediv, "$ifloordiv": operator.ifloordiv,
    "$irshift": operator.irshift, "$ior": operator.ior, "$ixor": operator.ixor, "$iand": operator.iand,
}  # fmt: skip
