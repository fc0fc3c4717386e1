"""What a field of a frozen dataclass may hold: read from its annotation, for overrides and for plain JSON.

Values are checked against annotations: numbers, text, literals, tuples, mappings, unions and nested dataclasses. An
annotation that says less (a protocol, an abstract class) admits whatever is an instance of it.
"""

import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, Union

from lengthwise.core.catalogue import AXES

_WORDS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    type(None): "none",
    Any: "anything",
}


class FieldInfo(NamedTuple):
    """One field: its name, annotation, whether it must be given, and the axis that its value comes from, if any."""

    name: str
    annotation: Any
    required: bool
    axis: str | None


def fields_of(cls: type) -> dict[str, FieldInfo]:
    """The fields that a dataclass is made from, in order.

    >>> from lengthwise.tasks.ordering.sort import Sort
    >>> fields_of(Sort)["values"].annotation
    <class 'int'>
    """
    hints = _hints(cls)
    return {
        field.name: FieldInfo(
            field.name,
            hints.get(field.name, field.type),
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
            field.metadata.get("axis") or axis_of(field.name, hints.get(field.name, field.type)),
        )
        for field in dataclasses.fields(cls)
        if field.init
    }


def axis_of(field: str, annotation: Any) -> str | None:
    """The axis that a field's value comes from, by the field's name or by the class that it is annotated with.

    A field called `task` or `tasks` holds things of the axis `tasks`, unless it is annotated as a number or text; so
    does a field of any name that is annotated with the package's `Task`.

    >>> from lengthwise.core.layout import Layout
    >>> axis_of("layout", object), axis_of("inner", Layout), axis_of("layout", str)
    ('layouts', 'layouts', None)
    """
    inner = [part for member in members(annotation) for part in (typing.get_args(member) or (member,))]
    if all(part in _WORDS or part is ... or not class_of(part) for part in inner):
        return None
    words = {field, *(kind.__name__.lower() for kind in inner if _is_ours(kind))}
    return next((axis for axis, kind in AXES.items() if field == axis or kind.word in words), None)


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and kind.__module__.startswith("lengthwise.")


def _hints(cls: type) -> dict[str, Any]:
    try:
        return typing.get_type_hints(cls)
    except NameError:  # a class made inside a function, whose quoted annotations name what only that function knows
        return {}


def members(annotation: Any) -> tuple[Any, ...]:
    """The alternatives of a union, or the annotation alone."""
    if typing.get_origin(annotation) in (Union, types.UnionType):
        return tuple(part for member in typing.get_args(annotation) for part in members(member))
    return (annotation,)


def class_of(annotation: Any) -> type | None:
    """The class behind an annotation (`tuple` for `tuple[int, ...]`), or None where there is none."""
    origin = typing.get_origin(annotation) or annotation
    return origin if isinstance(origin, type) else None


def dataclasses_in(annotation: Any) -> list[type]:
    """The dataclasses that an annotation names."""
    return [member for member in members(annotation) if isinstance(member, type) and dataclasses.is_dataclass(member)]


def fits(value: Any, annotation: Any) -> bool:
    """Whether a value is one that the annotation admits; a whole number is no truth value, and may stand for a float.

    >>> fits(3, float), fits(True, int), fits((1, 2), tuple[int, ...]), fits("near", Literal["near", "hard"])
    (True, False, True, True)
    """
    alternatives = members(annotation)
    return any(_fits_one(value, member) for member in alternatives)


def _fits_one(value: Any, annotation: Any) -> bool:  # noqa: PLR0911 - one line a kind of annotation
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation is None or annotation is type(None):
        return value is None
    if origin is Literal:
        return any(value == option and type(value) is type(option) for option in inner)
    if annotation is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if annotation is int:
        return isinstance(value, int) and not isinstance(value, bool)
    if origin is tuple and isinstance(value, tuple):
        return _fits_tuple(value, inner)
    if origin in (frozenset, list) and isinstance(value, origin):
        return all(fits(item, inner[0]) for item in value)
    if isinstance(value, Mapping) and origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return all(fits(key, inner[0]) and fits(item, inner[1]) for key, item in value.items())
    return _is_instance(value, annotation if origin is None else origin)


def _fits_tuple(value: tuple[Any, ...], inner: tuple[Any, ...]) -> bool:
    if len(inner) == 2 and inner[1] is ...:
        return all(fits(item, inner[0]) for item in value)
    return len(value) == len(inner) and all(map(fits, value, inner))


def _is_instance(value: Any, annotation: Any) -> bool:
    if not isinstance(annotation, type):
        return True  # Any, a type variable, a new type: nothing to check against
    try:
        return isinstance(value, annotation)
    except TypeError:  # a protocol that cannot be looked for at run time
        return True


def allowed(annotation: Any) -> str:
    """What a field admits, in words.

    >>> allowed(int | None), allowed(Literal["near", "hard"]), allowed(tuple[float, ...])
    ('a whole number or none', "'near' or 'hard'", 'a list of [a number]')
    """
    return " or ".join(dict.fromkeys(_allowed_one(member) for member in members(annotation)))


def _allowed_one(annotation: Any) -> str:
    if annotation in _WORDS:
        return _WORDS[annotation]
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is Literal:
        return " or ".join(map(repr, inner))
    if origin in (tuple, list, frozenset):
        if origin is tuple and not (len(inner) == 2 and inner[1] is ...):
            return f"[{', '.join(map(allowed, inner))}]"
        return f"a list of [{allowed(inner[0])}]"
    return getattr(annotation, "__name__", str(annotation))
