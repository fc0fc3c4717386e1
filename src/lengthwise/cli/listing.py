"""`lengthwise list`: names and their first sentences, read from the files' texts; nothing is imported."""

import ast
from pathlib import Path

from lengthwise.core.catalogue import AXES, PACKAGE, names


def list_names(axis: str | None = None) -> None:
    """List what there is: every axis, or the things of one (`lengthwise list tasks`).

    Parameters
    ----------
    axis
        tasks, traces, layouts, numberings, encodings, ...; all of them where none is given.
    """
    axes = [axis] if axis else list(AXES)
    shown = {each: names(each) for each in axes}
    width = max((len(name) for found in shown.values() for name in found), default=0)
    for each, found in shown.items():
        if not axis:
            print(f"{each}:")
        for name in found:
            file = PACKAGE / AXES[each].folder / f"{name}.py"
            print(f"{'' if axis else '  '}{name.ljust(width)}  {sentence(file)}".rstrip())
        for beside in AXES[each].beside:
            name = f"{Path(beside).stem}({AXES[each].word}=...)"
            print(f"{'' if axis else '  '}{name.ljust(width)}  {sentence(PACKAGE / beside)}")


def sentence(file: Path) -> str:
    """The first sentence of the file behind a name; where an entry point brings it, that."""
    if not file.is_file():
        return "(from another package)"
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]
