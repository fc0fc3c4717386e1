"""A value as text, the same in every process: Python's own literals, with the elements of a set in sorted order."""

from typing import Any

DEEP = frozenset({list, tuple, dict, set})


def render(value: Any) -> str:
    """The literal that means the value: `[1, 'a']`, `nan`, `set()`, `{'a', 'b'}`.

    >>> render({"b", "a"}), render((1,)), render({"k": [1.5]})
    ("{'a', 'b'}", '(1,)', "{'k': [1.5]}")
    """
    kind = type(value)
    if kind not in DEEP:
        return repr(value)
    if kind is set:
        return "{" + ", ".join(sorted(map(render, value))) + "}" if value else "set()"
    if kind is dict:
        if DEEP.isdisjoint(map(type, value.values())) and DEEP.isdisjoint(map(type, value)):
            return repr(value)
        return "{" + ", ".join(f"{render(k)}: {render(v)}" for k, v in value.items()) + "}"
    if DEEP.isdisjoint(map(type, value)):
        return repr(value)
    inner = ", ".join(map(render, value))
    return f"[{inner}]" if kind is list else f"({inner},)" if len(value) == 1 else f"({inner})"
