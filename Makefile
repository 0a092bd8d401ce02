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

NODE_OK := $(shell node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null && echo yes)
UI_STAMP := ui/node_modules/.installed-done
UI_SOURCES := $(shell find ui/src ui/public ui/scripts ui/index.html ui/vite.config.ts ui/tsconfig.json -type f 2>/dev/null)

$(UI_STAMP): ui/package.json ui/package-lock.json
	@cd ui && npm ci --silent --no-audit --no-fund
	@touch $@

automl/page/index.html: $(UI_STAMP) $(UI_SOURCES)
	@cd ui && npm run --silent build -- --logLevel warn

.PHONY: ui
ui: ## Build the web page (needs Node 20 or newer; without it /docs is shown)
ifeq ($(NODE_OK),yes)
	@$(MAKE) --no-print-directory automl/page/index.html
else
	@echo "Node 20 or newer is not found: the web page is not built, the service shows /docs"
endif

.PHONY: ui-schema
ui-schema: setup $(UI_STAMP) ## Write the page's API types anew from the service's OpenAPI document
	@cd ui && npm run --silent schema

.PHONY: check-ui
check-ui: setup $(UI_STAMP) ## The page's formatter, linter, types, API types, unit tests and build
	cd ui && npm run --silent lint && npm run --silent types && npm run --silent schema -- --check && npm run --silent test
	@$(MAKE) --no-print-directory automl/page/index.html

.PHONY: test-ui
test-ui: check-ui system-packages ## Everything of the page, and the page in a real browser
	$(BIN)/pytest tests/page

.PHONY: screenshots
screenshots: setup ui system-packages ## Pictures of every screen, light, dark and phone, into docs/images (5 minutes)
	$(BIN)/python -m tests.page.pictures

.PHONY: demo
demo: ## Upload the Titanic example, train 30 s, show leaderboard, scores and predictions, end clean
	@$(MAKE) --no-print-directory -j2 setup ui
	@$(BIN)/automl demo

.PHONY: serve
serve: setup ui ## Run the service on this machine until Ctrl-C
	@$(BIN)/automl serve --open

.PHONY: lint
lint: setup ## Formatter, linter, types, import contracts
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo 2>/dev/null || $(BIN)/lint-imports

.PHONY: check
check: lint ## Under 2 minutes: lint, unit and contract tests on embedded adapters, architecture tests
	$(BIN)/pytest -q -m "not shared and not whole" -n 2 --dist loadfile tests/architecture tests/unit tests/contract

.PHONY: test
test: lint system-packages check-ui ## Everything: check, the page, Ray, real servers, end-to-end and fault tests
	$(BIN)/python -m tests.everything

.PHONY: test-ray
test-ray: setup ## The tests that run on a real Ray instance
	$(BIN)/pytest tests/ray tests/e2e

.PHONY: faults
faults: faults-sweep faults-machine faults-kills faults-stores ## All of the four below (`make test` runs a sample)

.PHONY: faults-sweep
faults-sweep: setup ## Every failpoint x kill, error, full, timeout x first, middle, last visit (goes on where it was; FRESH=1)
	$(BIN)/python -m tests.faults.sweep $(if $(FRESH),--fresh)

.PHONY: faults-machine
faults-machine: setup ## The state machine at length, over memory and files
	$(BIN)/pytest --long -n 2 tests/unit/jobs/test_state_machine.py

.PHONY: faults-kills
faults-kills: system-packages ## Every kind of process and server killed, disks and memory full; times beside their bounds
	$(BIN)/pytest --long --ignore tests/faults/test_sweep.py tests/faults \
		--fault-report "$$($(BIN)/python -c 'from benchmarks.results import folder; print(folder() / "fault-times.json")')"

.PHONY: faults-stores
faults-stores: system-packages ## The state machine over Cassandra at length
	$(BIN)/pytest --long tests/integration/test_cassandra_machine.py

.PHONY: chaos
chaos: setup ## Random clients and random kills for MINUTES=10 (SEED=, KILLS= as wanted); I1-I10 and leaks at the end
	$(BIN)/python -m tests.chaos.main --minutes $(or $(MINUTES),10) \
		$(foreach name,SEED KILLS,$(if $($(name)),--$(shell echo $(name) | tr A-Z a-z) $($(name))))

.PHONY: system-packages
system-packages: setup ## Install what the real servers need (as root or with CI=1; otherwise print the command)
	@cluster/system-packages $(BIN)/python

.PHONY: test-services
test-services: system-packages ## The tests that run on real Cassandra, Kafka, Redis and Prometheus
	$(BIN)/pytest tests/integration

.PHONY: bench-budget
bench-budget: setup ## Times and scores of whole jobs at 10, 30 and 60 s (needs ../shared/datasets)
	$(BIN)/python -m benchmarks.budget.jobs

.PHONY: bench-cpu
bench-cpu: setup ## What share of two cores the folds of one job get, and who takes the rest (2 minutes)
	$(BIN)/python -m benchmarks.budget.cpu

.PHONY: bench-speed
bench-speed: setup ## Upload, reading, predict and start-up speed
	$(BIN)/python -m benchmarks.speed.service
	$(BIN)/python -m benchmarks.speed.upload

.PHONY: bench-load
bench-load: setup ## A thousand event streams, and ten times the load that fits, beside a bare Serve no-op
	$(BIN)/python -m benchmarks.load.streams
	$(BIN)/python -m benchmarks.load.overload
	$(BIN)/python -m benchmarks.load.plots

.PHONY: bench-scale
bench-scale: setup ## Pages of lists over ten thousand jobs, and of a leaderboard of five thousand trials
	$(BIN)/python -m benchmarks.scale.lists

.PHONY: bench-workers
bench-workers: setup ## How many workers one job keeps busy, up to a thousand in simulated time (15 minutes; needs ../shared/datasets)
	$(BIN)/python -m benchmarks.scale.fold_costs
	$(BIN)/python -m benchmarks.scale.workers
	$(BIN)/python -m benchmarks.scale.report

.PHONY: bench-growth
bench-growth: setup ## Each step of a job over rows, columns and classes, on one thread (8 minutes)
	$(BIN)/python -m benchmarks.speed.steps
	$(BIN)/python -m benchmarks.scale.growth
	$(BIN)/python -m benchmarks.scale.report

.PHONY: bench-stores
bench-stores: system-packages ## Cassandra, Redis and Kafka beside their own ceilings, and the flow over them
	$(BIN)/python -m benchmarks.speed.stores
	$(BIN)/python -m benchmarks.speed.flow

QUALITY_WORK ?= $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/automl/quality
.PHONY: bench-quality-setup
bench-quality-setup: setup ## Environments of the frameworks we compare with, under QUALITY_WORK (10 GB; H2O needs Java)
	$(BIN)/python -m benchmarks.quality.environments --work $(QUALITY_WORK) --frameworks $(or $(FRAMEWORKS),default)

.PHONY: bench-quality
bench-quality: setup ## Quality beside others; SUITE= BUDGET= FRAMEWORKS= TABLES= SEEDS= as wanted; goes on where it ended
	$(BIN)/python -m benchmarks.quality --work $(QUALITY_WORK) \
		$(foreach name,SUITE BUDGET FRAMEWORKS TABLES SEEDS RESULTS,$(if $($(name)),--$(shell echo $(name) | tr A-Z a-z) $($(name))))

.PHONY: ablation
ablation: setup ## What each idea of the engine is worth, on the same folds and seeds (no clock; half an hour)
	$(BIN)/python -m benchmarks.quality.ablation --work $(QUALITY_WORK)

.PHONY: lock
lock: setup ## Write the locks anew from pyproject.toml (hashes, no addresses)
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header requirements/uv.in -o requirements/uv.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml -o requirements/core.txt
	$(BIN)/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links --no-header pyproject.toml --group dev -o requirements/dev.txt

.PHONY: clean
clean: ## Remove the environment and caches
	rm -rf $(VENV) ui/node_modules automl/page .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
