# make run    set up, build the index, show an answer, serve http://127.0.0.1:8000
# make test   the same environment plus test tools, all tests
# make check  format, lint, types, import contracts, tests
# make bench  speed and memory beside the bare encoder and, where installed, beside peers (docs/performance.md)
PYTHON ?= python3
BIN := .venv/bin

.PHONY: run test check format bench clean

run: .venv/.run
	@$(BIN)/sopbot index build || $(BIN)/sopbot index status
	@echo; echo '$$ sopbot ask "how do I handle a refund complaint"'; echo
	@$(BIN)/sopbot ask "how do I handle a refund complaint"
	@echo
	@$(BIN)/sopbot serve

test: .venv/.test
	@$(BIN)/python -m pytest

check: .venv/.test
	@scripts/check

format: .venv/.test
	@$(BIN)/ruff format index bot scripts tests
	@$(BIN)/ruff check --fix-only --quiet index bot scripts tests

bench: .venv/.test
	@HF_HUB_OFFLINE=1 $(BIN)/python -m scripts.bench $(BENCH)

.venv/.run: pyproject.toml constraints.txt scripts/install.py
	@$(PYTHON) scripts/install.py run

.venv/.test: pyproject.toml constraints.txt scripts/install.py
	@$(PYTHON) scripts/install.py test

clean:
	rm -rf .venv data
