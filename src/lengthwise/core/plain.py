"""Frozen dataclasses as plain JSON and back: how a run remembers what it was.

Every dataclass becomes a mapping with `is`, the name to find its class by: `tasks/ordering/sort` for a thing on an
axis, `my_task.py:MyTask` for one of your own (whose file is imported again: code that runs), and the dotted name for
the rest of the package. Tuples become lists and come back as what the field's annotation says.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> to_plain(Sort(values=16))
{'is': 'tasks/ordering/sort', 'values': 16}
>>> from_plain({"is": "tasks/ordering/sort", "values": 16}) == Sort(values=16)
True
>>> from_plain({"is": "tasks/ordering/sort", "value": 16})
Traceback (most recent call last):
    ...
lengthwise.core.errors.ConfigError: config: Sort has no field 'value'; it has values (a newer version may know more)
"""

import dataclasses
import importlib
import math
import numbers
import typing
from collections.abc import Mapping
from typing import Any

import lengthwise
from lengthwise.core.catalogue import EXTRA_OF, reference, resolve
from lengthwise.core.errors import ConfigError, MissingExtra, UnknownName
from lengthwise.core.fields import FieldInfo, allowed, class_of, fields_of, fits, members

FORMAT = 1  # of the JSON; a change of meaning raises it, and older code refuses what is newer
_ODD_FLOATS = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}  # JSON has no words for these


def to_plain(thing: Any, where: str = "config") -> Any:  # noqa: PLR0911 - one line a kind of value
    """A frozen dataclass, or what its fields may hold, as what JSON can say."""
    if thing is None or isinstance(thing, bool | str):
        return thing
    if isinstance(thing, numbers.Integral):
        return int(thing)
    if isinstance(thing, numbers.Real):
        number = float(thing)
        return number if math.isfinite(number) else {"is": "float", "value": str(number)}
    if dataclasses.is_dataclass(thing) and not isinstance(thing, type):
        inside = {name: to_plain(getattr(thing, name), f"{where}.{name}") for name in fields_of(type(thing))}
        return {"is": _class_name(type(thing), where), **inside}
    if isinstance(thing, tuple | list):
        return [to_plain(item, f"{where}[{index}]") for index, item in enumerate(thing)]
    if isinstance(thing, frozenset):
        return [to_plain(item, where) for item in sorted(thing, key=repr)]
    if isinstance(thing, Mapping) and all(isinstance(key, str) and key != "is" for key in thing):
        return {key: to_plain(value, f"{where}.{key}") for key, value in thing.items()}
    raise ConfigError(
        f"{where}: {thing!r} cannot be kept as plain JSON; use numbers, text, tuples, and frozen dataclasses of these"
    )


def from_plain(plain: Any, expected: Any = Any, where: str = "config") -> Any:
    """What `to_plain` was given; `expected` is a type that the result must be of."""
    if isinstance(plain, Mapping) and "is" in plain:
        value = _rebuilt(plain, where)
    elif isinstance(plain, list):
        value = _sequence(plain, expected, where)
    elif isinstance(plain, Mapping):
        inner = next((typing.get_args(m)[1] for m in members(expected) if len(typing.get_args(m)) == 2), Any)
        value = {key: from_plain(item, inner, f"{where}.{key}") for key, item in plain.items()}
    else:
        value = plain
    if not fits(value, expected):
        raise ConfigError(f"{where}: {value!r} is not allowed; give {allowed(expected)}")
    return value


def document(thing: Any) -> dict[str, Any]:
    """The whole file of a config: format, the version that wrote it, and the config."""
    return {"format": FORMAT, "lengthwise": lengthwise.__version__, "config": to_plain(thing)}


def from_document(plain: Any, expected: Any = Any) -> Any:
    """The config in a file that `document` made; one of a newer format is refused before anything of it is read."""
    if not isinstance(plain, Mapping) or not isinstance(plain.get("format"), int) or "config" not in plain:
        raise ConfigError("this is not a config of lengthwise: it needs the keys 'format' and 'config'")
    if plain["format"] > FORMAT:
        raise ConfigError(
            f"this config has format {plain['format']}, written by lengthwise {plain.get('lengthwise', '?')}; this is "
            f"lengthwise {lengthwise.__version__}, which reads up to format {FORMAT}: update to at least that version"
        )
    return from_plain(plain["config"], expected)


def _class_name(cls: type, where: str) -> str:
    named = reference(cls)
    if named is not None:
        return named
    if cls.__module__.startswith("lengthwise.") and "." not in cls.__qualname__:
        return f"{cls.__module__}.{cls.__qualname__}"
    raise ConfigError(
        f"{where}: {cls.__qualname__} (of {cls.__module__}) has no name to find it by again; put it in a file of its "
        f"own and use it as my_file.py:{cls.__name__}, or offer it through an entry point"
    )


def _class_named(name: Any, where: str) -> type:
    if not isinstance(name, str):
        raise ConfigError(f"{where}: 'is' must be a name, not {name!r}")
    try:
        cls = _own_class(name) if name.startswith("lengthwise.") and "/" not in name else resolve(name)
    except UnknownName as error:
        raise UnknownName(f"{where}: {error}") from error
    if not (isinstance(cls, type) and dataclasses.is_dataclass(cls)):
        raise ConfigError(f"{where}: {name!r} is no dataclass, so no config can be made of it")
    return cls


def _own_class(name: str) -> Any:
    """A class of the package by its dotted name; only modules of the package are ever imported here."""
    module, _, own = name.rpartition(".")
    try:
        return getattr(importlib.import_module(module), own)
    except (ModuleNotFoundError, AttributeError) as error:
        missing = (error.name or "").split(".")[0]
        if missing in EXTRA_OF:
            raise MissingExtra(missing, EXTRA_OF[missing]) from error
        raise ConfigError(
            f"lengthwise {lengthwise.__version__} has no {name!r}; the config is from another version, or damaged"
        ) from error


def _rebuilt(plain: Mapping[str, Any], where: str) -> Any:
    if plain["is"] == "float":
        if plain.get("value") not in _ODD_FLOATS:
            raise ConfigError(
                f"{where}: {plain.get('value')!r} is no number; allowed here are {', '.join(_ODD_FLOATS)}"
            )
        return _ODD_FLOATS[plain["value"]]
    cls = _class_named(plain["is"], where)
    fields = fields_of(cls)
    for name in plain:
        if name != "is" and name not in fields:
            raise ConfigError(
                f"{where}: {cls.__name__} has no field {name!r}; it has {', '.join(fields) or 'none'} (a newer version "
                "may know more)"
            )
    values = {name: _field(plain[name], field, f"{where}.{name}") for name, field in fields.items() if name in plain}
    missing = [name for name, field in fields.items() if field.required and name not in plain]
    if missing:
        raise ConfigError(f"{where}: {cls.__name__} needs {', '.join(missing)}; the config is incomplete")
    try:
        return cls(**values)
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{where}: {cls.__name__} refuses these values: {error}") from error


def _field(plain: Any, field: FieldInfo, where: str) -> Any:
    return from_plain(plain, field.annotation, where)


def _sequence(plain: list[Any], expected: Any, where: str) -> Any:
    """A list, as the tuple (or frozenset, or list) that the annotation asks for."""
    for member in members(expected):
        inner = typing.get_args(member)
        kind = class_of(member)
        if kind in (list, frozenset):
            return kind(from_plain(item, inner[0] if inner else Any, f"{where}[{i}]") for i, item in enumerate(plain))
        if kind is tuple and inner:
            each = [inner[0]] * len(plain) if inner[-1] is ... else list(inner)
            if len(each) == len(plain):
                return tuple(from_plain(item, each[i], f"{where}[{i}]") for i, item in enumerate(plain))
    return tuple(from_plain(item, Any, f"{where}[{i}]") for i, item in enumerate(plain))
