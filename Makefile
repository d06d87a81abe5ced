# `make help` lists what there is.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check format bench spent scale coverage mutants package clean help

run: .venv/.run ## set up, build the index, show an answer, serve http://127.0.0.1:8000
	@$(BIN)/sopbot index build || $(BIN)/sopbot index status
	@echo; echo '$$ sopbot ask "how do I handle a refund complaint"'; echo
	@$(BIN)/sopbot ask "how do I handle a refund complaint"
	@echo
	@$(BIN)/sopbot serve

test: .venv/.test ## the same environment plus test tools, all tests
	@$(BIN)/python -m pytest

check: .venv/.test ## format, lint, types, import contracts, tests: what CI runs
	@scripts/check

format: .venv/.test ## put the code into shape
	@$(BIN)/ruff format index bot scripts tests
	@$(BIN)/ruff check --fix-only --quiet index bot scripts tests

bench: .venv/.test ## speed and memory beside the bare encoder and, where installed, beside peers
	@HF_HUB_OFFLINE=1 $(BIN)/python -m scripts.bench $(BENCH)

spent: .venv/.test ## what the time of one question is spent on, in the index of data/
	@$(BIN)/python -m scripts.bench.spent $(BENCH)

scale: .venv/.test ## time and memory as the knowledge base grows; takes long
	@HF_HUB_OFFLINE=1 $(BIN)/python -m scripts.bench.scale $(BENCH)

coverage: .venv/.test ## all tests, and which lines and branches of index/ and bot/ they reach
	@$(BIN)/coverage erase
	@$(BIN)/coverage run -m pytest; status=$$?; $(BIN)/coverage combine --quiet && $(BIN)/coverage report && exit $$status

mutants: .venv/.test ## break lines that matter, in a copy, and see that a test fails for each
	@$(BIN)/python scripts/mutants.py

package: .venv/.test ## sdist and wheel, in dist/
	@$(BIN)/python -m build --no-isolation

clean: ## remove the environment and data/: the index, and with it questions and keys
	rm -rf .venv data

help: ## this list
	@sed -n 's/^\([a-z]*\):[^#]*## /\1|/p' $(MAKEFILE_LIST) | while IFS='|' read -r name what; do printf 'make %-9s %s\n' "$$name" "$$what"; done

.venv/.run: pyproject.toml constraints.txt scripts/install.py
	@$(PYTHON) scripts/install.py run

.venv/.test: pyproject.toml constraints.txt scripts/install.py
	@$(PYTHON) scripts/install.py test
