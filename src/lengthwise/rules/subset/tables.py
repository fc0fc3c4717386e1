"""The allow-list: every construct, built-in, method and exception that a rule may use.

Whatever is not named here is refused before anything runs. A new entry needs three things: that the value types of the
subset stay closed (it must not return a module, a class, a frame ...), that its cost is bounded or guarded
(`runtime/guards.py`), and a row in `tests/rules`.
"""

import ast

STATEMENTS: tuple[type[ast.stmt], ...] = (
    ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Delete, ast.If, ast.While, ast.For, ast.Break, ast.Continue, ast.Pass,
    ast.Return, ast.Expr, ast.Assert, ast.Raise, ast.Try,
)  # fmt: skip

EXPRESSIONS: tuple[type[ast.expr], ...] = (
    ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Lambda, ast.IfExp, ast.Dict, ast.Set, ast.ListComp, ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp, ast.Compare, ast.Call, ast.JoinedStr, ast.FormattedValue, ast.Constant, ast.Subscript, ast.Slice,
    ast.Name, ast.List, ast.Tuple, ast.Starred, ast.Attribute,
)  # fmt: skip

REMEDIES: dict[str, str] = {
    "Import": "a rule computes with built-ins only; write the helper in the same file",
    "ImportFrom": "a rule computes with built-ins only; write the helper in the same file",
    "ClassDef": "use a tuple, a dict or a list instead of a class",
    "FunctionDef": "move the helper to the top level of the file",
    "AsyncFunctionDef": "write an ordinary function",
    "Global": "pass the value as an argument and return it",
    "Nonlocal": "pass the value as an argument and return it",
    "With": "a rule opens nothing",
    "AsyncWith": "a rule opens nothing",
    "AsyncFor": "write an ordinary `for`",
    "Match": "write `if` and `elif`",
    "TryStar": "write `except`",
    "NamedExpr": "assign in a statement of its own before",
    "Await": "write an ordinary function",
    "Yield": "collect the values in a list and return it",
    "YieldFrom": "collect the values in a list and return it",
    "Interactive": "",
}

TYPES = frozenset({"int", "float", "bool", "str", "list", "tuple", "dict", "set"})
"""Names that are constructors, and that `isinstance` may be asked about."""

BUILTINS = TYPES | {
    "abs", "all", "any", "bin", "chr", "divmod", "enumerate", "filter", "hex", "isinstance", "len", "map", "max", "min",
    "oct", "ord", "pow", "range", "repr", "reversed", "round", "sorted", "sum", "zip",
}  # fmt: skip

LAZY = frozenset({"enumerate", "filter", "map", "range", "reversed", "zip"})
"""Built-ins that return an iterator (or a range): allowed only where something consumes it at once."""

VIEWS = frozenset({"items", "keys", "values"})
"""Methods that return a view: allowed only where something consumes it at once."""

CONSUMERS = frozenset(
    {"all", "any", "dict", "enumerate", "filter", "len", "list", "map", "max", "min", "reversed", "set", "sorted",
    "sum",
     "tuple", "zip"}
)  # fmt: skip
CONSUMING_METHODS = frozenset({"extend", "join", "union", "update", "difference", "intersection", "issubset",
"issuperset",
                               "isdisjoint", "symmetric_difference", "difference_update",
                               "intersection_update"})  # fmt: skip

KEYED = frozenset({"max", "min", "sorted"})
"""Built-ins that take `key=`."""

METHODS = frozenset(
    {
        # str
        "capitalize", "casefold", "center", "endswith", "find", "isalnum", "isalpha", "isdecimal", "isdigit", "islower",
        "isnumeric", "isspace", "istitle", "isupper", "join", "ljust", "lower", "lstrip", "partition", "removeprefix",
        "removesuffix", "replace", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "swapcase", "title", "upper", "zfill",
        # str, list, tuple
        "count", "index",
        # list
        "append", "clear", "copy", "extend", "insert", "pop", "remove", "reverse", "sort",
        # dict
        "get", "items", "keys", "popitem", "setdefault", "update", "values",
        # set
        "add", "difference", "difference_update", "discard", "intersection", "intersection_update", "isdisjoint",
        "issubset",
        "issuperset", "symmetric_difference", "union",
        # int, float
        "bit_length", "is_integer",
    }
)  # fmt: skip

MUTATING = frozenset(
    {"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort", "popitem", "setdefault", "update",
    "add",
     "difference_update", "discard", "intersection_update"}
)  # fmt: skip

EXCEPTIONS = frozenset(
    {"ArithmeticError", "AssertionError", "AttributeError", "Exception", "IndexError", "KeyError", "LookupError",
    "NameError",
     "OverflowError", "RuntimeError", "TypeError", "UnboundLocalError", "ValueError", "ZeroDivisionError"}
)  # fmt: skip

OPERATORS: tuple[type[ast.operator], ...] = (
    ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.LShift, ast.RShift, ast.BitOr, ast.BitXor,
    ast.BitAnd,
)  # fmt: skip
