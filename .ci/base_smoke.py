"""Import every module of the torch-free rooms from the installed base wheel, where no extra is installed."""

import importlib
import importlib.util
import pkgutil
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


main()
