# Each target sets up what it needs by itself and is quick the second time.
PYTHON ?= python3
BIN    := .venv/bin
.DEFAULT_GOAL := help

.PHONY: help setup demo test check corpus format bench docs lock clean
help:            ## This list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## */  make \1\t/'

# The lock is installed with its hashes checked; s2n itself is linked in place.
.venv/ready: requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "s2n needs Python 3.11 or newer; call: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: .venv/ready ## Make .venv, with s2n and the development tools in it

demo: .venv/ready ## Scan the bundled vulnerable site and show the report
	$(BIN)/s2n demo

check: .venv/ready ## Lint, types, architecture, generated docs up to date
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python scripts/docs.py --check

test: check      ## Everything `check` does, then all tests
	$(BIN)/pytest -n 2 --dist loadfile

corpus: .venv/ready ## Precision and recall per class (CLASSES="xss …"; UPDATE=1 writes the baseline)
	PYTHONPATH=tests $(BIN)/python -m corpus $(if $(UPDATE),--update) $(CLASSES)

format: .venv/ready ## Let ruff format and mend what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/ready ## Regenerate the generated pages
	$(BIN)/python scripts/docs.py

bench: .venv/ready ## Measure against the physical limit and a peer, in the same run
	$(BIN)/python -m bench

lock:            ## Recompile requirements*.txt from pyproject.toml (needs uv)
	uv pip compile --quiet pyproject.toml --generate-hashes --universal --python-version 3.11 --custom-compile-command "make lock" -o requirements.txt
	uv pip compile --quiet pyproject.toml --extra browser --constraint requirements.txt --generate-hashes --universal --python-version 3.11 --custom-compile-command "make lock" -o requirements-browser.txt
	uv pip compile --quiet pyproject.toml --group dev --extra browser --constraint requirements.txt --generate-hashes --universal --python-version 3.11 --custom-compile-command "make lock" -o requirements-dev.txt

clean:           ## Remove .venv and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache dist
