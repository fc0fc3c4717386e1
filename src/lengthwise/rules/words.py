"""A rule in words: a numbered procedure, made from the structure of the function alone.

The same rule always reads the same, and the style `natural` traces it in the same words.
"""

import ast

from lengthwise.rules.rewrite.nodes import Node, Plan
from lengthwise.rules.rule import Rule
from lengthwise.rules.styles.natural import next_step, order, other, step
from lengthwise.rules.styles.phrases import condition, listed
from lengthwise.rules.styles.pieces import Say


def rule_in_words(rule: Rule) -> str:
    r"""The rule as a numbered procedure.

    >>> print(rule_in_words(Rule("def f(x):\n    while x > 9:\n        x = x // 10\n    return x\n")), end="")
    f, given x:
    1. While x is greater than 9, do step 1.1, again and again; then go to step 2.
    1.1. Set x to x divided by 10 and rounded down.
    1.2. Go back to step 1.
    2. The result is x.
    """
    plan = rule.plan()
    lines: list[str] = [f"{name} is {rule.source.segment(value)}." for name, value in rule.constants.items()]
    for name, function in rule.functions.items():
        parameters = plan.entries[name].writes
        given = f", given {listed(list(parameters))}" if parameters else ""
        lines.append(f"{name.lstrip('$')}{given}:")
        _block(plan, function.body, lines)
    return "\n".join(lines) + "\n"


def _block(plan: Plan, body: list[ast.stmt], lines: list[str]) -> str:
    """Write the steps of a block; the number of the last one."""
    label = ""
    for statement in body:
        node = plan.of.get(id(statement))
        if isinstance(statement, ast.Try):
            label = _attempt(plan, statement, lines) or label
            continue
        assert node is not None
        label = node.label
        start = len(lines)
        lines.append("")
        last = _inside(plan, statement, lines)
        lines[start] = f"{label}. {_capital(_line(node, statement, last))}."
        if isinstance(statement, ast.For | ast.While):
            at = next(i for i in range(start, len(lines)) if lines[i].startswith(f"{last}. ")) + 1
            while at < len(lines) and lines[at].startswith(f"{last}."):
                at += 1
            stem, _, number = last.rpartition(".")
            lines.insert(at, f"{stem}.{int(number) + 1}. Go back to step {label}.")
    return label


def _inside(plan: Plan, statement: ast.stmt, lines: list[str]) -> str:
    last = ""
    if isinstance(statement, ast.If | ast.For | ast.While):
        last = _block(plan, statement.body, lines)
        if statement.orelse:
            _block(plan, statement.orelse, lines)
    return last


def _attempt(plan: Plan, statement: ast.Try, lines: list[str]) -> str:
    first = len(lines)
    lines.append("")
    last = _block(plan, statement.body, lines)
    lines[first] = f"Try the steps up to {last}:"
    for handler in statement.handlers:
        node = plan.of[id(handler)]
        lines.append(f"{node.label}. {_capital(order(node))}:")
        last = _block(plan, handler.body, lines)
    return _block(plan, statement.orelse, lines) or last


def _line(node: Node, statement: ast.stmt, last: str) -> str:
    match statement:
        case ast.While(test=test):
            return f"while {condition(test)}, do {span(node, last)}, again and again; then {step(node.otherwise)}"
        case ast.For():
            return f"{order(node)}, and do {span(node, last)} with it; then {step(node.otherwise)}"
        case ast.If(test=test):
            return f"if {condition(test)}, go on with step {node.label}.1; else {other(node)}"
    closing = next_step(node)
    leads = closing[0].text.strip(".\n").lower() if closing and isinstance(closing[0], Say) and not node.back else ""
    return f"{order(node)}; then {leads}" if leads else order(node)


def span(node: Node, last: str) -> str:
    """The steps of a loop."""
    first = f"{node.label}.1"
    return f"step {first}" if first == last else f"steps {first} to {last}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
