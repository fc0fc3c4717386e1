"""Number the steps of a rule, and say which step follows where: what words need that code shows by indentation.

A block's statements are 1, 2, 3 ... under the number of the statement that holds it; an `else` goes on counting. Steps
of a helper begin with its name: `matches 2.1`.
"""

import ast
from dataclasses import replace

from lengthwise.rules.rewrite.nodes import Node, Plan


def number_steps(plan: Plan, functions: dict[str, ast.FunctionDef]) -> None:
    """Fill in `label`, `after`, `otherwise`, `last` and `back` of every node of the plan."""
    for function in functions.values():
        home = plan.entries[function.name]
        _Numbering(plan).block(function.body, "" if home.entry else f"{function.name} ", "", loops=())


class _Numbering:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan

    def block(
        self, body: list[ast.stmt], stem: str, after: str, loops: tuple[tuple[str, str], ...], first: int = 1
    ) -> int:
        """Number a block from `first` on; the number that the next block under the same stem begins with."""
        units = self.units(body)
        for place, unit in enumerate(units):
            label = f"{stem}{first + place}"
            follow = f"{stem}{first + place + 1}" if place + 1 < len(units) else after
            back = place + 1 == len(units) and bool(loops) and after == loops[-1][0]
            self.unit(unit, label, follow, loops, last=place + 1 == len(units), back=back)
        return first + len(units)

    def units(self, body: list[ast.stmt]) -> list[list[ast.stmt]]:
        """Statements, those that a style writes as one together."""
        units: list[list[ast.stmt]] = []
        place = 0
        while place < len(body):
            node = self.plan.of.get(id(body[place]))
            size = max(1, len(node.statements)) if node is not None else 1
            units.append(body[place : place + size])
            place += size
        return units

    def unit(
        self,
        unit: list[ast.stmt],
        label: str,
        after: str,
        loops: tuple[tuple[str, str], ...],
        *,
        last: bool,
        back: bool,
    ) -> None:
        statement = unit[0]
        otherwise = after
        stem = f"{label}."
        match statement:
            case ast.If(body=body, orelse=orelse):
                count = self.block(body, stem, after, loops)
                otherwise = f"{stem}{count}" if orelse else after
                self.block(orelse, stem, after, loops, count)
            case ast.For(body=body, orelse=orelse) | ast.While(body=body, orelse=orelse):
                count = self.block(body, stem, label, (*loops, (label, after)))
                otherwise = f"{stem}{count}" if orelse else after
                self.block(orelse, stem, after, loops, count)
            case ast.Try(body=body, orelse=orelse, handlers=handlers):
                count = self.block(body, stem, after, loops)
                for handler in handlers:
                    node = self.plan.of[id(handler)]
                    self.set(node, [], replace(node, label=f"{stem}{count}"), handler)
                    count = self.block(handler.body, stem, after, loops, count + 1)
                self.block(orelse, stem, after, loops, count)
                return
            case ast.Break():
                otherwise = loops[-1][1]
            case ast.Continue():
                otherwise = loops[-1][0]
        made = self.plan.of[id(statement)]
        self.set(made, unit, replace(made, label=label, after=after, otherwise=otherwise, last=last, back=back))

    def set(self, old: Node, unit: list[ast.stmt], new: Node, handler: ast.ExceptHandler | None = None) -> None:
        self.plan.nodes[old.id] = new
        for statement in unit:
            self.plan.of[id(statement)] = new
        if handler is not None:
            self.plan.of[id(handler)] = new
