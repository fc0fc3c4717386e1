"""Read one literal from untrusted text: ints, floats, bools, strings, lists, tuples, dicts, sets and None, with limits.

`ast.literal_eval` recurses on 5,000 minus signs and takes what Python prints in many other ways; this scanner takes
only what `render` prints, so that a stated value is legal exactly if it prints back to itself.
"""

import re
from typing import Any

from lengthwise.rules.runtime.render import render

MAX_DEPTH = 60
MAX_DIGITS = 4_200  # CPython converts at most 4,300 digits
NUMBER = re.compile(r"-?(?:nan|inf|\d+(?:\.\d+)?(?:e[+-]?\d+)?)")
WORDS = {"True": True, "False": False, "None": None, "set()": set}
STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
ESCAPE = re.compile(r"\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))", re.DOTALL)
PLAIN = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'", '"': '"'}


class NotALiteral(ValueError):
    """The text does not begin with a literal."""


def scan(text: str, start: int = 0) -> tuple[Any, int]:
    """The literal at `start` and where it ends.

    >>> scan("[1, 'a'] rest")
    ([1, 'a'], 8)
    """
    value, end = _value(text, start, 0)
    if render(value) != text[start:end]:
        raise NotALiteral("a literal must be written as it prints")
    return value, end


def _value(text: str, at: int, depth: int) -> tuple[Any, int]:
    if depth > MAX_DEPTH or at >= len(text):
        raise NotALiteral("too deep, or at the end")
    first = text[at]
    if first in "'\"":
        return _string(text, at)
    if first in "[({":
        return _container(text, at, depth + 1)
    for word, value in WORDS.items():
        if text.startswith(word, at):
            return (set() if value is set else value), at + len(word)
    found = NUMBER.match(text, at)
    if found is None:
        raise NotALiteral("no literal begins here")
    digits = found.group()
    if len(digits) > MAX_DIGITS:
        raise NotALiteral("too many digits")
    whole = digits.lstrip("-").isdigit()
    return (int(digits) if whole else float(digits)), found.end()


def _string(text: str, at: int) -> tuple[str, int]:
    found = STRING.match(text, at)
    if found is None:
        raise NotALiteral("a string does not end")
    return ESCAPE.sub(_escape, found.group()[1:-1]), found.end()


def _escape(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2) or found.group(3)
    if code is None:
        if found.group(4) not in PLAIN:
            raise NotALiteral("an unknown escape")
        return PLAIN[found.group(4)]
    if int(code, 16) > 0x10FFFF:
        raise NotALiteral("no such character")
    return chr(int(code, 16))


def _container(text: str, at: int, depth: int) -> tuple[Any, int]:
    opening, closing = text[at], {"[": "]", "(": ")", "{": "}"}[text[at]]
    items: list[Any] = []
    keys: list[Any] = []
    at += 1
    comma = False
    while not text.startswith(closing, at):
        if items:
            if not text.startswith(",", at):
                raise NotALiteral("a comma is missing")
            comma = True
            if text.startswith(",)", at) and len(items) == 1:
                at += 1
                break
            at += 2
        value, at = _value(text, at, depth)
        if opening == "{" and text.startswith(": ", at):
            keys.append(value)
            value, at = _value(text, at + 2, depth)
        items.append(value)
    return _build(opening, items, keys, comma=comma), at + 1


def _build(opening: str, items: list[Any], keys: list[Any], *, comma: bool) -> Any:
    if opening == "[":
        return items
    if opening == "(":
        if len(items) == 1 and not comma:
            raise NotALiteral("a parenthesis is no tuple")
        return tuple(items)
    if keys and len(keys) != len(items):
        raise NotALiteral("a dict or a set, not both")
    try:
        return dict(zip(keys, items, strict=True)) if keys or not items else set(items)
    except TypeError:
        raise NotALiteral("an element that cannot be looked up") from None
