"""People's own files as modules that any process can import, so that their tasks reach the feeder and the workers.

The name of such a module says which file it is: `lengthwise.core.own.my_task_0f3a_6d79` is `my_task.py` (the path is
the last part, in hexadecimal). Whoever unpickles a thing of that module imports this package first, which teaches
Python to find it.
"""

import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType


def name_of(path: Path, mark: str) -> str:
    """The module's name for a file as it was given; `mark` tells one state of the file from another.

    >>> name_of(Path("my_task.py"), "0f3a")
    'lengthwise.core.own.my_task_0f3a_6d795f7461736b2e7079'
    """
    return f"{__name__}.{path.stem}_{mark}_{path.as_posix().encode().hex()}"


def path_of(module: str) -> Path | None:
    """The file behind a module's name, as it was given; None where the module is no file of one's own."""
    if not module.startswith(f"{__name__}."):
        return None
    return Path(bytes.fromhex(module.rpartition("_")[2]).decode())


class _Files(MetaPathFinder):
    """Finds the files behind such names."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        file = path_of(fullname)
        return None if file is None or not file.is_file() else spec_from_file_location(fullname, file.resolve())


if not any(isinstance(finder, _Files) for finder in sys.meta_path):
    sys.meta_path.append(_Files())
