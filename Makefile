# Installs and runs everything below this folder: no root, no Docker. Node.js is used by tests only, where it is there.
# `make help` lists the targets.
# Finished steps leave a stamp, so a second run is instant and an interrupted one goes on where it was cut off.

PYTHON ?= python3
VENV := .venv
SWIFT_VENV := .venv-swift
SKYPILOT_VENV := .venv-skypilot
TRACKERS_VENV := .venv-trackers
CLIENTS_VENV := .venv-clients
NODE_MODULES := tests/clients/node_modules
UV ?= $(VENV)/bin/uv
DEMO_DIR ?= .demo
ARGS ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
PIP_INSTALL := -m pip install --quiet
# By files: those of a file share a stack; in the order of tests/conftest.py.
PYTEST_ON_ALL_CORES := $(VENV)/bin/pytest -n auto --dist loadfile --no-loadscope-reorder

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help venv swift-env trackers-env clients-env skypilot-env up demo test test-all test-fast soak lint release-check bench requirements clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo
	@echo "  PYTHON=python3.12  another interpreter   ARGS='-k queue'  passed on to up, demo, pytest and bench"

venv: $(VENV)/.installed ## Install the service and its tools into .venv

swift-env: $(SWIFT_VENV)/.installed ## Install ms-swift and torch into .venv-swift

trackers-env: $(TRACKERS_VENV)/.installed ## Install trackers beside ms-swift into .venv-trackers, for the tests of them

clients-env: $(CLIENTS_VENV)/.installed $(NODE_MODULES)/.installed ## Install clients of OpenAI's API for the tests: .venv-clients, and Node's where Node is

skypilot-env: $(SKYPILOT_VENV)/.installed ## Install SkyPilot into .venv-skypilot, for deployments in clouds

up: venv ## Run the whole service on this machine (ms-swift from .venv-swift, when it is there)
	@$(VENV)/bin/swt up $(ARGS)

demo: venv swift-env ## Train a tiny model through the API, on a stack of its own, and talk to it
	@$(VENV)/bin/python -m client.demo.run --data-dir $(DEMO_DIR) $(ARGS)

test: venv swift-env trackers-env clients-env ## Install what is missing and run every test but the long repetitions
	@$(PYTEST_ON_ALL_CORES) -m 'not long' $(ARGS)

test-all: venv swift-env trackers-env clients-env ## Run the long repetitions too: every test this machine can run
	@$(PYTEST_ON_ALL_CORES) $(ARGS)

test-fast: venv ## Run the unit tests only
	@$(VENV)/bin/pytest tests/unit $(ARGS)

soak: venv ## Twenty rounds of each kind of fault under a stream of jobs, counted (ARGS='--kinds "kill redis"')
	@$(VENV)/bin/python -m tests.soak $(ARGS)

lint: venv ## Check format, style, types and import directions; list sentences without Chinese
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/mypy
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/python -m tests.sentences

release-check: venv ## Check what a release needs beyond lint and test: Chinese for each sentence
	@$(VENV)/bin/python -m tests.sentences --strict

bench: venv ## Run the benchmarks
	@$(VENV)/bin/python -m bench $(ARGS)

requirements: venv ## Pin all dependencies with hashes (ARGS=--upgrade for the newest ones)
	@requirements/compile.sh $(UV) $(ARGS)
	@echo "requirements/*.txt are fresh: run 'make test' before committing them"

clean: ## Remove caches and the demo's data; environments stay
	rm -rf $(DEMO_DIR) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis dist
	find . -name __pycache__ -type d -not -path './.venv*' -prune -exec rm -rf {} +

distclean: clean ## Remove the environments too
	rm -rf $(VENV) $(SWIFT_VENV) $(TRACKERS_VENV) $(CLIENTS_VENV) $(NODE_MODULES) $(SKYPILOT_VENV)

# The client comes last: the service that this one replaces may have had `swt` itself, and takes it along.
$(VENV)/.installed: $(VENV)/.created requirements/dev.txt pyproject.toml client/pyproject.toml
	@echo "Installing the service and its tools into $(VENV)"
	@$(VENV)/bin/python $(PIP_INSTALL) --require-hashes --no-deps -r requirements/dev.txt
	@$(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable .
	@$(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation --editable client
	@$(VENV)/bin/python -m pip check
	@touch $@

$(SWIFT_VENV)/.torch: $(SWIFT_VENV)/.created $(VENV)/.installed requirements/swift.in requirements/install-torch.sh \
		requirements/torchvision_on_cpu.py
	@requirements/install-torch.sh $(SWIFT_VENV)/bin/python $(UV)
	@touch $@

$(SWIFT_VENV)/.installed: $(SWIFT_VENV)/.torch requirements/swift.txt requirements/deepspeed.txt \
		requirements/install-deepspeed.sh
	@echo "Installing ms-swift into $(SWIFT_VENV): about 2 GB, a few minutes"
	@$(SWIFT_VENV)/bin/python $(PIP_INSTALL) --require-hashes --no-deps -r requirements/swift.txt
	@requirements/install-deepspeed.sh $(SWIFT_VENV)/bin/python
	@$(SWIFT_VENV)/bin/python -m pip check
	@touch $@

$(TRACKERS_VENV)/.installed: $(TRACKERS_VENV)/.created $(SWIFT_VENV)/.installed requirements/trackers.txt \
		requirements/install-trackers.sh
	@echo "Installing trackers into $(TRACKERS_VENV): about 0.4 GB, half a minute"
	@requirements/install-trackers.sh $(TRACKERS_VENV)/bin/python $(SWIFT_VENV)/bin/python
	@touch $@

$(CLIENTS_VENV)/.installed: $(CLIENTS_VENV)/.created requirements/clients.txt
	@echo "Installing LangChain into $(CLIENTS_VENV): about 0.1 GB, a few seconds"
	@$(CLIENTS_VENV)/bin/python $(PIP_INSTALL) --require-hashes --no-deps -r requirements/clients.txt
	@$(CLIENTS_VENV)/bin/python -m pip check
	@touch $@

# Exact versions are in package.json; what they need besides is nothing.
$(NODE_MODULES)/.installed: tests/clients/package.json
	@mkdir -p $(@D)
	@if ! command -v npm >/dev/null; then echo "npm is not here: the tests of Node's clients are left out"; else \
	echo "Installing Node's clients into $(@D)"; cd $(@D)/.. && \
	npm install --no-package-lock --ignore-scripts --no-audit --no-fund --loglevel=error && touch node_modules/.installed; fi

$(SKYPILOT_VENV)/.installed: $(SKYPILOT_VENV)/.created requirements/skypilot.in
	@echo "Installing SkyPilot into $(SKYPILOT_VENV): about 0.5 GB, a minute"
	@$(SKYPILOT_VENV)/bin/python $(PIP_INSTALL) -r requirements/skypilot.in
	@touch $@

# Repeatable: a half-made environment is completed, not deleted.
%/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; \
	'$(PYTHON)' is not. Name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	@echo "Creating $* with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $*
	@touch $@
