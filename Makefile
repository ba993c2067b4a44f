# Everything is done by scripts/ and by the `regulars` command; this file is the list of doors.
# Works from any folder: make -C /path/to/regulars run
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run setup test check spark bench soak messages migrations lock format clean

# Recipes run in this file's folder, so paths here are relative, and may hold spaces above.
PYTHON := .venv/bin/python
export REGULARS_PYTHON
ifeq ($(strip $(REGULARS_PYTHON)),)
unexport REGULARS_PYTHON
endif
# Servers, workers and tests are many processes of the same code: each would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

help: ## this list
	@grep -hE '^[a-z]+:.*## ' Makefile | sed 's/:.*## /\t/' | expand -t 14

run: ## set everything up, then serve console, member centre and API on http://127.0.0.1:8000
	@sh scripts/venv.sh
	@exec $(PYTHON) scripts/setup.py --serve

setup: ## environment, locked packages, database, demo year; only what is missing
	@sh scripts/venv.sh
	@$(PYTHON) scripts/setup.py

test: ## set up, browser included, and run every test; ARGS="tests/rules -k refund" for some
	@sh scripts/venv.sh
	@$(PYTHON) scripts/setup.py --no-data --browser
	@$(PYTHON) -m pytest -n 4 --dist loadgroup $(ARGS)

spark: ## install what Spark needs (half a gigabyte) and run the tests of the measures on it
	@sh scripts/venv.sh
	@$(PYTHON) scripts/setup.py --no-data --spark
	@$(PYTHON) -m pytest -n 0 -m spark tests $(ARGS)

check: ## format, lint, types, imports, translations, migrations, tidiness
	@sh scripts/venv.sh
	@$(PYTHON) scripts/setup.py --no-data
	@$(PYTHON) scripts/check.py

bench: setup ## measure the figures of the README on this machine; ARGS=replay for one
	@.venv/bin/regulars bench $(ARGS)

soak: setup ## 100,000 random operations from several threads and the proof of the ledger, 100,000 random carts, 10,000 turns of a wheel at once; SOAK_OPERATIONS=20000 SOAK_CARTS=1000000 SOAK_SPINS=50000 for other numbers
	@SOAK_OPERATIONS=$${SOAK_OPERATIONS:-100000} SOAK_CARTS=$${SOAK_CARTS:-100000} SOAK_SPINS=$${SOAK_SPINS:-10000} .venv/bin/python -m pytest tests/soak -q $(ARGS)

messages: ## collect the texts that people read into src/regulars/locale
	@$(PYTHON) scripts/messages.py extract

migrations: ## write the migrations that the models ask for
	@.venv/bin/regulars manage makemigrations

lock: ## resolve requirements.lock anew from pyproject.toml; ARGS=--upgrade for newer versions
	@$(PYTHON) scripts/lock.py $(ARGS)

format: ## put the code into its one format
	@$(PYTHON) -m ruff check --quiet --fix . || true
	@$(PYTHON) -m ruff format .

clean: ## remove what can be made again; never data/
	@rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache dist test-results data/static
	@find src tests scripts -name __pycache__ -prune -exec rm -rf {} +
	@find src -name '*.mo' -delete
