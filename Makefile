# What people type. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.setup-done
export OMP_NUM_THREADS ?= 1
export OMP_WAIT_POLICY ?= PASSIVE
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help
help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z][a-z-]*:.*## / {printf "  \033[1m%-18s\033[0m %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): requirements/uv.txt requirements/dev.txt pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --require-hashes --compile-bytecode --python $(BIN)/python requirements/dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@$(BIN)/python -m compileall -q automl
	@touch $(STAMP)

.PHONY: setup
setup: $(STAMP) ## Make the environment in .venv from the locks (hash-checked)

.PHONY: demo
demo: setup ## Upload the Titanic example, train 30 s, show leaderboard, scores and predictions, end clean
	@$(BIN)/automl demo

.PHONY: serve
serve: setup ## Run the service on this machine until Ctrl-C
	@$(BIN)/automl serve

.PHONY: lint
lint: setup ## Formatter, linter, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

.PHONY: check
check: lint ## Under 2 minutes: lint, unit and contract tests on embedded adapters, architecture tests
	$(BIN)/pytest -q -m "not shared" -n 2 --dist loadfile tests/architecture tests/unit tests/contract

.PHONY: test
test: lint system-packages ## Everything: check, Ray, real servers, end-to-end and fault tests
	$(BIN)/pytest tests

.PHONY: test-ray
test-ray: setup ## The tests that run on a real Ray instance
	$(BIN)/pytest tests/ray tests/e2e

.PHONY: faults
faults: setup ## The kill and fault tests alone
	$(BIN)/pytest tests/faults

.PHONY: system-packages
system-packages: setup ## Install what the real servers need (as root or with CI=1; otherwise print the command)
	@cluster/system-packages $(BIN)/python

.PHONY: test-services
test-services: system-packages ## The tests that run on real Cassandra, Kafka, Redis and Prometheus
	$(BIN)/pytest tests/integration

.PHONY: bench-budget
bench-budget: setup ## Times and scores of whole jobs at 10, 30 and 60 s (needs ../shared/datasets)
	$(BIN)/python -m benchmarks.budget.jobs

.PHONY: bench-speed
bench-speed: setup ## Upload, reading, predict and start-up speed
	$(BIN)/python -m benchmarks.speed.service
	$(BIN)/python -m benchmarks.speed.upload

.PHONY: bench-stores
bench-stores: system-packages ## Cassandra, Redis and Kafka beside their own ceilings, and the flow over them
	$(BIN)/python -m benchmarks.speed.stores
	$(BIN)/python -m benchmarks.speed.flow

.PHONY: lock
lock: setup ## Write the locks anew from pyproject.toml (hashes, no addresses)
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements/uv.in -o requirements/uv.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements/core.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group dev -o requirements/dev.txt

.PHONY: clean
clean: ## Remove the environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
