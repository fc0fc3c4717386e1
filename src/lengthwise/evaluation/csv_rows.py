"""The rows of a CSV file that a user gives, each with its line number; what is damaged is named."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lengthwise.core.errors import LengthwiseError


def csv_rows(
    text: str, path: Path, columns: Sequence[str], error: type[LengthwiseError]
) -> Iterator[tuple[int, Mapping[str, str | None]]]:
    """The rows of `text`, whose header must name `columns`; `error` is what bad ones raise, `path` what they name."""
    reader = csv.DictReader(io.StringIO(text))
    try:
        missing = [name for name in columns if name not in (reader.fieldnames or ())]
        if missing:
            raise error(f"{path}, row 1: the header has no {', '.join(missing)}; it must name {', '.join(columns)}")
        for row in reader:
            if None in row:  # DictReader keeps there what stands beyond the header
                raise error(
                    f"{path}, row {reader.line_num}: more cells than the header names; quote a cell that has a comma "
                    "in it, or give each column a name"
                )
            yield reader.line_num, row
    except csv.Error as damage:
        raise error(f"{path}, row {reader.line_num + 1}: not CSV ({damage}); mend or shorten the row") from damage
