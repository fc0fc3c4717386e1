"""Words like `task.values=256 encoding=RoPE seed=0:5` change a frozen dataclass, or make a grid of them.

A path names a field, with dots into nested dataclasses; a first name that is no field of the whole may be that of one
nested field, if it is the only one (`encoding` for `model.encoding`). A thing of an axis is named as the catalogue
knows it, with or without fields: `task=sort`, `task=sort(values=256)`. A comma list, `0:5` (0 1 2 3 4, as in Python)
and `1-20` (both ends) give several values and so a grid, the first word varying slowest; where the field itself holds
many, they are one value. The order of words does not matter: a whole is put in place before its parts.

>>> from lengthwise.tasks.ordering.sort import Sort
>>> override(Sort(), ["values=64"])
Sort(values=64)
>>> [task.values for task in grid(Sort(), ["values=10,20"])]
[10, 20]
>>> override(Sort(), ["valeus=64"])
Traceback (most recent call last):
    ...
lengthwise.core.errors.UnknownName: no field of Sort is called 'valeus'; did you mean 'values'? there are: values
"""

import copy
import dataclasses
import itertools
import math
import re
import typing
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar, Union

from lengthwise.core._scan import Bracketed, Call, Node, Word, alternatives
from lengthwise.core.catalogue import axis_named, find, unknown
from lengthwise.core.errors import ConfigError
from lengthwise.core.fields import FieldInfo, allowed, class_of, dataclasses_in, fields_of, fits, members

T = TypeVar("T")
Path = tuple[str, ...]

LARGEST_GRID = 10_000
LARGEST_RANGE = 100_000
_WHOLE = re.compile(r"[+-]?\d+(_\d+)*")
_HALF_OPEN = re.compile(r"([+-]?\d+):([+-]?\d+)(?::(\d+))?")
_CLOSED = re.compile(r"(\d+)-(\d+)")
_UNREAD = object()  # the answer of a reader to a text that it does not know


def override(thing: T, words: Sequence[str]) -> T:
    """`thing` with some fields changed; words that give several values are refused."""
    results = grid(thing, words)
    if len(results) != 1:
        raise ConfigError(
            f"{' '.join(words)!r} makes {len(results)} combinations where one is wanted; give one value each"
        )
    return results[0]


def grid(thing: T, words: Sequence[str]) -> list[T]:
    """Every combination of the values that the words give, each put into `thing`."""
    choices = _choices(thing, [_split(word) for word in words])
    count = math.prod(len(values) for _, values in choices)
    if count > LARGEST_GRID:
        raise ConfigError(
            f"these words make {count} combinations; a grid has at most {LARGEST_GRID}: give fewer values"
        )
    paths = [path for path, _ in choices]
    combinations = itertools.product(*(values for _, values in choices))
    return [_rebuilt(thing, dict(zip(paths, values, strict=True)), "") for values in combinations]


def make(axis: str, text: str) -> Any:
    """A thing of an axis from its name and fields.

    >>> make("tasks", "sort(values=256)")
    Sort(values=256)
    """
    word = axis_named(axis).word
    nodes = alternatives(text)
    if len(nodes) != 1:
        raise ConfigError(f"{text!r} names {len(nodes)} things where one {word} is wanted")
    return _of_axis(nodes[0], axis, word)


# -- words to paths and values ----------------------------------------------------------------------------------------


def _split(word: str) -> tuple[Path, list[Node]]:
    path, equals, text = word.partition("=")
    names = tuple(path.strip().split("."))
    if not equals or not all(name.isidentifier() for name in names):
        raise ConfigError(f"{word!r} is no override; write field=value, with dots into parts (task.values=256)")
    return names, alternatives(text)


def _choices(thing: Any, parsed: list[tuple[Path, list[Node]]]) -> list[tuple[Path, list[Any]]]:
    """The full path and the values of each word, in the order of the words.

    The type of `task.values` depends on what `task=...` puts there, so wholes are read before their parts, and a trial
    copy that nobody validates takes the first value of each.
    """
    trial = copy.copy(thing)
    choices: dict[int, tuple[Path, list[Any]]] = {}
    for number in sorted(range(len(parsed)), key=lambda n: len(parsed[n][0])):
        path = _full_path(trial, parsed[number][0])
        if path in (known for known, _ in choices.values()):
            raise ConfigError(f"{'.'.join(path)} is given twice; give it once, with a comma between values for a grid")
        field = _field_at(trial, path)
        values = _values(parsed[number][1], field, ".".join(path))
        choices[number] = (path, values)
        trial = _replaced_unchecked(trial, path, values[0])
    return [choices[number] for number in range(len(parsed))]


def _full_path(thing: Any, path: Path) -> Path:
    """The path itself, or the one longer path that ends in it where its first name is no field of the whole."""
    if path[0] in fields_of(type(thing)):
        return path
    found = list(_paths_to(thing, path[0], ()))
    if not found:
        raise unknown(f"field of {type(thing).__name__}", path[0], dict.fromkeys(_names_in(thing)))
    if len(found) > 1:
        both = " and ".join(".".join(prefix) for prefix in found)
        raise ConfigError(f"{path[0]!r} is a field of more than one part: {both}; write the whole path")
    return found[0] + path[1:]


def _paths_to(thing: Any, name: str, prefix: Path) -> list[Path]:
    here = []
    for field in fields_of(type(thing)):
        part = getattr(thing, field)
        if field == name:
            here.append((*prefix, field))
        elif dataclasses.is_dataclass(part):
            here += _paths_to(part, name, (*prefix, field))
    return here


def _names_in(thing: Any) -> Iterator[str]:
    """The fields of the whole, then those of its parts."""
    yield from fields_of(type(thing))
    for field in fields_of(type(thing)):
        if dataclasses.is_dataclass(part := getattr(thing, field)):
            yield from _names_in(part)


def _field_at(thing: Any, path: Path) -> FieldInfo:
    for depth, name in enumerate(path):
        fields = _fields(thing, name, ".".join(path[:depth]))
        if depth == len(path) - 1:
            return fields[name]
        thing = getattr(thing, name)
    raise AssertionError("a path has at least one name")


def _fields(thing: Any, name: str, where: str) -> dict[str, FieldInfo]:
    """The fields of `thing`, among which `name` is."""
    if not dataclasses.is_dataclass(thing):
        raise ConfigError(f"{where} is {thing!r}, which has no fields, so {where}.{name} means nothing")
    fields = fields_of(type(thing))
    if name not in fields:
        raise _no_field(thing, name, where)
    return fields


def _no_field(thing: Any, name: str, where: str) -> Exception:
    place = f" ({where})" if where else ""
    return unknown(f"field of {type(thing).__name__}{place}", name, fields_of(type(thing)))


# -- putting values in place ------------------------------------------------------------------------------------------


def _rebuilt(thing: Any, values: Mapping[Path, Any], where: str) -> Any:
    """`thing` with all its changed fields replaced at once: what fits only together can change together."""
    changes: dict[str, Any] = {}
    for name in dict.fromkeys(path[0] for path in values):
        field = _fields(thing, name, where)[name]
        inside = {path[1:]: value for path, value in values.items() if path[0] == name and len(path) > 1}
        part = values.get((name,), getattr(thing, name))
        here = f"{where}.{name}" if where else name
        changes[name] = _rebuilt(part, inside, here) if inside else part
        if not fits(changes[name], field.annotation):
            raise _not_allowed(here, repr(changes[name]), field.annotation)
    if not changes:
        return thing
    return _constructed(lambda: dataclasses.replace(thing, **changes), type(thing))


def _replaced_unchecked(thing: Any, path: Path, value: Any) -> Any:
    trial = copy.copy(thing)
    if len(path) > 1:
        value = _replaced_unchecked(getattr(thing, path[0]), path[1:], value)
    object.__setattr__(trial, path[0], value)
    return trial


def _constructed(construct: Any, cls: type) -> Any:
    try:
        return construct()
    except (TypeError, ValueError) as error:
        raise ConfigError(f"{cls.__name__} refuses these values: {error}") from error


# -- reading one value, as the field's annotation says ----------------------------------------------------------------


def _values(nodes: list[Node], field: FieldInfo, where: str) -> list[Any]:
    """The values that a word gives; where the field holds many, the comma list is one value."""
    many = _many_in(field.annotation)
    bracketed = all(isinstance(node, Bracketed) for node in nodes)
    of_lists = any(_many_in(part) for member in many for part in typing.get_args(member))
    if not many or (bracketed and (len(nodes) == 1 or not of_lists)):
        return [_value(node, field, where) for node in _expanded(nodes, field.annotation)]
    alone = tuple(member for member in members(field.annotation) if member not in many)
    if len(nodes) == 1 and alone:  # the field may hold one thing as well (none, or a thing of an axis)
        try:
            return [_value(nodes[0], field._replace(annotation=Union[alone]), where)]  # noqa: UP007 - made here
        except ConfigError:
            if not isinstance(nodes[0], Word):
                raise
    return [_many(nodes, many[0], field, where)]


def _many_in(annotation: Any) -> list[Any]:
    """The alternatives of an annotation that hold many."""
    return [member for member in members(annotation) if class_of(member) in (tuple, list, frozenset)]


def _many(nodes: Sequence[Node], annotation: Any, field: FieldInfo, where: str) -> Any:
    inner = typing.get_args(annotation) or (Any, ...)
    kind = class_of(annotation) or tuple
    fixed = kind is tuple and inner[-1] is not ...
    if (
        fixed
        and len(inner) == 2
        and len(nodes) == 1
        and isinstance(nodes[0], Word)
        and _CLOSED.fullmatch(nodes[0].text)
    ):
        nodes = [Word(end) for end in nodes[0].text.split("-")]  # 1-20 for a (lowest, highest)
    elif not fixed:
        nodes = _expanded(nodes, inner[0])
    if fixed and len(inner) != len(nodes):
        raise _not_allowed(where, f"a list of {len(nodes)}", annotation)
    each = inner if fixed else [inner[0]] * len(nodes)
    return kind(
        _value(node, field._replace(annotation=part), f"{where}[{index}]")
        for index, (node, part) in enumerate(zip(nodes, each, strict=True))
    )


def _expanded(nodes: Sequence[Node], annotation: Any) -> list[Node]:
    """Ranges written out, where whole numbers are wanted."""
    if not (fits(0, annotation) and annotation is not Any):
        return list(nodes)
    return [node for given in nodes for node in (_range(given) if isinstance(given, Word) else [given])]


def _range(word: Word) -> list[Node]:
    numbers: range | None = None
    if match := _HALF_OPEN.fullmatch(word.text):
        numbers = range(int(match[1]), int(match[2]), int(match[3] or 1) or 1)
    elif match := _CLOSED.fullmatch(word.text):
        numbers = range(int(match[1]), int(match[2]) + 1)
    if numbers is None or word.quoted:
        return [word]
    if not 0 < len(numbers) <= LARGEST_RANGE:
        raise ConfigError(
            f"{word.text!r} is a range of {len(numbers)} numbers; write first:past-the-last or first-last with "
            f"at least one and at most {LARGEST_RANGE} numbers"
        )
    return [Word(str(number)) for number in numbers]


def _value(node: Node, field: FieldInfo, where: str) -> Any:
    """One value for a field."""
    many = _many_in(field.annotation)
    if isinstance(node, Bracketed):
        if not many:
            raise _not_allowed(where, "a list", field.annotation)
        return _many(node.items, many[0], field, where)
    if isinstance(node, Word):
        for member in sorted(members(field.annotation), key=lambda m: m is str):  # text last: it takes everything
            value = _read_word(node, member)
            if value is not _UNREAD:
                return value
    name = node.text if isinstance(node, Word) else node.name
    for cls in dataclasses_in(field.annotation):
        if cls.__name__.lower() == name.lower().replace("_", ""):
            return _filled(cls, node, where)
    if field.axis:
        return _of_axis(node, field.axis, where)
    raise _not_allowed(where, name, field.annotation)


def _read_word(word: Word, annotation: Any) -> Any:  # noqa: PLR0911 - one line a kind of annotation
    """The value of a word as this type, or _UNREAD."""
    text = word.text
    if typing.get_origin(annotation) is Literal:
        options = {str(option): option for option in typing.get_args(annotation)}
        return options.get(text, _UNREAD)
    if annotation is str:
        return text
    if word.quoted:
        return text if annotation is Any else _UNREAD
    if annotation is type(None):
        return None if text.lower() == "none" else _UNREAD
    if annotation is bool:
        return {"true": True, "false": False}.get(text.lower(), _UNREAD)
    if annotation is int:
        return _whole(text)
    if annotation is float:
        return _number(text)
    if annotation is Any:
        guesses = (_read_word(word, kind) for kind in (type(None), bool, int, float, str))
        return next(guess for guess in guesses if guess is not _UNREAD)
    return _UNREAD


def _whole(text: str) -> Any:
    """256, 10_000, and 2e6 where that is a whole number."""
    if _WHOLE.fullmatch(text):
        return int(text)
    number = _number(text)
    return int(number) if number is not _UNREAD and math.isfinite(number) and number == int(number) else _UNREAD


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return _UNREAD


def _of_axis(node: Node, axis: str, where: str) -> Any:
    """A thing named as the catalogue knows it, with or without fields."""
    if isinstance(node, Bracketed):
        raise ConfigError(f"{where}: a list stands where one {axis_named(axis).word} is wanted")
    name = node.text if isinstance(node, Word) else node.name
    found = find(axis, name)
    if isinstance(found, type) and dataclasses.is_dataclass(found):
        return _filled(found, node, where)
    if isinstance(node, Call) and node.arguments:
        raise ConfigError(f"{where}: {name} has no fields; write it without brackets")
    return found() if isinstance(found, type) else found


def _filled(cls: type, node: Word | Call, where: str) -> Any:
    """The dataclass with the fields that a call gives."""
    fields = fields_of(cls)
    given = dict(node.arguments) if isinstance(node, Call) else {}
    for name in given:
        if name not in fields:
            raise unknown(f"field of {cls.__name__} ({where})", name, fields)
    missing = [name for name, field in fields.items() if field.required and name not in given]
    if missing:
        example = f"{node.text if isinstance(node, Word) else node.name}({missing[0]}=...)"
        raise ConfigError(f"{where}: {cls.__name__} needs {', '.join(missing)}; write {example}")
    values = {name: _single([part], fields[name], f"{where}.{name}") for name, part in given.items()}
    return _constructed(lambda: cls(**values), cls)


def _single(nodes: list[Node], field: FieldInfo, where: str) -> Any:
    values = _values(nodes, field, where)
    if len(values) != 1:
        raise ConfigError(f"{where}: inside brackets a field takes one value, not {len(values)}; make the grid outside")
    return values[0]


def _not_allowed(where: str, given: str, annotation: Any) -> ConfigError:
    return ConfigError(f"{where}={given} is not allowed; give {allowed(annotation)}")
