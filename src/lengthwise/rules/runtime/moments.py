"""What the event density calls: makes events, asks the hook, and hands its overrides back to the program."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from lengthwise.rules.events import Event, Hook
from lengthwise.rules.rewrite.nodes import Plan
from lengthwise.rules.runtime.guards import Guards
from lengthwise.rules.scanner import scan

Locals = Mapping[str, Any]
PART = re.compile(r"len\((?P<of>\w+)\)|(?P<name>\w+)\[(?P<key>.+)\]")  # `xs[2]`, `len(xs)`
NOTHING: Mapping[str, Any] = {}


class Moments:
    """The link between one execution and one hook; `over` holds what the last event was overridden with."""

    def __init__(self, plan: Plan, guards: Guards, hook: Hook) -> None:
        self.nodes, self.guards, self.hook = plan.nodes, guards, hook
        self.over: Mapping[str, Any] = NOTHING
        self.before: list[dict[int, dict[str, str]]] = [{}]
        self.turns: list[dict[int, int]] = [{}]
        self.final: dict[str, Any] = {}

    def texts(self, names: tuple[str, ...], local: Locals) -> dict[str, str]:
        text = self.guards.text
        return {name: text(local[name]) for name in names if name in local}

    def state(self, identity: int, local: Locals) -> dict[str, str]:
        return self.texts(self.nodes[identity].names, local) if self.hook.whole else {}

    def ask(self, event: Event, local: Locals) -> bool:
        """Whether variables were overridden; a stated container replaces the old one in place."""
        answer = self.hook.on(event)
        if answer is None or not answer.values:
            return False
        over: dict[str, Any] = {}
        for name, value in answer.values.items():
            part = PART.fullmatch(name)
            if part is None:
                over[name] = in_place(local.get(name), value)
            else:
                whole = part["of"] or part["name"]
                over[whole] = with_part(over.get(whole, local.get(whole)), part["key"], value)
        self.over = over
        return True

    def enter(self, identity: int, local: Locals) -> bool:
        node = self.nodes[identity]
        self.turns.append({})
        self.before.append({})
        return self.ask(Event("enter", node, self.texts(node.writes, local), state=self.state(identity, local)), local)

    def begin(self, identity: int) -> None:
        self.turns[-1][identity] = 0

    def open(self, identity: int, local: Locals) -> bool:
        node = self.nodes[identity]
        self.turns[-1][identity] = 0
        if node.kind in ("assign", "do", "del", "assert"):
            self.before[-1][identity] = self.texts(node.writes, local)
        return self.ask(Event("open", node, self.texts(node.reads, local), state=self.state(identity, local)), local)

    def test(self, identity: int, local: Locals) -> bool:
        node = self.nodes[identity]
        values, turn = self.texts(node.reads, local), self.turns[-1].get(identity, 0)
        return self.ask(Event("test", node, values, iteration=turn, state=self.state(identity, local)), local)

    def sub(self, identity: int, part: int, value: Any) -> Any:
        node = self.nodes[identity]
        answer = self.hook.on(Event("close", node, {node.subs[part]: self.guards.text(value)}, part=part))
        return value if answer is None or not answer.values else in_place(value, next(iter(answer.values.values())))

    def close(self, identity: int, local: Locals) -> bool:
        node = self.nodes[identity]
        before = self.before[-1].get(identity, {})
        return self.ask(
            Event("close", node, self.texts(node.writes, local), before, state=self.state(identity, local)), local
        )

    def verdict(self, identity: int, value: Any) -> bool:
        node, verdict = self.nodes[identity], bool(value)
        turn = self.turns[-1].get(identity, 0)
        self.turns[-1][identity] = turn + 1
        answer = self.hook.on(Event("verdict", node, NOTHING, verdict=verdict, iteration=turn))
        return verdict if answer is None or answer.verdict is None else answer.verdict

    def items(self, identity: int, source: Any) -> Iterator[Any]:
        """The turns of a `for`: the hook may end it early, or ask for an item that there is not."""
        rows, node = iter(source), self.nodes[identity]
        while True:
            try:
                item, more = next(rows), True
            except StopIteration:
                item, more = None, False
            if not self.verdict(identity, more):
                return
            length = len(source) if hasattr(source, "__len__") else None
            self.turns[-1][-1 - identity] = -1 if length is None else length
            missing = len(node.stores) if len(node.stores) > 1 else 0
            yield item if more else ((None,) * missing if missing else None)

    def item(self, identity: int, local: Locals) -> bool:
        node, length = self.nodes[identity], self.turns[-1].get(-1 - identity, -1)
        turn = self.turns[-1].get(identity, 0)
        event = Event("item", node, self.texts(node.writes, local), iteration=turn, of=None if length < 0 else length,
                      state=self.state(identity, local))  # fmt: skip
        return self.ask(event, local)

    def leave(self, identity: int, value: Any, local: Locals) -> Any:
        node = self.nodes[identity]
        self.turns.pop()
        self.before.pop()
        if node.entry:
            self.final = {name: local[name] for name in node.names if name in local}
        answer = self.hook.on(Event("leave", node, {"": self.guards.text(value)}, state=self.state(identity, local)))
        return value if answer is None or not answer.values else in_place(value, answer.values.get("", value))

    def fail(self, identity: int, error: BaseException, local: Locals) -> None:
        node = self.nodes[identity]
        self.turns.pop()
        self.before.pop()
        if node.entry:
            self.final = {name: local[name] for name in node.names if name in local}
        self.hook.on(Event("leave", node, NOTHING, error=type(error).__name__))


def with_part(whole: Any, key: str | None, value: Any) -> Any:
    """A variable of which one element, or (without a key) the length, was stated."""
    if key is None:
        return in_place(whole, whole[:value]) if isinstance(whole, list | str) and isinstance(value, int) else whole
    place = scan(key)[0]
    if isinstance(whole, str):
        return whole[:place] + str(value) + whole[place + 1 :]
    if isinstance(whole, list) and place >= len(whole):
        whole.append(value)
    elif isinstance(whole, list | dict):
        whole[place] = value
    return whole


def in_place(old: Any, new: Any) -> Any:
    """The stated value, put into the container that was there, so that other names of it see the change."""
    if type(old) is not type(new):
        return new
    if isinstance(old, list):
        old[:] = new
        return old
    if isinstance(old, dict | set):
        old.clear()
        old.update(new)
        return old
    return new
