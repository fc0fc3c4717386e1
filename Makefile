# Everything works on a fresh clone with nothing but Python 3.11+ and make: the environment is made on first use, and
# again only when pyproject.toml or the script that makes it changes.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.made

# One thread a process: two pytest workers share two cores.
export OMP_NUM_THREADS ?= 1

.PHONY: run test prove format lint types units wheel docs clean

## run: train short, test long, leave a report with both curves
run: $(STAMP)
	$(BIN)/lengthwise run first_curve --fresh --workers 2

## test: everything a change must pass (at most 8 minutes once the environment is there)
test: lint types units wheel

## prove: what is exhaustive or long
prove: $(STAMP)
	LENGTHWISE_HYPOTHESIS=prove $(BIN)/python -m pytest -m prove
	$(MAKE) docs

## format: put the layout right, and what ruff can repair by itself
format: $(STAMP)
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

lint: $(STAMP)
	$(BIN)/ruff format --check
	$(BIN)/ruff check

types: $(STAMP)
	$(BIN)/mypy

units: $(STAMP)
	$(BIN)/python -m pytest

# The base install alone, in an environment of its own: no torch in it, and the light verbs answer there.
wheel: $(STAMP)
	sh .ci/base_wheel.sh $(BIN)/python

## docs: the reference of every room, as pages under docs/api/build
docs: $(STAMP)
	$(BIN)/pdoc --output-directory docs/api/build lengthwise

clean:
	rm -rf $(VENV) .venv-base dist build docs/api/build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(STAMP): pyproject.toml .ci/environment.sh
	sh .ci/environment.sh $(PYTHON) $(VENV)
	touch $@
