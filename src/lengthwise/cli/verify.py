"""`lengthwise verify`: whether an export is still what was exported."""

from pathlib import Path

from lengthwise.core.errors import RunError
from lengthwise.export.manifest import verify as verify_folder


def verify(folder: Path, *, again: int = 0) -> None:
    """Compare every file with its hash in the manifest.

    Parameters
    ----------
    folder
        What `lengthwise export` has written.
    again
        How many files to make again from the plan, to compare their bytes as well.
    """
    verdict = verify_folder(folder, again)
    if verdict.faults:
        listed = "\n".join(f"  {fault}" for fault in verdict.faults)
        raise RunError(f"{folder} is not what was exported; export anew into an empty folder:\n{listed}")
    print(f"{folder}: {verdict.rows} rows in {verdict.files} files as exported; {verdict.made_again} made again")
