"""Formats: which columns of a row stand in a file, one format a file."""

from collections.abc import Callable
from typing import Any

from lengthwise.export.formats.messages import messages
from lengthwise.export.formats.prompt_completion import prompt_completion
from lengthwise.export.formats.rows import rows
from lengthwise.export.row import Row

FORMATS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "messages": messages,
    "prompt_completion": prompt_completion,
    "rows": rows,
}
