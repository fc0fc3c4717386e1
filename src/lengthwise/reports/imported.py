"""Other people's figures beside ours: an imported curve lies as `<name>_<task>.imported.json` in the root of the runs.

    keep(root(), "AG23, NoPE", from_csv(Path("ag23.csv"), trained=(1, 20), source="arXiv:2310.00726"))

Reports show it as an arm of its task, marked with its source; no claim is ever judged on it.
"""

import json
from pathlib import Path

from lengthwise.core.durable import write_atomically
from lengthwise.core.errors import ConfigError, RunError
from lengthwise.evaluation.curve import LengthCurve

ENDING = ".imported.json"


def keep(where: Path, name: str, curve: LengthCurve) -> Path:
    """Store an imported curve under a root, in place of an older one; the name is what reports call it."""
    if curve.imported is None:
        raise ConfigError(f"the curve {name!r} is no imported one; runs of our own are kept by their folders")
    told = "_".join([name, *curve.tasks])  # figures of several tasks go by one name
    path = where / ("".join(c if c.isalnum() else "_" for c in told) + ENDING)
    write_atomically(path, json.dumps({"name": name, "curve": curve.to_json()}, ensure_ascii=False) + "\n")
    return path


def kept(where: Path) -> list[tuple[str, LengthCurve]]:
    """The imported curves under a root, by name."""
    found = []
    for path in sorted(where.glob(f"*{ENDING}")) if where.is_dir() else []:
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
            found.append((str(plain["name"]), LengthCurve.from_json(plain["curve"])))
        except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
            raise RunError(f"{path} holds no imported curve ({error}); remove it and import it again") from error
    return found
