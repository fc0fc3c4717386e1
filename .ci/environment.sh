#!/bin/sh
# Make or mend the environment: `sh .ci/environment.sh PYTHON VENV`. uv where present, else venv and pip.
#
# torch is pinned by pyproject.toml. Where there is no GPU its CPU build is asked of PyTorch's own index first (a few
# hundred MB instead of several GB) with a short time-out and no retries, and if that does not answer the plain
# `torch==` comes from the package index.
#
# Not testable where this was written: PyTorch's index could not be reached (pip found the pinned CPU build in a local
# folder of wheels), nor was uv installed, a GPU present, or a Mac at hand.
set -eu

python=$1
venv=$2
cpu_index=https://download.pytorch.org/whl/cpu

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "lengthwise needs Python 3.11 or newer; $python is $("$python" -V 2>&1). Name another: make PYTHON=python3.12" >&2
    exit 1
}
torch=$("$python" -c '
import tomllib
extras = tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]
print(next(line for line in extras["torch"] if line.startswith("torch==")))')

if command -v uv >/dev/null 2>&1; then
    [ -x "$venv/bin/python" ] || uv venv --quiet --python "$python" "$venv"
    install() { VIRTUAL_ENV=$venv uv pip install --quiet --python "$venv/bin/python" "$@"; }
    impatient() { UV_HTTP_TIMEOUT=10 UV_HTTP_RETRIES=0 install "$@"; }
else
    [ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
    install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
    impatient() { install --timeout 10 --retries 0 "$@"; }
fi

has_gpu() { command -v nvidia-smi >/dev/null 2>&1 && nvidia-smi -L 2>/dev/null | grep -q GPU; }
has_torch() { "$venv/bin/python" -c "
import sys
from importlib import metadata
try: sys.exit(metadata.version('torch').split('+')[0] != '${torch#torch==}')
except metadata.PackageNotFoundError: sys.exit(1)"; }

if ! has_torch; then
    if has_gpu || [ "$(uname)" = Darwin ] || ! impatient --no-deps --index-url "$cpu_index" "$torch" 2>/dev/null; then
        echo "taking $torch from the package index"
        install "$torch"
    fi
fi
install --editable '.[dev]'
