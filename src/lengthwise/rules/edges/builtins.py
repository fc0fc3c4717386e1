"""Built-ins over boxes. What is not named here is computed by Python and came from everything it was given."""

from collections.abc import Callable
from typing import Any

from lengthwise.rules.edges.boxes import NONE, Box, Boxes, Row, Table, Text
from lengthwise.rules.edges.turns import Turns, counting, filtered, mapped, numbered, together, turns

PLAIN: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (abs, bin, chr, divmod, float, hex, int, oct, ord, pow, repr, round, str, bool)
}
TYPES = {"int": int, "float": float, "bool": bool, "str": str, "list": list, "tuple": tuple, "dict": dict, "set": set}
CONVERSIONS: dict[int, Callable[[Any], str]] = {114: repr, 115: str, 97: ascii}
Key = Callable[[Box], Box] | None


class Builtins:
    """The built-ins of the edge density, found by name."""

    def __init__(self, boxes: Boxes) -> None:
        self.boxes, self.event = boxes, boxes.event

    def call(self, name: str, *arguments: Box, **named: Any) -> Box:
        own = getattr(self, f"_{name}", None)
        if own is not None:
            result: Box = own(*arguments, **named)
            return result
        return self.plain(PLAIN[name], *arguments, **named)

    def plain(self, function: Callable[..., Any], *arguments: Box, **named: Box) -> Box:
        value = function(*(a.value for a in arguments), **{k: v.value for k, v in named.items()})
        return self.boxes.spread(value, self.boxes.whole(*arguments, *named.values()))

    def rest(self, source: Box) -> tuple[list[Box], int]:
        return turns(self.boxes, source).rest()

    def _len(self, source: Box) -> Box:
        if isinstance(source.prov, Turns):
            items, event = source.prov.rest()
            return Box(len(items), event)
        return Box(len(source.value), self.boxes.length(source))

    def _bool(self, source: Box = NONE) -> Box:
        return Box(bool(source.value), self.boxes.truth(source))

    def _isinstance(self, source: Box, kinds: tuple[str, ...]) -> Box:
        event = self.boxes.whole(source) if type(source.prov) is int else source.bind
        return Box(isinstance(source.value, tuple(TYPES[k] for k in kinds)), self.event((event,)))

    def _range(self, *parts: Box) -> Box:
        start, stop, step = (Box(0), parts[0], Box(1)) if len(parts) == 1 else (*parts, Box(1))[:3]
        return Box(None, counting(self.boxes, start, stop, step))

    def _enumerate(self, source: Box, start: Box = Box(0)) -> Box:  # noqa: B008 -- a constant box is never changed
        return Box(None, numbered(self.boxes, turns(self.boxes, source), start))

    def _zip(self, *sources: Box, strict: Box = NONE) -> Box:
        return Box(None, together(self.boxes, [turns(self.boxes, s) for s in sources], strict=bool(strict.value)))

    def _reversed(self, source: Box) -> Box:
        items, event = self.rest(source)
        cells = [self.boxes.joined(i, event) for i in reversed(items)]
        return self.boxes.row(cells, event)

    def _map(self, function: Callable[..., Box], *sources: Box) -> Box:
        return Box(None, mapped(self.boxes, function, [turns(self.boxes, s) for s in sources]))

    def _filter(self, function: Any, source: Box) -> Box:
        return Box(None, filtered(self.boxes, function if callable(function) else None, turns(self.boxes, source)))

    def _list(self, source: Box = Box([], Row([]))) -> Box:  # noqa: B008
        items, event = self.rest(source)
        return self.boxes.row(items, event)

    def _tuple(self, source: Box = Box([], Row([]))) -> Box:  # noqa: B008
        items, event = self.rest(source)
        return Box(tuple(i.value for i in items), Row(items, event))

    def _set(self, source: Box = Box([], Row([]))) -> Box:  # noqa: B008
        items, event = self.rest(source)
        keys: dict[Any, Box] = {}
        for item in items:
            keys.setdefault(item.value, item)
        return Box(
            {i.value for i in items}, Table({}, keys, self.event((), (), [event, *map(self.boxes.whole, items)]))
        )

    def _dict(self, source: Box = Box([], Row([])), **named: Box) -> Box:  # noqa: B008
        if type(source.prov) is Table:
            cells, keys, join = dict(source.prov.cells), dict(source.prov.keys), self.boxes.length(source)
        else:
            cells, keys, join = {}, {}, 0
            items, event = self.rest(source)
            join = event
            for item in items:
                (key, value), more = self.rest(item)
                cells[key.value] = value
                keys.setdefault(key.value, key)
                join = self.event((), (), (join, self.boxes.whole(key), more))
        cells |= named
        keys |= {k: Box(k) for k in named}
        return Box({k: c.value for k, c in cells.items()}, Table(cells, keys, join))

    def _sum(self, source: Box, start: Box = Box(0)) -> Box:  # noqa: B008
        items, event = self.rest(source)
        value = sum([i.value for i in items], start.value)
        return self.boxes.spread(value, self.event([self.boxes.whole(b) for b in (start, *items)], (), (event,)))

    def _any(self, source: Box) -> Box:
        return self.until(turns(self.boxes, source), stop=True)

    def _all(self, source: Box) -> Box:
        return self.until(turns(self.boxes, source), stop=False)

    def until(self, row: Turns, *, stop: bool) -> Box:
        """`any` and `all` go on only until it is decided; what was passed over is scanned."""
        passed: list[int] = []
        while row.more():
            passed.append(row.event)
            truth = self.boxes.truth(row.item)
            if bool(row.item.value) == stop:
                return Box(stop, self.event((truth,), (), passed))
            passed.append(truth)
        return Box(not stop, self.event((), (), [*passed, row.event]))

    def _min(self, *sources: Box, key: Key = None, default: Box | None = None) -> Box:
        return self.best(min, sources, key, default)

    def _max(self, *sources: Box, key: Key = None, default: Box | None = None) -> Box:
        return self.best(max, sources, key, default)

    def best(self, pick: Callable[..., Any], sources: tuple[Box, ...], key: Key, default: Box | None) -> Box:
        """The winner is read, the losers are scanned."""
        items, event = (list(sources), 0) if len(sources) > 1 else self.rest(sources[0])
        if not items and default is not None:
            return self.boxes.joined(default, event)
        keys = items if not callable(key) else [key(i) for i in items]
        place = pick(range(len(items)), key=lambda i: keys[i].value)
        losers = [self.boxes.whole(k) for k in (keys if callable(key) else [*keys[:place], *keys[place + 1 :]])]
        return self.boxes.found(items[place], 0, event, *losers)

    def _sorted(self, source: Box, key: Key = None, reverse: Box = NONE) -> Box:
        items, event = self.rest(source)
        return self.ordered(items, event, key, reverse)

    def ordered(self, items: list[Box], event: int, key: Key, reverse: Box) -> Box:
        """Each element is read; that it stands where it stands depends on all others."""
        keys = [key(i) for i in items] if callable(key) else items
        order = sorted(range(len(items)), key=lambda i: keys[i].value, reverse=bool(reverse.value))
        all_keys = self.event((), (), [event, self.boxes.whole(reverse), *(self.boxes.whole(k) for k in keys)])
        cells = [self.boxes.found(items[i], 0, all_keys) for i in order]
        return self.boxes.row(cells, event)

    # ---- texts

    def _int(self, *arguments: Box, **named: Box) -> Box:
        return self.plain(int, *arguments, **named)

    def _str(self, source: Box = Box("")) -> Box:  # noqa: B008
        if type(source.value) is str:
            return source
        return self.plain(str, source)

    def text(self, *parts: Any) -> Box:
        """An f-string: constants, and (value, conversion, format)."""
        value, cells, lengths = "", [], []
        for part in parts:
            piece = Box(part) if isinstance(part, str) else self.formatted(*part)
            value += piece.value
            cells += self.boxes.chars(piece)
            lengths.append(self.boxes.length(piece))
        events = self.event((), (), lengths)
        return Box(value, Text(cells, events), events if len(parts) > 1 else 0)

    def formatted(self, source: Box, conversion: int, spec: Box | None) -> Box:
        shown = source.value if conversion == -1 else CONVERSIONS[conversion](source.value)
        if spec is None and type(source.value) is str and conversion == -1:
            return source
        if spec is None:
            return self.boxes.spread(format(shown), self.boxes.whole(source))
        return self.boxes.spread(format(shown, spec.value), self.boxes.whole(source, spec))
