# make demo: the whole thing on the real plan. make test: all tests. Both set up what they need, once.
# GNU make; paths here are relative, so a checkout may stand in a folder with spaces in its name.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	$(if $(UPGRADE),--upgrade)
BENCHES := $(filter-out measure mail_server crowd town plain_calendar __init__,$(basename $(notdir $(wildcard bench/*.py))))
LOCKED := requirements/uv.txt pyproject.toml scripts/setup.sh

.PHONY: help setup setup-dev demo test unit browser browsers lint format bench lock wheel screenshot screenshots clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 18

setup: $(VENV)/.kehoach-run ## the environment: .venv/bin/kehoach is the command

setup-dev: $(VENV)/.kehoach-dev ## and what tests and linters need

# The dev set holds the run set: whichever was made last is enough for a demo.
$(VENV)/.kehoach-run: requirements/run.txt $(LOCKED)
	@VENV=$(VENV) scripts/setup.sh run
	@touch $@

$(VENV)/.kehoach-dev: requirements/dev.txt requirements/run.txt $(LOCKED)
	@VENV=$(VENV) scripts/setup.sh dev
	@touch $(VENV)/.kehoach-run $@

demo: setup ## the Phú La plan, replayed into ./demo: calendars, report, notices
	@$(BIN)/kehoach demo

test: setup-dev ## all tests; ARGS="-k calendar -x" goes to pytest
	@$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

unit: setup-dev ## the tests without servers, browsers' clients, flows and whole commands: under two minutes
	@$(BIN)/python -m pytest -n 2 --dist loadgroup tests/rules tests/plan tests/models tests/outputs tests/usecases \
		tests/test_house.py $(ARGS)

browser: setup-dev ## the desk in a real browser: every page, every walk (needs Chromium)
	@$(BIN)/python -m pytest -n 0 tests/browser $(ARGS)

browsers: setup-dev ## the same walks in Safari's engine and in Firefox (needs webkit2gtk-driver, xvfb, firefox-esr)
	@KEHOACH_TEST_OTHERS=on $(BIN)/python -m pytest -n 0 tests/browser/others $(ARGS)

lint: setup-dev ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup-dev ## let ruff put the code in shape
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: setup-dev ## every measurement of bench/, as the rows of bench/README.md
	@over=0; for each in $(BENCHES); do echo; $(BIN)/python -m bench.$$each || over=1; done; exit $$over

lock: setup-dev ## requirements/ from pyproject.toml; UPGRADE=1 takes newer versions
	@$(COMPILE) --extra postgres --group build --group dev pyproject.toml -o requirements/dev.txt
	@$(COMPILE) --extra postgres --group build -c requirements/dev.txt pyproject.toml -o requirements/run.txt
	@echo "uv==$$($(BIN)/uv --version | cut -d' ' -f2)" | $(COMPILE) - -o requirements/uv.txt

wheel: setup ## dist/kehoach-*.whl, with the plan in it
	@rm -rf dist
	@$(BIN)/python -m hatchling build -t wheel

screenshot: demo ## docs/report.png from the demo's report (needs Chromium)
	@scripts/screenshot.sh demo/published/phu-la-2025/report.html docs/report.png 1180 1000

screenshots: setup-dev ## docs/desk/*.png from the demo's ward (needs Chromium)
	@$(BIN)/python -m scripts.desk_pictures docs/desk

clean: ## the environment, the demo and all caches
	rm -rf $(VENV) demo dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
