# 明账: `make demo` shows it working, `make test` proves it.
# Everything lands in .venv; apart from installing packages nothing needs the network.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin

.PHONY: help demo test check bench pictures clean

help: ## list the targets
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*## /	/'

$(VENV)/.run: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/.dev: pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@ $(VENV)/.run

demo: $(VENV)/.run ## build a fictional compound's books and serve them (DEMO_ARGS=--check to try every door and exit)
	@$(BIN)/python -m api.demo $(DEMO_ARGS)

test: $(VENV)/.dev ## run all tests (TEST_ARGS for pytest)
	@$(BIN)/python -m pytest -n 2 --dist worksteal $(TEST_ARGS)

check: $(VENV)/.dev ## style, types and layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.dev ## run every bench; each ends with one line of JSON
	@for script in bench/[a-z]*.py; do echo "== $$script"; $(BIN)/python "$$script" || exit 1; done

pictures: $(VENV)/.run ## draw the README's pictures anew (needs chromium and poppler-utils)
	@docs/pictures/draw

clean: ## remove what the other targets made
	@rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
