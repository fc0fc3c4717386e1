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
"$bin/lengthwise" list tasks | grep -q '^ordering/sort '
"$bin/lengthwise" show "sort(values=20)" --restrict-to 3 | grep -q '^symbol .* <end>$'
"$bin/lengthwise" measure task=sort task.values=40 solver=program lengths=4-8 instances=50 | grep -q '^8 *50/50 '
"$bin/lengthwise" measure task=sort task.values=40 solver=oracle lengths=4-8 instances=50 | grep -q '^8 *50/50 '
"$bin/lengthwise" report | grep -q '^report: '
echo '{"prompt": "3 1 2 =", "answer": "1 2 3"}' >answers.jsonl
"$bin/lengthwise" grade answers.jsonl sort | grep -q '^3 *1/1 '
"$bin/lengthwise" check majority | grep -q 'contracts are kept'
# What needs torch says how to install it, in one line.
for words in "run first_curve" "run task=sort"; do
    if "$bin/lengthwise" $words 2>said; then exit 1; fi
    [ "$(cat said)" = "error: this needs the package 'torch', which is not installed; run: pip install 'lengthwise[torch]'" ]
done
echo "base wheel: works without torch"
