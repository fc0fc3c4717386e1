"""Methods over boxes: the value by Python's own method, the shadow changed beside it.

Methods without a rule of their own are computed by Python; their result, and a container they change, then come from
everything that went in. That is always sound, and less sharp.
"""

from collections.abc import Callable
from typing import Any

from lengthwise.rules.edges.boxes import NONE, Box, Boxes, Row, Table, Text
from lengthwise.rules.edges.builtins import Builtins
from lengthwise.rules.edges.operators import Operators
from lengthwise.rules.edges.turns import Turns, turns
from lengthwise.rules.subset.tables import MUTATING

SAME_LENGTH = frozenset({"lower", "upper", "swapcase", "casefold"})


class Methods:
    """The methods of the edge density, found by the type of their owner and their name."""

    def __init__(self, boxes: Boxes, operators: Operators, builtins: Builtins) -> None:
        self.boxes, self.operators, self.builtins = boxes, operators, builtins
        self.event, self.scanned = boxes.event, boxes.scanned

    def call(self, name: str, owner: Box, *arguments: Box, **named: Any) -> Box:
        own: Callable[..., Box] | None = getattr(self, f"{type(owner.value).__name__}_{name}", None)
        if own is not None:
            try:
                return own(owner, *arguments, **named)
            except (TypeError, AttributeError):
                self.check(name, owner, arguments, named)
                raise
        return self.plain(name, owner, arguments, named)

    def check(self, name: str, owner: Box, arguments: tuple[Box, ...], named: dict[str, Any]) -> None:
        """Wrong arguments raise what Python raises."""
        getattr(type(owner.value)(), name)(
            *(a.value for a in arguments), **{k: v.value for k, v in named.items() if isinstance(v, Box)}
        )

    def plain(self, name: str, owner: Box, arguments: tuple[Box, ...], named: dict[str, Box]) -> Box:
        method = getattr(owner.value, name)
        fixed = [self.settled(a) for a in arguments]
        event = self.boxes.whole(owner, *fixed, *named.values())
        value = method(*(a.value for a in fixed), **{k: v.value for k, v in named.items()})
        if name in MUTATING:
            self.operators.refill(owner, event)
        return self.boxes.spread(value, event)

    def settled(self, box: Box) -> Box:
        return self.builtins.call("list", box) if isinstance(box.prov, Turns) else box

    # ---- lists

    def list_append(self, owner: Box, value: Box) -> Box:
        owner.value.append(value.value)
        owner.prov.cells.append(value)
        self.grown(owner)
        return NONE

    def grown(self, owner: Box, *reasons: int) -> None:
        """Something was added or taken through this name: where, depends on how the name was bound."""
        prov = owner.prov
        length = prov.length if type(prov) is Row and prov.noted != prov.length else 0
        if length:
            prov.noted = length  # once is enough: the join remembers it
        if owner.bind or length or any(reasons):
            prov.join = self.event((), (), (prov.join, owner.bind, length, *reasons))

    def list_extend(self, owner: Box, source: Box) -> Box:
        self.operators.extend(owner, source)
        self.grown(owner, owner.prov.length)
        return NONE

    def list_insert(self, owner: Box, place: Box, value: Box) -> Box:
        owner.value.insert(place.value, value.value)
        owner.prov.cells.insert(place.value, value)
        back = self.boxes.length(owner) if place.value < 0 or place.value >= len(owner.value) - 1 else 0
        self.grown(owner, self.boxes.whole(place), back)
        return NONE

    def list_pop(self, owner: Box, *place: Box) -> Box:
        where = place[0] if place else Box(-1)
        cell = self.operators.element(owner, where) if owner.value else NONE
        owner.value.pop(*(p.value for p in place))
        del owner.prov.cells[where.value]
        self.grown(owner, self.boxes.whole(where), owner.prov.length if where.value < 0 and place else 0)
        return cell

    def list_remove(self, owner: Box, value: Box) -> Box:
        place = owner.value.index(value.value) if value.value in owner.value else -1
        event = self.boxes.whole(owner, value)
        owner.value.remove(value.value)
        del owner.prov.cells[place]
        prov = owner.prov
        prov.join = self.event((), (), (prov.join, event, owner.bind))
        prov.length = self.scanned(prov.length)
        return NONE

    def list_clear(self, owner: Box) -> Box:
        owner.value.clear()
        owner.prov.cells.clear()
        self.grown(owner)
        return NONE

    def list_copy(self, owner: Box) -> Box:
        return self.builtins.call("list", owner)

    def list_reverse(self, owner: Box) -> Box:
        owner.value.reverse()
        owner.prov.cells.reverse()
        self.grown(owner, owner.prov.length)
        return NONE

    def list_sort(self, owner: Box, key: Any = None, reverse: Box = NONE) -> Box:
        items = [self.boxes.found(c, owner.bind, owner.prov.join) for c in owner.prov.cells]
        made = self.builtins.ordered(items, self.boxes.length(owner), key if callable(key) else None, reverse)
        owner.value[:] = made.value
        owner.prov.cells = made.prov.cells
        self.grown(owner)
        return NONE

    def list_index(self, owner: Box, value: Box, *bounds: Box) -> Box:
        found = owner.value.index(value.value, *(b.value for b in bounds))
        return Box(found, self.event((self.boxes.whole(value),), (), (self.boxes.whole(owner, *bounds),)))

    def list_count(self, owner: Box, value: Box) -> Box:
        return Box(
            owner.value.count(value.value), self.event((self.boxes.whole(value),), (), (self.boxes.whole(owner),))
        )

    tuple_index, tuple_count = list_index, list_count

    # ---- dicts

    def dict_get(self, owner: Box, key: Box, default: Box = NONE) -> Box:
        if key.value in owner.value:
            return self.operators.element(owner, key)
        return self.boxes.found(default, self.boxes.whole(key), owner.prov.join, owner.bind)

    def dict_setdefault(self, owner: Box, key: Box, default: Box = NONE) -> Box:
        if key.value not in owner.value:
            self.operators.put(owner, key, self.boxes.found(default, 0, owner.prov.join, owner.bind))
        else:
            owner.prov.join = self.event((), (), (owner.prov.join, self.boxes.whole(key), owner.bind))
        return self.operators.element(owner, key)

    def dict_pop(self, owner: Box, key: Box, *default: Box) -> Box:
        result = self.dict_get(owner, key, *default)
        owner.value.pop(key.value, *(d.value for d in default))
        owner.prov.cells.pop(key.value, None)
        owner.prov.keys.pop(key.value, None)
        owner.prov.join = self.event((), (), (owner.prov.join, self.boxes.whole(key), owner.bind))
        return result

    def dict_update(self, owner: Box, source: Box = Box({}, Table({}, {})), **named: Box) -> Box:  # noqa: B008
        fresh = self.builtins.call("dict", self.settled(source), **named)
        owner.value.update(fresh.value)
        prov = owner.prov
        join = self.event((), (), (prov.join, fresh.prov.join, owner.bind))
        prov.cells |= {k: self.boxes.found(c, 0, fresh.prov.join) for k, c in fresh.prov.cells.items()}
        for key, box in fresh.prov.keys.items():
            prov.keys.setdefault(key, box)
        prov.join = join
        return NONE

    def dict_keys(self, owner: Box) -> Box:
        return Box(None, turns(self.boxes, owner))

    def dict_values(self, owner: Box) -> Box:
        prov = owner.prov
        return self.boxes.row(
            [self.boxes.found(prov.cells[k], owner.bind, prov.join) for k in owner.value], self.boxes.length(owner)
        )

    def dict_items(self, owner: Box) -> Box:
        prov = owner.prov
        pairs = [
            self.boxes.pair(*(self.boxes.found(b, owner.bind, prov.join) for b in (prov.keys[k], prov.cells[k])))
            for k in owner.value
        ]
        return self.boxes.row(pairs, self.boxes.length(owner))

    def dict_copy(self, owner: Box) -> Box:
        return self.builtins.call("dict", owner)

    def dict_clear(self, owner: Box) -> Box:
        owner.value.clear()
        owner.prov.cells.clear()
        owner.prov.keys.clear()
        self.grown(owner)
        return NONE

    # ---- sets

    def set_add(self, owner: Box, value: Box) -> Box:
        owner.value.add(value.value)
        owner.prov.keys.setdefault(value.value, value)
        owner.prov.join = self.event((), (), (owner.prov.join, self.boxes.whole(value), owner.bind))
        return NONE

    def set_discard(self, owner: Box, value: Box) -> Box:
        owner.value.discard(value.value)
        owner.prov.keys.pop(value.value, None)
        owner.prov.join = self.event((), (), (owner.prov.join, self.boxes.whole(value), owner.bind))
        return NONE

    def set_copy(self, owner: Box) -> Box:
        return Box(owner.value.copy(), Table({}, dict(owner.prov.keys), owner.prov.join), owner.bind)

    # ---- texts

    def str_join(self, owner: Box, parts: Box) -> Box:
        items, event = turns(self.boxes, parts).rest()
        value = owner.value.join(i.value for i in items)
        separator, cells = self.boxes.chars(owner), list[int]()
        lengths = [event, self.boxes.length(owner)]
        for place, item in enumerate(items):
            cells += (separator if place else []) + self.boxes.chars(item)
            lengths.append(self.boxes.length(item))
        length = self.event((), (), lengths)
        binds = self.event((), (owner.bind, *(i.bind for i in items)), (length,))
        return Box(value, Text(cells, length), binds)

    def same_length(self, owner: Box, value: str) -> Box:
        if len(value) != len(owner.value):
            return Box(value, self.boxes.whole(owner))
        length = owner.prov.length if type(owner.prov) is Text else owner.prov
        return Box(value, Text(self.boxes.chars(owner), length), owner.bind)

    def str_lower(self, owner: Box) -> Box:
        return self.same_length(owner, owner.value.lower())

    def str_upper(self, owner: Box) -> Box:
        return self.same_length(owner, owner.value.upper())
