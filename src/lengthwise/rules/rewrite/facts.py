"""Facts about single statements: what they read and change in place, and which of their parts deserve a word."""

import ast
from functools import lru_cache

from lengthwise.rules.subset.names import stored_names
from lengthwise.rules.subset.tables import BUILTINS, LAZY, MUTATING, VIEWS

SCOPES = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def heads(statement: ast.stmt) -> list[ast.AST]:
    """The parts of a statement that run when it is reached: not the blocks inside."""
    match statement:
        case ast.If(test=test) | ast.While(test=test):
            return [test]
        case ast.For(iter=source):
            return [source]
        case ast.Try():
            return []
    return [statement]


def read_names(node: ast.AST, known: frozenset[str]) -> list[str]:  # noqa: PLR0911 -- a table
    """Variables that a node loads, in order of evaluation; names of comprehensions and lambdas are their own."""
    match node:
        case ast.Name(id=name):
            return [name] if name in known and isinstance(node.ctx, ast.Load) else []
        case ast.AugAssign(target=target, value=value):
            target_names = [target.id] if isinstance(target, ast.Name) else read_names(target, known)
            return _unique([n for n in target_names if n in known] + read_names(value, known))
        case ast.Assign(targets=targets, value=value):
            return _unique(read_names(value, known) + [n for t in targets for n in read_names(t, known)])
        case ast.AnnAssign(target=target, value=value):
            return _unique(([] if value is None else read_names(value, known)) + read_names(target, known))
        case ast.Lambda(args=arguments, body=body):
            return read_names(body, known - {a.arg for a in arguments.args})
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            inner = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
            first = read_names(node.generators[0].iter, known)
            rest = [n for child in ast.iter_child_nodes(node) for n in read_names(child, known - inner)]
            return _unique(first + rest)
        case ast.comprehension(iter=source, ifs=conditions):
            return _unique([n for part in [source, *conditions] for n in read_names(part, known)])
    return _unique([n for child in ast.iter_child_nodes(node) for n in read_names(child, known)])


def root(node: ast.expr) -> str | None:
    """The variable whose container an expression reaches into: `grid` in `grid[i][j]`."""
    while True:
        match node:
            case ast.Subscript(value=inner) | ast.Starred(value=inner):
                node = inner
            case ast.Call(func=ast.Attribute(value=inner)):
                node = inner
            case ast.Name(id=name):
                return name
            case _:
                return None


def changed_names(  # noqa: C901 -- a table
    node: ast.AST, changers: dict[str, list[bool]], *, wide: bool = False
) -> list[str]:
    """Variables whose containers a node changes in place, itself or through a helper (`changers`: by position).

    `wide` adds every variable that the changed expression names: what `d.get(k, other).append(1)` changes may be
    `other`.
    """
    names: list[str | None] = []

    def owner(value: ast.expr) -> None:
        found = root(value)
        names.extend(sorted(_loads(value)) if wide or found is None else [found])

    for inner in ast.walk(node):
        match inner:
            case ast.Subscript(value=value, ctx=ast.Store() | ast.Del()):
                owner(value)
            case ast.AugAssign(target=ast.Name(id=name)) if wide:
                names.append(name)
            case ast.Call(func=ast.Attribute(attr=method, value=value)) if method in MUTATING:
                owner(value)
            case ast.Call(func=ast.Name(id=helper), args=arguments, keywords=keywords) if helper in changers:
                for place, argument in enumerate(arguments):
                    if place < len(changers[helper]) and changers[helper][place]:
                        owner(argument)
                for keyword in keywords if any(changers[helper]) else []:
                    owner(keyword.value)
            case ast.Call(args=[ast.Name(id=helper), *others]) if any(changers.get(helper, [])):  # map(helper, rows)
                names += [n for other in others for n in sorted(_loads(other))]
    return _unique(names)


def written_names(statement: ast.stmt, changers: dict[str, list[bool]], known: frozenset[str]) -> list[str]:
    """What a simple statement stores or changes in place."""
    deleted = (
        {t.id for t in statement.targets if isinstance(t, ast.Name)} if isinstance(statement, ast.Delete) else set()
    )
    names = stored_names(statement) + changed_names(statement, changers)
    return [n for n in _unique(names) if n in known and n not in deleted]


def helper_changes(functions: dict[str, ast.FunctionDef], *, wide: bool = False) -> dict[str, list[bool]]:
    """For every function and argument position: may it change that argument in place? Closed over calls."""
    changers = {name: [False] * len(positions(f)) for name, f in functions.items()}
    while True:
        before = {n: list(flags) for n, flags in changers.items()}
        for name, function in functions.items():
            changed = set(changed_names(ast.Module(function.body, []), changers, wide=wide))
            for place, parameter in enumerate(positions(function)):
                changers[name][place] |= bool(changed & aliases(function, parameter, wide=wide))
        if before == changers:
            return changers


def positions(function: ast.FunctionDef) -> list[str]:
    return [a.arg for a in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]]


def aliases(function: ast.FunctionDef, name: str, *, wide: bool = False) -> set[str]:
    """Variables that may hold the same container as `name`, or a part of it; `wide`: or that it may be a part of."""
    flows = _flows(function) + (_inward(function) if wide else [])
    found = {name}
    while True:
        more = found | {n for sources, targets in flows if found & sources for n in targets}
        if more == found:
            return found
        found = more


@lru_cache(maxsize=256)
def _flows(function: ast.FunctionDef) -> list[tuple[set[str], list[str]]]:
    """What may hand containers on: the names that an assignment or a loop loads, and those it stores."""
    flows: list[tuple[set[str], list[str]]] = []
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            flows.append((_loads(node.value), [n for t in node.targets for n in stored_names(t)]))
        elif isinstance(node, ast.For | ast.comprehension):
            flows.append((_loads(node.iter), stored_names(node.target)))
        elif isinstance(node, ast.Call):
            parts = [*node.args, *(k.value for k in node.keywords)]
            given = [a for part in parts if isinstance(part, ast.Lambda) for a in part.args.args]
            flows += [(_loads(node), [a.arg for a in given])] if given else []
    return flows


@lru_cache(maxsize=256)
def _inward(function: ast.FunctionDef) -> list[tuple[set[str], list[str]]]:
    """What may put containers into others: stores of elements, methods that take values, and whatever a helper does."""
    flows: list[tuple[set[str], list[str]]] = []
    for node in ast.walk(function):
        match node:
            case ast.Assign(targets=targets, value=value):
                flows += [(_loads(value), sorted(_loads(t))) for t in targets if not isinstance(t, ast.Name)]
            case ast.AugAssign(target=target, value=value):
                flows.append((_loads(value), sorted(_loads(target)) + stored_names(target)))
            case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments) if name in MUTATING:
                flows += [(_loads(a), sorted(_loads(owner))) for a in arguments]
            case ast.Call(func=ast.Name(id=name)) if name not in BUILTINS:
                flows.append((_loads(node), sorted(_loads(node))))
    return flows


def _loads(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)}


def sub_values(statement: ast.stmt) -> list[ast.expr]:  # noqa: PLR0911 -- a table
    """Parts whose value a reader cannot see: elements, calls and arithmetic, where they are evaluated for certain.

    In order of evaluation, without the whole right-hand side, which the statement itself will state.
    """
    match statement:
        case ast.Assign(targets=[ast.Name()], value=value) | ast.AnnAssign(target=ast.Name(), value=value) if (
            value is not None
        ):
            return _inside(value)
        case ast.Assign(value=value, targets=targets):
            return _all(value) + [p for t in targets for p in _target_parts(t)]
        case ast.AugAssign(value=value, target=target):
            return _target_parts(target) + _all(value)
        case ast.Expr(value=value) | ast.Return(value=value) if value is not None:
            return _inside(value)
        case ast.If(test=test) | ast.While(test=test) | ast.Assert(test=test):
            return _inside(test)
        case ast.For(iter=source):
            return _inside(source)
    return []


def _target_parts(target: ast.expr) -> list[ast.expr]:
    if isinstance(target, ast.Subscript):
        return _target_parts(target.value) + (_all(target.slice) if not isinstance(target.slice, ast.Slice) else [])
    return [p for e in target.elts for p in _target_parts(e)] if isinstance(target, ast.Tuple | ast.List) else []


def _all(node: ast.expr) -> list[ast.expr]:
    return _inside(node) + ([node] if _telling(node) else [])


def _telling(node: ast.expr) -> bool:
    match node:
        case ast.Subscript(slice=index):
            return not isinstance(index, ast.Slice) and isinstance(node.ctx, ast.Load)
        case ast.Call(func=ast.Name(id=name)):
            return name not in LAZY
        case ast.Call(func=ast.Attribute(attr=name)):
            return name not in VIEWS
        case ast.BinOp():
            return any(isinstance(n, ast.Name) for n in ast.walk(node))
    return False


def _inside(node: ast.expr) -> list[ast.expr]:
    match node:
        case ast.BoolOp(values=values):
            return _all(values[0])
        case ast.IfExp(test=test):
            return _all(test)
        case ast.Compare(left=left, comparators=rest):
            return _all(left) + _all(rest[0])
        case ast.Lambda() | ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp() | ast.JoinedStr():
            return []
        case ast.Call(func=function, args=arguments, keywords=keywords):
            receiver = _all(function.value) if isinstance(function, ast.Attribute) else []
            return receiver + [p for a in [*arguments, *(k.value for k in keywords)] for p in _all(a)]
    return [p for child in ast.iter_child_nodes(node) if isinstance(child, ast.expr) for p in _all(child)]


def _unique(names: list[str] | list[str | None]) -> list[str]:
    return list(dict.fromkeys(n for n in names if n is not None))
