"""Lay out a rule: one `Node` for every statement, numbered sections, and which names are bound for certain."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lengthwise.rules.rewrite.facts import helper_changes, positions, read_names, sub_values, written_names
from lengthwise.rules.rewrite.labels import number_steps
from lengthwise.rules.rewrite.nodes import Node, Plan
from lengthwise.rules.subset.names import bound_names, stored_names
from lengthwise.rules.subset.source import Source

KINDS: dict[type[ast.stmt], str] = {
    ast.Assign: "assign", ast.AugAssign: "assign", ast.AnnAssign: "assign", ast.Expr: "do", ast.Delete: "del",
    ast.Assert: "assert", ast.Raise: "raise", ast.Return: "return", ast.Pass: "pass", ast.Break: "break",
    ast.Continue: "continue", ast.If: "if", ast.While: "while", ast.For: "for",
}  # fmt: skip
GROUPABLE = (ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr)


@dataclass(frozen=True)
class Around:
    """Where a block stands."""

    depth: int = 0
    section: str = ""


def make_plan(
    source: Source, functions: dict[str, ast.FunctionDef], start: str, group: int = 1, *, heads: Mapping[str, int]
) -> Plan:
    """The plan of a rule that starts at `start`, with up to `group` consecutive simple statements in one node.

    `heads`: the line of each function in the rule as a prompt shows it.
    """
    plan = Plan(kinds=store_kinds(functions))
    changers = helper_changes(functions)
    for name, function in functions.items():
        _Planner(plan, source, function, changers, group, heads[name]).function(entry=name == start)
    number_steps(plan, functions)
    return plan


class _Planner:
    def __init__(
        self, plan: Plan, source: Source, function: ast.FunctionDef, changers: dict[str, list[bool]], group: int,
        head: int,
    ) -> None:  # fmt: skip
        self.shift = head - function.lineno
        self.plan, self.source, self.definition, self.changers, self.group = plan, source, function, changers, group
        self.names = tuple(bound_names(function))
        self.known = frozenset(self.names)
        deleted = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Del)}
        self.never_sure = frozenset(deleted)

    def add(self, statements: tuple[ast.stmt, ...], node: Node) -> Node:
        node = replace(node, id=len(self.plan.nodes), names=self.names, shown=node.number + self.shift)
        self.plan.nodes.append(node)
        for statement in statements:
            self.plan.of[id(statement)] = node
        return node

    def function(self, *, entry: bool) -> None:
        parameters = positions(self.definition)
        text = f"def {self.source.name if entry else self.definition.name}({', '.join(parameters)}):"
        heading = "1. Initialize" if entry else f"enter {self.definition.name}"
        node = Node(0, "enter", self.definition.name, self.definition.lineno, text, writes=tuple(parameters),
                    heading=heading, entry=entry, sure=frozenset(parameters))  # fmt: skip
        self.plan.entries[self.definition.name] = self.add((), node)
        body = without_docstring(self.definition.body)
        self.block(body, Around(), frozenset(parameters) - self.never_sure, self.headings(body))

    def headings(self, body: list[ast.stmt]) -> dict[int, str]:
        """The numbered sections of a function: initialize, its loops, what stands between them, return."""
        loops = sum(isinstance(s, ast.For | ast.While) for s in body)
        found: dict[int, str] = {}
        section, running = 1, True  # 1 is "Initialize"
        for statement in body:
            title = ""
            if isinstance(statement, ast.For | ast.While):
                title, running = "Main loop" if loops == 1 else "Loop", False
            elif isinstance(statement, ast.Return):
                title = "Return"
            elif (not isinstance(statement, (*GROUPABLE, ast.Pass)) and section == 1) or not running:
                title, running = "Then", True
            if title:
                section += 1
                found[id(statement)] = f"{section}. {title}"
        return found

    def block(
        self, body: list[ast.stmt], around: Around, sure: frozenset[str], headings: dict[int, str]
    ) -> frozenset[str] | None:
        """Plan a block; the names bound for certain after it, or None if nothing comes after."""
        now: frozenset[str] | None = sure
        place, inner, initial = 0, 0, bool(headings) or around == Around()
        while place < len(body):
            run = self.run_of(body, place, headings)
            place += len(run)
            heading = headings.get(id(run[0]), "")
            if isinstance(run[0], ast.For | ast.While) and around.section:
                inner += 1
                heading = f"{around.section}.{inner} Inner loop"
            initial = initial and not heading and around.depth == 0
            now = self.statement(tuple(run), around, now or frozenset(), heading, initial=initial)
        return now

    def run_of(self, body: list[ast.stmt], place: int, headings: dict[int, str]) -> list[ast.stmt]:
        """The statement at `place` and those grouped with it."""
        run = [body[place]]
        while (
            len(run) < self.group and place + len(run) < len(body) and self.groupable(run[0])
            and self.groupable(body[place + len(run)]) and id(body[place + len(run)]) not in headings
        ):  # fmt: skip
            run.append(body[place + len(run)])
        return run

    def groupable(self, statement: ast.stmt) -> bool:
        calls = any(isinstance(n, ast.Name) and n.id in self.changers for n in ast.walk(statement))
        declares = isinstance(statement, ast.AnnAssign) and statement.value is None
        return isinstance(statement, GROUPABLE) and not calls and not declares

    def statement(
        self, run: tuple[ast.stmt, ...], around: Around, sure: frozenset[str], heading: str, *, initial: bool
    ) -> frozenset[str] | None:
        first = run[0]
        if isinstance(first, ast.Try):
            return self.attempt(first, around, sure)
        if isinstance(first, ast.AnnAssign) and first.value is None:  # declares a name, stores nothing
            self.add(run, Node(0, "pass", self.definition.name, first.lineno, self.line(first), depth=around.depth,
                               heading=heading, sure=sure, statements=run))  # fmt: skip
            return sure
        reads, writes, parts = self.facts(run)
        node = Node(
            id=0,
            kind=KINDS[type(first)],
            function=self.definition.name,
            number=first.lineno,
            text="\n".join(self.line(s) for s in run),
            reads=tuple(reads),
            writes=tuple(writes),
            subs=tuple(self.source.segment(p) for p in parts),
            depth=around.depth,
            heading=heading,
            turn=self.turn(first, heading),
            initial=initial,
            sure=sure,
            stores=stored(run),
            parts=tuple(parts),
            statements=run,
        )
        node = self.add(run, node)
        match first:
            case ast.If():
                return self.branches(first, around, sure)
            case ast.For() | ast.While():
                return self.loop(first, around, sure, node)
            case ast.Return() | ast.Raise() | ast.Break() | ast.Continue():
                return None
        return (sure | {n for s in run for n in stored_names(s)}) - self.never_sure

    def facts(self, run: tuple[ast.stmt, ...]) -> tuple[list[str], list[str], list[ast.expr]]:
        reads: list[str] = []
        writes: list[str] = []
        parts: list[ast.expr] = []
        for statement in run:
            if isinstance(statement, ast.For):
                reads += read_names(statement.iter, self.known)
                writes += stored_names(statement.target)
            elif isinstance(statement, ast.If | ast.While):
                reads += read_names(statement.test, self.known)
            else:
                reads += [n for n in read_names(statement, self.known) if n not in writes]
                writes += written_names(statement, self.changers, self.known)
            parts += sub_values(statement)
        return list(dict.fromkeys(reads)), list(dict.fromkeys(writes)), parts

    def turn(self, statement: ast.stmt, heading: str) -> str:
        if not isinstance(statement, ast.For | ast.While):
            return ""
        number = heading.split(" ", maxsplit=1)[0].rstrip(".")
        return f"{number}.1 One iteration" if number else ""

    def branches(self, node: ast.If, around: Around, sure: frozenset[str]) -> frozenset[str] | None:
        ends = [
            self.block(node.body, around, sure, {}),
            self.block(node.orelse, around, sure, {}) if node.orelse else sure,
        ]
        alive = [e for e in ends if e is not None]
        return frozenset.intersection(*alive) if alive else None

    def loop(self, node: ast.For | ast.While, around: Around, sure: frozenset[str], made: Node) -> frozenset[str]:
        inside = Around(around.depth + 1, made.turn.split(" ")[0])
        targets = stored_names(node.target) if isinstance(node, ast.For) else []
        self.block(node.body, inside, (sure | set(targets)) - self.never_sure, {})
        if node.orelse:
            self.block(node.orelse, around, sure, {})
        return sure

    def attempt(self, node: ast.Try, around: Around, sure: frozenset[str]) -> frozenset[str]:
        self.block(node.body, around, sure, {})
        for handler in node.handlers:
            text = f"except {ast.unparse(handler.type)}:" if handler.type else "except:"
            made = Node(0, "except", self.definition.name, handler.lineno, text, depth=around.depth, sure=sure)
            self.plan.of[id(handler)] = self.add((), made)
            self.block(handler.body, around, sure, {})
        if node.orelse:
            self.block(node.orelse, around, sure, {})
        return sure

    def line(self, statement: ast.stmt) -> str:
        """The line that a trace recites."""
        match statement:
            case ast.If(test=test):
                return f"{self.keyword(statement)} {self.source.segment(test)}:"
            case ast.While(test=test):
                return f"while {self.source.segment(test)}:"
            case ast.For(target=target, iter=source):
                shown = (
                    ", ".join(map(ast.unparse, target.elts)) if isinstance(target, ast.Tuple) else ast.unparse(target)
                )
                return f"for {shown} in {self.source.segment(source)}:"
        return self.source.segment(statement)

    def keyword(self, statement: ast.If) -> str:
        lines = self.source.lines
        return "elif" if lines[statement.lineno - 1][statement.col_offset :].startswith("elif") else "if"


def stored(run: tuple[ast.stmt, ...]) -> tuple[str, ...]:
    """Names that the statements bind, in order: the stores that tags speak of."""
    names: list[str] = []
    for statement in run:
        if isinstance(statement, ast.For):
            names += stored_names(statement.target)
        elif isinstance(statement, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            names += [n for t in targets for n in stored_names(t)]
    return tuple(names)


def without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """A function's statements; strings that stand alone are comments."""
    kept = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return kept or [ast.copy_location(ast.Pass(), body[0])]


def store_kinds(functions: dict[str, ast.FunctionDef]) -> dict[tuple[str, int, int], str]:
    """The kind of every store: its name, if one place of the rule (or one in a loop) stores it, else with its line."""
    found = [store for f in functions.values() for store in _stores(f.body, f.name, looped=False)]
    places: dict[str, dict[tuple[int, int], bool]] = {}
    for (_, line, column), name, looped in found:  # a recursive rule is there twice, at the same places
        places.setdefault(name, {})[line, column] = looped
    kinds: dict[tuple[str, int, int], str] = {}
    for place, name, _ in found:
        spots = places[name]
        inside = [spot for spot, looped in spots.items() if looped]
        plain = place[1:] if len(spots) == 1 else inside[0] if len(inside) == 1 else None
        kinds[place] = name if place[1:] == plain else f"{name}@{place[1]}"
    return kinds


def _stores(body: list[ast.stmt], function: str, *, looped: bool) -> list[tuple[tuple[str, int, int], str, bool]]:
    found: list[tuple[tuple[str, int, int], str, bool]] = []
    for statement in body:
        targets: list[ast.expr] = []
        match statement:
            case ast.Assign():
                targets = statement.targets
            case ast.AugAssign() | ast.AnnAssign():
                targets = [statement.target]
            case ast.For():
                targets = [statement.target]
        turn = looped or isinstance(statement, ast.For | ast.While)
        for target in targets:
            names = [n for n in ast.walk(target) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
            found += [((function, n.lineno, n.col_offset), n.id, turn) for n in names]
        for part in ("body", "orelse", "handlers"):
            for inner in getattr(statement, part, []):
                block = inner.body if isinstance(inner, ast.ExceptHandler) else [inner]
                found += _stores(block, function, looped=turn)
    return found
