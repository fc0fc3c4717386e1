"""Files that are whole at every moment: a kill or a full disk leaves the old one or the new one, never a part."""

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from lengthwise.core.errors import RunError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # a full disk, a quota, a limit on the size of files


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write a file beside its place, sync it and rename it: readers see the old one or the new one, never a part."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):  # a file stands where the folder should
            beside.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error


def _cannot_write(path: Path, error: OSError) -> RunError:
    remedy = "make room and run again" if error.errno in FULL else "name a folder that can be written to"
    return RunError(f"cannot write {path} ({error.strerror or error}); what was there is whole: {remedy}")


def append_line(path: Path, line: str) -> None:
    """Add one line to a log; what a kill left half-written at its end is cut off first."""
    try:
        with path.open("ab+") as file:
            _cut_torn_end(file)
            file.write((line + "\n").encode())
    except OSError as error:
        raise _cannot_write(path, error) from error


def _cut_torn_end(file: Any) -> None:
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - 65536)
    file.seek(start)
    tail = file.read(end - start)
    if tail and not tail.endswith(b"\n"):
        file.truncate(start + tail.rfind(b"\n") + 1)
    file.seek(0, os.SEEK_END)
