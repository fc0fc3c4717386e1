"""Plain text before and after the point where the reply begins: joined, they are one training document."""

from typing import Any

from lengthwise.export.formats.messages import told
from lengthwise.export.row import Row


def prompt_completion(row: Row) -> dict[str, Any]:
    """`prompt`, `completion`, the answer by itself for grading, and what the example is."""
    return {"prompt": row.prompt, "completion": row.trace, "answer": row.answer, **told(row)}
