#!/bin/sh
# Build the wheel, install it with its base dependencies alone, and use it: `sh .ci/base_wheel.sh PYTHON`.
# What is checked: nothing of torch or another extra is needed to make data, grade answers or read a report.
set -eu

python=$1
venv=.venv-base
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$python" -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$work" .
wheel=$(ls "$work"/lengthwise-*.whl)

# The dependencies are installed again only when pyproject.toml changes; the wheel every time.
if ! cmp -s pyproject.toml "$venv/pyproject.made"; then
    rm -rf "$venv"
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wheel"
    cp pyproject.toml "$venv/pyproject.made"
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --force-reinstall "$wheel"

bin=$(cd "$venv/bin" && pwd)
here=$(pwd)
cd "$work"  # away from the sources, so that the wheel answers

"$bin/python" "$here/.ci/base_smoke.py"
"$bin/lengthwise" --version
"$bin/lengthwise" --help >/dev/null
"$bin/lengthwise" list tasks | grep -q '^ordering/sort$'
echo "base wheel: works without torch"
