"""Answers that somebody else produced, from a JSONL file: one object a line with an `answer` and what it answers.

What is answered is named by `instance` (as samples and requests name it) or by `prompt` (the plain text). Further
columns are ignored, `finish` may be "limit". A request that the file does not answer counts as unanswered.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from lengthwise.core.errors import ConfigError
from lengthwise.core.request import Finish, Reply, Request


@dataclass(frozen=True)
class File:
    """Looks answers up, first by instance, then by prompt."""

    path: str

    def answer(self, requests: Sequence[Request]) -> Iterator[Reply]:
        """Replies to those requests that the file answers."""
        for request in requests:
            found = self.answers.get(request.instance.identity) or self.answers.get(" ".join(request.plain.split()))
            if found is not None:
                yield Reply(request.instance, found[0], found[1], tokens=len(found[0].split()))

    @cached_property
    def answers(self) -> Mapping[str, tuple[str, Finish]]:
        """By instance and by prompt."""
        try:
            lines = Path(self.path).read_text(encoding="utf-8-sig").split("\n")
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigError(f"cannot read answers from {self.path}: {error}; give a JSONL file in UTF-8") from error
        found: dict[str, tuple[str, Finish]] = {}
        for number, line in enumerate(lines, start=1):
            if line.strip():
                for name, answer in _entry(line, f"{self.path}, row {number}"):
                    if found.setdefault(name, answer) != answer:
                        raise ConfigError(
                            f"{self.path}, row {number}: another answer to {name!r} stands above; keep one"
                        )
        return found


def _entry(line: str, where: str) -> list[tuple[str, tuple[str, Finish]]]:
    try:
        record: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{where}: not JSON ({error.msg} at character {error.pos}); one object a line") from error
    if not isinstance(record, dict) or not isinstance(record.get("answer"), str):
        raise ConfigError(f"{where}: needs an object with the text `answer`")
    names = [" ".join(record[name].split()) for name in ("instance", "prompt") if isinstance(record.get(name), str)]
    if not names:
        raise ConfigError(f"{where}: says not what it answers; give `instance` or `prompt`")
    finish = record.get("finish", "ended")
    if finish not in list(Finish):
        raise ConfigError(f"{where}: finish is {finish!r}; it may be {', '.join(Finish)}")
    return [(name, (record["answer"], Finish(finish))) for name in names]
