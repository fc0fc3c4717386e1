"""Run as a process that a test kills: export the plan given on the command line with two workers."""

import json
import sys
from pathlib import Path

from lengthwise.export.plan import Export
from lengthwise.export.write import export

if __name__ == "__main__":
    export(Export.from_plain(json.loads(sys.argv[2])), Path(sys.argv[1]), workers=2)
