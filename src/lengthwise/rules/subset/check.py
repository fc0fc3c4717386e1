"""Refuse, before anything runs, whatever a rule may not contain: all offending lines in one error.

The check is an allow-list over the tree. It also places three kinds of expression that are no values of their own: a
lazy iterator or a view must be consumed where it is made, a lambda may only be a key or the first argument of `map` and
`filter`, and a built-in or a helper may only be called or handed over there.
"""

import ast
from collections.abc import Iterable

from lengthwise.core.errors import RuleError
from lengthwise.rules.subset.literals import Reason, check_literal, literal_allowed
from lengthwise.rules.subset.names import bound_names, meant
from lengthwise.rules.subset.source import Source
from lengthwise.rules.subset.tables import (
    BUILTINS,
    CONSUMERS,
    CONSUMING_METHODS,
    EXCEPTIONS,
    EXPRESSIONS,
    KEYED,
    LAZY,
    METHODS,
    OPERATORS,
    REMEDIES,
    STATEMENTS,
    TYPES,
    VIEWS,
)

MAX_DEPTH = 60  # nesting of expressions and blocks, far below what CPython can compile
MAX_NODES = 20_000  # of syntax
VALUE, ITERABLE, CALLABLE = "value", "iterable", "callable"


def check(source: Source) -> tuple[dict[str, ast.FunctionDef], dict[str, ast.expr]]:
    """The functions and constants that the rule reaches, all inside the subset; else one error with every offence."""
    reasons: list[Reason] = []
    functions: dict[str, ast.FunctionDef] = {}
    constants: dict[str, ast.expr] = {}
    pending = [source.name]
    while pending:
        name = pending.pop()
        if name in functions:
            continue
        functions[name] = source.functions[name]
        found = _Checker(source, functions[name])
        found.function()
        reasons += found.reasons
        pending += sorted(found.helpers)
        constants |= {c: source.constants[c] for c in found.constants}
    for constant in constants.values():
        reasons += check_literal(constant)
    if reasons:
        lines = "\n".join(f"  {source.origin}:{line}: {reason}" for line, reason in sorted(set(reasons)))
        raise RuleError(f"the rule {source.name!r} leaves the supported subset of Python (docs/rules.md):\n{lines}")
    return functions, constants


class _Checker:
    """Walks one function and keeps what is wrong with it, and which helpers and constants it names."""

    def __init__(self, source: Source, function: ast.FunctionDef) -> None:
        self.source, self.definition = source, function
        self.reasons: list[Reason] = []
        self.helpers: set[str] = set()
        self.constants: set[str] = set()
        self.scopes: list[set[str]] = [set(bound_names(function))]
        self.depth = 0

    def bad(self, node: ast.AST, reason: str) -> None:
        self.reasons.append((getattr(node, "lineno", self.definition.lineno), reason))

    def function(self) -> None:
        definition, arguments = self.definition, self.definition.args
        if sum(1 for _ in ast.walk(definition)) > MAX_NODES:
            return self.bad(definition, f"more than {MAX_NODES} nodes of syntax; split the function")
        if definition.decorator_list:
            self.bad(definition, "decorators run other code; leave them out")
        if arguments.vararg or arguments.kwarg:
            self.bad(definition, "`*args` and `**kwargs` are not supported; name every argument")
        for default in [*arguments.defaults, *(d for d in arguments.kw_defaults if d is not None)]:
            self.reasons += check_literal(default)
            if isinstance(default, ast.List | ast.Dict | ast.Set):
                self.bad(default, "a default that can change is shared by all calls; use None and make it inside")
        places = {n.id: n for n in ast.walk(definition) if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
        for name in sorted(self.scopes[0]):
            self.new_name(places.get(name, definition), name)
        self.block(definition.body)
        return None

    def new_name(self, node: ast.AST, name: str) -> None:
        if name.startswith("__"):
            self.bad(node, f"the name {name!r} starts with two underscores; rename it")
        elif name in BUILTINS or name in EXCEPTIONS or name in self.source.functions:
            self.bad(node, f"{name!r} is a built-in or a function of the file; give the variable another name")

    # ---- statements

    def block(self, body: Iterable[ast.stmt]) -> None:
        self.depth += 1
        for statement in body:
            self.statement(statement)
        self.depth -= 1

    def statement(self, node: ast.stmt) -> None:
        kind = type(node).__name__
        if not isinstance(node, STATEMENTS):
            return self.bad(node, f"`{kind}` is not supported; {REMEDIES.get(kind, 'see the documented subset')}")
        if self.depth > MAX_DEPTH:
            return self.bad(node, f"more than {MAX_DEPTH} blocks inside each other; use a helper function")
        method = getattr(self, f"_{kind.lower()}", None)
        if method is not None:
            method(node)
        return None

    def _assign(self, node: ast.Assign) -> None:
        unpacks = any(isinstance(t, ast.Tuple | ast.List) for t in node.targets)
        self.expression(node.value, ITERABLE if unpacks and len(node.targets) == 1 else VALUE)
        for target in node.targets:
            self.target(target)

    def _augassign(self, node: ast.AugAssign) -> None:
        self.operator(node, node.op)
        self.expression(node.value)
        self.target(node.target)

    def _annassign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.expression(node.value)
        self.target(node.target)

    def _delete(self, node: ast.Delete) -> None:
        for target in node.targets:
            self.target(target)

    def _if(self, node: ast.If | ast.While) -> None:
        self.expression(node.test)
        self.block(node.body)
        self.block(node.orelse)

    _while = _if

    def _for(self, node: ast.For) -> None:
        self.expression(node.iter, ITERABLE)
        if any(isinstance(n, ast.Subscript) for n in ast.walk(node.target)):
            self.bad(node, "a loop variable must be a name; assign to the element inside the loop")
        self.target(node.target)
        self.block(node.body)
        self.block(node.orelse)

    def _return(self, node: ast.Return) -> None:
        if node.value is not None:
            self.expression(node.value)

    def _expr(self, node: ast.Expr) -> None:
        self.expression(node.value)

    def _assert(self, node: ast.Assert) -> None:
        self.expression(node.test)
        if node.msg is not None:
            self.expression(node.msg)

    def _raise(self, node: ast.Raise) -> None:
        raised = node.exc
        if node.cause is not None:
            self.bad(node, "`raise ... from` is not supported; raise the error alone")
        if raised is None:
            return self.bad(node, "a bare `raise` is not supported; name the error")
        called = raised.func if isinstance(raised, ast.Call) else raised
        if not isinstance(called, ast.Name) or called.id not in EXCEPTIONS:
            return self.bad(node, f"only built-in errors can be raised: {', '.join(sorted(EXCEPTIONS))}")
        for argument in raised.args if isinstance(raised, ast.Call) else []:
            self.expression(argument)
        if isinstance(raised, ast.Call) and raised.keywords:
            self.bad(node, "an error takes no keyword arguments")
        return None

    def _try(self, node: ast.Try) -> None:
        if node.finalbody:
            self.bad(node, "`finally` is not supported; repeat the statement in both branches")
        self.block(node.body)
        for handler in node.handlers:
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            if not all(isinstance(k, ast.Name) and k.id in EXCEPTIONS for k in kinds):
                self.bad(handler, f"`except` must name built-in errors: {', '.join(sorted(EXCEPTIONS))}")
            if handler.name is not None:
                self.bad(handler, "`except ... as name` is not supported; leave the name out")
            self.block(handler.body)
        self.block(node.orelse)

    def target(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name):
            return
        if isinstance(node, ast.Tuple | ast.List):
            for element in node.elts:
                self.target(element)
        elif isinstance(node, ast.Starred):
            self.target(node.value)
        elif isinstance(node, ast.Subscript):
            self.expression(node.value)
            self.index(node.slice)
        else:
            self.bad(node, f"cannot assign to `{ast.unparse(node)}`; assign to a name or an element")
        return

    # ---- expressions

    def expression(self, node: ast.expr, position: str = VALUE) -> None:
        kind = type(node).__name__
        if not isinstance(node, EXPRESSIONS):
            return self.bad(node, f"`{kind}` is not supported; {REMEDIES.get(kind, 'see the documented subset')}")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.bad(node, f"more than {MAX_DEPTH} expressions inside each other; use a variable")
        else:
            method = getattr(self, f"_{kind.lower()}", None)
            if method is not None:
                method(node, position)
            else:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child)
        self.depth -= 1
        return None

    def operator(self, node: ast.AST, op: ast.operator) -> None:
        if not isinstance(op, OPERATORS):
            self.bad(node, "this operator is not supported; a rule has no matrices")

    def _binop(self, node: ast.BinOp, _: str) -> None:
        self.operator(node, node.op)
        self.expression(node.left)
        self.expression(node.right)

    def _constant(self, node: ast.Constant, _: str) -> None:
        if not literal_allowed(node.value):
            self.bad(
                node, f"the literal `{ast.unparse(node)[:40]}` is not supported; use int, float, bool, str or None"
            )

    def _compare(self, node: ast.Compare, _: str) -> None:
        self.expression(node.left)
        for op, operand in zip(node.ops, node.comparators, strict=True):
            if isinstance(op, ast.Is | ast.IsNot) and not _singleton(operand):
                self.bad(node, "`is` compares identities; write `==`, or `is None`")
            self.expression(operand, ITERABLE if isinstance(op, ast.In | ast.NotIn) else VALUE)

    def _name(self, node: ast.Name, position: str) -> None:
        name = node.id
        if any(name in scope for scope in self.scopes):
            return
        if name in self.source.functions or name in BUILTINS:
            if position != CALLABLE:
                self.bad(node, f"the function {name!r} is no value here; call it, or write a list of cases")
            elif name in self.source.functions:
                self.helpers.add(name)
        elif name in self.source.constants:
            self.constants.add(name)
        else:
            self.bad(
                node, f"{name!r} is neither a variable, a helper or constant of the file, nor a supported built-in"
            )

    def _attribute(self, node: ast.Attribute, _: str) -> None:
        self.bad(node, f"`.{node.attr}` is no method call; only listed methods of built-in types can be called")

    def _starred(self, node: ast.Starred, _: str) -> None:
        self.expression(node.value, ITERABLE)

    def _subscript(self, node: ast.Subscript, _: str) -> None:
        self.expression(node.value)
        self.index(node.slice)

    def index(self, node: ast.expr) -> None:
        if isinstance(node, ast.Slice):
            for part in (node.lower, node.upper, node.step):
                if part is not None:
                    self.expression(part)
        else:
            self.expression(node)

    def _slice(self, node: ast.Slice, _: str) -> None:
        self.bad(node, "a slice may only stand alone between the brackets")

    def _lambda(self, node: ast.Lambda, position: str) -> None:
        if position != CALLABLE:
            self.bad(node, "a lambda may only be a key, or the first argument of `map` and `filter`; write a helper")
        arguments = node.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.defaults or arguments.posonlyargs:
            self.bad(node, "a lambda takes plain arguments only")
        self.scopes.append({a.arg for a in arguments.args})
        for argument in arguments.args:
            self.new_name(node, argument.arg)
        self.expression(node.body)
        self.scopes.pop()

    def comprehension(self, node: ast.expr, generators: list[ast.comprehension], parts: list[ast.expr]) -> None:
        self.scopes.append(set())
        for generator in generators:
            if generator.is_async:
                self.bad(node, "asynchronous comprehensions are not supported")
            self.expression(generator.iter, ITERABLE)
            names = [n.id for n in ast.walk(generator.target) if isinstance(n, ast.Name)]
            if not all(isinstance(n, ast.Name | ast.Tuple | ast.List | ast.Starred | ast.expr_context)
                       for n in ast.walk(generator.target)):  # fmt: skip
                self.bad(node, "the variable of a comprehension must be a name or a tuple of names")
            for name in names:
                self.new_name(node, name)
            self.scopes[-1] |= set(names)
            for condition in generator.ifs:
                self.expression(condition)
        for part in parts:
            self.expression(part)
        self.scopes.pop()

    def _listcomp(self, node: ast.ListComp | ast.SetComp, _: str) -> None:
        self.comprehension(node, node.generators, [node.elt])

    _setcomp = _listcomp

    def _dictcomp(self, node: ast.DictComp, _: str) -> None:
        self.comprehension(node, node.generators, [node.key, node.value])

    def _generatorexp(self, node: ast.GeneratorExp, position: str) -> None:
        if position != ITERABLE:
            self.bad(node, "a generator is no value here; write a list comprehension")
        self.comprehension(node, node.generators, [node.elt])

    def _call(self, node: ast.Call, position: str) -> None:
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            self.bad(
                node,
                "`*` and `**` in a call are not supported; write the arguments out, or a comprehension over indices",
            )
        if isinstance(node.func, ast.Name):
            self.call_name(node, node.func.id, position)
        elif isinstance(node.func, ast.Attribute):
            self.call_method(node, node.func, position)
        else:
            self.bad(node, f"`{ast.unparse(node.func)[:40]}` cannot be called; only functions and methods by name")

    def call_name(self, node: ast.Call, name: str, position: str) -> None:
        if any(name in scope for scope in self.scopes):
            return self.bad(node, f"the variable {name!r} cannot be called; only functions can")
        if name in EXCEPTIONS:
            return self.bad(node, f"an error such as {name} is no value; raise it")
        if name not in BUILTINS and name not in self.source.functions:
            hint = meant(name, self.source.functions)
            return self.bad(node, f"`{name}(...)` is neither a helper of the file nor a supported built-in{hint}")
        if name in LAZY and position != ITERABLE:
            self.bad(node, f"`{name}(...)` is no value here; loop over it or wrap it in `list(...)`")
        if name in self.source.functions:
            self.helpers.add(name)
        if name == "isinstance":
            return self.isinstance_call(node)
        for place, argument in enumerate(node.args):
            if name in ("map", "filter") and place == 0:
                self.expression(argument, VALUE if _singleton(argument) else CALLABLE)
            else:
                self.expression(argument, ITERABLE if name in CONSUMERS else VALUE)
        for keyword in node.keywords:
            self.expression(keyword.value, CALLABLE if keyword.arg == "key" and name in KEYED else VALUE)
        return None

    def isinstance_call(self, node: ast.Call) -> None:
        if len(node.args) != 2 or node.keywords:
            return self.bad(node, "`isinstance` takes a value and a type")
        self.expression(node.args[0])
        kinds = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
        if not all(isinstance(k, ast.Name) and k.id in TYPES for k in kinds):
            self.bad(node, f"`isinstance` may ask for {', '.join(sorted(TYPES))}")
        return None

    def call_method(self, node: ast.Call, function: ast.Attribute, position: str) -> None:
        name = function.attr
        if name not in METHODS:
            return self.bad(
                node, f"the method `.{name}(...)` is not supported; the documented subset lists those that are"
            )
        if name in VIEWS and position != ITERABLE:
            self.bad(node, f"`.{name}()` is no value here; loop over it or wrap it in `list(...)`")
        self.expression(function.value)
        for argument in node.args:
            self.expression(argument, ITERABLE if name in CONSUMING_METHODS else VALUE)
        for keyword in node.keywords:
            self.expression(keyword.value, CALLABLE if keyword.arg == "key" and name == "sort" else VALUE)
        return None


def _singleton(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))
