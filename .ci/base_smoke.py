"""Use the installed base wheel, where no extra is installed: import its light rooms, and measure two solvers."""

import importlib
import importlib.util
import pkgutil
import sys
from pathlib import Path

import lengthwise

EXTRAS = ("torch", "safetensors", "pyarrow", "datasets", "transformers", "matplotlib", "tensorboard")
NEEDS_TORCH = ("models", "training", "experiment", "analysis", "studies")


def main() -> None:
    """Fail if an extra is there by mistake, the sources answer instead of the wheel, or a light room needs an extra."""
    present = [name for name in EXTRAS if importlib.util.find_spec(name)]
    if present:
        raise SystemExit(f"the base environment must not have {present}; the base dependencies pull them in")
    if "site-packages" not in Path(lengthwise.__file__).parts:
        raise SystemExit(f"{lengthwise.__file__} is not the installed wheel")
    light = [
        module.name
        for module in pkgutil.walk_packages(lengthwise.__path__, "lengthwise.", onerror=lambda _: None)
        if module.name.split(".")[1] not in NEEDS_TORCH
    ]
    for name in light:
        importlib.import_module(name)
    print(f"base wheel: {len(light)} modules import without any extra")
    measure()


def measure() -> None:
    """The task's own program and the oracle are asked what a model would be, and are always right."""
    catalogue = importlib.import_module("lengthwise.core.catalogue")
    evaluation = importlib.import_module("lengthwise.evaluation.evaluate")
    sort = catalogue.find("tasks", "sort")(values=40)
    measurement = importlib.import_module("lengthwise.evaluation.measure").Measurement(
        sort, lengths=(4, 8), instances=50
    )
    for name in ("program", "oracle"):
        curve = evaluation.evaluate(catalogue.find("solvers", name)(), measurement).curve
        tallies = [curve.tally(length=length, seed=0) for length in (4, 8)]
        print(f"base wheel: {name} {tallies}")
        if any(tally.correct != 50 for tally in tallies):
            raise SystemExit(f"the solver {name!r} must be right on all 50 problems of each length")
    if "torch" in sys.modules:
        raise SystemExit("a measurement brought torch")


main()
