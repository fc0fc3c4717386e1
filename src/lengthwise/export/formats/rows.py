"""Every column: for those who write a format of their own."""

from dataclasses import asdict
from typing import Any

from lengthwise.export.row import Row


def rows(row: Row) -> dict[str, Any]:
    """All that is known of the example."""
    return {**asdict(row), "messages": list(row.messages)}
