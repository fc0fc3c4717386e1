"""Expressions and statements of a rule in words, always the same words for the same code."""

import ast

OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "{} plus {}", ast.Sub: "{} minus {}", ast.Mult: "{} times {}", ast.Div: "{} divided by {}",
    ast.FloorDiv: "{} divided by {} and rounded down", ast.Mod: "the remainder of {} divided by {}",
    ast.Pow: "{} to the power {}",
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "{} equals {}", ast.NotEq: "{} differs from {}", ast.Lt: "{} is less than {}", ast.LtE: "{} is at most {}",
    ast.Gt: "{} is greater than {}", ast.GtE: "{} is at least {}", ast.In: "{} is in {}", ast.NotIn: "{} is not in {}",
    ast.Is: "{} is {}", ast.IsNot: "{} is not {}",
}  # fmt: skip
CALLS = {
    "len": "the length of {}", "int": "{} as a whole number", "str": "{} as text", "abs": "{} without its sign",
    "min": "the smallest of {}", "max": "the largest of {}", "sum": "the sum of {}", "sorted": "{} in sorted order",
    "list": "{} as a list", "reversed": "{} from its end", "ord": "the code of {}", "chr": "the character with code {}",
}  # fmt: skip
METHODS = {
    "append": "append {1} to {0}", "insert": "insert {2} into {0} before index {1}", "clear": "empty {0}",
    "reverse": "turn {0} round", "sort": "sort {0}", "remove": "remove the first {1} from {0}", "add": "add {1} to {0}",
    "extend": "append all of {1} to {0}", "discard": "remove {1} from {0}",
}  # fmt: skip
VALUES = {
    "lower": "{0} in small letters", "upper": "{0} in capitals", "isdigit": "{0} is all digits",
    "isalpha": "{0} is all letters",
    "isalnum": "{0} is all letters and digits", "get": "the entry of {1} in {0}, or {2} if there is none",
    "count": "how often {1} is in {0}", "index": "the place of {1} in {0}", "items": "the entries of {0}",
    "startswith": "{0} begins with {1}", "endswith": "{0} ends with {1}",
}  # fmt: skip


def phrase(node: ast.expr) -> str:  # noqa: C901, PLR0911 -- a table
    """A value in words; what has no words of its own stays code between backquotes."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Constant():
            return ast.unparse(node)
        case ast.List(elts=[]) | ast.Dict(keys=[]):
            return "an empty list" if isinstance(node, ast.List) else "an empty table"
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return OPERATORS[type(op)].format(held(left), held(right))
        case ast.Subscript():
            return element(node)
        case ast.Call(func=ast.Name(id=name), args=[one], keywords=[]) if name in CALLS:
            return CALLS[name].format(held(one))
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name not in ("range", "enumerate", "zip"):
            return f"{name} of {listed([held(a) for a in arguments])}" if arguments else f"`{ast.unparse(node)}`"
        case ast.Call(func=ast.Attribute(value=owner, attr="pop"), args=arguments, keywords=[]) if len(arguments) < 2:
            place = f"element {phrase(arguments[0])}" if arguments else "the last element"
            place = "the first element" if arguments and ast.unparse(arguments[0]) == "0" else place
            return f"{place} taken off {held(owner)}"
        case ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments, keywords=[]) if name in VALUES:
            words = [held(owner), *(held(a) for a in arguments)]
            return VALUES[name].format(*words) if VALUES[name].count("{") == len(words) else f"`{ast.unparse(node)}`"
        case ast.Compare(ops=[_]) | ast.UnaryOp(op=ast.Not()):
            return f"whether {condition(node)}"
        case ast.BoolOp(values=values) if all(isinstance(v, ast.Compare) for v in values):
            return f"whether {condition(node)}"
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return f"{phrase(body)} if {condition(test)}, else {phrase(orelse)}"
    return f"`{ast.unparse(node)}`"


def held(node: ast.expr) -> str:
    """The words of a part; in parentheses where they could be read otherwise."""
    words = phrase(node)
    several = isinstance(node, ast.BinOp | ast.IfExp) or ("," in words and isinstance(node, ast.Call))
    return f"({words})" if several and not words.startswith("`") else words


def element(node: ast.Subscript) -> str:
    owner, index = held(node.value), node.slice
    match index:
        case ast.Constant(value=0):
            return f"the first element of {owner}"
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return f"the last element of {owner}"
        case ast.Slice(lower=ast.Constant(value=1), upper=None, step=None):
            return f"{owner} without its first element"
        case ast.Slice(lower=None, upper=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)), step=None):
            return f"{owner} without its last element"
        case ast.Slice():
            return f"`{ast.unparse(node)}`"
    return f"element {held(index)} of {owner}"


def condition(node: ast.expr) -> str:  # noqa: PLR0911 -- a table
    """A condition in words; a value alone holds if it is not zero and not empty."""
    match node:
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return COMPARISONS[type(op)].format(held(left), held(right))
        case ast.BoolOp(op=op, values=values):
            joint = " and " if isinstance(op, ast.And) else " or "
            return joint.join(f"({condition(v)})" if isinstance(v, ast.BoolOp) else condition(v) for v in values)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Name() | ast.Subscript() as operand):
            return f"{phrase(operand)} is zero or empty"
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return f"it is not so that {condition(operand)}"
        case ast.Name() | ast.Subscript():
            return f"{phrase(node)} is neither zero nor empty"
        case ast.Call(func=ast.Attribute(attr=name)) if name.startswith("is") or name in ("startswith", "endswith"):
            return phrase(node)
    return f"{phrase(node)} holds"


def listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def command(statement: ast.stmt) -> str:  # noqa: C901, PLR0911 -- a table
    """A simple statement as an order."""
    match statement:
        case ast.Assign(targets=targets, value=value):
            return f"set {listed([target(t) for t in targets])} to {phrase(value)}"
        case ast.AnnAssign(target=name, value=value) if value is not None:
            return f"set {target(name)} to {phrase(value)}"
        case ast.AugAssign(target=name, op=ast.Add(), value=value):
            return f"add {phrase(value)} to {target(name)}"
        case ast.AugAssign(target=name, op=ast.Sub(), value=value):
            return f"subtract {phrase(value)} from {target(name)}"
        case ast.AugAssign(target=name, op=op, value=value) if type(op) in OPERATORS:
            return f"set {target(name)} to {OPERATORS[type(op)].format(target(name), held(value))}"
        case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=name), args=arguments, keywords=[])):
            words = [held(owner), *(phrase(a) for a in arguments)]
            if name in METHODS and METHODS[name].count("{") == len(words):
                return METHODS[name].format(*words)
            taken = phrase(statement.value).replace(" taken off ", " off ") if name == "pop" else ""
            return f"take {taken}" if taken else f"do `{ast.unparse(statement)}`"
        case ast.Return(value=value):
            return f"the result is {'None' if value is None else phrase(value)}"
        case ast.Delete(targets=targets):
            return f"delete {listed([target(t) for t in targets])}"
        case ast.Assert(test=test):
            return f"make sure that {condition(test)}"
        case ast.Raise(exc=raised):
            return f"stop with the error `{'' if raised is None else ast.unparse(raised)}`"
        case ast.Pass():
            return "do nothing"
    return f"do `{ast.unparse(statement)}`"


def target(node: ast.expr) -> str:
    """What is stored to."""
    if isinstance(node, ast.Tuple | ast.List):
        return listed([target(e) for e in node.elts])
    return element(node) if isinstance(node, ast.Subscript) else ast.unparse(node)


def each(statement: ast.For) -> str:
    """What a `for` goes through, in words."""
    match statement.iter:
        case ast.Call(func=ast.Name(id="range"), args=[stop]):
            return f"the numbers from 0 to below {held(stop)}"
        case ast.Call(func=ast.Name(id="range"), args=[start, stop]):
            return f"the numbers from {held(start)} to below {held(stop)}"
        case ast.Call(func=ast.Name(id="enumerate"), args=[source]):
            return f"the places and elements of {held(source)}"
        case ast.Call(func=ast.Name(id="zip"), args=sources):
            return f"the elements of {listed([held(s) for s in sources])} side by side"
    return f"the elements of {held(statement.iter)}"
