"""What a figure was made on: versions, machine, commit. Nothing that names a person or a path."""

import os
import platform
import socket
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import lengthwise

PACKAGES = ("numpy", "torch", "safetensors", "transformers")  # whose versions may change a figure


def surroundings() -> dict[str, Any]:
    """The versions of what computes, the machine, and the commit of a checkout."""
    found = {"lengthwise": lengthwise.__version__, "python": platform.python_version(), "system": platform.platform()}
    packages: dict[str, str] = {}
    for package in PACKAGES:
        try:
            packages[package] = version(package)
        except PackageNotFoundError:
            continue
    return {**found, "packages": packages, "cores": os.cpu_count(), "commit": _commit(Path(lengthwise.__file__))}


def _commit(inside: Path) -> str | None:
    """The commit that a checkout is at, read from its .git folder; None where there is none."""
    git = next((parent / ".git" for parent in inside.parents if (parent / ".git").is_dir()), None)
    if git is None:
        return None
    try:
        head = (git / "HEAD").read_text().strip()
        return (git / head.removeprefix("ref: ")).read_text().strip() if head.startswith("ref: ") else head
    except OSError:
        return None


def process_mark() -> dict[str, Any]:
    """What tells this process from all others on all machines: host, number, and when it started."""
    return {"host": socket.gethostname(), "process": os.getpid(), "started": _started(os.getpid())}


def process_lives(mark: Mapping[str, Any]) -> bool | None:
    """Whether the process of a mark is still there; None where it ran on another machine."""
    if mark.get("host") != socket.gethostname():
        return None
    try:
        number = int(mark["process"])
        os.kill(number, 0)
    except (ProcessLookupError, KeyError, TypeError, ValueError):
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return bool(_started(number) == mark.get("started"))


def _started(process: int) -> str:
    """When a process started, in the system's own ticks, so that a number used again is not taken for the old one."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[19]
    except (OSError, IndexError):
        return ""
