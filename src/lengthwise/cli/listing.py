"""`lengthwise list`: names and their first sentences, read from the files' texts; nothing is imported."""

import ast

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
            print(f"{'' if axis else '  '}{name.ljust(width)}  {sentence(each, name)}".rstrip())


def sentence(axis: str, name: str) -> str:
    """The first sentence of the file behind a name; where an entry point brings it, that."""
    file = PACKAGE / AXES[axis].folder / f"{name}.py"
    if not file.is_file():
        return "(from another package)"
    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return said.partition("\n")[0]
