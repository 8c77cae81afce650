# Everything a newcomer types. `make demo` and `make test` do all the set-up from a bare clone.
SHELL := /bin/bash
PYTHON ?= $(shell for p in python3.11 python3.12 python3; do command -v $$p && break; done)
BIN := .venv/bin

.PHONY: demo test ui bench bench-accuracy lock clean

demo: .venv/.ready
	$(BIN)/quanheng demo

ui: .venv/.ready
	$(BIN)/quanheng ui

test: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/quanheng rules check
	$(BIN)/python -m pytest -q --cov=engine --cov=ui --cov-report=term:skip-covered

bench: .venv/.test
	for b in benchmarks/[a-z]*.py; do m=$${b%.py}; $(BIN)/python -m $${m//\//.} || exit 1; done

bench-accuracy: .venv/.test
	$(BIN)/python -m benchmarks.accuracy $(FILE)

# The lock files pin every package by hash, dependencies included, and hold no registry address.
lock: .venv/.ready
	$(BIN)/pip install -q uv
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile -q --universal --generate-hashes --no-emit-index-url --no-header --extra test --extra train \
	  -c requirements.lock pyproject.toml -o requirements-test.lock

# The locks are complete: nothing is resolved again (--no-deps), so a newer release elsewhere changes nothing.
.venv/.ready: requirements.lock pyproject.toml
	bash .ci/system run
	"$(PYTHON)" -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] < (3, 13) else "Quanheng needs Python 3.11 or 3.12: make PYTHON=/path/to/python3.11 …")'
	"$(PYTHON)" -m venv .venv
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements.lock
	$(BIN)/pip install -q --disable-pip-version-check --no-deps -e .
	touch $@

.venv/.test: .venv/.ready requirements-test.lock
	bash .ci/system test
	$(BIN)/pip install -q --disable-pip-version-check --require-hashes --no-deps -r requirements-test.lock
	touch $@

clean:
	rm -rf .venv out
