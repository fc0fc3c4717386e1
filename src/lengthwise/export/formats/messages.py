"""Chat messages, the last of which is the trace: what trainers of chat models read."""

from typing import Any

from lengthwise.export.row import Row


def messages(row: Row) -> dict[str, Any]:
    """`messages`, the answer by itself for grading, and what the example is."""
    return {"messages": list(row.messages), "answer": row.answer, **told(row)}


def told(row: Row) -> dict[str, Any]:
    """What every format says of an example."""
    return {
        "id": row.id,
        "task": row.task,
        "split": row.split,
        "length": row.length,
        "steps": row.steps,
        "style": row.style,
        "prompting": row.prompting,
        "seed": row.seed,
        "version": row.version,
        "canary": row.canary,
    }
