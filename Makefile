# Two commands on a machine that has only Python >= 3.11, make and a network: `make demo` and `make test`.
# Each builds its own environment from the lock in requirements/ first. PYTHON=... chooses another Python.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

VENV ?= .venv
DEMO_VENV ?= .venv-demo
BIN := $(VENV)/bin
PIP_FLAGS := --disable-pip-version-check --quiet --require-hashes --only-binary :all:
# One more than there are processors: many tests wait for a network, a lock or another program.
WORKERS ?= $$($(BIN)/python -c 'import os; print((os.cpu_count() or 1) + 1)')

# Tests and the demo start many processes: compiling every file anew in each would cost more than the tests.
unexport PYTHONDONTWRITEBYTECODE

# The first of these that is new enough builds the environments.
define find_python
	for candidate in $(or $(PYTHON),python3 python3.14 python3.13 python3.12 python3.11 python); do \
	  if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; \
	  then python=$$candidate; break; fi; \
	done; \
	if [ -z "$$python" ]; then \
	  echo "fieldpo needs Python 3.11 or newer with venv: install it, or name one with make PYTHON=/path/to/python3." >&2; \
	  exit 1; \
	fi
endef

.PHONY: help
help: ## these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(VENV)/.stamp: requirements/dev.txt requirements/build.txt pyproject.toml
	@python=; $(find_python); echo "Building $(VENV) from requirements/dev.txt (once)…"; \
	  [ -x $(BIN)/python ] || "$$python" -m venv $(VENV)
	@$(BIN)/python -m pip install $(PIP_FLAGS) -r requirements/build.txt -r requirements/dev.txt
	@$(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

# Without the test tools and without PostgreSQL, so that the demo opens soon.
$(DEMO_VENV)/.stamp: requirements/central.txt requirements/build.txt pyproject.toml
	@python=; $(find_python); echo "Building $(DEMO_VENV) from requirements/central.txt (once)…"; \
	  [ -x $(DEMO_VENV)/bin/python ] || "$$python" -m venv $(DEMO_VENV)
	@$(DEMO_VENV)/bin/python -m pip install $(PIP_FLAGS) -r requirements/build.txt -r requirements/central.txt
	@$(DEMO_VENV)/bin/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: venv
venv: $(VENV)/.stamp ## the environment for working on fieldpo

.PHONY: demo
demo: $(DEMO_VENV)/.stamp ## a central, a made-up caseload and the app, all gone when it closes
	@$(DEMO_VENV)/bin/fieldpo demo $(ARGS)

.PHONY: test
test: $(VENV)/.stamp ## every test (ARGS=... goes to pytest)
	@$(BIN)/pytest -q -n $(WORKERS) --dist worksteal $(ARGS)

.PHONY: lint
lint: $(VENV)/.stamp ## ruff and the import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports

.PHONY: types
types: $(VENV)/.stamp ## mypy, strict
	@$(BIN)/mypy

.PHONY: check
check: lint types test ## lint, types and test
	@$(BIN)/fieldpo demo --check

.PHONY: bench
bench: $(VENV)/.stamp ## the benchmarks, as JSON
	@$(BIN)/python -m benchmarks $(ARGS)

.PHONY: lock
lock: $(VENV)/.stamp ## renew requirements/*.txt from pyproject.toml (ARGS=--upgrade moves every pin)
	@$(BIN)/python scripts/lock.py $(ARGS)

.PHONY: pictures
pictures: $(VENV)/.stamp ## docs/pictures, from the demo's caseload
	@$(BIN)/python -m scripts.pictures

.PHONY: reference
reference: $(VENV)/.stamp ## docs/commands.md, from the commands
	@$(BIN)/python scripts/reference.py
