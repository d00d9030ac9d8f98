# Every target sets up what it needs by itself; see docs/development.md.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
# Tests start the server a hundred times, each with four hundred modules: kept as bytecode also where the machine says otherwise.
export PYTHONDONTWRITEBYTECODE :=
# Test processes. Tests keep apart by account, so any number may run at once.
WORKERS ?= 2
# COVERAGE=on: see which lines and branches the tests take, servers included; that takes some 40 % longer.
COVERAGE ?= off
# More arguments for the program that a target runs: make test ARGS='-k srp', make serve ARGS='--port 4600'.
ARGS ?=

help: ## show this help
	@sed -n 's/^\([a-z-]*\):[^#]*## /\1\t/p' $(MAKEFILE_LIST) | while IFS=$$'\t' read -r target text; do printf '  %-10s %s\n' "$$target" "$$text"; done

install: ## set up .venv with all that developing needs
	@scripts/ensure-venv --dev

serve: ## set up and serve on http://localhost:4566, with SQLite in ./data
	@scripts/ensure-venv
	@exec $(BIN)/cognito-emu serve --data data $(ARGS)

test: install services ## set up everything, services included, and run all tests
	@mkdir -p artifacts
	@$(BIN)/python -m pytest --numprocesses=$(WORKERS) --dist=loadfile --no-loadscope-reorder --junitxml=artifacts/junit.xml \
		$(if $(filter on,$(COVERAGE)),--cov --cov-report=term:skip-covered --cov-report=xml:artifacts/coverage.xml) $(ARGS)

lint: install ## check style, types, imports and scripts
	@failed=0; \
	for check in '$(BIN)/ruff check' '$(BIN)/ruff format --check' '$(BIN)/mypy' '$(BIN)/lint-imports' '$(BIN)/shellcheck -x scripts/* .ci/run'; do \
		printf '+ %s\n' "$$check"; $$check || failed=1; \
	done; \
	exit $$failed

docs: install ## generate the generated pages of docs/, and the schema of new SQLite files
	@for page in assumptions configuration operations; do $(BIN)/cognito-emu docs $$page > docs/$$page.md; done
	@mkdir -p artifacts
	@$(BIN)/python -m cognito_emu.store.migrations > artifacts/new_sqlite.sql && mv artifacts/new_sqlite.sql cognito_emu/store/migrations/

format: install ## rewrite the code as the linter wants it
	@$(BIN)/ruff check --fix-only --quiet && $(BIN)/ruff format

services: ## start or install what tests need besides Python: PostgreSQL, Chromium, the JavaScript clients, the SAM CLI
	@scripts/ensure-postgres >/dev/null
	@scripts/ensure-chromium >/dev/null
	@scripts/ensure-clients >/dev/null
	@scripts/ensure-sam >/dev/null

bench: install ## measure the scenarios of docs/performance.md (ARGS='--against URL' compares)
	@$(BIN)/python -m bench $(ARGS)

soak: install ## import 100,000 users and watch the memory of the server
	@$(BIN)/python -m bench.soak $(ARGS)

lock: ## resolve the newest allowed dependencies and pin them in requirements/constraints.txt
	@scripts/lock-requirements

clean: ## remove all that was generated, except ./data
	@scripts/ensure-postgres --clean
	@rm -rf .venv .tools artifacts build dist *.egg-info tests/clients/node_modules .coverage .coverage.* \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

.PHONY: help install serve test lint docs format services bench soak lock clean
