"""The small language of override values: `sort(values=256)`, `[1, 2]`, `1e-3`, `0:5`, `a,b`. Nothing is evaluated."""

from dataclasses import dataclass

from lengthwise.core.errors import ConfigError

LONGEST = 10_000  # characters of one override
DEEPEST = 20  # brackets inside brackets
MARKS = "()[]=,"


@dataclass(frozen=True)
class Word:
    """A number, a name, a range, or text: as written, quotes taken off, spaces inside kept."""

    text: str
    quoted: bool = False


@dataclass(frozen=True)
class Call:
    """`name(field=value, ...)`."""

    name: str
    arguments: tuple[tuple[str, "Node"], ...]


@dataclass(frozen=True)
class Bracketed:
    """`[a, b, ...]`."""

    items: tuple["Node", ...]


Node = Word | Call | Bracketed


def alternatives(text: str) -> list[Node]:
    """The values between the commas that stand in no brackets.

    >>> alternatives("sort(values=8),copy")
    [Call(name='sort', arguments=(('values', Word(text='8', quoted=False)),)), Word(text='copy', quoted=False)]
    """
    if len(text) > LONGEST:
        raise ConfigError(f"an override of {len(text)} characters is too long; use at most {LONGEST}, or a Python file")
    scanner = _Scanner(text)
    found = [scanner.value(0)]
    while scanner.take(","):
        found.append(scanner.value(0))
    if scanner.rest():
        raise scanner.wrong("a comma or the end")
    return found


class _Scanner:
    """Reads a text once, from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0

    def value(self, depth: int) -> Node:
        """A word, a call or a bracketed list."""
        if depth > DEEPEST:
            raise ConfigError(f"{self.text[:40]!r}... has more than {DEEPEST} brackets inside one another")
        if self.take("["):
            return Bracketed(tuple(self._items("]", depth)))
        word = self._word()
        if not word.quoted and self.take("("):
            return Call(word.text, tuple(self._arguments(depth)))
        return word

    def take(self, mark: str) -> bool:
        """Step over `mark` if it comes next."""
        self._skip()
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def rest(self) -> str:
        """What has not been read."""
        self._skip()
        return self.text[self.at :]

    def wrong(self, expected: str) -> ConfigError:
        """The error for what stands here."""
        here = repr(self.rest()[:20]) if self.rest() else "the end"
        return ConfigError(
            f"{self.text!r} cannot be read: {here} stands where {expected} should; quote text with '...'"
        )

    def _items(self, close: str, depth: int) -> list[Node]:
        items: list[Node] = []
        while not self.take(close):
            if items and not self.take(","):
                raise self.wrong(f"a comma or {close!r}")
            items.append(self.value(depth + 1))
        return items

    def _arguments(self, depth: int) -> list[tuple[str, Node]]:
        arguments: list[tuple[str, Node]] = []
        while not self.take(")"):
            if arguments and not self.take(","):
                raise self.wrong("a comma or ')'")
            name = self._word()
            if name.quoted or not self.take("="):
                raise self.wrong(f"'=' (write field=value, as in name({name.text}=...))")
            if name.text in dict(arguments):
                raise ConfigError(f"{self.text!r} gives {name.text} twice; give it once")
            arguments.append((name.text, self.value(depth + 1)))
        return arguments

    def _word(self) -> Word:
        self._skip()
        quote = self.text[self.at : self.at + 1]
        if quote and quote in "'\"":
            end = self.text.find(quote, self.at + 1)
            if end < 0:
                raise ConfigError(f"{self.text!r} opens a quote {quote} that is not closed")
            inside, self.at = self.text[self.at + 1 : end], end + 1
            return Word(inside, quoted=True)
        end = self.at
        while end < len(self.text) and self.text[end] not in MARKS:
            end += 1
        text = self.text[self.at : end].rstrip()  # a path may have spaces inside: my tasks/my_task.py
        if not text:
            raise self.wrong("a value, or several in [...]," if self.rest().startswith("(") else "a value")
        self.at = end
        return Word(text)

    def _skip(self) -> None:
        while self.at < len(self.text) and self.text[self.at].isspace():
            self.at += 1
