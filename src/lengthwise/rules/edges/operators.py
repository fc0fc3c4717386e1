"""Operators over boxes: the value by Python's own operator, the events beside it."""

import operator
from collections.abc import Callable
from typing import Any

from lengthwise.rules.edges.boxes import Box, Boxes, Row, Table, Text
from lengthwise.rules.edges.turns import Turns, turns

BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add, "Sub": operator.sub, "Mult": operator.mul, "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod, "Pow": operator.pow, "LShift": operator.lshift, "RShift": operator.rshift,
    "BitOr": operator.or_,
    "BitXor": operator.xor, "BitAnd": operator.and_,
}  # fmt: skip
IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "Sub": operator.isub, "BitOr": operator.ior, "BitXor": operator.ixor, "BitAnd": operator.iand,
}  # fmt: skip
UNARY: dict[str, Callable[[Any], Any]] = {"USub": operator.neg, "UAdd": operator.pos, "Invert": operator.invert}
COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "Eq": operator.eq, "NotEq": operator.ne, "Lt": operator.lt, "LtE": operator.le, "Gt": operator.gt,
    "GtE": operator.ge,
    "Is": operator.is_, "IsNot": operator.is_not,
}  # fmt: skip
ROWS = (str, list, tuple)


class Operators:
    """What the rewritten program calls for operators, elements and decisions inside expressions."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.event, self.scanned = boxes, boxes.event, boxes.scanned

    def binary(self, name: str, left: Box, right: Box) -> Box:
        value = BINARY[name](left.value, right.value)
        if (
            type(left.prov) is int
            and type(right.prov) is int
            and not left.bind
            and not right.bind
            and type(value) is not str
        ):
            return Box(value, self.event((left.prov, right.prov)))
        if type(value) in ROWS:
            return self.concatenated(left, right, value) if name == "Add" else self.repeated(left, right, value)
        return self.boxes.spread(value, self.boxes.whole(left, right))

    def concatenated(self, left: Box, right: Box, value: Any) -> Box:
        """One after the other: where the second begins depends on the length of the first."""
        boxes = self.boxes
        long_left, long_right = boxes.length(left), boxes.length(right)
        length = self.scanned(long_left, long_right)
        if type(value) is str:
            cells = boxes.chars(left) + boxes.chars(right)
            shift = long_left if right.value else 0
            return Box(value, Text(cells, length), self.event((), (left.bind, right.bind), (shift,)))
        shift = long_left if right.value else 0
        joins = self.event((), (left.bind, right.bind), (left.prov.join, right.prov.join, shift))
        return Box(value, Row(left.prov.cells + right.prov.cells, length, joins))

    def repeated(self, left: Box, right: Box, value: Any) -> Box:
        row, times = (left, right) if type(left.value) in ROWS else (right, left)
        count = self.boxes.whole(times)
        long = self.boxes.length(row)
        length = self.scanned(long, count)
        many = max(int(times.value), 0)
        shift = long if many > 1 else 0
        if type(value) is str:
            return Box(value, Text(self.boxes.chars(row) * many, length), self.event((), (row.bind,), (shift,)))
        return Box(value, Row(row.prov.cells * many, length, self.event((), (row.bind,), (row.prov.join, shift))))

    def augmented(self, name: str, left: Box, right: Box) -> Box:
        """`left op= right`: lists and sets change in place."""
        if type(left.value) is list and name == "Add":
            self.extend(left, right)
            return left
        if type(left.value) is list and name == "Mult":
            made = self.binary(name, left, right)
            left.value[:] = made.value
            left.prov.cells, left.prov.length = made.prov.cells, made.prov.length
            left.prov.join = self.scanned(left.prov.join, made.prov.join)
            return left
        if type(left.value) is set and name in IN_PLACE:
            event = self.boxes.whole(left, right)
            IN_PLACE[name](left.value, right.value)
            self.refill(left, event)
            return left
        return self.binary(name, left, right)

    def extend(self, left: Box, right: Box) -> None:
        items, event = rest(self.boxes, right)
        left.value.extend(i.value for i in items)
        prov = left.prov
        prov.cells.extend(self.boxes.joined(i, prov.length) for i in items)
        prov.length = self.scanned(prov.length, event)

    def refill(self, box: Box, event: int) -> None:
        """A container of which every part may have changed for one reason."""
        fresh = self.boxes.spread(box.value, event).prov
        if type(box.prov) is Row:
            box.prov.cells, box.prov.length, box.prov.join = fresh.cells, fresh.length, fresh.join
        elif type(box.prov) is Table:
            box.prov.cells, box.prov.keys, box.prov.join = fresh.cells, fresh.keys, fresh.join

    def unary(self, name: str, operand: Box) -> Box:
        if name == "Not":
            return Box(not operand.value, self.boxes.truth(operand))
        return Box(UNARY[name](operand.value), self.boxes.whole(operand))

    def compared(self, name: str, left: Box, right: Box) -> Box:
        if name in ("In", "NotIn"):
            return self.contained(left, right, wanted=name == "In")
        value = COMPARE[name](left.value, right.value)
        if type(left.prov) is int and type(right.prov) is int and not left.bind and not right.bind:
            return Box(value, self.event((left.prov, right.prov)))
        return Box(value, self.boxes.whole(left, right))

    def contained(self, left: Box, right: Box, *, wanted: bool) -> Box:
        if isinstance(right.prov, Turns):
            items, event = right.prov.rest()
            found = any(i.value is left.value or i.value == left.value for i in items)
            scans = [event, *(self.boxes.whole(i) for i in items)]
        else:
            found = left.value in right.value
            keys_known = type(right.prov) is Table
            scans = [right.prov.join, right.bind] if keys_known else [self.boxes.whole(right)]
        return Box(found == wanted, self.event((self.boxes.whole(left),), (), scans))

    def chain(self, left: Box, control: int, *links: tuple[str, Callable[[int], Box]]) -> Box:
        """`a < b < c`: the later operands are looked at only while it holds."""
        result, passed = left, 0
        for name, operand in links:
            right = operand(self.scanned(control, passed) if passed else control)
            result = self.boxes.joined(self.compared(name, left, right), passed)
            if not result.value:
                return result
            passed, left = self.boxes.truth(result), right
        return result

    def either(
        self, stop: object, control: int, roots: tuple[Box, ...], first: Box, *others: Callable[[int], Box]
    ) -> Box:
        """`and` (stops at what is false) and `or` (stops at what is true)."""
        boxes, result, passed = self.boxes, first, 0
        for other in others:
            passed = self.scanned(passed, boxes.truth(result))
            if bool(result.value) == stop:
                boxes.touch(passed, roots)
                return boxes.joined(result, passed)
            result = other(self.scanned(control, passed))
            boxes.touch(passed, roots)
        return boxes.joined(result, passed)

    def choice(
        self, control: int, roots: tuple[Box, ...], test: Box, yes: Callable[[int], Box], no: Callable[[int], Box]
    ) -> Box:
        """`yes if test else no`."""
        verdict = self.scanned(self.boxes.truth(test))
        result = (yes if test.value else no)(self.scanned(control, verdict))
        self.boxes.touch(verdict, roots)
        return self.boxes.joined(result, verdict)

    # ---- elements

    def element(self, source: Box, index: Box) -> Box:
        boxes, prov, value = self.boxes, source.prov, source.value
        found = value[index.value]
        where = boxes.whole(index)
        if type(prov) is Table:
            return boxes.found(prov.cells[index.value], self.event((), (where, source.bind)), prov.join)
        back = boxes.length(source) if index.value < 0 else 0
        if type(prov) is Row:
            return boxes.found(prov.cells[index.value], self.event((), (where, source.bind)), prov.join, back)
        cell = prov.cells[index.value] if type(prov) is Text else prov
        return Box(found, self.event((cell,), (where, source.bind), (back,)))

    def slice(self, source: Box, *parts: Box) -> Box:
        boxes, prov = self.boxes, source.prov
        where = slice(*(p.value for p in parts))
        value = source.value[where]
        bounds = [boxes.whole(p) for p in parts]
        negative = any(isinstance(p.value, int) and p.value < 0 for p in (parts[0], parts[2]))
        back = boxes.length(source) if negative else 0
        length = self.event((), (), (boxes.length(source), *bounds))
        bind = self.event((), (bounds[0], bounds[2], source.bind), (back,))
        if type(value) is str:
            cells = prov.cells[where] if type(prov) is Text else [prov] * len(value)
            return Box(value, Text(cells, length), bind)
        return Box(value, Row(prov.cells[where], length, prov.join), bind)

    def put(self, target: Box, index: Box, value: Box) -> None:
        """`target[index] = value`: had the index been another, another element would have changed."""
        boxes, prov = self.boxes, target.prov
        where = boxes.whole(index)
        if type(target.value) is dict:
            target.value[index.value] = value.value
            prov.keys.setdefault(index.value, index)
            prov.cells[index.value] = boxes.found(value, 0)
            prov.join = self.event((), (), (prov.join, where, target.bind))
            return
        target.value[index.value] = value.value
        back = boxes.length(target) if index.value < 0 else 0
        prov.cells[index.value] = value
        prov.join = self.event((), (), (prov.join, where, target.bind, back))

    def put_slice(self, target: Box, value: Box, *parts: Box) -> None:
        items, event = rest(self.boxes, value)
        where = slice(*(p.value for p in parts))
        target.value[where] = [i.value for i in items]
        prov = target.prov
        prov.cells[where] = items
        bounds = [self.boxes.whole(p) for p in parts]
        prov.join = prov.length = self.event((), (), (prov.join, prov.length, event, target.bind, *bounds))

    def delete(self, target: Box, index: Box) -> None:
        del target.value[index.value]
        prov, where = target.prov, self.boxes.whole(index)
        if type(prov) is Table:
            del prov.cells[index.value], prov.keys[index.value]
            prov.join = self.event((), (), (prov.join, where, target.bind))
            return
        back = prov.length if index.value < 0 else 0
        del prov.cells[index.value]
        prov.join = self.event((), (), (prov.join, where, target.bind, back))

    def delete_slice(self, target: Box, *parts: Box) -> None:
        self.put_slice(target, Box([], Row([])), *parts)


def rest(boxes: Boxes, source: Box) -> tuple[list[Box], int]:
    """All elements of a value, and the event of how many there are."""
    return turns(boxes, source).rest()
